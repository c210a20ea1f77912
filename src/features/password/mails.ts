import type { AccountHolder } from "../../domain/accounts.ts";
import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";

type Sender = Pick<Config, "organisation" | "origin">;

/** The link to choose a new password; `expiresAt` in seconds. */
export function resetMail(
  { organisation, origin }: Sender,
  holder: AccountHolder,
  link: { token: string; expiresAt: number },
): MailBody {
  const { language } = holder;
  const t = tFor(language);
  const words = { name: holder.firstNames.split(" ")[0]!, organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("password:resetMail.subject", words),
    paragraphs: [t("password:resetMail.line1", words), t("password:resetMail.line2", words)],
    action: { label: t("password:resetMail.action"), url: `${origin}/password/reset/${link.token}` },
    after: [
      t("password:resetMail.validity", { moment: longMoment(link.expiresAt * 1000, language) }),
      t("password:resetMail.notYou"),
    ],
    stop: "security",
  });
}

/** Tells the owner that the password was changed, with a link that blocks the account; moments in seconds. */
export function changedMail(
  { organisation, origin }: Sender,
  holder: AccountHolder,
  at: number,
  freeze: { url: string; expiresAt: number },
): MailBody {
  const { language } = holder;
  const t = tFor(language);
  const words = { name: holder.firstNames.split(" ")[0]!, organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("password:changedMail.subject", words),
    paragraphs: [
      t("password:changedMail.line1", words),
      t("password:changedMail.line2", { moment: longMoment(at * 1000, language) }),
      t("password:changedMail.freeze"),
    ],
    action: { label: t("password:changedMail.action"), url: freeze.url },
    after: [
      t("password:changedMail.validity", { moment: longMoment(freeze.expiresAt * 1000, language) }),
      t("password:changedMail.notYou", { phone: organisation.phone, email: organisation.privacyEmail }),
    ],
    stop: "security",
  });
}
