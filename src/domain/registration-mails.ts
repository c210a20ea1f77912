import type { Language } from "../lib/languages.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

// None of these mails names anybody: some go to addresses that are nobody's yet.

type Confirmation = {
  token: string;
  /** Moments in seconds. */
  expiresAt: number;
  requestedAt: number;
  typedElsewhere: boolean;
  replaces: boolean;
};

/** The link that confirms a registration, under the words of the charter's article 2. */
export function confirmationMail(
  sender: Sender,
  language: Language,
  { token, expiresAt, requestedAt, typedElsewhere, replaces }: Confirmation,
): MailBody {
  const { t, words: usual, moment, compose } = letterIn(sender, language);
  const words = { ...usual, moment: moment(requestedAt) };
  return compose({
    subject: t("registration:confirmationMail.subject", words),
    paragraphs: [
      t("registration:hello"),
      t("registration:confirmationMail.asked", words),
      ...(typedElsewhere ? [t("registration:confirmationMail.typedElsewhere")] : []),
      ...(replaces ? [t("registration:confirmationMail.replaces", words)] : []),
      t("registration:confirmationMail.confirm"),
    ],
    action: { label: t("registration:confirmationMail.action"), url: `${sender.origin}/activate/${token}` },
    after: [
      t("registration:confirmationMail.validity", { moment: moment(expiresAt) }),
      t("registration:confirmationMail.stranger"),
    ],
    stop: "security",
  });
}

/** To the owner of an account that exists already: the way back to it. */
export function existingMail(sender: Sender, language: Language, isBlocked: boolean): MailBody {
  const { t, words, compose } = letterIn(sender, language);
  return compose({
    subject: t("registration:existingMail.subject", words),
    paragraphs: [
      t("registration:hello"),
      t("registration:existingMail.text", words),
      isBlocked ? t("help:blockedMail.next", words) : t("registration:existingMail.forgot"),
    ],
    ...(!isBlocked && {
      action: { label: t("registration:existingMail.action"), url: `${sender.origin}/password/forgot` },
    }),
    after: [t("registration:existingMail.stranger", words)],
    stop: "security",
  });
}

/** To the typed address when another is on file, whether or not there is an account already. */
export function elsewhereMail(sender: Sender, language: Language): MailBody {
  return notice(sender, language, "elsewhereMail");
}

/** To the typed address when nobody has this number and this birth date. */
export function unmatchedMail(sender: Sender, language: Language): MailBody {
  return notice(sender, language, "unmatchedMail");
}

/** To the address on file of a minor who named it as that of the legal representative. */
export function ownGuardianMail(sender: Sender, language: Language): MailBody {
  return notice(sender, language, "ownGuardianMail");
}

function notice(
  sender: Sender,
  language: Language,
  which: "elsewhereMail" | "unmatchedMail" | "ownGuardianMail",
): MailBody {
  const { t, words: usual, compose } = letterIn(sender, language);
  const words = { ...usual, email: sender.organisation.contactEmail };
  return compose({
    subject: t(`registration:${which}.subject`, words),
    paragraphs: [
      t("registration:hello"),
      t(`registration:${which}.text`, words),
      t(`registration:${which}.next`, words),
    ],
    after: [t(`registration:${which}.stranger`)],
    stop: "security",
  });
}
