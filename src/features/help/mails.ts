import type { AccountHolder } from "../../domain/accounts.ts";
import { letterIn, letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";
import type { Language } from "../../lib/languages.ts";

/**
 * To whoever wrote, the same words for everybody: neither what was typed, which would make us write to strangers on
 * demand, nor whether the number belongs to somebody. `at` in seconds.
 */
export function receiptMail(
  sender: Sender,
  { language, number, at }: { language: Language; number: number; at: number },
): MailBody {
  const { t, words: usual, moment, compose } = letterIn(sender, language);
  const words = { ...usual, number, moment: moment(at) };
  return compose({
    subject: t("help:receiptMail.subject", words),
    paragraphs: [
      t("help:receiptMail.received", words),
      t("help:receiptMail.next"),
      t("help:receiptMail.question", words),
      t("help:receiptMail.notYou"),
    ],
    stop: "security",
  });
}

/** To the owner, at the address on file: one button blocks the account. `expiresAt` in seconds. */
export function freezeMail(
  sender: Sender,
  holder: AccountHolder,
  { number, url, expiresAt }: { number: number; url: string; expiresAt: number },
): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, holder);
  const words = { ...usual, number };
  return compose({
    subject: t("help:freezeMail.subject", words),
    paragraphs: [t("help:mail.hello", words), t("help:freezeMail.reported", words), t("help:freezeMail.effect")],
    action: { label: t("help:freezeMail.action"), url },
    after: [t("help:freezeMail.validity", { moment: moment(expiresAt) }), t("help:freezeMail.notYou")],
    stop: "security",
  });
}

/** To the owner, at the address on file: the account is being audited. `at` in seconds. */
export function auditMail(
  sender: Sender,
  holder: AccountHolder,
  { number, at }: { number: number; at: number },
): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, holder);
  const words = { ...usual, number, moment: moment(at) };
  return compose({
    subject: t("help:auditMail.subject", words),
    paragraphs: [
      t("help:mail.hello", words),
      t("help:auditMail.open", words),
      t("help:auditMail.next"),
      t("help:auditMail.never", words),
    ],
    stop: "security",
  });
}
