import { and, eq, gt } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { changes } from "../platform/schema.ts";
import { hashToken, newToken } from "../platform/tokens.ts";
import { type Change, findChangeWhere } from "./changes.ts";

/**
 * A link that stops a request before it leaves, for the mail that tells of it: in the caller's transaction.
 * @returns the token, which is nowhere but in the mail.
 */
export function stopLink({ db }: Pick<Deps, "db">, changeId: string, expiresAt: number): string {
  const token = newToken();
  db.update(changes)
    .set({ codeHash: hashToken(token), codeExpiresAt: expiresAt })
    .where(eq(changes.changeId, changeId))
    .run();
  return token;
}

/** The request that a link of a mail stops, as long as it may. */
export function findChangeToStop(deps: Pick<Deps, "db" | "clock" | "seal">, token: string): Change | undefined {
  const { codeHash, codeExpiresAt, kind } = changes;
  const living = and(eq(codeHash, hashToken(token)), gt(codeExpiresAt, seconds(deps.clock)), eq(kind, "iban"));
  const change = findChangeWhere(deps, living);
  return change?.canCancel ? change : undefined;
}

/** True for the token of such a link, while it works. */
export function isLinkOfChange({ db }: Pick<Deps, "db">, token: string): boolean {
  return (
    db
      .select({ id: changes.changeId })
      .from(changes)
      .where(eq(changes.codeHash, hashToken(token)))
      .get() !== undefined
  );
}
