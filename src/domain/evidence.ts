import { createHash } from "node:crypto";
import { seconds } from "../lib/clock.ts";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";

export type EvidenceKind =
  | "account.opened"
  | "charter.accepted"
  | "invitation.queued"
  | "reimbursements.downloaded"
  | "session.ended"
  | "session.started"
  | "sign-in.refused";

export type Fact = {
  kind: EvidenceKind;
  memberId?: string | undefined;
  /** Who did it: `member`, `visitor`, `import`, `operator`. */
  actor: "member" | "visitor" | "import" | "operator";
  details?: Record<string, string | number | boolean>;
};

type Previous = { sequence: number; hash: Buffer };

const start: Previous = { sequence: 0, hash: Buffer.alloc(32) };

/**
 * Writes a fact that may have to be proven later, in the transaction of what it tells. Each row holds the hash of the
 * one before: a row altered, removed or moved breaks the chain.
 */
export function record({ db, clock }: Pick<Deps, "db" | "clock">, { kind, memberId, actor, details = {} }: Fact): void {
  write(db, () => {
    const last = lastRow(db);
    const row = {
      sequence: last.sequence + 1,
      at: seconds(clock),
      kind,
      memberId: memberId ?? null,
      actor,
      details: JSON.stringify(details),
    };
    db.$client
      .prepare(
        `INSERT INTO evidence (sequence, at, kind, member_id, actor, details, previous_hash, hash)
         VALUES (@sequence, @at, @kind, @memberId, @actor, @details, @previousHash, @hash)`,
      )
      .run({ ...row, previousHash: last.hash, hash: chain(last.hash, row) });
  });
}

function lastRow(db: Db): Previous {
  const sql = "SELECT sequence, hash FROM evidence ORDER BY sequence DESC LIMIT 1";
  return db.$client.prepare<[], Previous>(sql).get() ?? start;
}

type Row = { sequence: number; at: number; kind: string; memberId: string | null; actor: string; details: string };

function chain(previous: Buffer, { sequence, at, kind, memberId, actor, details }: Row): Buffer {
  return createHash("sha256")
    .update(previous)
    .update(JSON.stringify([sequence, at, kind, memberId, actor, details]))
    .digest();
}

/** The sequence number of the first row that does not follow from the one before it, or undefined when all do. */
export function firstBrokenRow(db: Db): number | undefined {
  const rows = db.$client
    .prepare<[], Row & { previousHash: Buffer; hash: Buffer }>(
      `SELECT sequence, at, kind, member_id AS memberId, actor, details, previous_hash AS previousHash, hash
       FROM evidence ORDER BY sequence`,
    )
    .iterate();
  let previous = start;
  for (const row of rows) {
    const follows = row.sequence === previous.sequence + 1 && row.previousHash.equals(previous.hash);
    if (!follows || !chain(previous.hash, row).equals(row.hash)) return row.sequence;
    previous = row;
  }
  return undefined;
}
