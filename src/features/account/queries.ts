import { and, desc, eq, lt } from "drizzle-orm";
import { type EvidenceKind, type FilePart, fileParts } from "../../domain/evidence.ts";
import type { Db } from "../../platform/database.ts";
import { evidence } from "../../platform/schema.ts";

export type Act = {
  sequence: number;
  at: number;
  kind: EvidenceKind;
  /** What somebody of the mutual read of the file, when it is that. */
  read: FilePart | undefined;
};

/** What was done with a member's account, latest first, before a row of the journal. `at` in seconds. */
export function latestActs(db: Db, memberId: string, before: number, limit: number): Act[] {
  const { sequence, at, kind, actor, details } = evidence;
  const rows = db
    .select({ sequence, at, kind, actor, details })
    .from(evidence)
    .where(and(eq(evidence.memberId, memberId), lt(sequence, before)))
    .orderBy(desc(sequence))
    .limit(limit)
    .all();
  return rows.map((row) => ({
    sequence: row.sequence,
    at: row.at,
    kind: row.kind as EvidenceKind,
    read: row.actor === "staff" ? partOf(row.details) : undefined,
  }));
}

function partOf(details: string): FilePart | undefined {
  const { what } = JSON.parse(details) as { what?: unknown };
  return fileParts.find((part) => part === what);
}
