import { setImmediate } from "node:timers/promises";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { alertKind, wantedOn } from "./alert-stopping.ts";
import { finalAnswers } from "./stopped-mails.ts";

/** SQL: a mail that another try may help, and that its member still wants, if it is one of those that may be refused. */
const isDead = `state = 'dead' AND coalesce(answer, '') NOT IN (${finalAnswers.map(() => "?").join(", ")})
  AND (kind <> '${alertKind}' OR ${wantedOn("email", "mails.member_id")})`;
const again = "SET state = 'queued', attempts = 0, due_at = ?, leased_until = 0, settled_at = NULL";
const atOnce = 500;

type RetryDeps = Pick<Deps, "db" | "clock">;

/** Queues again one mail that was given up. @returns false when it is not one, or is given up for good. */
export function retryMail({ db, clock }: RetryDeps, mailId: number): boolean {
  const retry = db.$client.prepare(`UPDATE mails ${again} WHERE mail_id = ? AND ${isDead}`);
  return write(db, () => retry.run(seconds(clock), mailId, ...finalAnswers).changes > 0);
}

/**
 * Queues again all that were given up, some at a time: a server that does so goes on meanwhile.
 * @returns how many.
 */
export async function retryDeadMails({ db, clock }: RetryDeps): Promise<number> {
  const find = db.$client.prepare<string[], number>(`SELECT mail_id FROM mails WHERE ${isDead} ORDER BY settled_at`);
  const dead = find.pluck().all(...finalAnswers);
  const retry = db.$client.prepare(`UPDATE mails ${again} WHERE mail_id = ? AND ${isDead}`);
  let queued = 0;
  for (let next = 0; next < dead.length; next += atOnce) {
    queued += write(db, () => {
      let changed = 0;
      for (const mailId of dead.slice(next, next + atOnce))
        changed += retry.run(seconds(clock), mailId, ...finalAnswers).changes;
      return changed;
    });
    await setImmediate();
  }
  return queued;
}

/** An address as staff sees it: `a***@d***`. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "***" : `${address[0]}***@${address[at + 1] ?? ""}***`;
}

/** The answer of a server, which repeats the address. */
export function maskedAnswer(answer: string): string {
  return answer.replace(/[^\s<>@:;,]{1,64}@[^\s<>@:;,]+/g, maskedAddress);
}
