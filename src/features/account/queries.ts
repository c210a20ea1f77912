import { and, desc, eq, lt } from "drizzle-orm";
import { type CaseKind, readCase } from "../../domain/cases.ts";
import type { EvidenceKind } from "../../domain/evidence.ts";
import type { Db } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { cases, evidence } from "../../platform/schema.ts";
import type { Act } from "./acts.ts";

/** What was done with a member's account, latest first, before a row of the journal. */
export function latestActs(db: Db, memberId: string, before: number, limit: number): Act[] {
  const { sequence, at, kind, actor, details } = evidence;
  return db
    .select({ sequence, at, kind, actor, details })
    .from(evidence)
    .where(and(eq(evidence.memberId, memberId), lt(sequence, before)))
    .orderBy(desc(sequence))
    .limit(limit)
    .all()
    .map((row) => ({ ...row, kind: row.kind as EvidenceKind, details: JSON.parse(row.details) }));
}

/** A case about a member: moments in seconds, `closedAt` and the result once it is closed. */
export type OwnCase = {
  number: number;
  kind: CaseKind;
  openedAt: number;
  closedAt: number | null;
  result: string | undefined;
};

/** The cases about a member, latest first, before a number. */
export function latestCases(
  deps: Pick<Deps, "db" | "seal">,
  memberId: string,
  before: number,
  limit: number,
): OwnCase[] {
  return deps.db
    .select({ number: cases.caseId })
    .from(cases)
    .where(and(eq(cases.memberId, memberId), lt(cases.caseId, before)))
    .orderBy(desc(cases.caseId))
    .limit(limit)
    .all()
    .map(({ number }) => {
      const { kind, openedAt, closedAt, result } = readCase(deps, number)!;
      return { number, kind, openedAt, closedAt, result };
    });
}
