import { seconds } from "../lib/clock.ts";
import { addMonths, type Day, parisDay } from "../lib/dates.ts";
import { type Db, perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { threads } from "../platform/schema.ts";
import { record } from "./evidence.ts";

/** What a message may be about, as the form and the list of staff say it. */
export const topics = threads.topic.enumValues;
export type Topic = (typeof topics)[number];

/** What one message may say, in characters. */
export const longestMessage = 5_000;

const subjectPlace = "threads.subject";
const bodyPlace = "messages.body";

export type ThreadState = "open" | "answered" | "closed";

/** A conversation without its texts. Moments in seconds. */
export type ThreadHead = {
  threadId: number;
  memberId: string;
  topic: Topic;
  about: string | null;
  openedAt: number;
  closedAt: number | null;
  /** When the last message was written, and by whom. */
  lastAt: number;
  lastBy: "member" | "staff";
  /** Answers that the member has not said to have read. */
  unread: number;
};

export type Message = { messageId: number; author: "member" | "staff"; text: string; sentAt: number };
export type Thread = ThreadHead & { subject: string; messages: Message[] };

/** Open: it is for the mutual to answer. Answered: it is for the member to read. Closed: nobody writes any more. */
export function stateOf({ closedAt, lastBy }: Pick<ThreadHead, "closedAt" | "lastBy">): ThreadState {
  if (closedAt !== null) return "closed";
  return lastBy === "staff" ? "answered" : "open";
}

/** The day by which a request about one's data is answered: one month (GDPR article 12.3); of others, none is set. */
export function answerDueOn({ topic, openedAt }: Pick<ThreadHead, "topic" | "openedAt">): Day | undefined {
  return topic === "rights" ? addMonths(parisDay(openedAt * 1000), 1) : undefined;
}

/** Begins a conversation, without a message yet, in the caller's transaction. @returns its number. */
export function addThread(
  { db, seal }: Pick<Deps, "db" | "seal">,
  { subject, ...thread }: Pick<ThreadHead, "memberId" | "topic" | "about" | "openedAt"> & { subject: string },
): number {
  return db
    .insert(threads)
    .values({ ...thread, subjectSealed: seal.seal(subjectPlace, subject) })
    .returning({ threadId: threads.threadId })
    .get().threadId;
}

export type NewMessage = {
  thread: Pick<ThreadHead, "threadId" | "memberId">;
  text: string;
  /** Who of the mutual writes: an address, or `operator` for the command line; the member when it is nobody. */
  staff?: string;
};

/** Adds a message to a conversation, in the caller's transaction; the journal tells that it was sent, not what it says. */
export function addMessage(deps: Pick<Deps, "db" | "clock" | "seal">, { thread, text, staff }: NewMessage): void {
  const { threadId, memberId } = thread;
  const author = staff === undefined ? "member" : "staff";
  const bodySealed = deps.seal.seal(bodyPlace, text);
  const sentAt = seconds(deps.clock);
  const { add, waits } = statements(deps.db);
  const { lastInsertRowid } = add.run({ threadId, author, bodySealed, sentAt, staff: staff ?? null });
  waits.run({ threadId, since: author === "member" ? sentAt : null });
  const details = { thread: threadId, message: Number(lastInsertRowid), ...(staff === undefined ? {} : { staff }) };
  record(deps, { kind: "message.sent", memberId, actor: author, details });
}

/** A conversation with its texts; for a member, one of their own. */
export function findThread(
  { db, seal }: Pick<Deps, "db" | "seal">,
  threadId: number,
  memberId?: string,
): Thread | undefined {
  const row = statements(db).one.get({ threadId });
  if (!row || (memberId !== undefined && row.memberId !== memberId)) return undefined;
  const { subjectSealed, ...head } = row;
  const messages = statements(db)
    .messages.all({ threadId })
    .map(({ bodySealed, ...message }) => ({ ...message, text: seal.open(bodyPlace, bodySealed) }));
  return { ...head, subject: seal.open(subjectPlace, subjectSealed), messages };
}

/** The conversations of a member, the last begun first, before one of them. */
export function listThreads(
  { db, seal }: Pick<Deps, "db" | "seal">,
  { memberId, before, limit }: { memberId: string; before: number; limit: number },
): (ThreadHead & { subject: string })[] {
  return statements(db)
    .ofMember.all({ memberId, before, limit })
    .map(({ subjectSealed, ...head }) => ({ ...head, subject: seal.open(subjectPlace, subjectSealed) }));
}

/** How many answers a member has not said to have read. */
export function countUnread(db: Db, memberId: string): number {
  return statements(db).countUnread.get({ memberId })!;
}

/** How many conversations of a member wait for an answer. */
export function countWaiting(db: Db, memberId: string): number {
  return statements(db).countWaiting.get({ memberId })!;
}

/** The member has read the answers there are, in the caller's transaction. */
export function markRead({ db, clock }: Pick<Deps, "db" | "clock">, threadId: number): void {
  statements(db).markRead.run({ threadId, now: seconds(clock) });
}

type Row = ThreadHead & { subjectSealed: Buffer };
type MessageRow = Omit<Message, "text"> & { bodySealed: Buffer };

/** The last message of a conversation, by the order they were written in. */
const last = (column: string) =>
  `(SELECT ${column} FROM messages m WHERE m.thread_id = t.thread_id ORDER BY m.message_id DESC LIMIT 1)`;
const unread = "m.author = 'staff' AND m.read_at IS NULL";
export const headColumns = `t.thread_id AS threadId, t.member_id AS memberId, t.topic, t.about, t.opened_at AS openedAt,
  t.closed_at AS closedAt, ${last("m.sent_at")} AS lastAt, ${last("m.author")} AS lastBy,
  (SELECT count(*) FROM messages m WHERE m.thread_id = t.thread_id AND ${unread}) AS unread`;
const columns = `${headColumns}, t.subject_sealed AS subjectSealed`;

const statements = perBase(({ $client }) => ({
  add: $client.prepare<[object]>(
    `INSERT INTO messages (thread_id, author, body_sealed, sent_at, staff)
     VALUES (@threadId, @author, @bodySealed, @sentAt, @staff)`,
  ),
  // Counted from the first message that nobody has answered.
  waits: $client.prepare<[object]>(
    `UPDATE threads SET waiting_since = CASE WHEN @since IS NULL THEN NULL ELSE coalesce(waiting_since, @since) END
     WHERE thread_id = @threadId`,
  ),
  one: $client.prepare<[object], Row>(`SELECT ${columns} FROM threads t WHERE t.thread_id = @threadId`),
  messages: $client.prepare<[object], MessageRow>(
    `SELECT message_id AS messageId, author, body_sealed AS bodySealed, sent_at AS sentAt
     FROM messages WHERE thread_id = @threadId ORDER BY message_id`,
  ),
  ofMember: $client.prepare<[object], Row>(
    `SELECT ${columns} FROM threads t WHERE t.member_id = @memberId AND t.thread_id < @before
     ORDER BY t.thread_id DESC LIMIT @limit`,
  ),
  countUnread: $client
    .prepare<[object], number>(
      `SELECT count(*) FROM threads t JOIN messages m ON m.thread_id = t.thread_id
       WHERE t.member_id = @memberId AND ${unread}`,
    )
    .pluck(),
  countWaiting: $client
    .prepare<[object], number>("SELECT count(*) FROM threads WHERE member_id = @memberId AND waiting_since IS NOT NULL")
    .pluck(),
  markRead: $client.prepare<[object]>(
    `UPDATE messages AS m SET read_at = @now WHERE m.thread_id = @threadId AND ${unread}`,
  ),
}));
