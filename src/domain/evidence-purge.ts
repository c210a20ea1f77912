import { createHash } from "node:crypto";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type EvidenceKind, record } from "./evidence.ts";
import { type MemberRange, memberRanges } from "./member-ranges.ts";
import { keptMonths, monthsAgo } from "./retention.ts";

type EvidencePurgeDeps = Pick<Deps, "db" | "clock" | "seal">;

/** Who came in and what was read. */
const accessFacts: EvidenceKind[] = [
  "data.downloaded",
  "document.downloaded",
  "file.read",
  "reimbursements.downloaded",
  "second-factor.refused",
  "session.ended",
  "session.ended-elsewhere",
  "session.started",
  "sign-in.refused",
  "staff.searched",
];

/** They tell of the journal itself, or prove the charter, and name nobody. */
const keptForGood: EvidenceKind[] = ["charter.notified", "charter.published", "evidence.purged", "evidence.sealed"];

const list = (kinds: EvidenceKind[]) => kinds.map((kind) => `'${kind}'`).join(", ");
const ends = list(["account.deleted", "account.annulled", "account.replaced"]);

// A row that has lost its words is at 0: nothing below takes it twice.
const access = `e.at BETWEEN 1 AND :limit AND e.kind IN (${list(accessFacts)})`;
const ofNobody = `e.at BETWEEN 1 AND :limit AND e.member_id IS NULL AND e.kind NOT IN (${list(keptForGood)})`;

/**
 * What is told of an account goes five years after its end; what is of no account (before one, after the last), five
 * years after it happened. Only people without an account, or with one that ended, are looked at.
 */
const ofEndedAccounts = `
  FROM members m CROSS JOIN evidence e ON e.member_id = m.member_id AND e.at BETWEEN 1 AND :limit
  WHERE m.member_id > :from AND m.member_id <= :to
    AND (NOT EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.member_id)
      OR EXISTS (SELECT 1 FROM evidence o WHERE o.member_id = m.member_id AND o.kind IN (${ends})))
    AND (EXISTS (SELECT 1 FROM evidence o WHERE o.member_id = e.member_id AND o.sequence >= e.sequence
        AND o.kind IN (${ends}) AND o.at BETWEEN 1 AND :limit)
      OR (NOT EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = e.member_id)
        AND NOT EXISTS (SELECT 1 FROM evidence o WHERE o.member_id = e.member_id AND o.sequence >= e.sequence
          AND o.kind IN (${ends}))))`;

const rowsAtOnce = 500;
const rowsLookedAtAtOnce = 1_000;

type Span = { after: number; to: number; limit: number };
type Found = { sequence: number; hash: Buffer };

const accessLimit = ({ clock }: EvidencePurgeDeps) => monthsAgo(clock, keptMonths.accessFact);
const proofLimit = ({ clock }: EvidencePurgeDeps) => monthsAgo(clock, keptMonths.proof);

/** The words of access facts older than twelve months. Yields how many rows each step emptied. */
export const purgeAccessFacts = (deps: EvidencePurgeDeps) => emptySpans(deps, access, accessLimit(deps));
export const countAccessFacts = (deps: EvidencePurgeDeps) => countSpans(deps, access, accessLimit(deps));

/** The words of what is proven of nobody known, older than five years. */
export const purgeFactsOfNobody = (deps: EvidencePurgeDeps) => emptySpans(deps, ofNobody, proofLimit(deps));
export const countFactsOfNobody = (deps: EvidencePurgeDeps) => countSpans(deps, ofNobody, proofLimit(deps));

/** The words of what is proven of accounts that ended five years ago. */
export function* purgeFactsOfEnded(deps: EvidencePurgeDeps): Generator<number> {
  const find = deps.db.$client.prepare<MemberRange & { limit: number }, Found>(
    `SELECT e.sequence, e.hash ${ofEndedAccounts} ORDER BY e.sequence LIMIT ${rowsAtOnce}`,
  );
  const limit = proofLimit(deps);
  for (const range of memberRanges(deps.db)) {
    for (;;) {
      const emptied = emptyRows(deps, () => find.all({ ...range, limit }));
      yield emptied;
      if (emptied < rowsAtOnce) break;
    }
  }
}

export function* countFactsOfEnded(deps: EvidencePurgeDeps): Generator<number> {
  const count = deps.db.$client
    .prepare<MemberRange & { limit: number }, number>(`SELECT count(*) ${ofEndedAccounts}`)
    .pluck();
  const limit = proofLimit(deps);
  for (const range of memberRanges(deps.db)) yield count.get({ ...range, limit })!;
}

function* emptySpans(deps: EvidencePurgeDeps, due: string, limit: number): Generator<number> {
  const find = deps.db.$client.prepare<Span, Found>(
    `SELECT e.sequence, e.hash FROM evidence e WHERE e.sequence > :after AND e.sequence <= :to AND ${due}
     ORDER BY e.sequence`,
  );
  for (const span of spans(deps.db, limit)) yield emptyRows(deps, () => find.all(span));
}

function* countSpans(deps: EvidencePurgeDeps, due: string, limit: number): Generator<number> {
  const count = deps.db.$client
    .prepare<Span, number>(`SELECT count(*) FROM evidence e WHERE e.sequence > :after AND e.sequence <= :to AND ${due}`)
    .pluck();
  for (const span of spans(deps.db, limit)) yield count.get(span)!;
}

/** The journal up to the last row of that time, a piece at a time. */
function* spans(db: Db, limit: number): Generator<Span> {
  const last = db.$client
    .prepare<[number], number>(
      "SELECT sequence FROM evidence WHERE at BETWEEN 1 AND ? ORDER BY at DESC, sequence DESC LIMIT 1",
    )
    .pluck()
    .get(limit);
  for (let after = 0; after < (last ?? 0); after += rowsLookedAtAtOnce) {
    yield { after, to: Math.min(after + rowsLookedAtAtOnce, last!), limit };
  }
}

/**
 * Takes their words from rows, which keep their place and their hash, and writes how many they were and the hash of
 * their hashes: whoever follows the chain can tell them from rows that were tampered with.
 */
function emptyRows(deps: EvidencePurgeDeps, find: () => Found[]): number {
  const { db } = deps;
  return write(db, () => {
    const rows = find();
    if (rows.length === 0) return 0;
    const hashes = createHash("sha256");
    for (const { hash } of rows) hashes.update(hash);
    const details = { rows: rows.length, sha256: hashes.digest("hex") };
    record(deps, { kind: "evidence.purged", actor: "system", details });
    const told = db.$client.prepare<[], number>("SELECT max(sequence) FROM evidence").pluck().get();
    const empty = db.$client.prepare<[string, number]>(
      "UPDATE evidence SET kind = 'purged', member_id = NULL, details = '', at = 0, actor = ? WHERE sequence = ?",
    );
    for (const { sequence } of rows) empty.run(`purge:${told}`, sequence);
    return rows.length;
  });
}
