import { headColumns, type ThreadHead } from "../../domain/threads.ts";
import { type Db, perBase } from "../../platform/database.ts";
import { type Person, personColumns } from "../queue/people.ts";
import { type Cursor, rowsShown } from "../queue/schema.ts";
import type { ThreadListQuery } from "./schema.ts";

/** A conversation in the list, without its texts; `waitingSince` in seconds. */
export type QueuedThread = ThreadHead & Person & { waitingSince: number | null };

/** One row more than a page shows: what waits for an answer, or what was answered or closed. */
export function listThreadQueue(db: Db, { state, after, about }: ThreadListQuery): QueuedThread[] {
  const lists = statements(db)[state];
  const from = after ?? (state === "open" ? { at: 0, id: "0" } : { at: 0, id: String(Number.MAX_SAFE_INTEGER) });
  const asked = { at: from.at, id: Number(from.id) || 0, limit: rowsShown + 1 };
  if (about === "all") return lists.all.all(asked);
  return about === "errors" ? lists.errors.all(asked) : lists.topic.all({ ...asked, topic: about });
}

/** Who of the mutual wrote each message. */
export function writersOf(db: Db, threadId: number): Map<number, string> {
  const rows = statements(db).writers.all(threadId);
  return new Map(rows.map(({ messageId, staff }) => [messageId, staff]));
}

type Asked = Omit<Cursor, "id"> & { id: number; limit: number };

const columns = `${headColumns}, t.waiting_since AS waitingSince, ${personColumns}`;
const joins = "JOIN members m ON m.member_id = t.member_id";
const isError = "AND t.about IS NOT NULL";
const ofTopic = "AND t.topic = @topic";

const statements = perBase(({ $client }) => {
  const open = (more = "") => `
    SELECT ${columns} FROM threads t INDEXED BY threads_waiting ${joins}
    WHERE t.waiting_since IS NOT NULL AND (t.waiting_since, t.thread_id) > (@at, @id) ${more}
    ORDER BY t.waiting_since, t.thread_id LIMIT @limit`;
  const closed = (index: string, more = "") => `
    SELECT ${columns} FROM threads t INDEXED BY ${index} ${joins}
    WHERE t.waiting_since IS NULL AND t.thread_id < @id ${more} ORDER BY t.thread_id DESC LIMIT @limit`;
  return {
    open: {
      all: $client.prepare<Asked, QueuedThread>(open()),
      errors: $client.prepare<Asked, QueuedThread>(open(isError)),
      topic: $client.prepare<Asked & { topic: string }, QueuedThread>(open(ofTopic)),
    },
    closed: {
      all: $client.prepare<Asked, QueuedThread>(closed("threads_answered")),
      errors: $client.prepare<Asked, QueuedThread>(closed("threads_about", isError)),
      topic: $client.prepare<Asked & { topic: string }, QueuedThread>(closed("threads_by_topic", ofTopic)),
    },
    writers: $client.prepare<[number], { messageId: number; staff: string }>(
      "SELECT message_id AS messageId, staff FROM messages WHERE thread_id = ? AND staff IS NOT NULL",
    ),
  };
});
