import type { AccountHolder } from "../../domain/accounts.ts";
import { changeWords, nameOfChange } from "../../domain/change-mails.ts";
import type { Change, ChangeContent } from "../../domain/changes.ts";
import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";

type Sender = Pick<Config, "organisation" | "origin">;
/** A link of a mail, and its moment of expiry in seconds. */
type Link = { url: string; expiresAt: number };

/** To the new address: nobody is named there, it may have been mistyped. */
export function confirmMail(sender: Sender, { language }: AccountHolder, { url, expiresAt }: Link): MailBody {
  const t = tFor(language);
  const words = { organisation: sender.organisation.name, moment: longMoment(expiresAt * 1000, language) };
  return composeMail({
    language,
    ...sender,
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
  const { language } = holder;
  const t = tFor(language);
  const words = changeWords(t, holder, asked[0]!, sender);
  const names = asked.map((content) => `– ${nameOfChange(t, content, sender.organisation.name)}`).join("\n");
  return composeMail({
    language,
    ...sender,
    subject: t("changes:alertMail.subject", words),
    paragraphs: [
      t("changes:mail.hello", words),
      `${t("changes:alertMail.text", { moment: longMoment(at * 1000, language) })}\n${names}`,
      t("changes:alertMail.notYou"),
    ],
    action: { label: t("changes:freeze"), url: freeze.url },
    after: [
      t("changes:freezeUntil", { moment: longMoment(freeze.expiresAt * 1000, language) }),
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
  const { language } = holder;
  const t = tFor(language);
  const words = changeWords(t, holder, asked, sender);
  const due = longMoment(stop.expiresAt * 1000, language);
  return composeMail({
    language,
    ...sender,
    subject: t("changes:bankMail.subject", words),
    paragraphs: [
      t("changes:mail.hello", words),
      t("changes:bankMail.text", { ...words, moment: longMoment(at * 1000, language) }),
      t("changes:bankMail.waits", { moment: due }),
    ],
    action: { label: t("changes:bankMail.action"), url: stop.url },
    after: [
      t("changes:bankMail.notYou"),
      t("changes:freezeUntil", { moment: longMoment(freeze.expiresAt * 1000, language) }),
    ],
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
  const { language } = holder;
  const t = tFor(language);
  const words = { ...changeWords(t, holder, content, sender), moment: longMoment(at * 1000, language) };
  return composeMail({
    language,
    ...sender,
    subject: t("changes:replacedMail.subject", words),
    paragraphs: [t("changes:mail.hello", words), t("changes:replacedMail.text", words), t("changes:alertMail.notYou")],
    action: { label: t("changes:freeze"), url: freeze.url },
    after: [
      t("changes:freezeUntil", { moment: longMoment(freeze.expiresAt * 1000, language) }),
      t("changes:mail.question", words),
    ],
    stop: "security",
  });
}

/** Tells the owner of an account how far a request has come: proven and handed on, or cancelled. */
export function stepMail(
  sender: Sender,
  holder: AccountHolder,
  { content }: Pick<Change, "content">,
  step: "confirmed" | "cancelled",
): MailBody {
  const { language } = holder;
  const t = tFor(language);
  const words = changeWords(t, holder, content, sender);
  return composeMail({
    language,
    ...sender,
    subject: t(`changes:${step}Mail.subject`, words),
    paragraphs: [t("changes:mail.hello", words), t(`changes:${step}Mail.text`, words)],
    action: { label: t("changes:mail.see"), url: `${sender.origin}/dossier/changes` },
    after: [t("changes:mail.question", words)],
    stop: "request",
  });
}
