import type { AccountHolder } from "../../domain/accounts.ts";
import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import { type Day, longDay, longMoment } from "../../lib/dates.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";

/**
 * The receipt of a message. Neither its subject nor its text, which may tell of somebody's health: the mail leads to
 * them. `at` in seconds; `dueOn` is the day by which the law wants an answer, if it sets one.
 */
export function receiptMail(
  { organisation, origin }: Pick<Config, "organisation" | "origin">,
  { language, firstNames }: Pick<AccountHolder, "language" | "firstNames">,
  { number, at, dueOn }: { number: number; at: number; dueOn: Day | undefined },
): MailBody {
  const t = tFor(language);
  const words = {
    name: firstNames.split(" ")[0]!,
    organisation: organisation.name,
    number,
    moment: longMoment(at * 1000, language),
    phone: organisation.phone,
  };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("contact:receiptMail.subject", words),
    paragraphs: [
      t("contact:mail.hello", words),
      t("contact:receiptMail.received", words),
      dueOn ? t("contact:receipt.due", { day: longDay(dueOn, language) }) : t("contact:receiptMail.next"),
    ],
    action: { label: t("contact:receiptMail.read"), url: `${origin}/messages/${number}/receipt` },
    after: [t("contact:mail.question", words), t("contact:receiptMail.notYou", words)],
    stop: "request",
  });
}
