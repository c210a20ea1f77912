import { and, eq, isNull, ne, notInArray, or, type SQL } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { mails } from "../platform/schema.ts";
import { contentHash } from "./mail-content.ts";
import { recordMail } from "./mail-facts.ts";

/** What stands in place of a server's answer: such a mail is never queued again. */
export const stoppedAnswer = "account deleted";
/** The same, for an address that mails come back from. */
export const bouncedAnswer = "EBOUNCED earlier mails came back from this address";
/** The same, for a code that had lapsed by the time it could leave. */
export const lateAnswer = "ELATE it tells nothing any more";
/** The same, for an alert that its member had stopped by the time it could leave. */
export const unwantedAnswer = "EUNWANTED its member does not want it any more";

/** What was given up for a reason that another try does not change. */
export const finalAnswers = [stoppedAnswer, bouncedAnswer, lateAnswer, unwantedAnswer] as const;

/** True for such an answer: what was given up with it is over. */
export function isFinalAnswer(answer: string): boolean {
  return (finalAnswers as readonly string[]).includes(answer);
}

/** Warnings of what somebody may have done in the owner's name are still told. */
const stillTold = [
  "account.annulled",
  "account.deleted",
  "account.frozen",
  "change.alert",
  "device.copied",
  "password.changed",
  "second-factor.changed",
];

/**
 * Stops what is queued for a person, and what was given up and might be queued again, in the caller's transaction; a
 * mail on its way to the server still arrives.
 */
export function stopMails(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string): void {
  const unsent = ne(mails.state, "sent");
  closeMails(deps, memberId, stoppedAnswer, and(unsent, notInArray(mails.kind, stillTold)));
}

/** Gives mails of a person up for a reason that stands, with the proof of it; what had one already keeps it. */
export function closeMails(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  memberId: string,
  finalAnswer: (typeof finalAnswers)[number],
  which: SQL | undefined,
): void {
  const { db, clock } = deps;
  const now = seconds(clock);
  const { messageId, kind, recipient, attempts, queuedAt, contentSealed, answer } = mails;
  const isOpen = or(isNull(answer), notInArray(answer, [...finalAnswers]));
  const closed = db
    .update(mails)
    .set({ state: "dead", settledAt: now, leasedUntil: 0, answer: finalAnswer })
    .where(and(eq(mails.memberId, memberId), isOpen, which))
    .returning({ messageId, kind, recipient, attempts, queuedAt, contentSealed })
    .all();
  for (const { contentSealed: sealed, ...mail } of closed) {
    const end = { state: "dead", memberId, settledAt: now, answer: finalAnswer } as const;
    recordMail(deps, { ...mail, ...end, contentSha256: contentHash(deps, sealed) });
  }
}
