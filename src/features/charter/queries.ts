import { and, desc, eq } from "drizzle-orm";
import { readCase } from "../../domain/cases.ts";
import type { Db } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { accounts, cases } from "../../platform/schema.ts";

/** What a member wrote against a version, and when (seconds); `number` is the one of the receipt. */
export type Contest = { number: number; at: number; version: number; sha256: string; message: string };

/** A contest of this member by its number: undefined for anybody else's, and for a case of another kind. */
export function contestOf(deps: Pick<Deps, "db" | "seal">, memberId: string, number: number): Contest | undefined {
  const found = readCase(deps, number);
  if (!found || found.memberId !== memberId || found.kind !== "charter_contest") return undefined;
  const { version, sha256, message } = found.content as Pick<Contest, "version" | "sha256" | "message">;
  return { number, at: found.openedAt, version, sha256, message };
}

/** The number of the receipt that a member has for a version, as long as it is kept. */
export function receiptFor(deps: Pick<Deps, "db" | "seal">, memberId: string, version: number): number | undefined {
  return deps.db
    .select({ number: cases.caseId })
    .from(cases)
    .where(and(eq(cases.memberId, memberId), eq(cases.kind, "charter_contest")))
    .orderBy(desc(cases.caseId))
    .all()
    .map(({ number }) => contestOf(deps, memberId, number))
    .find((contest) => contest?.version === version)?.number;
}

/** The address on file of an account. */
export function emailOf(db: Db, accountId: string): string {
  return db.select({ email: accounts.email }).from(accounts).where(eq(accounts.id, accountId)).get()!.email;
}
