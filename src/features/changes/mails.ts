import type { AccountHolder } from "../../domain/accounts.ts";
import { changeLetter, nameOfChange } from "../../domain/change-mails.ts";
import type { ChangeContent } from "../../domain/changes.ts";
import { letterIn, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";

/** A link of a mail, and its moment of expiry in seconds. */
type Link = { url: string; expiresAt: number };

/** To the new address: nobody is named there, it may have been mistyped. */
export function confirmMail(sender: Sender, { language }: AccountHolder, { url, expiresAt }: Link): MailBody {
  const { t, words: usual, moment, compose } = letterIn(sender, language);
  const words = { ...usual, moment: moment(expiresAt) };
  return compose({
    subject: t("changes:confirmMail.subject", words),
    paragraphs: [t("changes:confirmMail.hello"), t("changes:confirmMail.text", words)],
    action: { label: t("changes:confirmMail.action"), url },
    after: [t("changes:confirmMail.validity", words), t("changes:confirmMail.notYou")],
    stop: "security",
  });
}

/** To the address on file, at once: what was asked for, and how to block the account when it was somebody else. */
export function alertMail(
  sender: Sender,
  holder: AccountHolder,
  asked: ChangeContent[],
  at: number,
  freeze: Link,
): MailBody {
  const { t, words, moment, compose } = changeLetter(sender, holder, asked[0]!);
  const names = asked.map((content) => `– ${nameOfChange(t, content, sender.organisation.name)}`).join("\n");
  return compose({
    subject: t("changes:alertMail.subject", words),
    paragraphs: [
      t("changes:mail.hello", words),
      `${t("changes:alertMail.text", { moment: moment(at) })}\n${names}`,
      t("changes:alertMail.notYou"),
    ],
    action: { label: t("changes:freeze"), url: freeze.url },
    after: [
      t("changes:freezeUntil", { moment: moment(freeze.expiresAt) }),
      t("changes:alertMail.you", { url: `${sender.origin}/dossier/changes` }),
      t("changes:mail.question", words),
    ],
    stop: "security",
  });
}

/** The same for a bank account, which waits: one link stops the change, the other blocks the account. */
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
