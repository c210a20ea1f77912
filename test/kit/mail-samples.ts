import { alertMails } from "../../src/domain/alert-mails.ts";
import type { ToldPayment } from "../../src/domain/alert-rules.ts";
import { tellBlocked } from "../../src/domain/blocked-mail.ts";
import { cardStepMail, cardsAskedMail } from "../../src/domain/card-mails.ts";
import { closeCase, openCase } from "../../src/domain/cases.ts";
import { alertMail, confirmMail, stepMail } from "../../src/domain/change-mails.ts";
import type { ChangeContent } from "../../src/domain/changes.ts";
import { charterMail } from "../../src/domain/charter-mails.ts";
import { deletionReceipt } from "../../src/domain/deletion-receipt.ts";
import { rememberDevice, useDevice } from "../../src/domain/devices.ts";
import { freezeAccount } from "../../src/domain/freezing.ts";
import { acceptedMail, guardianMail, refusedMail } from "../../src/domain/guardian-mails.ts";
import { warnInactive } from "../../src/domain/inactivity.ts";
import { inviteOnce } from "../../src/domain/invitations.ts";
import { openMailContent } from "../../src/domain/mail-content.ts";
import type { MailBody, MailContent } from "../../src/domain/mail-layout.ts";
import { fillTemplate, type TemplateParts } from "../../src/domain/mail-template.ts";
import { noticeMail } from "../../src/domain/notice-mails.ts";
import * as registration from "../../src/domain/registration-mails.ts";
import { answerToRight, receiptOfRight } from "../../src/domain/rights-mails.ts";
import { annulAccount } from "../../src/domain/staff-acts.ts";
import { answerThread } from "../../src/domain/thread-answers.ts";
import { addThread } from "../../src/domain/threads.ts";
import * as bank from "../../src/features/changes/mails.ts";
import { receiptMail as contestReceipt } from "../../src/features/charter/mails.ts";
import { receiptMail as messageReceipt } from "../../src/features/contact/mails.ts";
import * as help from "../../src/features/help/mails.ts";
import * as password from "../../src/features/password/mails.ts";
import * as factors from "../../src/features/second-factor/mails.ts";
import { declaredMail } from "../../src/features/vitale/mails.ts";
import type { Language } from "../../src/lib/languages.ts";
import { write } from "../../src/platform/database.ts";
import { settledMail } from "../../src/staff/bounces/mails.ts";
import type { Portal } from "./portal.ts";

/** A mail as it is sent: what it is about, as staff sees it, and the headers that come with it. */
export type MailSample = { kind: string; language: Language; body: MailBody; headers: Record<string, string> };

const token = "aBcD".repeat(11).slice(0, 43);
const at = 1_795_420_800;

