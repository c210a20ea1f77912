import { readOpening } from "../../domain/account-form.ts";
import { findAccountById } from "../../domain/accounts.ts";
import { findChallenge } from "../../domain/challenges.ts";
import { currentCharter } from "../../domain/charter.ts";
import { askGuardian, askGuardianAgain, isMinor } from "../../domain/guardians.ts";
import type { RegistrationRequest } from "../../domain/registration.ts";
import { sendConfirmationAgain } from "../../domain/registration-links.ts";
import { seconds } from "../../lib/clock.ts";
import type { Day } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { TypedRegistration } from "./rules.ts";

type Form = TypedRegistration & { identifier: string; email: string; password: string };
type TypedGuardian = { guardianName?: string | undefined; guardianEmail?: string | undefined };
type Visitor = { language: Language; address: string };

/**
 * Takes a request whose fields are good. The password is hashed for everybody, then the request is kept, sealed, and
 * looked at after the answer: who it names changes neither the answer nor its time.
 */
export async function requestRegistration(
  deps: Pick<Deps, "db" | "clock" | "passwords" | "deferred">,
  form: Form,
  birthDate: Day,
  visitor: Visitor,
): Promise<void> {
  const { number: version, sha256 } = currentCharter(deps.db, deps.clock);
  const request: RegistrationRequest = {
    ...readOpening(form, isMinor(deps, birthDate)),
    ...visitor,
    identifier: form.identifier,
    birthDate,
    email: form.email,
    at: seconds(deps.clock),
    charter: { version, sha256 },
    passwordHash: await deps.passwords.hash(form.password),
  };
  deps.deferred.add("registration.requested", JSON.stringify(request));
}

/** The minor who has just given the right password and still waits for a legal representative, by their challenge. */
export function findWaiting(deps: Pick<Deps, "db" | "clock">, challengeToken: string | undefined) {
  const challenge = challengeToken && findChallenge(deps, "confirm_first", challengeToken);
  const account = challenge ? findAccountById(deps, challenge.accountId) : undefined;
  return account?.status === "awaiting_guardian" ? account : undefined;
}

/**
 * Asks another legal representative, because the first one's address was wrong; their link dies with the new one.
 * @returns false when the right password was given too long ago, or the account waits for nobody any more.
 */
export function askAnother(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  challengeToken: string | undefined,
  typed: TypedGuardian,
): boolean {
  return write(deps.db, () => {
    const account = findWaiting(deps, challengeToken);
    const { guardian } = readOpening(typed, true);
    if (!account || !guardian) return false;
    askGuardian(deps, account, guardian);
    return true;
  });
}

/**
 * Sends again, to where it went first, what an account still waits for: the link that confirms it, or the question to
 * the legal representative.
 * @returns false when the right password was given too long ago, or the account waits for nothing any more.
 */
export function sendAgain(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  challengeToken: string | undefined,
): boolean {
  return write(deps.db, () => {
    const challenge = challengeToken && findChallenge(deps, "confirm_first", challengeToken);
    const account = challenge ? findAccountById(deps, challenge.accountId) : undefined;
    if (account?.status === "unconfirmed") sendConfirmationAgain(deps, account);
    else if (account?.status === "awaiting_guardian") askGuardianAgain(deps, account);
    else return false;
    return true;
  });
}
