import { and, eq } from "drizzle-orm";
import type { Deps } from "../platform/deps.ts";
import { accounts } from "../platform/schema.ts";
import { moveAlerts } from "./alert-stopping.ts";
import { cancelUnsentCards } from "./card-settling.ts";
import { type CancelReason, type Change, endChange, openChanges } from "./changes.ts";
import { revokeLinks } from "./one-time-links.ts";

type UndoDeps = Pick<Deps, "db" | "clock" | "seal">;

type Ending = Parameters<typeof endChange>[2];

/**
 * Ends a request that has not left yet, in the caller's transaction, and gives the account back the e-mail or the
 * mobile that it had before.
 * @returns false when it has left, or is over.
 */
export function undoChange(deps: UndoDeps, change: Change, ending: Ending): boolean {
  const { db } = deps;
  const { memberId, content } = change;
  if (!endChange(deps, change, ending)) return false;
  if (content.kind === "email") {
    // Those sent to the address that goes die with it.
    for (const purpose of ["email_change", "password_reset"] as const) revokeLinks(deps, purpose, memberId);
    db.update(accounts)
      .set({ email: content.before })
      .where(and(eq(accounts.memberId, memberId), eq(accounts.email, content.email)))
      .run();
  }
  if (content.kind === "mobile" && change.state === "pending" && (content.verified || content.mobile === null)) {
    db.update(accounts)
      .set({ mobile: content.before, mobileVerifiedAt: content.beforeVerifiedAt })
      .where(eq(accounts.memberId, memberId))
      .run();
  }
  moveAlerts(deps, memberId);
  return true;
}

/**
 * Ends all that has not left yet of a member whose account is blocked or deleted, in the caller's transaction.
 * @returns the ids of what has left and is not answered: somebody of the mutual must look at it.
 */
export function undoUnsent(deps: UndoDeps, memberId: string, by: CancelReason): string[] {
  cancelUnsentCards(deps, memberId, by);
  return openChanges(deps, memberId)
    .filter((change) => !undoChange(deps, change, { actor: "system", by }))
    .map(({ changeId }) => changeId);
}