/** What is written by a function of its own, as often as it has another wording. */
function written(
  { config, clock }: Pick<Portal, "config" | "clock">,
  language: Language,
  firstNames: string,
): Record<string, (MailBody & Partial<MailContent>)[]> {
  const holder = { accountId: "a", memberId: "P0001", email: "alice@demo.example", language, firstNames };
  const link = { url: `${config.origin}/help/credentials/freeze/${token}`, expiresAt: at };
  const iban: ChangeContent = { kind: "iban", usage: "amo" } as ChangeContent;
  const contents = [
    iban,
    ...(["address", "email", "mobile"] as const).map((kind) => ({ kind }) as ChangeContent),
  ] as const;
  const each = (write: (content: ChangeContent) => MailBody) => contents.map(write);
  const step = (name: "confirmed" | "cancelled" | "applied" | "refused") =>
    each((content) => stepMail(config, holder, { content }, { step: name, at }));
  const payment = { amountCents: 12_345, payer: "AMO", paidOn: "2026-11-20", isNet: false } as const;
  const templates = new Map<string, TemplateParts>();
  const tell = alertMails(config, ({ sha256, json }) => {
    templates.set(sha256, JSON.parse(json) as TemplateParts);
    return { sha256, isKept: true };
  });
  const alert = (...payments: object[]) => {
    const { template, words } = tell(reader, payments as ToldPayment[]);
    return fillTemplate(templates.get(template.sha256)!, words);
  };
  const right = { requestId: 7, kind: "deletion", receivedOn: "2026-11-20", dueOn: "2026-12-20" } as const;
  const charter = {
    number: 5,
    previous: 4,
    effectiveOn: "2027-01-01",
    text: "",
    sha256: "",
    publishedAt: at,
    changes: { added: ["Neuf"], changed: ["Changé"], removed: [""] },
  };
  const confirmation = { token, expiresAt: at, requestedAt: at };
  const reader = { language, firstNames, stopToken: token };
  return {
    "account.deleted": [
      deletionReceipt({ config, clock }, holder, { why: "request", paper: true }),
      deletionReceipt({ config, clock }, holder, { why: "inactivity", paper: false }),
    ],
    "account.opened": [acceptedMail(config, language)],
    "alert.payment": [alert(payment), alert({ ...payment, isNet: true }), alert(...Array(25).fill(payment))],
    "audit.opened": [help.auditMail(config, holder, { number: 7, at })],
    "bounce.settled": [settledMail(config, holder)],
    "change.alert": [
      ...each((content) => alertMail(config, holder, [content], at, link)),
      ...each((content) => bank.replacedMail(config, holder, content, at, link)),
      bank.bankMail(config, holder, iban, {
        at,
        stop: { ...link, url: `${config.origin}/dossier/stop/${token}` },
        freeze: link,
      }),
    ],
    "change.cancelled": step("cancelled"),
    "change.confirmed": step("confirmed"),
    "change.link": [confirmMail(config, holder, { ...link, url: `${config.origin}/dossier/email/${token}` })],
    "change.settled": [...step("applied"), ...step("refused")],
    "charter.contested": [contestReceipt(config, holder, { number: 5, caseId: 7, at })],
    "charter.notified": [charterMail(config, holder, charter, at)],
    "ehic.requested": [
      cardsAskedMail(config, holder, {
        names: [firstNames],
        trip: { country: "DE", departsOn: "2027-01-05", returnsOn: "2027-01-15" },
        at,
      }),
    ],
    "ehic.step": [
      ...(["sent", "in_production", "shipped", "received", "returned", "refused", "cancelled"] as const).map((state) =>
        cardStepMail(config, holder, { name: firstNames, state, hasReason: true, at }),
      ),
      cardStepMail(config, holder, { name: firstNames, state: "refused", hasReason: false, at }),
    ],
    "freeze.link": [help.freezeMail(config, holder, { number: 7, ...link })],
    "guardian.asked": [guardianMail(config, language, { token, expiresAt: at })],
    "message.received": [
      messageReceipt(config, holder, { number: 7, at, dueOn: undefined }),
      messageReceipt(config, holder, { number: 7, at, dueOn: "2026-12-20" }),
    ],
    notice: (["change", "interruption", "end"] as const).map((kind) =>
      noticeMail(
        config,
        {
          kind,
          startsAt: at,
          endsAt: at + 3600,
          subject: { fr: "Travaux dans la nuit", en: "Work at night" },
          text: { fr: "Votre espace ferme.\n\nIl rouvrira.", en: "Your account closes.\n\nIt will open again." },
        },
        language,
      ),
    ),
    "password.changed": [password.changedMail(config, holder, at, link)],
    "password.reset": [password.resetMail(config, holder, { token, expiresAt: at })],
    "registration.confirmation": [false, true].map((flag) =>
      registration.confirmationMail(config, language, { ...confirmation, typedElsewhere: flag, replaces: flag }),
    ),
    "registration.existing": [
      registration.existingMail(config, language, false),
      registration.existingMail(config, language, true),
      registration.elsewhereMail(config, language),
      registration.unmatchedMail(config, language),
    ],
    "registration.refused": [registration.ownGuardianMail(config, language), refusedMail(config, language)],
    "report.receipt": [help.receiptMail(config, { language, number: 7, at })],
    "rights.recorded": [receiptOfRight(config, holder, { ...right, stopped: ["offers", "newsletterSmeno"] })],
    "rights.settled": (["granted", "refused"] as const).map((outcome) =>
      answerToRight(config, holder, { ...right, outcome, result: "Nous avons regardé." }),
    ),
    "second-factor.changed": [
      ...(["added", "removed"] as const).flatMap((act) =>
        (["totp", "passkey", "mail"] as const).map((kind) => factors.changedMail(config, holder, { act, kind }, at)),
      ),
      factors.changedMail(config, holder, { act: "codesMade" }, at),
    ],
    "sign-in.code": [factors.codeMail(config, holder, "12345678")],
    "vitale.declared": [declaredMail(config, holder, { number: "V-7", declaredAt: at } as never)],
  };
}

