import { type Clock, seconds } from "../lib/clock.ts";
import { type Db, writeLightly } from "../platform/database.ts";
import type { Delivery } from "../platform/mailer.ts";
import { alertKind } from "./alert-stopping.ts";
import { afterQuietHours } from "./quiet-hours.ts";

/** What a worker has taken up: nobody else tries it before its lease is over. */
export type Claimed = {
  messageId: string;
  kind: string;
  memberId: string | null;
  recipient: string;
  contentSealed: Buffer;
  /** This try included. It also tells one claim from a later one. */
  attempts: number;
  queuedAt: number;
};

/** What became of a try. `dead`: refused for good, or tried in vain for three days. */
export type Settled = "sent" | "retry" | "dead";

/** Seconds. A worker renews the leases of what it is sending; those of a killed one run out after this. */
export const leaseSeconds = 30;

const firstDelay = 60;
export const longestDelay = 4 * 3600;
/** Nothing waits longer for its next try, or for its first: a night of the autumn, when clocks are set back, is 12 hours. */
export const longestWait = 13 * 3600;
/** With the delays below, the last of these tries comes about three days after the first. */
export const lastAttempt = 25;

/**
 * Seconds to wait after the nth try failed: 1 minute, 2, 4… up to 4 hours, and up to a tenth more so that what was
 * refused together does not come back together. The tenth comes from its own number: same mail, same delay.
 */
export function retryDelay(attempts: number, id: number): number {
  const delay = Math.min(firstDelay * 2 ** (attempts - 1), longestDelay);
  const spread = ((id * 0.618034 + attempts * 0.414214) % 1) / 10;
  return Math.floor(delay * (1 + spread));
}

type Queue<Row> = {
  table: "mails" | "texts";
  key: "mail_id" | "text_id";
  /** Which rows are due at `:now`, as a condition, and in which order they are taken up. */
  due: string;
  order: string;
  /** What is read besides what every claim holds: the key at least, under the name that `idOf` looks for. */
  columns: string;
  idOf: (row: Row) => number;
  /** Whether alerts stand in this queue: they do not leave at night. */
  hasAlerts: boolean;
};

/** So many alerts are put off at once, at most: what else is due goes on meanwhile. */
const mostPutOff = 1_000;

/**
 * What waits in a table to be sent, as a worker sees it: taken up under a lease, then settled, or tried again later.
 * Statements are prepared once: an idle worker asks every second or two. Nothing here waits for the disk: a power cut
 * that forgets the last moments makes the worker try again what it had sent, and a killed process forgets nothing.
 */
export function sendingQueue<Row extends Claimed>(
  db: Db,
  clock: Clock,
  { table, key, due, order, columns, idOf, hasAlerts }: Queue<Row>,
) {
  const waiting = `FROM ${table} WHERE state = 'queued' AND ${due}`;
  const isDue = db.$client.prepare<{ now: number }>(`SELECT 1 ${waiting} LIMIT 1`).pluck();
  const read = db.$client.prepare<{ now: number; limit: number }, Row>(
    `SELECT ${columns}, message_id AS messageId, kind, member_id AS memberId, recipient,
       content_sealed AS contentSealed, attempts + 1 AS attempts, queued_at AS queuedAt
     ${waiting} ORDER BY ${order} LIMIT :limit`,
  );
  const lease = db.$client.prepare(`UPDATE ${table} SET leased_until = ?, attempts = attempts + 1 WHERE ${key} = ?`);
  const heads = db.$client.prepare<{ now: number }, { id: number; kind: string }>(
    `SELECT ${key} AS id, kind ${waiting} ORDER BY ${order}`,
  );
  const putOff = db.$client.prepare<[number, number]>(`UPDATE ${table} SET due_at = ? WHERE ${key} = ?`);

  /**
   * Alerts that night has overtaken (the server was away, or had too many) wait for the morning: no try is used up.
   * Only those that stand before what else would be taken up are looked at.
   */
  function putAlertsOff(now: number, morning: number, limit: number): void {
    const night: number[] = [];
    let others = 0;
    for (const { id, kind } of heads.iterate({ now })) {
      if (kind === alertKind) night.push(id);
      else others++;
      if (others >= limit || night.length >= mostPutOff) break;
    }
    for (const id of night) putOff.run(morning, id);
  }

  const mine = `${key} = ? AND state = 'queued' AND attempts = ?`;
  // What was sent was sent, even by a worker that had lost its lease: its try is the one that counts.
  const settleSent = db.$client.prepare(
    `UPDATE ${table} SET state = 'sent', attempts = ?, settled_at = ?, answer = ?, leased_until = 0
     WHERE ${key} = ? AND state <> 'sent'`,
  );
  const settleDead = db.$client.prepare(
    `UPDATE ${table} SET state = 'dead', settled_at = ?, answer = ?, leased_until = 0 WHERE ${mine}`,
  );
  const settleRetry = db.$client.prepare(`UPDATE ${table} SET due_at = ?, answer = ?, leased_until = 0 WHERE ${mine}`);
  const renewal = db.$client.prepare(`UPDATE ${table} SET leased_until = ? WHERE ${mine}`);
  return {
    /** True when there is something to take up. */
    hasDue: (): boolean => isDue.get({ now: seconds(clock) }) !== undefined,
    /** Takes up at most `limit` rows that are due, but those that are on their way, and leases them. */
    claim(limit: number, taken: Row[]): Row[] {
      if (limit <= 0 || isDue.get({ now: seconds(clock) }) === undefined) return [];
      return writeLightly(db, () => {
        const now = seconds(clock);
        const morning = afterQuietHours(now);
        const isNight = hasAlerts && morning > now;
        if (isNight) putAlertsOff(now, morning, limit);
        // A lease may run out while the base is held, or the clock is set.
        const own = new Set(taken.map(idOf));
        const claimed = read
          .all({ now, limit: limit + own.size })
          .filter((row) => !own.has(idOf(row)) && !(isNight && row.kind === alertKind))
          .slice(0, limit);
        for (const row of claimed) lease.run(now + leaseSeconds, idOf(row));
        return claimed;
      });
    },
    /** Goes on holding what is being sent. */
    renew(claimed: Iterable<Row>): void {
      writeLightly(db, () => {
        for (const row of claimed) renewal.run(seconds(clock) + leaseSeconds, idOf(row), row.attempts);
      });
    },
    /** @param also what is written with it, when this end is the one that counts; `at` in seconds. */
    settle(
      row: Row,
      { outcome, answer, waitSeconds = 0 }: Delivery,
      also?: (settled: Settled, at: number) => void,
    ): Settled {
      const { attempts } = row;
      const id = idOf(row);
      return writeLightly(db, () => {
        const now = seconds(clock);
        const isOver = outcome === "never" || attempts >= lastAttempt;
        const settled: Settled = outcome === "sent" ? "sent" : isOver ? "dead" : "retry";
        const nextWait = Math.min(Math.max(retryDelay(attempts, id), waitSeconds), longestWait);
        const { changes } =
          settled === "sent"
            ? settleSent.run(attempts, now, answer, id)
            : settled === "dead"
              ? settleDead.run(now, answer, id, attempts)
              : settleRetry.run(now + nextWait, answer, id, attempts);
        if (changes > 0) also?.(settled, now);
        return settled;
      });
    },
  };
}
