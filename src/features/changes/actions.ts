import { and, eq, gt, lt, sql } from "drizzle-orm";
import { type AccountHolder, findAccountHolder } from "../../domain/accounts.ts";
import { bankPausedUntil } from "../../domain/bank-pause.ts";
import { endChallenges } from "../../domain/challenges.ts";
import { findChangeToStop, stopLink } from "../../domain/change-links.ts";
import { stepMail } from "../../domain/change-mails.ts";
import { changeRow } from "../../domain/change-rows.ts";
import { undoChange } from "../../domain/change-undoing.ts";
import {
  addChange,
  type BankUsage,
  type Change,
  type ChangeContent,
  confirmSeconds,
  coolingSeconds,
  findChange,
  findOpenChange,
  handOn,
  openChanges,
  prove,
} from "../../domain/changes.ts";
import { record } from "../../domain/evidence.ts";
import { freezeLink, freezeLinkSeconds } from "../../domain/freezing.ts";
import { issueLink, peekLink, revokeLinks, takeLink } from "../../domain/one-time-links.ts";
import { queueMail } from "../../domain/outbox.ts";
import { queueText } from "../../domain/text-outbox.ts";
import { countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { maskIban } from "../../lib/iban.ts";
import { canBeTexted } from "../../lib/phone.ts";
import { fail, ok } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { tFor } from "../../platform/i18n.ts";
import { accounts, changes, preferences } from "../../platform/schema.ts";
import type { Client } from "../../platform/sessions.ts";
import { newDigits } from "../../platform/tokens.ts";
import { alertMail, bankMail, confirmMail, replacedMail } from "./mails.ts";
import { findContact } from "./queries.ts";
import { type Address, codeLength } from "./rules.ts";

type AskDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
/** Who asks, and from where. */
type Asker = { accountId: string; memberId: string; client: Client };

/** A code is good for ten minutes and five tries. */
const codeSeconds = 600;
const mostTries = 5;

type Mailing = { kind: string; to?: string; body: ReturnType<typeof alertMail> };

function mailTo(
  deps: AskDeps,
  { memberId, email, language }: AccountHolder,
  { kind, to = email, body }: Mailing,
): void {
  queueMail(deps, { kind, memberId, to, language, body, urgent: true });
}

/** Asks the back office for another postal address. */
export function askAddress(deps: AskDeps, asker: Asker, address: Address) {
  return write(deps.db, () => {
    const content: ChangeContent = { kind: "address", ...address };
    const begun = begin(deps, asker, [content]);
    if (!begun.ok) return begun;
    const [change] = begun.value.asked;
    handOn(deps, change!, changeRow(change!));
    alert(deps, begun.value.holder, [content]);
    return ok(undefined);
  });
}

/** What is to change of an e-mail and a mobile; `mobile` null to have none any more. */
export type WantedContact = { email?: string; mobile?: string | null };

/**
 * Asks for another e-mail address, another mobile, or both: the link goes to the new address, the code to the new
 * number, and nothing leaves before they have come back. A number abroad gets no text message and is handed on as it
 * was typed.
 * @returns the id of the request whose code is awaited, if any; `open` with the request that must end first.
 */
export function askContact(deps: AskDeps, asker: Asker, wanted: WantedContact) {
  const { db, clock } = deps;
  const { accountId, memberId } = asker;
  return write(db, () => {
    const now = findContact(db, memberId);
    if (!now) return fail("gone");
    const contents: ChangeContent[] = [];
    if (wanted.email !== undefined) contents.push({ kind: "email", email: wanted.email, before: now.email });
    if (wanted.mobile !== undefined) {
      const before = { before: now.mobile, beforeVerifiedAt: now.mobileVerifiedAt };
      contents.push({ kind: "mobile", mobile: wanted.mobile, verified: false, ...before });
    }
    const taken = contents.map((content) => findOpenChange(deps, memberId, content)).find((one) => one !== undefined);
    if (taken) return { ...fail("open"), open: taken };
    const isTexted = typeof wanted.mobile === "string" && canBeTexted(wanted.mobile);
    const waitSeconds = Math.max(
      wanted.email === undefined ? 0 : countUse(deps, "changeMail", accountId),
      isTexted ? countCode(deps, accountId, wanted.mobile!) : 0,
    );
    if (waitSeconds > 0) return { ...fail("tooMany"), waitSeconds };
    const begun = begin(deps, asker, contents);
    if (!begun.ok) return begun;
    const { holder, asked } = begun.value;
    let toConfirm: string | undefined;
    for (const change of asked) {
      if (change.content.kind === "email") sendConfirmLink(deps, holder, change.content.email);
      else if (isTexted) {
        sendCode(deps, holder, change);
        toConfirm = change.changeId;
      } else {
        handOn(deps, change, changeRow(change));
        if (wanted.mobile === null) forgetMobile(deps, asker);
      }
    }
    alert(deps, holder, contents, seconds(clock));
    return ok({ toConfirm });
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
    const begun = begin(deps, asker, [content]);
    if (!begun.ok) return begun;
    const { holder, asked } = begun.value;
    const [change] = asked;
    const at = seconds(clock);
    const dueAt = at + coolingSeconds;
    handOn(deps, change!, changeRow(change!, iban), dueAt);
    const stop = { url: `${config.origin}/dossier/stop/${stopLink(deps, change!.changeId, dueAt)}`, expiresAt: dueAt };
    const freeze = freezeLink(deps, asker.memberId, freezeLinkSeconds.afterChange);
    mailTo(deps, holder, { kind: "change.alert", body: bankMail(config, holder, content, { at, stop, freeze }) });
    alertByText(deps, holder);
    return ok(undefined);
  });
}

/** Keeps the requests, all or none; in the caller's transaction. */
function begin(deps: AskDeps, { memberId, client }: Asker, contents: ChangeContent[]) {
  const holder = findAccountHolder(deps, memberId);
  if (!holder) return fail("gone");
  const taken = contents.map((content) => findOpenChange(deps, memberId, content)).find((one) => one !== undefined);
  if (taken) return { ...fail("open"), open: taken };
  const { label, network } = client;
  const asked = contents.map((content) => {
    const changeId = addChange(deps, memberId, content, { label, network });
    if (changeId === undefined) throw new Error("a request is open that was not found a moment ago");
    return { changeId, memberId, content, requestedAt: seconds(deps.clock) };
  });
  return ok({ holder, asked });
}

type Asked = Pick<Change, "changeId" | "memberId" | "content" | "requestedAt">;

/** Tells the owner at the address on file, and on the mobile that is known to be theirs. */
function alert(deps: AskDeps, holder: AccountHolder, contents: ChangeContent[], at = seconds(deps.clock)): void {
  const freeze = freezeLink(deps, holder.memberId, freezeLinkSeconds.afterChange);
  mailTo(deps, holder, { kind: "change.alert", body: alertMail(deps.config, holder, contents, at, freeze) });
  alertByText(deps, holder);
}

function alertByText(deps: AskDeps, { memberId, language }: AccountHolder): void {
  const { organisation } = deps.config;
  const contact = findContact(deps.db, memberId);
  if (!contact?.mobile || contact.mobileVerifiedAt === null || !canBeTexted(contact.mobile)) return;
  const text = tFor(language)("changes:alertText", { organisation: organisation.name, phone: organisation.phone });
  queueText(deps, { kind: "change.alert", memberId, to: contact.mobile, text });
}

function sendConfirmLink(deps: AskDeps, holder: AccountHolder, email: string): void {
  const { token, expiresAt } = issueLink(deps, "email_change", holder.memberId, confirmSeconds);
  const url = `${deps.config.origin}/dossier/email/${token}`;
  mailTo(deps, holder, { kind: "change.link", to: email, body: confirmMail(deps.config, holder, { url, expiresAt }) });
}

/** @returns the seconds to wait before another code goes to this number or from this account, or 0. */
function countCode(deps: AskDeps, accountId: string, mobile: string): number {
  return Math.max(countUse(deps, "changeCode", accountId), countUse(deps, "changeNumber", mobile));
}

/** Sends a new code to the number asked for; the one before is good no more. */
function sendCode(deps: AskDeps, { memberId, language }: AccountHolder, { changeId, content }: Asked): void {
  if (content.kind !== "mobile" || content.mobile === null) throw new Error("codes go to new mobiles");
  const code = newDigits(codeLength);
  const goodUntil = seconds(deps.clock) + codeSeconds;
  deps.db
    .update(changes)
    .set({ codeHash: hashCode(deps, changeId, code), codeAttempts: 0, codeExpiresAt: goodUntil })
    .where(eq(changes.changeId, changeId))
    .run();
  const text = tFor(language)("changes:codeText", { organisation: deps.config.organisation.name, code });
  queueText(deps, { kind: "change.code", memberId, to: content.mobile, text, goodUntil });
}

function hashCode({ seal }: Pick<Deps, "seal">, changeId: string, code: string): Buffer {
  return seal.hash("changes.code", `${changeId} ${code}`);
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
    // Counted before it is looked at, so that many at once are so many tries.
    const tried = db
      .update(changes)
      .set({ codeAttempts: sql`${changes.codeAttempts} + 1` })
      .where(and(eq(changes.changeId, changeId), gt(changes.codeExpiresAt, now), lt(changes.codeAttempts, mostTries)))
      .returning({ codeHash: changes.codeHash })
      .get();
    if (!tried) return "over";
    if (!tried.codeHash?.equals(hashCode(deps, changeId, code))) return "refused";
    const content: ChangeContent = { ...change.content, verified: true };
    const proven = { ...change, content };
    handOn(deps, proven, changeRow(proven));
    db.update(accounts)
      .set({ mobile: change.content.mobile, mobileVerifiedAt: now })
      .where(eq(accounts.memberId, memberId))
      .run();
    prove(deps, "change.confirmed", "member", proven);
    mailTo(deps, holder, {
      kind: "change.confirmed",
      body: stepMail(config, holder, proven, { step: "confirmed", at: now }),
    });
    return "confirmed";
  });
}

