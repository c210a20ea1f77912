import { type Clock, seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import { type Db, write } from "../platform/database.ts";
import { priorities } from "./outbox.ts";
import { type Claimed, leaseSeconds, longestDelay, sendingQueue } from "./sending-queue.ts";

export type ClaimedMail = Claimed & { mailId: number; language: Language };

/** The queue of mails: the most pressing are taken up first. */
export function mailQueue(db: Db, clock: Clock) {
  const mend = db.$client.prepare(
    `UPDATE mails SET due_at = min(due_at, :now), leased_until = 0
     WHERE state = 'queued' AND (due_at > :now + :longest OR leased_until > :now + :lease)`,
  );
  return {
    ...sendingQueue<ClaimedMail>(db, clock, {
      table: "mails",
      key: "mail_id",
      // Each priority in turn keeps to the index: mails waiting for their next try are never walked through.
      due: `priority IN (${priorities.urgent}, ${priorities.ordinary})
        AND due_at <= :now AND leased_until <= :now`,
      order: "priority, due_at, mail_id",
      columns: "mail_id AS mailId, language",
      idOf: ({ mailId }) => mailId,
    }),
    /** Makes mails due that a clock set back would have left waiting for a time that is far away. */
    mendTimes(): void {
      write(db, () => mend.run({ now: seconds(clock), longest: 2 * longestDelay, lease: leaseSeconds }));
    },
  };
}
