import { longMoment } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { Config } from "../platform/config.ts";
import { tFor } from "../platform/i18n.ts";
import { composeMail, type MailBody } from "./mail-layout.ts";

type Sender = Pick<Config, "organisation" | "origin">;

/**
 * Asks the legal representative. Nobody is named: the address was typed by whoever registers, and the person is told
 * behind the link alone. `expiresAt` in seconds.
 */
export function guardianMail(
  { organisation, origin }: Sender,
  language: Language,
  { token, expiresAt }: { token: string; expiresAt: number },
): MailBody {
  const t = tFor(language);
  const words = { organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("registration:guardianMail.subject", words),
    paragraphs: [
      t("registration:hello"),
      t("registration:guardianMail.line1", words),
      t("registration:guardianMail.line2", words),
    ],
    action: { label: t("registration:guardianMail.action"), url: `${origin}/guardian/${token}` },
    after: [
      t("registration:guardianMail.validity", { moment: longMoment(expiresAt * 1000, language) }),
      t("registration:guardianMail.stranger", { phone: organisation.phone }),
    ],
    stop: "security",
  });
}

/** Tells the minor that the space is open. */
export function acceptedMail({ organisation, origin }: Sender, language: Language): MailBody {
  const t = tFor(language);
  const words = { organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("registration:acceptedMail.subject", words),
    paragraphs: [t("registration:hello"), t("registration:acceptedMail.text", words)],
    action: { label: t("registration:acceptedMail.action"), url: `${origin}/login` },
    stop: "security",
  });
}

/** Tells the minor that the registration is closed. */
export function refusedMail({ organisation, origin }: Sender, language: Language): MailBody {
  const t = tFor(language);
  const words = { organisation: organisation.name, phone: organisation.phone };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("registration:refusedMail.subject", words),
    paragraphs: [
      t("registration:hello"),
      t("registration:refusedMail.text", words),
      t("registration:refusedMail.next", words),
    ],
    stop: "security",
  });
}
