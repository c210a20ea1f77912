import { findAccount } from "../../domain/accounts.ts";
import { record } from "../../domain/evidence.ts";
import { invite } from "../../domain/invitations.ts";
import { type FoundPeople, findPeople } from "../../domain/member-search.ts";
import { annulAccount, freezeByStaff, replaceAccount } from "../../domain/staff-acts.ts";
import { countUse } from "../../domain/throttle.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { StaffSession } from "../../platform/staff-sessions.ts";

type MembersDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
type Colleague = Pick<StaffSession, "staffId" | "email">;

/**
 * Searches for people. Each search counts for who makes it, and the journal keeps that it was made and how many were
 * found: neither the words nor the people.
 */
export async function searchPeople(
  deps: MembersDeps,
  { staffId, email }: Colleague,
  typed: string,
): Promise<{ ok: true; found: FoundPeople } | { ok: false; waitSeconds: number }> {
  const waitSeconds = countUse(deps, "staffSearch", staffId);
  if (waitSeconds > 0) return { ok: false, waitSeconds };
  const found = await findPeople(deps, typed);
  const details = { staff: email, results: found.people.length, more: found.more };
  record(deps, { kind: "staff.searched", actor: "staff", details });
  return { ok: true, found };
}

/** What staff may do to an account, once its file is open. */
export const accountActs = ["invite", "freeze", "replace", "annul"] as const;
export type AccountAct = (typeof accountActs)[number];

/** Why an act did not happen: the account is not, or no longer, as the act needs it. */
export type ActFault = "unknown" | "noAccount" | "notActive" | "noEmail" | "gone" | "notInvited";

/** The acts that make sense for an account in its state. */
export function actsFor(deps: Pick<Deps, "db">, memberId: string): AccountAct[] {
  switch (findAccount(deps, memberId)?.status) {
    case undefined:
      return ["invite"];
    case "unconfirmed":
      return ["invite", "annul"];
    case "awaiting_guardian":
    case "active":
      return ["freeze", "replace", "annul"];
    case "frozen":
      return ["replace", "annul"];
  }
}

/** Does one of them, with its mail and its line in the journal, or says why it cannot be done any more. */
export function actOnAccount(
  deps: MembersDeps,
  { email }: Colleague,
  { act, memberId, number, reason }: { act: AccountAct; memberId: string; number: string; reason: string },
): Result<undefined, ActFault> {
  const why = hideNumbers(reason);
  const acting = { staff: email, reason: why };
  return write(deps.db, () => {
    switch (act) {
      case "invite":
        return invite(deps, memberId, "staff", acting) ? ok(undefined) : fail("notInvited");
      case "freeze": {
        const frozen = freezeByStaff(deps, number, acting);
        return frozen.ok ? ok(undefined) : frozen;
      }
      case "replace":
        return replaceAccount(deps, number, acting);
      case "annul":
        return annulAccount(deps, number, why, { staff: email });
    }
  });
}
