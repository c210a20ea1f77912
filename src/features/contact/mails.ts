import type { AccountHolder } from "../../domain/accounts.ts";
import { letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";
import { type Day, longDay } from "../../lib/dates.ts";

/**
 * The receipt of a message. Neither its subject nor its text, which may tell of somebody's health: the mail leads to
 * them. `at` in seconds; `dueOn` is the day by which the law wants an answer, if it sets one.
 */
export function receiptMail(
  sender: Sender,
  holder: Pick<AccountHolder, "language" | "firstNames">,
  { number, at, dueOn }: { number: number; at: number; dueOn: Day | undefined },
): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, holder);
  const words = { ...usual, number, moment: moment(at) };
  return compose({
    subject: t("contact:receiptMail.subject", words),
    paragraphs: [
      t("contact:mail.hello", words),
      t("contact:receiptMail.received", words),
      dueOn ? t("contact:receipt.due", { day: longDay(dueOn, holder.language) }) : t("contact:receiptMail.next"),
    ],
    action: { label: t("contact:receiptMail.read"), url: `${sender.origin}/messages/${number}/receipt` },
    after: [t("contact:mail.question", words), t("contact:receiptMail.notYou", words)],
    stop: "request",
  });
}
