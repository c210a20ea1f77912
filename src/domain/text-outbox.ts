import { and, eq, isNull, ne, notInArray, or, type SQL } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { texts } from "../platform/schema.ts";
import { record } from "./evidence.ts";
import { newMessageId } from "./outbox.ts";
import { priorities } from "./priority-queue.ts";
import { finalAnswers, stoppedAnswer } from "./stopped-mails.ts";

type TextDeps = Pick<Deps, "db" | "clock" | "seal">;

export type QueuedText = {
  /** What the message is about, a word for staff and logs: `mobile.code`… */
  kind: string;
  memberId: string;
  /** A mobile number in the form E.164. */
  to: string;
  text: string;
  /** What must be told once only: a second message of this key is not queued, ever. */
  uniqueKey?: string;
  /** From this moment on (seconds) it would tell nothing any more, and is not sent. */
  goodUntil?: number;
  /** Not before this moment (seconds); at once when absent. */
  dueAt?: number;
  /** A person is waiting for it: goes before the others. */
  urgent?: boolean;
  /** One of many, which nobody waits for: goes after the others. */
  bulk?: boolean;
};

/** What is sealed: everything the reader sees, and until when it is worth reading. */
export type TextContent = { text: string; goodUntil?: number };

const contentPlace = "texts.content";

/**
 * Queues a text message in the transaction of what it tells: kept with it, or forgotten with it.
 * @returns false when a message of this unique key was queued before.
 * @throws outside a write transaction.
 */
export function queueText({ db, clock, seal }: TextDeps, message: QueuedText): boolean {
  if (!db.$client.inTransaction) throw new Error("a text message is queued in the transaction of what it tells");
  const { kind, memberId, to, text, uniqueKey, goodUntil, dueAt, urgent, bulk } = message;
  const content: TextContent = { text, ...(goodUntil !== undefined && { goodUntil }) };
  const now = seconds(clock);
  const { changes } = db
    .insert(texts)
    .values({
      messageId: newMessageId(clock),
      uniqueKey: uniqueKey ?? null,
      kind,
      memberId,
      recipient: to,
      contentSealed: seal.seal(contentPlace, JSON.stringify(content)),
      queuedAt: now,
      dueAt: dueAt ?? now,
      priority: urgent ? priorities.urgent : bulk ? priorities.bulk : priorities.ordinary,
    })
    .onConflictDoNothing({ target: texts.uniqueKey })
    .run();
  return changes === 1;
}

/** The content of a text message as it was queued. */
export function openTextContent(seal: Deps["seal"], sealed: Buffer): TextContent {
  return JSON.parse(seal.open(contentPlace, sealed)) as TextContent;
}

/** The same for whoever is not holding that phone: a code that may still serve is shown as dots. */
export function copyOfText({ clock, seal }: Pick<Deps, "clock" | "seal">, sealed: Buffer): TextContent {
  const content = openTextContent(seal, sealed);
  const mayServe = content.goodUntil !== undefined && content.goodUntil > seconds(clock);
  return mayServe ? { ...content, text: content.text.replace(/\d/g, "•") } : content;
}

/** Stops what is queued for a person, and what was given up and might be queued again, in the caller's transaction. */
export function stopTexts(deps: TextDeps, memberId: string): void {
  closeTexts(deps, memberId, stoppedAnswer, ne(texts.state, "sent"));
}

/** Gives text messages of a person up for a reason that stands, with the proof of it; what had one already keeps it. */
export function closeTexts(
  deps: TextDeps,
  memberId: string,
  finalAnswer: (typeof finalAnswers)[number],
  which: SQL | undefined,
): void {
  const { db, clock } = deps;
  const { messageId, kind, attempts, queuedAt, answer } = texts;
  const isOpen = or(isNull(answer), notInArray(answer, [...finalAnswers]));
  const closed = db
    .update(texts)
    .set({ state: "dead", settledAt: seconds(clock), leasedUntil: 0, answer: finalAnswer })
    .where(and(eq(texts.memberId, memberId), isOpen, which))
    .returning({ messageId, text: kind, attempts, queuedAt })
    .all();
  for (const message of closed) {
    record(deps, { kind: "text.dead", memberId, actor: "system", details: { ...message, answer: finalAnswer } });
  }
}
