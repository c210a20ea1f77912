import { and, eq, isNull, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { hideNumbers } from "../lib/hidden-numbers.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { changes, outbound } from "../platform/schema.ts";
import { findAccountHolder } from "./accounts.ts";
import { stepMail } from "./change-mails.ts";
import { type Change, findChangeWhere, prove } from "./changes.ts";
import { queueMail } from "./outbox.ts";

type SettleDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** What the back office answers to a request. */
export type ChangeAnswer = { changeId: string; result: "applied" | "refused"; reason: string | null };

/**
 * Ends a request with the answer of the back office, and mails its author. Once for ever: a second answer changes
 * nothing, nor does one to a request that never left.
 * @returns whether it was this answer that ended it.
 */
export function settleChange(deps: SettleDeps, { changeId, result, reason }: ChangeAnswer): boolean {
  return write(deps.db, () => {
    const change = findChangeWhere(deps, eq(changes.changeId, changeId));
    if (change?.state !== "pending" || change.canCancel) return false;
    settle(deps, change, { result, reason, staff: undefined });
    return true;
  });
}

/** `staff`: who decides, for the mutual alone: an address. */
export type ChangeDecision = ChangeAnswer & { reason: string; staff: string };

/**
 * Ends a request as somebody of the mutual decides. One that has not left is taken out of the feed: what was done by
 * hand, or refused, is not to be done again. A bank account is applied only once it has left: until then its author
 * may still stop it, and nobody of the mutual has its number.
 * @returns whether a mail was queued; `conflict` when it is over already, `notLeft` for such a bank account.
 */
export function decideChange(
  deps: SettleDeps,
  { changeId, result, reason, staff }: ChangeDecision,
): Result<{ told: boolean }, "unknown" | "conflict" | "notLeft"> {
  return write(deps.db, () => {
    const change = findChangeWhere(deps, eq(changes.changeId, changeId));
    if (!change) return fail("unknown");
    if (change.state !== "pending") return fail("conflict");
    if (result === "applied" && !mayBeApplied(change)) return fail("notLeft");
    takeBack(deps, changeId);
    return ok({ told: settle(deps, change, { result, reason: hideNumbers(reason), staff }) });
  });
}

/** False for a bank account that its author may still stop. */
export function mayBeApplied({ content, canCancel }: Pick<Change, "content" | "canCancel">): boolean {
  return content.kind !== "iban" || !canCancel;
}

function takeBack({ db }: SettleDeps, changeId: string): void {
  const ofChange = sql`${outbound.outboundId} = (SELECT outbound_id FROM changes WHERE change_id = ${changeId})`;
  db.delete(outbound)
    .where(and(ofChange, isNull(outbound.exportSequence)))
    .run();
}

type Settled = Pick<ChangeAnswer, "result" | "reason"> & { staff: string | undefined };

/** Writes the end of a request that waits, in the caller's transaction. @returns whether its author was mailed. */
function settle(deps: SettleDeps, change: Change, { result, reason, staff }: Settled): boolean {
  const { db, clock, config } = deps;
  const { changeId, memberId } = change;
  const at = seconds(clock);
  const { changes: ended } = db
    .update(changes)
    .set({ state: result, settledAt: at, reason, settledBy: staff ?? null, codeHash: null, codeExpiresAt: null })
    .where(and(eq(changes.changeId, changeId), eq(changes.state, "pending")))
    .run();
  if (ended !== 1) throw new Error("a request is ended in the transaction that has read it");
  const by = staff === undefined ? {} : { staff };
  prove(deps, "change.settled", staff === undefined ? "import" : "staff", change, { result, ...by });
  const holder = findAccountHolder(deps, memberId);
  if (!holder) return false;
  const body = stepMail(config, holder, change, { step: result, at });
  const { email: to, language } = holder;
  const uniqueKey = `change.settled ${changeId}`;
  queueMail(deps, { kind: "change.settled", memberId, to, language, body, uniqueKey });
  return true;
}
