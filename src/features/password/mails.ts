import type { AccountHolder } from "../../domain/accounts.ts";
import { letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";

/** The link to choose a new password; `expiresAt` in seconds. */
export function resetMail(sender: Sender, holder: AccountHolder, link: { token: string; expiresAt: number }): MailBody {
  const { t, words, moment, compose } = letterTo(sender, holder);
  return compose({
    subject: t("password:resetMail.subject", words),
    paragraphs: [t("password:resetMail.line1", words), t("password:resetMail.line2", words)],
    action: { label: t("password:resetMail.action"), url: `${sender.origin}/password/reset/${link.token}` },
    after: [t("password:resetMail.validity", { moment: moment(link.expiresAt) }), t("password:resetMail.notYou")],
    stop: "security",
  });
}

/** Tells the owner that the password was changed, with a link that blocks the account; moments in seconds. */
export function changedMail(
  sender: Sender,
  holder: AccountHolder,
  at: number,
  freeze: { url: string; expiresAt: number },
): MailBody {
  const { t, words, moment, compose } = letterTo(sender, holder);
  return compose({
    subject: t("password:changedMail.subject", words),
    paragraphs: [
      t("password:changedMail.line1", words),
      t("password:changedMail.line2", { moment: moment(at) }),
      t("password:changedMail.freeze"),
    ],
    action: { label: t("password:changedMail.action"), url: freeze.url },
    after: [
      t("password:changedMail.validity", { moment: moment(freeze.expiresAt) }),
      t("password:changedMail.notYou", { ...words, email: sender.organisation.privacyEmail }),
    ],
    stop: "security",
  });
}