/** What is written where it is queued: done to Alice, one thing after the other. */
function done(portal: Portal, language: Language, firstNames: string): MailSample[] {
  const { $client } = portal.db;
  const memberId = "P0001";
  $client.prepare("UPDATE accounts SET language = ? WHERE member_id = ?").run(language, memberId);
  $client.prepare("UPDATE members SET first_names = ? WHERE member_id IN ('P0001', 'P0004')").run(firstNames);
  const last = $client.prepare<[], number>("SELECT coalesce(max(mail_id), 0) FROM mails").pluck().get()!;
  copyDevice(portal, memberId);
  const threadId = write(portal.db, () =>
    addThread(portal, { memberId, topic: "other", about: null, openedAt: at, subject: "Une question" }),
  );
  answerThread(portal, { threadId, staff: "operator", text: "Voici.", close: true });
  const content = { message: "Perdu." };
  const caseId = write(portal.db, () => openCase(portal, { kind: "lost", memberId, content }));
  closeCase(portal, caseId, "Rien d’anormal.");
  $client.exec("DELETE FROM invitations; UPDATE members SET email = 'david@demo.example' WHERE member_id = 'P0004'");
  inviteOnce(portal, "P0004");
  $client.prepare("UPDATE accounts SET last_seen_at = ?, activated_at = 1, created_at = 1").run(at - 900 * 86_400);
  for (const _ of warnInactive(portal));
  const active = $client.prepare("UPDATE accounts SET status = 'active' WHERE member_id = ?");
  const holder = { accountId: "", memberId, email: "alice@demo.example", language, firstNames };
  write(portal.db, () => tellBlocked(portal, holder));
  freezeAccount(portal, memberId, { actor: "member", by: "link" });
  active.run(memberId);
  freezeAccount(portal, memberId, { actor: "import", by: "feed", about: "identity_check", content: { changed: [] } });
  active.run(memberId);
  annulAccount(portal, "10000001", "Deux inscriptions.");
  return $client
    .prepare<[number], { kind: string; content: Buffer; language: Language }>(
      `SELECT kind, content_sealed AS content, language FROM mails
       WHERE mail_id > ? AND recipient IN ('alice@demo.example', 'david@demo.example') ORDER BY mail_id`,
    )
    .all(last)
    .map(({ kind, content: sealed, language: of }) => {
      const { headers, ...body } = openMailContent(portal, sealed);
      return { kind, language: of, body, headers };
    });
}

/** A token of a device that was replaced comes back: somebody has copied it. */
function copyDevice(portal: Portal, memberId: string): void {
  const { id: accountId } = portal.db.$client
    .prepare<[string], { id: string }>("SELECT id FROM accounts WHERE member_id = ?")
    .get(memberId)!;
  const client = { label: "firefox/linux", network: "203.0.113.x" };
  const { token } = write(portal.db, () => rememberDevice(portal, { accountId, memberId }, client));
  useDevice(portal, token, client);
  portal.advance({ minutes: 1 });
  useDevice(portal, token, client);
}

/** The mails that have a function of their own, which is nearly all: for who has no base. */
export function writtenSamples(deps: Pick<Portal, "config" | "clock">, language: Language, firstNames = "Alice Marie") {
  return Object.entries(written(deps, language, firstNames)).flatMap(([kind, bodies]) =>
    bodies.map(({ headers = {}, ...body }): MailSample => ({ kind, language, body, headers })),
  );
}

/**
 * Every mail the portal can send in a language, made by the functions that send them.
 * @param firstNames of its reader: whatever a back office may write there.
 */
export function mailSamples(portal: Portal, language: Language, firstNames = "Alice Marie"): MailSample[] {
  return [...writtenSamples(portal, language, firstNames), ...done(portal, language, firstNames)];
}
