import { type Clock, seconds } from "../lib/clock.ts";
import type { Db } from "../platform/database.ts";
import { priorities } from "./priority-queue.ts";

const window = 60;

/**
 * Counts the bulk mails of the last minute. What an earlier process sent in it counts as well: a portal that starts
 * again and again sends no more than another.
 * @param perMinute undefined = no bound.
 */
export function mailPace(db: Db, clock: Clock, perMinute: number | undefined) {
  const taken = new Map<number, number>();
  if (perMinute !== undefined) {
    const sent = db.$client.prepare<[number, number], { at: number; mails: number }>(
      `SELECT settled_at AS at, count(*) AS mails FROM mails WHERE settled_at > ? AND priority = ? AND attempts > 0
       GROUP BY settled_at`,
    );
    for (const { at, mails } of sent.all(seconds(clock) - window, priorities.bulk)) taken.set(at, mails);
  }
  return {
    /** How many more may be taken up now. */
    left(): number {
      if (perMinute === undefined) return Number.POSITIVE_INFINITY;
      const now = seconds(clock);
      let count = 0;
      for (const [at, mails] of taken) {
        // Of a clock set back as well: what is to come was not sent in the last minute.
        if (at <= now - window || at > now) taken.delete(at);
        else count += mails;
      }
      return Math.max(0, perMinute - count);
    },
    count(mails: number): void {
      if (perMinute === undefined || mails === 0) return;
      const now = seconds(clock);
      taken.set(now, (taken.get(now) ?? 0) + mails);
    },
  };
}
