import type { Language } from "../lib/languages.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

/**
 * Asks the legal representative. Nobody is named: the address was typed by whoever registers, and the person is told
 * behind the link alone. `expiresAt` in seconds.
 */
export function guardianMail(
  sender: Sender,
  language: Language,
  { token, expiresAt }: { token: string; expiresAt: number },
): MailBody {
  const { t, words, moment, compose } = letterIn(sender, language);
  return compose({
    subject: t("registration:guardianMail.subject", words),
    paragraphs: [
      t("registration:hello"),
      t("registration:guardianMail.line1", words),
      t("registration:guardianMail.line2", words),
    ],
    action: { label: t("registration:guardianMail.action"), url: `${sender.origin}/guardian/${token}` },
    after: [
      t("registration:guardianMail.validity", { moment: moment(expiresAt) }),
      t("registration:guardianMail.stranger", words),
    ],
    stop: "security",
  });
}

/** Tells the minor that the space is open. */
export function acceptedMail(sender: Sender, language: Language): MailBody {
  const { t, words, compose } = letterIn(sender, language);
  return compose({
    subject: t("registration:acceptedMail.subject", words),
    paragraphs: [t("registration:hello"), t("registration:acceptedMail.text", words)],
    action: { label: t("registration:acceptedMail.action"), url: `${sender.origin}/login` },
    stop: "security",
  });
}

/** Tells the minor that the registration is closed. */
export function refusedMail(sender: Sender, language: Language): MailBody {
  const { t, words, compose } = letterIn(sender, language);
  return compose({
    subject: t("registration:refusedMail.subject", words),
    paragraphs: [
      t("registration:hello"),
      t("registration:refusedMail.text", words),
      t("registration:refusedMail.next", words),
    ],
    stop: "security",
  });
}
