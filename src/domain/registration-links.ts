import { and, eq, inArray, lte } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, oneTimeLinks } from "../platform/schema.ts";
import { hashToken } from "../platform/tokens.ts";
import { type AccountHolder, type AccountStatus, activateAccount, findAccount } from "./accounts.ts";
import { record } from "./evidence.ts";
import { isAccepted, isMinor } from "./guardians.ts";
import { invite } from "./invitations.ts";
import { findInvitee } from "./members.ts";
import { issueLink, peekLink, revokeLinks, takeLink } from "./one-time-links.ts";
import { queueMail } from "./outbox.ts";
import { confirmationMail } from "./registration-mails.ts";
import { countUse, ownersMailbox } from "./throttle.ts";

/** A registration of one's own is confirmed within 48 hours. */
export const confirmationSeconds = 48 * 3600;

type LinkDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

type Request = {
  /** When the form came (seconds). */
  requestedAt: number;
  /** The form gave another address than the one on file, where this goes. */
  typedElsewhere: boolean;
  /** An earlier request was not confirmed, and no longer can be. */
  replaces: boolean;
};

/** Mails the link that confirms a registration, in the caller's transaction; an earlier one dies. */
export function sendConfirmation(deps: LinkDeps, account: AccountHolder, request: Request): void {
  const { memberId, email, language } = account;
  const link = issueLink(deps, "confirmation", memberId, confirmationSeconds);
  const body = confirmationMail(deps.config, language, { ...link, ...request });
  queueMail(deps, { kind: "registration.confirmation", memberId, to: email, language, body, urgent: true });
}

/** Sends the link of an unconfirmed account again, to where it went first; at most five mails an hour to a mailbox. */
export function sendConfirmationAgain(deps: LinkDeps, account: AccountHolder): void {
  if (countUse(deps, "mailbox", ownersMailbox(account.memberId)) > 0) return;
  sendConfirmation(deps, account, {
    requestedAt: requestedAt(deps, account.accountId),
    typedElsewhere: false,
    replaces: false,
  });
}

function requestedAt({ db }: LinkDeps, accountId: string): number {
  const { createdAt } = accounts;
  return db.select({ createdAt }).from(accounts).where(eq(accounts.id, accountId)).get()?.createdAt ?? 0;
}

/** What a living link confirms: when it was asked for and until when it works (seconds), and whether a minor asks. */
export type Registration = { requestedAt: number; expiresAt: number; isMinor: boolean };

/** The registration a living link confirms. */
export function findRegistration(deps: LinkDeps, token: string): Registration | undefined {
  const link = peekLink(deps, "confirmation", token);
  const pending = link && findPending(deps, link.memberId);
  if (!link || !pending) return undefined;
  const { account, birthDate } = pending;
  return {
    requestedAt: requestedAt(deps, account.accountId),
    expiresAt: link.expiresAt,
    isMinor: isMinor(deps, birthDate),
  };
}

/**
 * Uses the link up: the mailbox has answered, the account may be used. A minor's waits for the legal representative,
 * unless they have agreed already.
 */
export function confirmRegistration(
  deps: LinkDeps,
  token: string,
): Result<Extract<AccountStatus, "active" | "awaiting_guardian">, "lapsed"> {
  return write(deps.db, () => {
    const memberId = takeLink(deps, "confirmation", token);
    const pending = memberId === undefined ? undefined : findPending(deps, memberId);
    if (!pending) return fail("lapsed");
    const { account, birthDate } = pending;
    record(deps, { kind: "account.confirmed", memberId: account.memberId, actor: "member" });
    if (isMinor(deps, birthDate) && !isAccepted(deps, account.accountId)) {
      awaitGuardian(deps, account);
      return ok("awaiting_guardian");
    }
    activateAccount(deps, account, "registration");
    return ok("active");
  });
}

/** The owner has done their part: the legal representative's is missing. In the caller's transaction. */
export function awaitGuardian(deps: LinkDeps, { accountId, memberId }: { accountId: string; memberId: string }): void {
  deps.db.update(accounts).set({ status: "awaiting_guardian" }).where(eq(accounts.id, accountId)).run();
  for (const purpose of ["invitation", "confirmation"] as const) revokeLinks(deps, purpose, memberId);
  record(deps, { kind: "account.awaiting", memberId, actor: "system" });
}

/**
 * Ends a registration that the owner of the mailbox did not ask for: somebody else typed their number. An invitation
 * they may have stays good.
 * @returns false when the link is over.
 */
export function cancelRegistration(deps: LinkDeps, token: string): boolean {
  return write(deps.db, () => {
    const memberId = takeLink(deps, "confirmation", token);
    const account = memberId === undefined ? undefined : findAccount(deps, memberId);
    if (account?.status !== "unconfirmed") return false;
    dropRegistration(deps, account, "not asked for");
    return true;
  });
}

/** Takes an unconfirmed account away with the links it sent, in the caller's transaction. */
export function dropRegistration(deps: LinkDeps, { accountId, memberId }: AccountHolder, by: string): void {
  record(deps, { kind: "account.annulled", memberId, actor: "member", details: { by } });
  for (const purpose of ["confirmation", "guardian"] as const) revokeLinks(deps, purpose, memberId);
  deps.db.delete(accounts).where(eq(accounts.id, accountId)).run();
}

/** The unconfirmed account of somebody who is still of the mutual. */
function findPending(deps: LinkDeps, memberId: string): { account: AccountHolder; birthDate: string } | undefined {
  const account = findAccount(deps, memberId);
  const person = findInvitee(deps, memberId);
  return account?.status === "unconfirmed" && person ? { account, birthDate: person.birthDate } : undefined;
}

/** True for the token of a link to open an account that is over by its age, and was never used nor replaced. */
export function isLapsedLink(deps: Pick<Deps, "db" | "clock">, token: string): boolean {
  return findLapsed(deps, token) !== undefined;
}

/** Sends a new link in place of one that is over by its age, to the mailbox it belongs to; for any other, nothing. */
export function renewLink(deps: LinkDeps, token: string): void {
  const lapsed = findLapsed(deps, token);
  if (!lapsed) return;
  const { purpose, memberId } = lapsed;
  if (purpose === "confirmation") {
    const pending = findPending(deps, memberId);
    if (pending) sendConfirmationAgain(deps, pending.account);
    return;
  }
  const email = findInvitee(deps, memberId)?.email;
  if (email && countUse(deps, "mailbox", ownersMailbox(memberId)) === 0) invite(deps, memberId, "visitor");
}

function findLapsed({ db, clock }: Pick<Deps, "db" | "clock">, token: string) {
  const { tokenHash, purpose, memberId, expiresAt } = oneTimeLinks;
  return db
    .select({ purpose, memberId })
    .from(oneTimeLinks)
    .where(
      and(
        eq(tokenHash, hashToken(token)),
        inArray(purpose, ["invitation", "confirmation"]),
        lte(expiresAt, seconds(clock)),
      ),
    )
    .get();
}
