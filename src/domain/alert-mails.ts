import { longDay } from "../lib/dates.ts";
import { gsm7Length, toGsm7 } from "../lib/gsm7.ts";
import type { Language } from "../lib/languages.ts";
import { euros } from "../lib/money.ts";
import { tFor } from "../platform/i18n.ts";
import type { ToldPayment } from "./alert-rules.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

/**
 * The mail that tells of some payments: amount, payer and day of each, and nothing of the care. `stopUrl`: where its
 * reader stops the alerts without signing in.
 */
export type AlertMail = (
  reader: { language: Language; firstNames: string; stopUrl: string },
  payments: ToldPayment[],
) => MailBody;

const mostListed = 20;

/**
 * Writes the mails of many alerts. The layout of a mail of one payment is made once for each language, with marks where
 * the name, the amount, the payer, the day and the link to stop stand: an import may bring a hundred thousand.
 */
export function alertMails(sender: Sender): AlertMail {
  const layouts = new Map<string, Layout>();
  const layoutOf = (language: Language, isNet: boolean) => {
    const key = `${language} ${isNet}`;
    let layout = layouts.get(key);
    if (!layout) {
      const { subject, text, html } = singleLayout(sender, language, isNet);
      const payers = { AMO: payerName(sender, language, "AMO"), AMC: payerName(sender, language, "AMC") };
      layout = { subject, text: text.split(marks), html: html.split(marks), payers };
      layouts.set(key, layout);
    }
    return layout;
  };
  return (reader, payments) => {
    const [payment, ...others] = payments as [ToldPayment, ...ToldPayment[]];
    if (others.length > 0) return groupMail(sender, reader, payments);
    const { language, firstNames, stopUrl } = reader;
    const { subject, text, html, payers } = layoutOf(language, payment.isNet);
    const { amountCents, payer, paidOn } = payment;
    const [amount, day] = [euros(amountCents, language), longDay(paidOn, language)];
    const words = [firstName(firstNames), amount, payers[payer], day, stopUrl];
    return { subject, text: filled(text, words), html: filled(html, words.map(escaped)) };
  };
}

/** A layout cut at its marks, which stand at every other place. */
type Layout = { subject: string; text: string[]; html: string[]; payers: Record<ToldPayment["payer"], string> };

function filled(pieces: string[], words: string[]): string {
  let whole = "";
  for (const [place, piece] of pieces.entries())
    whole += place % 2 === 0 ? piece : words[piece.charCodeAt(0) - firstMark]!;
  return whole;
}

/** Characters of no alphabet, which stand for what differs from one mail to the next. */
const firstMark = 0xe000;
const [nameMark, amountMark, payerMark, dayMark, stopMark] = [
  "\ue000",
  "\ue001",
  "\ue002",
  "\ue003",
  "\ue004",
] as const;
const marks = /([\ue000-\ue004])/;

function singleLayout(sender: Sender, language: Language, isNet: boolean): MailBody {
  const { t, compose } = letterIn(sender, language);
  const facts = [
    t("alerts:amount", { amount: amountMark }),
    t("alerts:payer", { payer: payerMark }),
    t("alerts:paidOn", { day: dayMark }),
  ];
  return compose({
    subject: t("alerts:one.subject"),
    paragraphs: [
      t("alerts:hello", { name: nameMark }),
      t("alerts:one.text"),
      facts.join("\n"),
      ...(isNet ? [t("alerts:net")] : []),
      t("alerts:more"),
    ],
    action: { label: t("alerts:action"), url: `${sender.origin}/reimbursements` },
    stop: "service",
    stopUrl: stopMark,
  });
}

function groupMail(
  sender: Sender,
  { language, firstNames, stopUrl }: Parameters<AlertMail>[0],
  payments: ToldPayment[],
): MailBody {
  const { t, compose } = letterIn(sender, language);
  const count = payments.length;
  const lines = payments.slice(0, mostListed).map((payment) => {
    const [amount, payer, day] = factsOf(sender, language, payment);
    return t("alerts:line", { amount, payer, day });
  });
  if (count > mostListed) lines.push(t("alerts:many.others", { count: count - mostListed }));
  return compose({
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
}

function factsOf(sender: Sender, language: Language, { amountCents, payer, paidOn }: ToldPayment) {
  return [euros(amountCents, language), payerName(sender, language, payer), longDay(paidOn, language)] as const;
}

function payerName({ organisation }: Sender, language: Language, payer: ToldPayment["payer"]): string {
  return payer === "AMO" ? tFor(language)("alerts:amo") : organisation.name;
}

const firstName = (firstNames: string) => firstNames.split(" ")[0]!;

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

const longestName = 20;

/** The text message that tells of some payments: that there are some, and how to stop. One message, never an amount. */
export function alertText({ organisation }: Pick<Sender, "organisation">, language: Language, count: number): string {
  const t = tFor(language);
  const words = { organisation: organisation.name.slice(0, longestName).trim() };
  const text = count === 1 ? t("alerts:sms.one", words) : t("alerts:sms.many", { ...words, count });
  return toGsm7(text).slice(0, gsm7Length);
}
