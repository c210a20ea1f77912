import type { AccountHolder } from "../../domain/accounts.ts";
import { changeLetter, type Link } from "../../domain/change-mails.ts";
import type { ChangeContent } from "../../domain/changes.ts";
import type { Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";

/** To the address on file, of a bank account, which waits: one link stops the change, the other blocks the account. */
export function bankMail(
  sender: Sender,
  holder: AccountHolder,
  asked: ChangeContent,
  { at, stop, freeze }: { at: number; stop: Link; freeze: Link },
): MailBody {
  const { t, words, moment, compose } = changeLetter(sender, holder, asked);
  return compose({
    subject: t("changes:bankMail.subject", words),
    paragraphs: [
      t("changes:mail.hello", words),
      t("changes:bankMail.text", { ...words, moment: moment(at) }),
      t("changes:bankMail.waits", { moment: moment(stop.expiresAt) }),
    ],
    action: { label: t("changes:bankMail.action"), url: stop.url },
    after: [t("changes:bankMail.notYou"), t("changes:freezeUntil", { moment: moment(freeze.expiresAt) })],
    second: { label: t("changes:freeze"), url: freeze.url },
    stop: "security",
  });
}

/** Tells the former address that another has taken its place. */
export function replacedMail(
  sender: Sender,
  holder: AccountHolder,
  content: ChangeContent,
  at: number,
  freeze: Link,
): MailBody {
  const { t, words: usual, moment, compose } = changeLetter(sender, holder, content);
  const words = { ...usual, moment: moment(at) };
  return compose({
    subject: t("changes:replacedMail.subject", words),
    paragraphs: [t("changes:mail.hello", words), t("changes:replacedMail.text", words), t("changes:alertMail.notYou")],
    action: { label: t("changes:freeze"), url: freeze.url },
    after: [t("changes:freezeUntil", { moment: moment(freeze.expiresAt) }), t("changes:mail.question", words)],
    stop: "security",
  });
}
