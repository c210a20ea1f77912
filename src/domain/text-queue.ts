import type { Clock } from "../lib/clock.ts";
import type { Db } from "../platform/database.ts";
import { type Claimed, leaseSeconds, longestWait, sendingQueue } from "./sending-queue.ts";

export type ClaimedText = Claimed & { textId: number };

/**
 * The queue of text messages: the life of a mail, with one priority. A time too far away to be a next try is that of a
 * clock set back since, and is due now.
 */
export function textQueue(db: Db, clock: Clock) {
  return sendingQueue<ClaimedText>(db, clock, {
    table: "texts",
    key: "text_id",
    due: `(due_at <= :now OR due_at > :now + ${longestWait})
      AND (leased_until <= :now OR leased_until > :now + ${leaseSeconds})`,
    order: "due_at, text_id",
    columns: "text_id AS textId",
    idOf: ({ textId }) => textId,
  });
}
