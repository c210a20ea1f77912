import { seconds } from "../lib/clock.ts";
import type { Day } from "../lib/dates.ts";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type MemberRange, memberRanges } from "./member-ranges.ts";
import { paymentsKeptSince } from "./retention.ts";

type PaymentsDeps = Pick<Deps, "db" | "clock">;
type Range = MemberRange & { day: Day };

const linesAtOnce = 250;
/** An import that has not ended for so long was cut short. */
const longestImportSeconds = 6 * 3600;

/**
 * A line goes when no payment of it is recent and no other line corrects it any more; cancellations and deductions go
 * before the act they are about. People are taken in ranges, so that nothing is searched through.
 */
const dueLines = `
  FROM members m
  JOIN line_payments lp ON lp.member_id = m.member_id AND lp.paid_on < :day
  JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id
  WHERE m.member_id > :from AND m.member_id <= :to
    AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.payment_id = l.amo_payment_id AND p.paid_on >= :day)
    AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.payment_id = l.amc_payment_id AND p.paid_on >= :day)
    AND NOT EXISTS (SELECT 1 FROM lines other WHERE other.origin_id = l.line_id)`;

/** A payment goes once none of its lines is left. */
const duePayments = `
  FROM members m JOIN payments p ON p.member_id = m.member_id AND p.paid_on < :day
  WHERE m.member_id > :from AND m.member_id <= :to
    AND NOT EXISTS (SELECT 1 FROM line_payments lp
      WHERE lp.member_id = p.member_id AND lp.paid_on = p.paid_on AND lp.payment_id = p.payment_id)`;

/** Removes payments and lines that are no longer shown. Yields how many rows each step removed. */
export function* removeOldPayments(deps: PaymentsDeps): Generator<number> {
  const { db } = deps;
  for (const range of ranges(deps)) {
    for (;;) {
      const removed = isImporting(deps) ? 0 : withoutReferences(db, () => write(db, () => removeSome(db, range)));
      yield removed;
      if (removed === 0) break;
    }
  }
}

/** How many such rows there are. Lines held by a correction that goes first are counted once it is gone. */
export function* countOldPayments(deps: PaymentsDeps): Generator<number> {
  const lines = deps.db.$client.prepare<Range, number>(`SELECT count(DISTINCT l.line_id) ${dueLines}`).pluck();
  const payments = deps.db.$client.prepare<Range, number>(`SELECT count(*) ${duePayments}`).pluck();
  for (const range of ranges(deps)) yield lines.get(range)! + payments.get(range)!;
}

/**
 * A running import remembers the payments it has met: none may go until it has ended. One that was killed has ended when
 * its source has begun another.
 */
export function isImporting({ db, clock }: PaymentsDeps): boolean {
  const running = db.$client.prepare<[number]>(
    `SELECT 1 FROM feed_runs r WHERE finished_at IS NULL AND started_at > ? AND NOT EXISTS (
       SELECT 1 FROM feed_runs later WHERE later.run_id > r.run_id AND later.source IS r.source)`,
  );
  return running.get(seconds(clock) - longestImportSeconds) !== undefined;
}

function* ranges({ db, clock }: PaymentsDeps): Generator<Range> {
  const day = paymentsKeptSince(clock);
  for (const range of memberRanges(db)) yield { ...range, day };
}

type LineKey = { beneficiary: string; line: string };

function removeSome(db: Db, range: Range): number {
  const lines = db.$client
    .prepare<Range & { limit: number }, LineKey>(
      `SELECT DISTINCT l.beneficiary_id AS beneficiary, l.line_id AS line ${dueLines} LIMIT :limit`,
    )
    .all({ ...range, limit: linesAtOnce });
  const unpay = db.$client.prepare<[string, string]>(
    `DELETE FROM line_payments WHERE (member_id, paid_on, payment_id, line_id) IN (
       SELECT p.member_id, p.paid_on, p.payment_id, l.line_id FROM lines l
       JOIN payments p ON p.payment_id IN (l.amo_payment_id, l.amc_payment_id)
       WHERE l.beneficiary_id = ? AND l.line_id = ?)`,
  );
  const remove = db.$client.prepare<[string, string]>("DELETE FROM lines WHERE beneficiary_id = ? AND line_id = ?");
  for (const { beneficiary, line } of lines) {
    unpay.run(beneficiary, line);
    remove.run(beneficiary, line);
  }
  if (lines.length > 0) return lines.length;
  return db.$client
    .prepare<Range & { limit: number }>(
      `DELETE FROM payments WHERE (member_id, paid_on, payment_id) IN (
         SELECT p.member_id, p.paid_on, p.payment_id ${duePayments} LIMIT :limit)`,
    )
    .run({ ...range, limit: linesAtOnce }).changes;
}

/**
 * What refers to a payment or a line was looked at above, by keys. SQLite would look again, through every line of the
 * base for each row removed.
 */
function withoutReferences<T>(db: Db, work: () => T): T {
  db.$client.pragma("foreign_keys = off");
  try {
    return work();
  } finally {
    db.$client.pragma("foreign_keys = on");
  }
}
