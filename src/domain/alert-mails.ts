import { longDay } from "../lib/dates.ts";
import { gsm7Length, toGsm7 } from "../lib/gsm7.ts";
import type { Language } from "../lib/languages.ts";
import { euros } from "../lib/money.ts";
import { tFor } from "../platform/i18n.ts";
import type { ToldPayment } from "./alert-rules.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { KeptTemplate, MailFromTemplate } from "./mail-content.ts";
import { type MailTemplate, templateOf, wordMark } from "./mail-template.ts";
import { unsubscribeHeaders, unsubscribeUrl } from "./unsubscribe.ts";

/**
 * The mail that tells of some payments: amount, payer and day of each, and nothing of the care. `stopToken`: of the link
 * by which its reader stops the alerts without signing in.
 */
export type AlertMail = (
  reader: { language: Language; firstNames: string; stopToken: string },
  payments: ToldPayment[],
) => MailFromTemplate;

const mostListed = 20;

/**
 * Writes the mails of many alerts: an import may bring a hundred thousand. What they have in common is a template for
 * each language and number of payments.
 * @param keep what keeps a template in the base, in the transaction that queues the mail.
 */
export function alertMails(sender: Sender, keep: (template: MailTemplate) => KeptTemplate): AlertMail {
  const templates = new Map<string, KeptTemplate>();
  const templateFor = (language: Language, count: number, isNet: boolean) => {
    const key = `${language} ${count} ${isNet}`;
    const kept = templates.get(key) ?? keep(alertTemplate(sender, language, count, isNet));
    templates.set(key, kept);
    return kept;
  };
  const payersIn = (language: Language) => ({ AMO: tFor(language)("alerts:amo"), AMC: sender.organisation.name });
  const payers = { fr: payersIn("fr"), en: payersIn("en") };
  return ({ language, firstNames, stopToken }, payments) => {
    const isNet = payments.length === 1 && payments[0]!.isNet;
    const facts = payments
      .slice(0, mostListed)
      .flatMap(({ amountCents, payer, paidOn }) => [
        euros(amountCents, language),
        payers[language][payer],
        longDay(paidOn, language),
      ]);
    const template = templateFor(language, payments.length, isNet);
    return { template, words: [firstNames.split(" ")[0]!, stopToken, ...facts] };
  };
}

/** Words: the first name, the token of the link to stop, then amount, payer and day of each payment that is listed. */
function alertTemplate(sender: Sender, language: Language, count: number, isNet: boolean): MailTemplate {
  const { t, compose } = letterIn(sender, language);
  const listed = Math.min(count, mostListed);
  const facts = Array.from({ length: listed }, (_, index) => {
    const [amount, payer, day] = [wordMark(3 * index + 2), wordMark(3 * index + 3), wordMark(3 * index + 4)];
    return { amount, payer, day };
  });
  const one = (words: (typeof facts)[number]) => [
    t("alerts:one.text"),
    [t("alerts:amount", words), t("alerts:payer", words), t("alerts:paidOn", words)].join("\n"),
    ...(isNet ? [t("alerts:net")] : []),
  ];
  const many = () => {
    const lines = facts.map((words) => t("alerts:line", words));
    if (count > listed) lines.push(t("alerts:many.others", { count: count - listed }));
    return [t("alerts:many.text", { count }), lines.join("\n")];
  };
  const stopUrl = unsubscribeUrl(sender, wordMark(1));
  const body = compose({
    subject: count === 1 ? t("alerts:one.subject") : t("alerts:many.subject", { count }),
    paragraphs: [
      t("alerts:hello", { name: wordMark(0) }),
      ...(count === 1 ? one(facts[0]!) : many()),
      t("alerts:more"),
    ],
    action: { label: t("alerts:action"), url: `${sender.origin}/reimbursements` },
    stop: "service",
    stopUrl,
  });
  return templateOf({ ...body, headers: unsubscribeHeaders(sender, stopUrl) }, 2 + 3 * listed);
}

const longestName = 20;

/** The text message that tells of some payments: that there are some, and how to stop. One message, never an amount. */
export function alertText({ organisation }: Pick<Sender, "organisation">, language: Language, count: number): string {
  const t = tFor(language);
  const words = { organisation: organisation.name.slice(0, longestName).trim() };
  const text = count === 1 ? t("alerts:sms.one", words) : t("alerts:sms.many", { ...words, count });
  return toGsm7(text).slice(0, gsm7Length);
}
