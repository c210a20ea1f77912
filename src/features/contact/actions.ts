import { findAccountHolder } from "../../domain/accounts.ts";
import { queueMail } from "../../domain/outbox.ts";
import {
  addMessage,
  addThread,
  answerDueOn,
  findThread,
  listThreads,
  markRead,
  type Topic,
} from "../../domain/threads.ts";
import { countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";
import { receiptMail } from "./mails.ts";

type ContactDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
type Author = Pick<Session, "accountId" | "memberId">;
type TooMany = { ok: false; fault: "tooMany"; waitSeconds: number };

/** The same words again within a minute are the same message sent twice. */
const repeatSeconds = 60;
/** Twice what an hour allows: no minute holds more. */
const comparedThreads = 20;

export type NewThread = {
  author: Author;
  topic: Topic;
  subject: string;
  text: string;
  /** The address of what it is about, seen by this member. */
  about: string | undefined;
};

/**
 * Begins a conversation with its first message, and mails the receipt; sent twice, it is the one begun before.
 * @returns its number; `ended` means that the account ended in the meantime.
 */
export function openThread(deps: ContactDeps, thread: NewThread): Result<number, "ended"> | TooMany {
  const { db, clock } = deps;
  const { author, topic, subject, text, about } = thread;
  const { accountId, memberId } = author;
  return write(db, () => {
    const holder = findAccountHolder(deps, memberId);
    if (!holder) return fail("ended");
    const repeated = findRepeated(deps, thread);
    if (repeated !== undefined) return ok(repeated);
    const waitSeconds = countUse(deps, "messageAccount", accountId);
    if (waitSeconds > 0) return { ...fail("tooMany"), waitSeconds };
    const openedAt = seconds(clock);
    const threadId = addThread(deps, { memberId, topic, about: about ?? null, openedAt, subject });
    addMessage(deps, { thread: { threadId, memberId }, text });
    const receipt = { number: threadId, at: openedAt, dueOn: answerDueOn({ topic, openedAt }) };
    const { email, language } = holder;
    const body = receiptMail(deps.config, holder, receipt);
    queueMail(deps, { kind: "message.received", memberId, to: email, language, body });
    return ok(threadId);
  });
}

function findRepeated(deps: ContactDeps, { author, topic, subject, text, about }: NewThread): number | undefined {
  const since = seconds(deps.clock) - repeatSeconds;
  const { memberId } = author;
  const recent = listThreads(deps, { memberId, before: Number.MAX_SAFE_INTEGER, limit: comparedThreads });
  return recent.find(
    (other) =>
      other.openedAt > since &&
      other.topic === topic &&
      other.subject === subject &&
      other.about === (about ?? null) &&
      findThread(deps, other.threadId)?.messages[0]?.text === text,
  )?.threadId;
}

/** Writes again in a conversation of one's own; the answers in it have then been read. */
export function reply(
  deps: ContactDeps,
  { author, threadId, text }: { author: Author; threadId: number; text: string },
): Result<undefined, "unknown" | "closed"> | TooMany {
  const { accountId, memberId } = author;
  return write(deps.db, () => {
    const thread = findThread(deps, threadId, memberId);
    if (!thread) return fail("unknown");
    if (thread.closedAt !== null) return fail("closed");
    const last = thread.messages.at(-1);
    const isRepeated =
      last?.author === "member" && last.text === text && last.sentAt > seconds(deps.clock) - repeatSeconds;
    if (isRepeated) return ok(undefined);
    const waitSeconds = countUse(deps, "messageAccount", accountId);
    if (waitSeconds > 0) return { ...fail("tooMany"), waitSeconds };
    addMessage(deps, { thread, text });
    markRead(deps, threadId);
    return ok(undefined);
  });
}

/** The member says to have read the answers of a conversation. @returns false for one that is not the member's. */
export function readAnswers(deps: ContactDeps, { memberId }: Author, threadId: number): boolean {
  return write(deps.db, () => {
    const thread = findThread(deps, threadId, memberId);
    if (thread && thread.unread > 0) markRead(deps, threadId);
    return thread !== undefined;
  });
}
