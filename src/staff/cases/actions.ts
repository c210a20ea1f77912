import { findAccount } from "../../domain/accounts.ts";
import { type CaseKind, closeCase, readCase } from "../../domain/cases.ts";
import { annulAccount, replaceAccount } from "../../domain/staff-acts.ts";
import { may, type StaffRole } from "../../domain/staff-roles.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { findPerson } from "../queue/people.ts";
import { actsOfKind, type CaseAct } from "./rules.ts";

type CaseDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
type Case = { kind: CaseKind; memberId: string | null };

/** What somebody may do about a case: without an account, or the right to act on one, there is none to replace. */
export function actsOf(deps: Pick<Deps, "db">, { kind, memberId }: Case, role: StaffRole): CaseAct[] {
  const hasAccount = memberId !== null && findAccount(deps, memberId) !== undefined;
  return actsOfKind[kind].filter((act) => act === "close" || (hasAccount && may(role, "members.act")));
}

export type CaseDecision = { caseId: number; act: CaseAct; result: string; staff: string; role: StaffRole };

/**
 * Closes a case with its result, and does with it what it asks for, all in one transaction or nothing.
 * @returns whether the result was mailed; `closed` when somebody was faster.
 */
export function decideCase(
  deps: CaseDeps,
  { caseId, act, result, staff, role }: CaseDecision,
): Result<{ told: boolean }, "unknown" | "closed" | "notAllowed" | "noAccount" | "noEmail" | "gone"> {
  return write(deps.db, () => {
    const found = readCase(deps, caseId);
    if (!found) return fail("unknown");
    if (found.closedAt !== null) return fail("closed");
    if (act === "close") return closeCase(deps, caseId, result, staff);
    if (!actsOfKind[found.kind].includes(act) || !may(role, "members.act")) return fail("notAllowed");
    const number = found.memberId === null ? null : (findPerson(deps, found.memberId)?.number ?? null);
    if (number === null) return fail("noAccount");
    const acting = { staff };
    // An account that ends takes with it the mails that wait for its owner: the result comes after.
    const done = act === "replace" ? replaceAccount(deps, number, acting) : annulAccount(deps, number, result, acting);
    if (!done.ok) return done.fault === "unknown" ? fail("noAccount") : done;
    const closed = closeCase(deps, caseId, result, staff);
    if (!closed.ok) throw new Error("a case is closed in the transaction that has read it");
    return ok(closed.value);
  });
}
