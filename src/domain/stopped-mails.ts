import { and, eq, notInArray } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { mails } from "../platform/schema.ts";
import { record } from "./evidence.ts";

/** What stands in place of a server's answer: such a mail is never queued again. */
export const stoppedAnswer = "account deleted";

/** Warnings of what somebody may have done in the owner's name are still told. */
const stillTold = [
  "account.annulled",
  "account.deleted",
  "account.frozen",
  "device.copied",
  "password.changed",
  "second-factor.changed",
];

/** Stops what is queued for a person, in the caller's transaction; a mail on its way to the server still arrives. */
export function stopMails(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string): void {
  const { db, clock } = deps;
  const now = seconds(clock);
  const { messageId, kind, attempts, queuedAt } = mails;
  const stopped = db
    .update(mails)
    .set({ state: "dead", settledAt: now, leasedUntil: 0, answer: stoppedAnswer })
    .where(and(eq(mails.memberId, memberId), eq(mails.state, "queued"), notInArray(kind, stillTold)))
    .returning({ messageId, mail: kind, attempts, queuedAt })
    .all();
  for (const mail of stopped) {
    record(deps, { kind: "mail.dead", memberId, actor: "system", details: { ...mail, answer: stoppedAnswer } });
  }
}
