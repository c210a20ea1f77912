import { type Clock, seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import { type Db, write } from "../platform/database.ts";
import type { Delivery } from "../platform/mailer.ts";
import { priorities } from "./outbox.ts";

/** A mail taken up by a worker: nobody else tries it before `leased_until`. */
export type ClaimedMail = {
  mailId: number;
  messageId: string;
  kind: string;
  memberId: string | null;
  recipient: string;
  language: Language;
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
const longestDelay = 4 * 3600;
/** With the delays below, the last of these tries comes about three days after the first. */
export const lastAttempt = 25;

/**
 * Seconds to wait after the nth try failed: 1 minute, 2, 4… up to 4 hours, and up to a tenth more so that mails
 * refused together do not come back together. The tenth comes from the mail's own number: same mail, same delay.
 */
export function retryDelay(attempts: number, mailId: number): number {
  const delay = Math.min(firstDelay * 2 ** (attempts - 1), longestDelay);
  const spread = ((mailId * 0.618034 + attempts * 0.414214) % 1) / 10;
  return Math.floor(delay * (1 + spread));
}

type MailQueue = {
  /** Takes up at most `limit` mails that are due, the most pressing first, and leases them. */
  claim(limit: number): ClaimedMail[];
  renew(claimed: Iterable<ClaimedMail>): void;
  settle(mail: ClaimedMail, delivery: Delivery, also?: (settled: Settled) => void): Settled;
  /** Makes mails due that a clock set back would have left waiting for a time that is far away. */
  mendTimes(): void;
};

/** The queue as a worker sees it. Statements are prepared once: an idle worker asks every second or two. */
export function mailQueue(db: Db, clock: Clock): MailQueue {
  // Each priority in turn keeps to the index: mails waiting for their next try are never walked through.
  const due = `FROM mails WHERE state = 'queued' AND priority IN (${priorities.urgent}, ${priorities.ordinary})
    AND due_at <= :now AND leased_until <= :now`;
  const isDue = db.$client.prepare<{ now: number }>(`SELECT 1 ${due} LIMIT 1`).pluck();
  const read = db.$client.prepare<{ now: number; limit: number }, ClaimedMail>(
    `SELECT mail_id AS mailId, message_id AS messageId, kind, member_id AS memberId, recipient, language,
       content_sealed AS contentSealed, attempts + 1 AS attempts, queued_at AS queuedAt
     ${due} ORDER BY priority, due_at, mail_id LIMIT :limit`,
  );
  const lease = db.$client.prepare("UPDATE mails SET leased_until = ?, attempts = attempts + 1 WHERE mail_id = ?");
  const renewal = db.$client.prepare(
    "UPDATE mails SET leased_until = ? WHERE mail_id = ? AND state = 'queued' AND attempts = ?",
  );
  // What was sent was sent, even by a worker that had lost its lease.
  const settleSent = db.$client.prepare(
    "UPDATE mails SET state = 'sent', settled_at = ?, answer = ?, leased_until = 0 WHERE mail_id = ? AND state <> 'sent'",
  );
  const settleDead = db.$client.prepare(
    "UPDATE mails SET state = 'dead', settled_at = ?, answer = ?, leased_until = 0 WHERE mail_id = ? AND state = 'queued' AND attempts = ?",
  );
  const settleRetry = db.$client.prepare(
    "UPDATE mails SET due_at = ?, answer = ?, leased_until = 0 WHERE mail_id = ? AND state = 'queued' AND attempts = ?",
  );
  const mend = db.$client.prepare(
    `UPDATE mails SET due_at = min(due_at, :now), leased_until = 0
     WHERE state = 'queued' AND (due_at > :now + :longest OR leased_until > :now + :lease)`,
  );
  return {
    claim(limit) {
      if (isDue.get({ now: seconds(clock) }) === undefined) return [];
      return write(db, () => {
        const now = seconds(clock);
        const claimed = read.all({ now, limit });
        for (const { mailId } of claimed) lease.run(now + leaseSeconds, mailId);
        return claimed;
      });
    },
    renew(claimed) {
      write(db, () => {
        for (const { mailId, attempts } of claimed) renewal.run(seconds(clock) + leaseSeconds, mailId, attempts);
      });
    },
    settle({ mailId, attempts }, { outcome, answer }, also) {
      return write(db, () => {
        const now = seconds(clock);
        let settled: Settled;
        let changes: number;
        if (outcome === "sent") {
          settled = "sent";
          ({ changes } = settleSent.run(now, answer, mailId));
        } else if (outcome === "never" || attempts >= lastAttempt) {
          settled = "dead";
          ({ changes } = settleDead.run(now, answer, mailId, attempts));
        } else {
          settled = "retry";
          ({ changes } = settleRetry.run(now + retryDelay(attempts, mailId), answer, mailId, attempts));
        }
        if (changes > 0) also?.(settled);
        return settled;
      });
    },
    mendTimes() {
      write(db, () => mend.run({ now: seconds(clock), longest: 2 * longestDelay, lease: leaseSeconds }));
    },
  };
}
