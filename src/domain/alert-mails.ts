import { longDay } from "../lib/dates.ts";
import { gsm7Length, toGsm7 } from "../lib/gsm7.ts";
import type { Language } from "../lib/languages.ts";
import { euros } from "../lib/money.ts";
import { tFor } from "../platform/i18n.ts";
import type { ToldPayment } from "./alert-rules.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { KeptTemplate, WrittenMail } from "./mail-content.ts";
import { type MailTemplate, templateOf, wordMark } from "./mail-template.ts";
import { unsubscribeHeaders, unsubscribeUrl } from "./unsubscribe.ts";

/**
 * The mail that tells of some payments: amount, payer and day of each, and nothing of the care. `stopToken`: of the link
 * by which its reader stops the alerts without signing in.
 */
export type AlertMail = (
  reader: { language: Language; firstNames: string; stopToken: string },
  payments: ToldPayment[],
) => WrittenMail;

const mostListed = 20;

/**
 * Writes the mails of many alerts. The mail of one payment is a template for each language: an import may bring a
 * hundred thousand.
 * @param keep what keeps a template in the base.
 */
export function alertMails(sender: Sender, keep: (template: MailTemplate) => KeptTemplate): AlertMail {
  const inLanguage = (language: Language) => ({
    paid: keep(singleTemplate(sender, language, false)),
    net: keep(singleTemplate(sender, language, true)),
    payers: { AMO: payerName(sender, language, "AMO"), AMC: payerName(sender, language, "AMC") },
  });
  const made = { fr: inLanguage("fr"), en: inLanguage("en") };
  return (reader, payments) => {
    const [payment, ...others] = payments as [ToldPayment, ...ToldPayment[]];
    if (others.length > 0) return groupMail(sender, reader, payments);
    const { language, firstNames, stopToken } = reader;
    const { paid, net, payers } = made[language];
    const { amountCents, payer, paidOn, isNet } = payment;
    const facts = [euros(amountCents, language), payers[payer], longDay(paidOn, language)];
    return { template: isNet ? net : paid, words: [firstName(firstNames), ...facts, stopToken] };
  };
}

function singleTemplate(sender: Sender, language: Language, isNet: boolean): MailTemplate {
  const { t, compose } = letterIn(sender, language);
  const [amount, payer, day] = [wordMark(1), wordMark(2), wordMark(3)];
  const facts = [t("alerts:amount", { amount }), t("alerts:payer", { payer }), t("alerts:paidOn", { day })];
  const stopUrl = unsubscribeUrl(sender, wordMark(4));
  const body = compose({
    subject: t("alerts:one.subject"),
    paragraphs: [
      t("alerts:hello", { name: wordMark(0) }),
      t("alerts:one.text"),
      facts.join("\n"),
      ...(isNet ? [t("alerts:net")] : []),
      t("alerts:more"),
    ],
    action: { label: t("alerts:action"), url: `${sender.origin}/reimbursements` },
    stop: "service",
    stopUrl,
  });
  return templateOf({ ...body, headers: unsubscribeHeaders(sender, stopUrl) }, 5);
}

function groupMail(
  sender: Sender,
  { language, firstNames, stopToken }: Parameters<AlertMail>[0],
  payments: ToldPayment[],
): WrittenMail {
  const { t, compose } = letterIn(sender, language);
  const count = payments.length;
  const lines = payments.slice(0, mostListed).map(({ amountCents, payer, paidOn }) => {
    const words = { amount: euros(amountCents, language), payer: payerName(sender, language, payer) };
    return t("alerts:line", { ...words, day: longDay(paidOn, language) });
  });
  if (count > mostListed) lines.push(t("alerts:many.others", { count: count - mostListed }));
  const stopUrl = unsubscribeUrl(sender, stopToken);
  const body = compose({
    subject: t("alerts:many.subject", { count }),
    paragraphs: [
      t("alerts:hello", { name: firstName(firstNames) }),
      t("alerts:many.text", { count }),
      lines.join("\n"),
      t("alerts:more"),
    ],
    action: { label: t("alerts:action"), url: `${sender.origin}/reimbursements` },
    stop: "service",
    stopUrl,
  });
  return { body, headers: unsubscribeHeaders(sender, stopUrl) };
}

function payerName({ organisation }: Sender, language: Language, payer: ToldPayment["payer"]): string {
  return payer === "AMO" ? tFor(language)("alerts:amo") : organisation.name;
}

const firstName = (firstNames: string) => firstNames.split(" ")[0]!;

const longestName = 20;

/** The text message that tells of some payments: that there are some, and how to stop. One message, never an amount. */
export function alertText({ organisation }: Pick<Sender, "organisation">, language: Language, count: number): string {
  const t = tFor(language);
  const words = { organisation: organisation.name.slice(0, longestName).trim() };
  const text = count === 1 ? t("alerts:sms.one", words) : t("alerts:sms.many", { ...words, count });
  return toGsm7(text).slice(0, gsm7Length);
}
