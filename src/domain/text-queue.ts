import { type Clock, seconds } from "../lib/clock.ts";
import { type Db, write } from "../platform/database.ts";
import type { Delivery } from "../platform/mailer.ts";
import { lastAttempt, leaseSeconds, retryDelay, type Settled } from "./mail-queue.ts";

/** A text message taken up by a worker: nobody else tries it before its lease is over. */
export type ClaimedText = {
  textId: number;
  messageId: string;
  kind: string;
  memberId: string | null;
  recipient: string;
  contentSealed: Buffer;
  /** This try included. It also tells one claim from a later one. */
  attempts: number;
  queuedAt: number;
};

/** No message waits longer than this for its next try: a time further away is that of a clock set back since. */
const longestWait = 8 * 3600;

/** The queue of text messages as a worker sees it: the life of a mail, with one priority. */
export function textQueue(db: Db, clock: Clock) {
  const due = `FROM texts WHERE state = 'queued' AND (due_at <= :now OR due_at > :now + ${longestWait})
    AND (leased_until <= :now OR leased_until > :now + ${leaseSeconds})`;
  const isDue = db.$client.prepare<{ now: number }>(`SELECT 1 ${due} LIMIT 1`).pluck();
  const read = db.$client.prepare<{ now: number; limit: number }, ClaimedText>(
    `SELECT text_id AS textId, message_id AS messageId, kind, member_id AS memberId, recipient,
       content_sealed AS contentSealed, attempts + 1 AS attempts, queued_at AS queuedAt
     ${due} ORDER BY due_at, text_id LIMIT :limit`,
  );
  const lease = db.$client.prepare("UPDATE texts SET leased_until = ?, attempts = attempts + 1 WHERE text_id = ?");
  // What was sent was sent, even by a worker that had lost its lease.
  const settleSent = db.$client.prepare(
    "UPDATE texts SET state = 'sent', settled_at = ?, answer = ?, leased_until = 0 WHERE text_id = ? AND state <> 'sent'",
  );
  const settleDead = db.$client.prepare(
    "UPDATE texts SET state = 'dead', settled_at = ?, answer = ?, leased_until = 0 WHERE text_id = ? AND state = 'queued' AND attempts = ?",
  );
  const settleRetry = db.$client.prepare(
    "UPDATE texts SET due_at = ?, answer = ?, leased_until = 0 WHERE text_id = ? AND state = 'queued' AND attempts = ?",
  );
  return {
    /** Takes up at most `limit` messages that are due, and leases them. */
    claim(limit: number): ClaimedText[] {
      if (isDue.get({ now: seconds(clock) }) === undefined) return [];
      return write(db, () => {
        const now = seconds(clock);
        const claimed = read.all({ now, limit });
        for (const { textId } of claimed) lease.run(now + leaseSeconds, textId);
        return claimed;
      });
    },
    /** @param also what is written with it, when this end is the one that counts. */
    settle(
      { textId, attempts }: ClaimedText,
      { outcome, answer }: Delivery,
      also: (settled: Settled, at: number) => void,
    ): Settled {
      return write(db, () => {
        const now = seconds(clock);
        const isOver = outcome === "never" || attempts >= lastAttempt;
        const settled: Settled = outcome === "sent" ? "sent" : isOver ? "dead" : "retry";
        const { changes } =
          settled === "sent"
            ? settleSent.run(now, answer, textId)
            : settled === "dead"
              ? settleDead.run(now, answer, textId, attempts)
              : settleRetry.run(now + retryDelay(attempts, textId), answer, textId, attempts);
        if (changes > 0) also(settled, now);
        return settled;
      });
    },
  };
}
