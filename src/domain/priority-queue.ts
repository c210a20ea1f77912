import { type Clock, seconds } from "../lib/clock.ts";
import { type Db, write } from "../platform/database.ts";
import { type Claimed, leaseSeconds, longestWait, sendingQueue } from "./sending-queue.ts";

/** The lower goes first. Bulk is what nobody waits for. */
export const priorities = { urgent: -1, ordinary: 0, bulk: 1 };

export type Prioritised = Claimed & { priority: number };

type Kept<Row> = {
  table: "mails" | "texts";
  key: "mail_id" | "text_id";
  /** What is read besides what every claim holds: the key under the name that `idOf` looks for, and the priority. */
  columns: string;
  idOf: (row: Row) => number;
};

/**
 * What waits in a table, the most pressing taken up first. What nobody waits for (bulk) goes between: it always leaves
 * one place free, so that what is urgent goes at once whatever stands behind it, and when it waits one place is its own,
 * so that it goes on however many others come.
 */
export function priorityQueue<Row extends Prioritised>(db: Db, clock: Clock, kept: Kept<Row>) {
  const { table } = kept;
  const lane = (hasAlerts: boolean, ...own: number[]) =>
    sendingQueue<Row>(db, clock, {
      ...kept,
      // Each priority in turn keeps to the index: what waits for its next try is never walked through.
      due: `priority IN (${own.join(", ")})
        AND due_at <= :now AND leased_until <= :now`,
      order: `priority, due_at, ${kept.key}`,
      hasAlerts,
    });
  const pressing = lane(false, priorities.urgent, priorities.ordinary);
  const bulk = lane(true, priorities.bulk);
  const mend = db.$client.prepare(
    `UPDATE ${table} SET due_at = min(due_at, :now), leased_until = 0
     WHERE state = 'queued' AND (due_at > :now + :longest OR leased_until > :now + :lease OR queued_at > :now)`,
  );
  return {
    /** True when something may be taken up now. */
    hasDue: (bulkLeft: number) => pressing.hasDue() || (bulkLeft > 0 && bulk.hasDue()),
    renew: pressing.renew,
    settle: pressing.settle,
    /**
     * Takes up what is due, as far as there are places for it.
     * @param places how many may be on their way at once; `taken`: those that are.
     * @param bulkLeft how many bulk ones may still leave in this minute.
     */
    claim(places: number, taken: Row[] = [], bulkLeft = Number.POSITIVE_INFINITY): Row[] {
      const bulkTaken = taken.filter(isBulk).length;
      const free = places - taken.length;
      if (free <= 0) return [];
      const own = bulkTaken === 0 && bulkLeft > 0 && bulk.hasDue() ? 1 : 0;
      const first = pressing.claim(free - own, taken);
      return [...first, ...bulk.claim(Math.min(free - first.length, places - 1 - bulkTaken, bulkLeft), taken)];
    },
    /** Makes due what a clock set back would have left waiting for a time that is far away. */
    mendTimes(): void {
      write(db, () => mend.run({ now: seconds(clock), longest: longestWait, lease: leaseSeconds }));
    },
  };
}

export type PriorityQueue<Row extends Prioritised> = ReturnType<typeof priorityQueue<Row>>;

export function isBulk({ priority }: Pick<Prioritised, "priority">): boolean {
  return priority === priorities.bulk;
}
