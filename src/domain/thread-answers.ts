import { seconds } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type AccountHolder, findAccountHolder } from "./accounts.ts";
import { recordReading } from "./evidence.ts";
import { letterTo } from "./letter.ts";
import { queueMail } from "./outbox.ts";
import { addMessage, findThread, headColumns, type Thread, type ThreadHead } from "./threads.ts";

type AnswerDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** `staff`: who answers, for the mutual alone: an address, or `operator` for the command line. */
export type Answer = {
  threadId: number;
  staff: string;
  text: string;
  close: boolean;
  /** The last message that was read before answering, when that is known. */
  lastSeen?: number;
};

/**
 * Answers a member, and closes the conversation when told to. A mail says that an answer waits, not what it says: it
 * may tell of somebody's health.
 * @returns whether a mail was queued: nobody is written to without an account that can be signed in to; `conflict` when
 *   somebody has written since.
 */
export function answerThread(
  deps: AnswerDeps,
  { threadId, staff, text, close, lastSeen }: Answer,
): Result<{ told: boolean }, "unknown" | "closed" | "conflict"> {
  return write(deps.db, () => {
    const thread = findThread(deps, threadId);
    if (!thread) return fail("unknown");
    if (thread.closedAt !== null) return fail("closed");
    if (lastSeen !== undefined && thread.messages.at(-1)?.messageId !== lastSeen) return fail("conflict");
    addMessage(deps, { thread, staff, text });
    if (close) statements(deps.db).close.run({ threadId, now: seconds(deps.clock) });
    const holder = findAccountHolder(deps, thread.memberId);
    if (holder) tellAnswer(deps, holder, threadId);
    return ok({ told: holder !== undefined });
  });
}

function tellAnswer(deps: AnswerDeps, holder: AccountHolder, threadId: number): void {
  const { email, language, memberId } = holder;
  const { t, words: usual, compose } = letterTo(deps.config, holder);
  const words = { ...usual, number: threadId };
  const body = compose({
    subject: t("contact:answerMail.subject", words),
    paragraphs: [t("contact:mail.hello", words), t("contact:answerMail.waits", words), t("contact:answerMail.where")],
    action: { label: t("contact:answerMail.read"), url: `${deps.config.origin}/messages/${threadId}` },
    after: [t("contact:mail.question", words)],
    stop: "request",
  });
  queueMail(deps, { kind: "message.answered", memberId, to: email, language, body });
}

/** A conversation for somebody of the mutual; the member sees among the activity of the account that it was read. */
export function readThread(deps: AnswerDeps, threadId: number, staff: string): Thread | undefined {
  return write(deps.db, () => {
    const thread = findThread(deps, threadId);
    if (thread) recordReading(deps, { memberId: thread.memberId, staff, what: "messages" });
    return thread;
  });
}

/** A conversation as staff find it in their list: whose it is, and nothing of what it says. */
export type ListedThread = ThreadHead & {
  memberNumber: string | null;
  affiliateNumber: string | null;
  /** The state of the member's account, if there is one. */
  account: string | null;
};

/** The conversations, oldest first; those that are not closed alone unless told. */
export function listThreadsForStaff({ db }: Pick<Deps, "db">, { closedToo }: { closedToo: boolean }): ListedThread[] {
  return statements(db).list.all({ closedToo: closedToo ? 1 : 0 });
}

const statements = perBase(({ $client }) => ({
  close: $client.prepare<[object]>("UPDATE threads SET closed_at = @now WHERE thread_id = @threadId"),
  list: $client.prepare<[object], ListedThread>(
    `SELECT ${headColumns}, p.member_number AS memberNumber, p.affiliate_number AS affiliateNumber, a.status AS account
     FROM threads t JOIN members p ON p.member_id = t.member_id LEFT JOIN accounts a ON a.member_id = t.member_id
     WHERE @closedToo = 1 OR t.closed_at IS NULL ORDER BY t.thread_id`,
  ),
}));
