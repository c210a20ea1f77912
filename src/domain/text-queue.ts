import type { Clock } from "../lib/clock.ts";
import type { Db } from "../platform/database.ts";
import { priorityQueue } from "./priority-queue.ts";
import type { Claimed } from "./sending-queue.ts";

export type ClaimedText = Claimed & { textId: number; priority: number };

/** The queue of text messages: the life of a mail, so that a code never waits behind the alerts of an import. */
export function textQueue(db: Db, clock: Clock) {
  return priorityQueue<ClaimedText>(db, clock, {
    table: "texts",
    key: "text_id",
    columns: "text_id AS textId, priority",
    idOf: ({ textId }) => textId,
  });
}
