import type { AccountHolder } from "../../domain/accounts.ts";
import { letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";

/** Says that we write to an address again that mails came back from. */
export function settledMail(sender: Sender, holder: AccountHolder): MailBody {
  const { t, words, compose } = letterTo(sender, holder);
  return compose({
    subject: t("staff-queues:bounceMail.subject", words),
    paragraphs: [t("staff-queues:bounceMail.hello", words), t("staff-queues:bounceMail.text", words)],
    after: [t("staff-queues:bounceMail.question", words)],
    stop: "security",
  });
}
