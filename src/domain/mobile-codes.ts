import { and, eq, gt, lt, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { tFor } from "../platform/i18n.ts";
import { changes } from "../platform/schema.ts";
import { newDigits } from "../platform/tokens.ts";
import type { AccountHolder } from "./accounts.ts";
import type { AskDeps, Asked } from "./change-asking.ts";
import { queueText } from "./text-outbox.ts";
import { countUse } from "./throttle.ts";

/** A code is good for ten minutes and five tries. */
const codeSeconds = 600;
const mostTries = 5;

/** Six digits. */
export const codeLength = 6;

/** @returns the seconds to wait before another code goes to this number or from this account, or 0. */
export function countCode(deps: AskDeps, accountId: string, mobile: string): number {
  return Math.max(countUse(deps, "changeCode", accountId), countUse(deps, "changeNumber", mobile));
}

/** Sends a new code to the number asked for; the one before is good no more. */
export function sendCode(deps: AskDeps, { memberId, language }: AccountHolder, { changeId, content }: Asked): void {
  if (content.kind !== "mobile" || content.mobile === null) throw new Error("codes go to new mobiles");
  const code = newDigits(codeLength);
  const goodUntil = seconds(deps.clock) + codeSeconds;
  deps.db
    .update(changes)
    .set({ codeHash: hashCode(deps, changeId, code), codeAttempts: 0, codeExpiresAt: goodUntil })
    .where(eq(changes.changeId, changeId))
    .run();
  const text = tFor(language)("changes:codeText", { organisation: deps.config.organisation.name, code });
  queueText(deps, { kind: "change.code", memberId, to: content.mobile, text, goodUntil, urgent: true });
}

/**
 * Compares a code with the one that was sent for a request, in the caller's transaction.
 * @returns `over` when the time or the tries of the code are used up.
 */
export function compareCode(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  changeId: string,
  code: string,
): "right" | "wrong" | "over" {
  const { db, clock } = deps;
  // Counted before it is looked at, so that many at once are so many tries.
  const tried = db
    .update(changes)
    .set({ codeAttempts: sql`${changes.codeAttempts} + 1` })
    .where(
      and(
        eq(changes.changeId, changeId),
        gt(changes.codeExpiresAt, seconds(clock)),
        lt(changes.codeAttempts, mostTries),
      ),
    )
    .returning({ codeHash: changes.codeHash })
    .get();
  if (!tried) return "over";
  return tried.codeHash?.equals(hashCode(deps, changeId, code)) ? "right" : "wrong";
}

function hashCode({ seal }: Pick<Deps, "seal">, changeId: string, code: string): Buffer {
  return seal.hash("changes.code", `${changeId} ${code}`);
}
