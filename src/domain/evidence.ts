import { createHash } from "node:crypto";
import { asc, desc, gt } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { evidence } from "../platform/schema.ts";

/** What may have to be proven, and is told to the member under `account:activity.kinds`. */
export type EvidenceKind =
  | "account.opened"
  | "charter.accepted"
  | "invitation.queued"
  | "mail.dead"
  | "mail.sent"
  | "password.changed"
  | "password.forgotten"
  | "reimbursements.downloaded"
  | "session.ended"
  | "session.started"
  | "sign-in.refused";

export type Fact = {
  kind: EvidenceKind;
  memberId?: string | undefined;
  /** Who did it. */
  actor: "member" | "visitor" | "import" | "operator" | "system";
  details?: Record<string, string | number | boolean>;
};

type Row = Omit<typeof evidence.$inferSelect, "previousHash" | "hash">;
type Previous = { sequence: number; hash: Buffer };

const start: Previous = { sequence: 0, hash: Buffer.alloc(32) };

/**
 * Writes a fact that may have to be proven later, in the transaction of what it tells. Each row holds the hash of the
 * one before: a row altered, removed or moved breaks the chain.
 */
export function record({ db, clock }: Pick<Deps, "db" | "clock">, { kind, memberId, actor, details = {} }: Fact): void {
  write(db, () => {
    const previous = lastRow(db);
    const row = {
      sequence: previous.sequence + 1,
      at: seconds(clock),
      kind,
      memberId: memberId ?? null,
      actor,
      details: JSON.stringify(details),
    };
    const hash = chain(previous.hash, row);
    db.insert(evidence)
      .values({ ...row, previousHash: previous.hash, hash })
      .run();
  });
}

function lastRow(db: Db): Previous {
  const { sequence, hash } = evidence;
  return db.select({ sequence, hash }).from(evidence).orderBy(desc(sequence)).limit(1).get() ?? start;
}

function chain(previous: Buffer, { sequence, at, kind, memberId, actor, details }: Row): Buffer {
  const text = JSON.stringify([sequence, at, kind, memberId, actor, details]);
  return createHash("sha256").update(previous).update(text).digest();
}

const rowsAtOnce = 1_000;

/**
 * Follows the chain from its start.
 * @returns how many rows follow, and the sequence number of the first that does not, if there is one.
 */
export function verifyEvidence(db: Db): { rows: number; brokenAt: number | undefined } {
  let previous = start;
  for (;;) {
    const rows = db
      .select()
      .from(evidence)
      .where(gt(evidence.sequence, previous.sequence))
      .orderBy(asc(evidence.sequence))
      .limit(rowsAtOnce)
      .all();
    if (rows.length === 0) return { rows: previous.sequence, brokenAt: undefined };
    for (const row of rows) {
      const follows = row.sequence === previous.sequence + 1 && row.previousHash.equals(previous.hash);
      if (!follows || !chain(previous.hash, row).equals(row.hash)) {
        return { rows: previous.sequence, brokenAt: row.sequence };
      }
      previous = row;
    }
  }
}
