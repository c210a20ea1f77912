import { eq } from "drizzle-orm";
import { findAccountHolder } from "../../domain/accounts.ts";
import { moveAlerts } from "../../domain/alert-stopping.ts";
import { bankPausedUntil } from "../../domain/bank-pause.ts";
import { endChallenges } from "../../domain/challenges.ts";
import {
  type AskDeps,
  type Asker,
  alertByText,
  alertOwner,
  beginChanges,
  mailOwner,
} from "../../domain/change-asking.ts";
import { findChangeToStop, stopLink } from "../../domain/change-links.ts";
import { stepMail } from "../../domain/change-mails.ts";
import { changeRow } from "../../domain/change-rows.ts";
import { undoChange } from "../../domain/change-undoing.ts";
import {
  type BankUsage,
  type Change,
  type ChangeContent,
  coolingSeconds,
  findChange,
  findOpenChange,
  handOn,
  openChanges,
  prove,
} from "../../domain/changes.ts";
import { freezeLink, freezeLinkSeconds } from "../../domain/freezing.ts";
import { compareCode, countCode, sendCode } from "../../domain/mobile-codes.ts";
import { peekLink, revokeLinks, takeLink } from "../../domain/one-time-links.ts";
import { countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { maskIban } from "../../lib/iban.ts";
import { fail, ok } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { accounts } from "../../platform/schema.ts";
import { bankMail, replacedMail } from "./mails.ts";
import type { Address } from "./rules.ts";

/**
 * Keeps a request of something that is sent nothing to be proven; each is told by mail, and so they are counted.
 * @returns `tooMany` with the seconds to wait.
 */
function begin(deps: AskDeps, asker: Asker, content: ChangeContent) {
  const taken = findOpenChange(deps, asker.memberId, content);
  if (taken) return { ...fail("open"), open: taken };
  const waitSeconds = countUse(deps, "changeAccount", asker.accountId);
  return waitSeconds > 0 ? { ...fail("tooMany"), waitSeconds } : beginChanges(deps, asker, [content]);
}

/** Asks the back office for another postal address. */
export function askAddress(deps: AskDeps, asker: Asker, address: Address) {
  return write(deps.db, () => {
    const content: ChangeContent = { kind: "address", ...address };
    const begun = begin(deps, asker, content);
    if (!begun.ok) return begun;
    const [change] = begun.value.asked;
    handOn(deps, change!, changeRow(change!));
    alertOwner(deps, begun.value.holder, [content]);
    return ok(undefined);
  });
}

/** A bank account that was read and found good. */
export type WantedAccount = { usage: BankUsage; iban: string; bic: string | null; holder: string };

/**
 * Asks the back office to use another bank account for one thing; the request leaves 72 hours later, and until then
 * its owner may stop it, signed in or from the mail.
 */
export function askBank(deps: AskDeps, asker: Asker, { usage, iban, bic, holder: name }: WantedAccount) {
  const { clock, config } = deps;
  return write(deps.db, () => {
    const until = bankPausedUntil(deps, asker);
    if (until !== undefined) return { ...fail("paused"), until };
    const content: ChangeContent = { kind: "iban", usage, masked: maskIban(iban), bic, holder: name };
    const begun = begin(deps, asker, content);
    if (!begun.ok) return begun;
    const { holder, asked } = begun.value;
    const [change] = asked;
    const at = seconds(clock);
    const dueAt = at + coolingSeconds;
    handOn(deps, change!, changeRow(change!, iban), dueAt);
    const stop = { url: `${config.origin}/dossier/stop/${stopLink(deps, change!.changeId, dueAt)}`, expiresAt: dueAt };
    const freeze = freezeLink(deps, asker.memberId, freezeLinkSeconds.afterChange);
    mailOwner(deps, holder, { kind: "change.alert", body: bankMail(config, holder, content, { at, stop, freeze }) });
    alertByText(deps, holder, content.kind);
    return ok(undefined);
  });
}

/** The request of a member that awaits a code. */
export function findUnconfirmedMobile(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string, changeId: string) {
  const change = findChange(deps, memberId, changeId);
  return change?.state === "unconfirmed" && change.content.kind === "mobile" ? change : undefined;
}

/** Sends the code once more. @returns undefined for no such request, else the seconds to wait, 0 when it was sent. */
export function sendCodeAgain(deps: AskDeps, { accountId, memberId }: Asker, changeId: string): number | undefined {
  return write(deps.db, () => {
    const change = findUnconfirmedMobile(deps, memberId, changeId);
    const holder = findAccountHolder(deps, memberId);
    if (!change || !holder || change.content.kind !== "mobile") return undefined;
    const waitSeconds = countCode(deps, accountId, change.content.mobile ?? "");
    if (waitSeconds === 0) sendCode(deps, holder, change);
    return waitSeconds;
  });
}

/**
 * Compares a code with the one that was sent; the right one proves the number, which the account has from now on.
 * @returns `over` when the time or the tries of the code are used up: another may be sent.
 */
export function confirmMobile(
  deps: AskDeps,
  { memberId }: Asker,
  changeId: string,
  code: string,
): "confirmed" | "refused" | "over" | "unknown" {
  const { db, clock, config } = deps;
  return write(db, () => {
    const change = findUnconfirmedMobile(deps, memberId, changeId);
    const holder = findAccountHolder(deps, memberId);
    if (!change || !holder || change.content.kind !== "mobile") return "unknown";
    const now = seconds(clock);
    const compared = compareCode(deps, changeId, code);
    if (compared !== "right") return compared === "over" ? "over" : "refused";
    const content: ChangeContent = { ...change.content, verified: true };
    const proven = { ...change, content };
    handOn(deps, proven, changeRow(proven));
    db.update(accounts)
      .set({ mobile: change.content.mobile, mobileVerifiedAt: now })
      .where(eq(accounts.memberId, memberId))
      .run();
    moveAlerts(deps, memberId);
    prove(deps, "change.confirmed", "member", proven);
    mailOwner(deps, holder, {
      kind: "change.confirmed",
      body: stepMail(config, holder, proven, { step: "confirmed", at: now }),
    });
    return "confirmed";
  });
}

/** The new address that a link of a mail confirms, when it is of this member and still lives. */
export function findEmailToConfirm(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  memberId: string,
  token: string,
): string | undefined {
  if (peekLink(deps, "email_change", token)?.memberId !== memberId) return undefined;
  const content = findUnconfirmedEmail(deps, memberId)?.content;
  return content?.kind === "email" ? content.email : undefined;
}

function findUnconfirmedEmail(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string): Change | undefined {
  return openChanges(deps, memberId).find(({ state, content }) => state === "unconfirmed" && content.kind === "email");
}

/**
 * Uses the link up: the account has the new address from now on, and the back office is asked to take it over. Links
 * that were sent to the former address are dead, but for those that block the account.
 */
export function confirmEmail(deps: AskDeps, { accountId, memberId }: Asker, token: string): boolean {
  const { db, clock, config } = deps;
  return write(db, () => {
    const holder = findAccountHolder(deps, memberId);
    if (!holder || findEmailToConfirm(deps, memberId, token) === undefined) return false;
    const change = findUnconfirmedEmail(deps, memberId)!;
    if (change.content.kind !== "email" || takeLink(deps, "email_change", token) === undefined) return false;
    handOn(deps, change, changeRow(change));
    db.update(accounts).set({ email: change.content.email }).where(eq(accounts.id, accountId)).run();
    moveAlerts(deps, memberId);
    revokeLinks(deps, "password_reset", memberId);
    endChallenges(deps, accountId);
    prove(deps, "change.confirmed", "member", change);
    const freeze = freezeLink(deps, memberId, freezeLinkSeconds.afterChange);
    const told = replacedMail(config, holder, change.content, seconds(clock), freeze);
    mailOwner(deps, holder, { kind: "change.alert", body: told });
    const body = stepMail(config, holder, change, { step: "confirmed", at: seconds(clock) });
    mailOwner(deps, holder, { kind: "change.confirmed", to: change.content.email, body });
    return true;
  });
}

/** Cancels a request that has not left. @returns `unknown` for one of somebody else, `late` for one that has left. */
export function cancelChange(deps: AskDeps, { memberId }: Asker, changeId: string): "cancelled" | "late" | "unknown" {
  return write(deps.db, () => {
    const change = findChange(deps, memberId, changeId);
    if (!change) return "unknown";
    return cancel(deps, change, "member") ? "cancelled" : "late";
  });
}

/** The same by the link of the mail that told of it. */
export function stopByLink(deps: AskDeps, token: string): boolean {
  return write(deps.db, () => {
    const change = findChangeToStop(deps, token);
    return change !== undefined && cancel(deps, change, "link");
  });
}

function cancel(deps: AskDeps, change: Change, by: "member" | "link"): boolean {
  if (!undoChange(deps, change, { actor: by === "link" ? "visitor" : "member", by })) return false;
  const holder = findAccountHolder(deps, change.memberId);
  if (holder) {
    mailOwner(deps, holder, {
      kind: "change.cancelled",
      body: stepMail(deps.config, holder, change, { step: "cancelled", at: seconds(deps.clock) }),
    });
  }
  return true;
}
