import { and, desc, eq, lt } from "drizzle-orm";
import type { EvidenceKind } from "../../domain/evidence.ts";
import type { Db } from "../../platform/database.ts";
import { evidence } from "../../platform/schema.ts";

export type Act = { sequence: number; at: number; kind: EvidenceKind };

/** What was done with a member's account, latest first, before a row of the journal. `at` in seconds. */
export function latestActs(db: Db, memberId: string, before: number, limit: number): Act[] {
  const { sequence, at, kind } = evidence;
  return db
    .select({ sequence, at, kind })
    .from(evidence)
    .where(and(eq(evidence.memberId, memberId), lt(sequence, before)))
    .orderBy(desc(sequence))
    .limit(limit)
    .all() as Act[];
}
