import { and, eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { changes } from "../platform/schema.ts";
import { findAccountHolder } from "./accounts.ts";
import { stepMail } from "./change-mails.ts";
import { findChangeWhere, prove } from "./changes.ts";
import { queueMail } from "./outbox.ts";

/** What the back office answers to a request. */
export type ChangeAnswer = { changeId: string; result: "applied" | "refused"; reason: string | null };

/**
 * Ends a request with the answer of the back office, and mails its author. Once for ever: a second answer changes
 * nothing, nor does one to a request that never left.
 * @returns whether it was this answer that ended it.
 */
export function settleChange(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  { changeId, result, reason }: ChangeAnswer,
): boolean {
  const { db, clock, config } = deps;
  return write(db, () => {
    const change = findChangeWhere(deps, eq(changes.changeId, changeId));
    if (change?.state !== "pending" || change.canCancel) return false;
    const { memberId } = change;
    const at = seconds(clock);
    db.update(changes)
      .set({ state: result, settledAt: at, reason })
      .where(and(eq(changes.changeId, changeId), eq(changes.state, "pending")))
      .run();
    prove(deps, "change.settled", "import", change, { result });
    const holder = findAccountHolder(deps, memberId);
    if (!holder) return true;
    const body = stepMail(config, holder, change, { step: result, at });
    const { email, language } = holder;
    queueMail(deps, {
      kind: "change.settled",
      memberId,
      to: email,
      language,
      body,
      uniqueKey: `change.settled ${changeId}`,
    });
    return true;
  });
}
