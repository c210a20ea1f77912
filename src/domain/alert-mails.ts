import { longDay } from "../lib/dates.ts";
import { gsm7Length, toGsm7 } from "../lib/gsm7.ts";
import type { Language } from "../lib/languages.ts";
import { euros } from "../lib/money.ts";
import { tFor } from "../platform/i18n.ts";
import type { ToldPayment } from "./alert-rules.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

/** The mail that tells of some payments: amount, payer and day of each, and nothing of the care. */
export type AlertMail = (language: Language, firstNames: string, payments: ToldPayment[]) => MailBody;

const mostListed = 20;

/**
 * Writes the mails of many alerts. The layout of a mail of one payment is made once for each language, with marks where
 * the name, the amount, the payer and the day stand: an import may bring a hundred thousand.
 */
export function alertMails(sender: Sender): AlertMail {
  const layouts = new Map<string, MailBody>();
  const layoutOf = (language: Language, isNet: boolean) => {
    const key = `${language} ${isNet}`;
    let layout = layouts.get(key);
    if (!layout) {
      layout = singleLayout(sender, language, isNet);
      layouts.set(key, layout);
    }
    return layout;
  };
  return (language, firstNames, payments) => {
    const [payment, ...others] = payments as [ToldPayment, ...ToldPayment[]];
    if (others.length > 0) return groupMail(sender, language, firstNames, payments);
    const layout = layoutOf(language, payment.isNet);
    const words = [firstName(firstNames), ...factsOf(sender, language, payment)];
    return {
      subject: layout.subject,
      text: layout.text.replace(marks, (mark) => words[mark.charCodeAt(0) - firstMark]!),
      html: layout.html.replace(marks, (mark) => escaped(words[mark.charCodeAt(0) - firstMark]!)),
    };
  };
}

/** Characters of no alphabet, which stand for what differs from one mail to the next. */
const firstMark = 0xe000;
const [nameMark, amountMark, payerMark, dayMark] = ["\ue000", "\ue001", "\ue002", "\ue003"] as const;
const marks = /[\ue000-\ue003]/g;

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
  });
}

function groupMail(sender: Sender, language: Language, firstNames: string, payments: ToldPayment[]): MailBody {
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
  });
}

function factsOf({ organisation }: Sender, language: Language, { amountCents, payer, paidOn }: ToldPayment) {
  const name = payer === "AMO" ? tFor(language)("alerts:amo") : organisation.name;
  return [euros(amountCents, language), name, longDay(paidOn, language)] as const;
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
