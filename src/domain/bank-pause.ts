import { and, eq, gt, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, changes, credentials } from "../platform/schema.ts";
import { coolingSeconds } from "./changes.ts";

/**
 * Whoever has just taken over an account wants its money next: no bank account is changed within 72 hours of a new
 * password, of a new e-mail address, or of the beginning of an account that replaces another.
 * @returns from when on it is possible (seconds), or undefined when it is now.
 */
export function bankPausedUntil(
  { db, clock }: Pick<Deps, "db" | "clock">,
  { accountId, memberId }: { accountId: string; memberId: string },
): number | undefined {
  // The password an account begins with is no change, unless there was an account before. A change within the second
  // of the beginning is told by the journal alone.
  const isChange = sql`(${credentials.changedAt} > ${accounts.createdAt} OR EXISTS (SELECT 1 FROM evidence
    WHERE member_id = ${memberId} AND (kind IN ('account.deleted', 'account.annulled', 'account.replaced')
      OR (kind = 'password.changed' AND at = ${credentials.changedAt}))))`;
  const password = db
    .select({ at: credentials.changedAt })
    .from(credentials)
    .innerJoin(accounts, eq(accounts.id, credentials.accountId))
    .where(and(eq(credentials.accountId, accountId), isChange))
    .get();
  // due_at is the moment a new address was confirmed, 0 before.
  const email = db
    .select({ at: sql<number | null>`max(${changes.dueAt})` })
    .from(changes)
    .where(and(eq(changes.memberId, memberId), eq(changes.kind, "email"), gt(changes.dueAt, 0)))
    .get();
  const until = Math.max(password?.at ?? 0, email?.at ?? 0) + coolingSeconds;
  return until > seconds(clock) ? until : undefined;
}
