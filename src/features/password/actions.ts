import { type AccountHolder, findAccount, findAccountHolder, findRecoverable } from "../../domain/accounts.ts";
import { tellBlocked } from "../../domain/blocked-mail.ts";
import { findPasswordHash, passwordFaultFor, replacePassword } from "../../domain/credentials.ts";
import { record } from "../../domain/evidence.ts";
import { freezeLink, freezeLinkSeconds } from "../../domain/freezing.ts";
import { findInvitee, findSignInTarget } from "../../domain/members.ts";
import { issueLink, peekLink, takeLink } from "../../domain/one-time-links.ts";
import { queueMail } from "../../domain/outbox.ts";
import { reauthenticate } from "../../domain/reauthentication.ts";
import { countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { ErrorKey } from "../../platform/i18n.ts";
import type { Session } from "../../platform/sessions.ts";
import { changedMail, resetMail } from "./mails.ts";

/** A forgotten password is chosen anew within half an hour. */
export const resetSeconds = 30 * 60;

type MailDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/**
 * Sends the link to the address on file, to whoever it is that the number belongs to; for a number of nobody, nothing.
 * Done after the answer, which is the same for all. Three mails an hour at most for one account.
 */
export function sendResetLink(deps: MailDeps, identifier: string): void {
  const target = findSignInTarget(deps, identifier);
  const account = target && findAccount(deps, target.memberId);
  if (account?.status === "frozen") tellBlocked(deps, account);
  const holder = target && findRecoverable(deps, target.memberId);
  if (!holder || countUse(deps, "recoveryAccount", holder.memberId) > 0) return;
  const link = issueLink(deps, "password_reset", holder.memberId, resetSeconds);
  const { memberId, email, language } = holder;
  const body = resetMail(deps.config, holder, link);
  queueMail(deps, { kind: "password.reset", memberId, to: email, language, body, urgent: true });
  record(deps, { kind: "password.forgotten", memberId, actor: "visitor", details: { expiresAt: link.expiresAt } });
}

/** Whom a living link is for. */
export function findReset(deps: Pick<Deps, "db" | "clock">, token: string): AccountHolder | undefined {
  const link = peekLink(deps, "password_reset", token);
  return link && findRecoverable(deps, link.memberId);
}

/** The message a password gets from this account's owner, or undefined when it is good. */
export function faultFor(
  deps: Pick<Deps, "db" | "config">,
  { memberId }: { memberId: string },
  password: string,
): ErrorKey | undefined {
  const person = findInvitee(deps, memberId);
  return person && passwordFaultFor(deps, person, password);
}

type ChangeDeps = MailDeps & Pick<Deps, "passwords">;

/** Uses the link up and changes the password; every session ends, and nobody is signed in by it. */
export async function resetPassword(
  deps: ChangeDeps,
  token: string,
  password: string,
): Promise<Result<undefined, "lapsed">> {
  const passwordHash = await deps.passwords.hash(password);
  const done = write(deps.db, () => {
    const memberId = takeLink(deps, "password_reset", token);
    const holder = memberId === undefined ? undefined : findRecoverable(deps, memberId);
    if (!holder) return false;
    replacePassword(deps, holder, passwordHash);
    tellOwner(deps, holder, "reset");
    return true;
  });
  return done ? ok(undefined) : fail("lapsed");
}

type Change = { session: Session; currentPassword: string; password: string; address: string };

/**
 * Changes the password of who is signed in and knows the present one; other sessions and all devices end, this one
 * goes on under the new cookie returned.
 */
export async function changePassword(
  deps: ChangeDeps & Pick<Deps, "sessions">,
  { session, currentPassword, password, address }: Change,
) {
  const { db, passwords, sessions } = deps;
  const { accountId, memberId } = session;
  const attempt = { session, password: currentPassword, address, purpose: "password change" };
  const confirmed = await reauthenticate(deps, attempt);
  if (!confirmed.ok) return confirmed;
  const passwordHash = await passwords.hash(password);
  const changed = write(db, () => {
    const holder = findAccountHolder(deps, memberId);
    const present = sessions.read(confirmed.value.cookie);
    // While the passwords were being hashed, a reset may have replaced the one given: it is not to be undone.
    if (!holder || !present || findPasswordHash(deps, accountId) !== confirmed.value.passwordHash) return false;
    replacePassword(deps, holder, passwordHash, present.id);
    tellOwner(deps, holder, "change");
    return true;
  });
  return changed ? ok(confirmed.value.cookie) : fail("refused");
}

function tellOwner(deps: MailDeps, holder: AccountHolder, by: "reset" | "change"): void {
  const { memberId, email, language } = holder;
  const freeze = freezeLink(deps, memberId, freezeLinkSeconds.afterChange);
  const body = changedMail(deps.config, holder, seconds(deps.clock), freeze);
  queueMail(deps, { kind: "password.changed", memberId, to: email, language, body, urgent: true });
  record(deps, { kind: "password.changed", memberId, actor: "member", details: { by } });
}
