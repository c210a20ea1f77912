import { and, eq, notInArray } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { mails } from "../platform/schema.ts";
import { recordMail } from "./mail-facts.ts";
import { contentHash } from "./mail-proof.ts";

/** What stands in place of a server's answer: such a mail is never queued again. */
export const stoppedAnswer = "account deleted";

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

/** Stops what is queued for a person, in the caller's transaction; a mail on its way to the server still arrives. */
export function stopMails(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string): void {
  const { db, clock } = deps;
  const now = seconds(clock);
  const { messageId, kind, recipient, attempts, queuedAt, contentSealed } = mails;
  const stopped = db
    .update(mails)
    .set({ state: "dead", settledAt: now, leasedUntil: 0, answer: stoppedAnswer })
    .where(and(eq(mails.memberId, memberId), eq(mails.state, "queued"), notInArray(kind, stillTold)))
    .returning({ messageId, kind, recipient, attempts, queuedAt, contentSealed })
    .all();
  for (const { contentSealed: sealed, ...mail } of stopped) {
    const end = { state: "dead", memberId, settledAt: now, answer: stoppedAnswer } as const;
    recordMail(deps, { ...mail, ...end, contentSha256: contentHash(deps.seal, sealed) });
  }
}
