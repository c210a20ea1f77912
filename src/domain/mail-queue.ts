import type { Clock } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import type { Db } from "../platform/database.ts";
import { priorityQueue } from "./priority-queue.ts";
import type { Claimed } from "./sending-queue.ts";

export type ClaimedMail = Claimed & { mailId: number; language: Language; priority: number };

/** The queue of mails. */
export function mailQueue(db: Db, clock: Clock) {
  return priorityQueue<ClaimedMail>(db, clock, {
    table: "mails",
    key: "mail_id",
    columns: "mail_id AS mailId, language, priority",
    idOf: ({ mailId }) => mailId,
  });
}
