import { findAccountHolder, findRecoverable } from "../../domain/accounts.ts";
import { auditOf } from "../../domain/audit.ts";
import { findOpenCase, openCase } from "../../domain/cases.ts";
import { freezeAccount, freezeLink, freezeLinkSeconds } from "../../domain/freezing.ts";
import { findSignInTarget } from "../../domain/members.ts";
import { peekLink, takeLink } from "../../domain/one-time-links.ts";
import { queueMail } from "../../domain/outbox.ts";
import { countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import type { Language } from "../../lib/languages.ts";
import { compactIdentifier } from "../../lib/nir.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";
import { auditMail, freezeMail, receiptMail } from "./mails.ts";

type ReportDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** What a visitor has typed, kept sealed until it is looked at, after the answer. */
export type Report = {
  kind: "lost" | "phishing";
  identifier: string | undefined;
  email: string;
  message: string;
  language: Language;
};

type Known = { accountId: string; memberId: string };

/**
 * Looks at the report of a visitor, after the answer. A case is opened and the typed address gets a receipt, whoever
 * it is; only the owner of the account, at the address on file, learns that there is one, and alone can block it.
 */
export function takeReport(deps: ReportDeps, payload: string): void {
  const report = JSON.parse(payload) as Report;
  const target = report.identifier ? findSignInTarget(deps, report.identifier) : undefined;
  const number = openReport(deps, report, "visitor", target);
  if (target && report.kind === "lost") sendFreezeLink(deps, target.memberId, number);
  if (target && report.kind === "phishing") tellAudit(deps, target.memberId, number);
  sendReceipt(deps, report, number);
}

/** The same from inside the account: nobody has to be asked who they are. @returns the number of the case. */
export function openAudit(deps: ReportDeps, session: Session, report: Report): number {
  return write(deps.db, () => {
    const number = openReport(deps, report, "member", session);
    tellAudit(deps, session.memberId, number);
    sendReceipt(deps, report, number, session.memberId);
    return number;
  });
}

/** Blocks the account of who is signed in, at once. @returns the number of the case. */
export function freezeOwn(deps: ReportDeps, { memberId }: Session, report: Report): number | undefined {
  return write(deps.db, () => {
    const content = contentOf(report, "member");
    const number = freezeAccount(deps, memberId, { actor: "member", by: "session", content });
    // Sent twice: the account is blocked already.
    if (number === undefined) return findOpenCase(deps, "lost", memberId);
    sendReceipt(deps, report, number, memberId);
    return number;
  });
}

/** Whether a link of a mail can still block an account. */
export function canFreeze(deps: Pick<Deps, "db" | "clock">, token: string): boolean {
  const link = peekLink(deps, "freeze", token);
  return link !== undefined && findRecoverable(deps, link.memberId) !== undefined;
}

/** Uses the link up and blocks the account. @returns the number of the case. */
export function freezeByLink(deps: ReportDeps, token: string): Result<number, "lapsed"> {
  return write(deps.db, () => {
    const memberId = takeLink(deps, "freeze", token);
    const number = memberId && freezeAccount(deps, memberId, { actor: "member", by: "link" });
    return number ? ok(number) : fail("lapsed");
  });
}

function openReport(deps: ReportDeps, report: Report, by: "visitor" | "member", account: Known | undefined): number {
  const audit = account && report.kind === "phishing" ? { audit: auditOf(deps, account) } : {};
  const content = { ...contentOf(report, by), ...audit };
  return openCase(deps, { kind: report.kind, memberId: account?.memberId, actor: by, content });
}

/** A social security number finds the account, and is of no more use. */
function contentOf({ identifier, email, message }: Report, by: "visitor" | "member") {
  return { by, ...(identifier ? { identifier: hideNumbers(compactIdentifier(identifier)) } : {}), email, message };
}

function sendFreezeLink(deps: ReportDeps, memberId: string, number: number): void {
  const holder = findRecoverable(deps, memberId);
  // A count of its own: filling the mailbox with other mails must not keep the owner from blocking the account.
  if (!holder || countUse(deps, "mailbox", `freeze ${memberId}`) > 0) return;
  const { email, language } = holder;
  const link = freezeLink(deps, memberId, freezeLinkSeconds.asked);
  const body = freezeMail(deps.config, holder, { ...link, number });
  queueMail(deps, { kind: "freeze.link", memberId, to: email, language, body, urgent: true });
}

function tellAudit(deps: ReportDeps, memberId: string, number: number): void {
  const holder = findAccountHolder(deps, memberId);
  if (!holder || countUse(deps, "mailbox", `audit ${memberId}`) > 0) return;
  const { email, language } = holder;
  const body = auditMail(deps.config, holder, { number, at: seconds(deps.clock) });
  queueMail(deps, { kind: "audit.opened", memberId, to: email, language, body });
}

/**
 * No more than five an hour to one mailbox, which anybody may have typed.
 * @param memberId who typed it, when that is known: of a visitor it never is, whoever the report is about.
 */
function sendReceipt(deps: ReportDeps, { email, language }: Report, number: number, memberId?: string): void {
  if (countUse(deps, "mailbox", email.toLowerCase()) > 0) return;
  const body = receiptMail(deps.config, { language, number, at: seconds(deps.clock) });
  queueMail(deps, { kind: "report.receipt", ...(memberId ? { memberId } : {}), to: email, language, body });
}
