import type { Opening } from "../../domain/account-form.ts";
import { activateAccount, addAccount, findAccount } from "../../domain/accounts.ts";
import { currentCharter } from "../../domain/charter.ts";
import { record } from "../../domain/evidence.ts";
import { askGuardian, isMinor } from "../../domain/guardians.ts";
import { findInvitee, type Invitee } from "../../domain/members.ts";
import { peekLink, takeLink } from "../../domain/one-time-links.ts";
import { awaitGuardian, dropRegistration } from "../../domain/registration-links.ts";
import type { Language } from "../../lib/languages.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";

type ActivationDeps = Pick<Deps, "db" | "clock" | "seal" | "passwords" | "config">;

/** The person a living invitation is for, and until when (seconds). */
export type Invited = Invitee & { expiresAt: number; isMinor: boolean };

export function findInvitation(deps: Pick<Deps, "db" | "clock">, token: string): Invited | undefined {
  const link = peekLink(deps, "invitation", token);
  const invitee = link && findInvitee(deps, link.memberId);
  return link && invitee && { ...invitee, expiresAt: link.expiresAt, isMinor: isMinor(deps, invitee.birthDate) };
}

type Choice = Opening & { token: string; password: string; language: Language; address: string };

/**
 * Opens the account: uses the link up, keeps the hash of the password, the choices and the acceptance of the charter.
 * A minor's waits for the legal representative, who is asked now. A registration that somebody began with the same
 * person's number and never confirmed gives way.
 */
export async function openAccount(
  deps: ActivationDeps,
  choice: Choice,
): Promise<Result<"active" | "awaiting_guardian", "lapsed">> {
  const { db } = deps;
  const passwordHash = await deps.passwords.hash(choice.password);
  return write(db, () => {
    const memberId = takeLink(deps, "invitation", choice.token);
    const invitee = memberId === undefined ? undefined : findInvitee(deps, memberId);
    if (!memberId || !invitee?.email) return fail("lapsed");
    const existing = findAccount(deps, memberId);
    if (existing && existing.status !== "unconfirmed") return fail("lapsed");
    if (existing) dropRegistration(deps, existing, "invitation");
    const account = addAccount(deps, { ...choice, memberId, email: invitee.email, passwordHash });
    recordCharter(deps, memberId, choice.address);
    if (isMinor(deps, invitee.birthDate)) {
      if (!choice.guardian) throw new Error("nobody was named to answer for a minor");
      awaitGuardian(deps, account);
      askGuardian(deps, account, choice.guardian);
      return ok("awaiting_guardian");
    }
    activateAccount(deps, account, "invitation");
    return ok("active");
  });
}

function recordCharter(deps: ActivationDeps, memberId: string, address: string): void {
  const { number: version, sha256 } = currentCharter(deps.db, deps.clock);
  record(deps, { kind: "charter.accepted", memberId, actor: "member", details: { version, sha256, address } });
}
