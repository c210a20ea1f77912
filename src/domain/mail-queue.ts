import { type Clock, seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import { type Db, write } from "../platform/database.ts";
import { priorities } from "./outbox.ts";
import { type Claimed, leaseSeconds, longestWait, sendingQueue } from "./sending-queue.ts";

export type ClaimedMail = Claimed & { mailId: number; language: Language; priority: number };

/**
 * The queue of mails: the most pressing are taken up first. What nobody waits for (bulk) goes between them: it always
 * leaves one place free, so that an urgent mail goes at once whatever stands behind it, and when it waits one place is
 * its own, so that it goes on however many others come.
 */
export function mailQueue(db: Db, clock: Clock) {
  const lane = (...own: number[]) =>
    sendingQueue<ClaimedMail>(db, clock, {
      table: "mails",
      key: "mail_id",
      // Each priority in turn keeps to the index: mails waiting for their next try are never walked through.
      due: `priority IN (${own.join(", ")})
        AND due_at <= :now AND leased_until <= :now`,
      order: "priority, due_at, mail_id",
      columns: "mail_id AS mailId, language, priority",
      idOf: ({ mailId }) => mailId,
    });
  const pressing = lane(priorities.urgent, priorities.ordinary);
  const bulk = lane(priorities.bulk);
  const mend = db.$client.prepare(
    `UPDATE mails SET due_at = min(due_at, :now), leased_until = 0
     WHERE state = 'queued' AND (due_at > :now + :longest OR leased_until > :now + :lease)`,
  );
  return {
    renew: pressing.renew,
    settle: pressing.settle,
    /**
     * Takes up what is due, as far as there are places for it.
     * @param places how many mails may be on their way at once; `taken`: those that are.
     * @param bulkLeft how many bulk mails may still leave in this minute.
     */
    claim(places: number, taken: ClaimedMail[] = [], bulkLeft = Number.POSITIVE_INFINITY): ClaimedMail[] {
      const bulkTaken = taken.filter(isBulk).length;
      const free = places - taken.length;
      if (free <= 0) return [];
      const kept = bulkTaken === 0 && bulkLeft > 0 && bulk.hasDue() ? 1 : 0;
      const first = pressing.claim(free - kept);
      return [...first, ...bulk.claim(Math.min(free - first.length, places - 1 - bulkTaken, bulkLeft))];
    },
    /** Makes mails due that a clock set back would have left waiting for a time that is far away. */
    mendTimes(): void {
      write(db, () => mend.run({ now: seconds(clock), longest: longestWait, lease: leaseSeconds }));
    },
  };
}

export function isBulk({ priority }: ClaimedMail): boolean {
  return priority === priorities.bulk;
}