/** The number goes from the account at once, and with it the alerts that went there. */
function forgetMobile(deps: AskDeps, { accountId, memberId }: Asker): void {
  const { db, clock } = deps;
  db.update(accounts).set({ mobile: null, mobileVerifiedAt: null }).where(eq(accounts.id, accountId)).run();
  const { changes: stopped } = db
    .update(preferences)
    .set({ alertSms: 0, changedAt: seconds(clock) })
    .where(and(eq(preferences.accountId, accountId), eq(preferences.alertSms, 1)))
    .run();
  if (stopped === 0) return;
  record(deps, {
    kind: "consent.withdrawn",
    memberId,
    actor: "member",
    details: { list: "alertSms", channel: "contact" },
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
    revokeLinks(deps, "password_reset", memberId);
    endChallenges(deps, accountId);
    prove(deps, "change.confirmed", "member", change);
    const freeze = freezeLink(deps, memberId, freezeLinkSeconds.afterChange);
    const told = replacedMail(config, holder, change.content, seconds(clock), freeze);
    mailTo(deps, holder, { kind: "change.alert", body: told });
    const body = stepMail(config, holder, change, { step: "confirmed", at: seconds(clock) });
    mailTo(deps, holder, { kind: "change.confirmed", to: change.content.email, body });
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
    mailTo(deps, holder, {
      kind: "change.cancelled",
      body: stepMail(deps.config, holder, change, { step: "cancelled", at: seconds(deps.clock) }),
    });
  }
  return true;
}
