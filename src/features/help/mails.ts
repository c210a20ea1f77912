import type { AccountHolder } from "../../domain/accounts.ts";
import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";

type Sender = Pick<Config, "organisation" | "origin">;

/**
 * To whoever wrote, the same words for everybody: neither what was typed, which would make us write to strangers on
 * demand, nor whether the number belongs to somebody. `at` in seconds.
 */
export function receiptMail(
  { organisation, origin }: Sender,
  { language, number, at }: { language: Language; number: number; at: number },
): MailBody {
  const t = tFor(language);
  const words = { number, moment: longMoment(at * 1000, language), organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("help:receiptMail.subject", words),
    paragraphs: [
      t("help:receiptMail.received", words),
      t("help:receiptMail.next"),
      t("help:receiptMail.question", { phone: organisation.phone }),
      t("help:receiptMail.notYou"),
    ],
    stop: "security",
  });
}

/** To the owner, at the address on file: one button blocks the account. `expiresAt` in seconds. */
export function freezeMail(
  { organisation, origin }: Sender,
  { language, firstNames }: AccountHolder,
  { number, url, expiresAt }: { number: number; url: string; expiresAt: number },
): MailBody {
  const t = tFor(language);
  const words = { name: firstNames.split(" ")[0]!, organisation: organisation.name, number };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("help:freezeMail.subject", words),
    paragraphs: [t("help:mail.hello", words), t("help:freezeMail.reported", words), t("help:freezeMail.effect")],
    action: { label: t("help:freezeMail.action"), url },
    after: [
      t("help:freezeMail.validity", { moment: longMoment(expiresAt * 1000, language) }),
      t("help:freezeMail.notYou"),
    ],
    stop: "security",
  });
}

/** To the owner, at the address on file: the account is being audited. `at` in seconds. */
export function auditMail(
  { organisation, origin }: Sender,
  { language, firstNames }: AccountHolder,
  { number, at }: { number: number; at: number },
): MailBody {
  const t = tFor(language);
  const words = {
    name: firstNames.split(" ")[0]!,
    organisation: organisation.name,
    number,
    moment: longMoment(at * 1000, language),
  };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("help:auditMail.subject", words),
    paragraphs: [
      t("help:mail.hello", words),
      t("help:auditMail.open", words),
      t("help:auditMail.next"),
      t("help:auditMail.never", { phone: organisation.phone }),
    ],
    stop: "security",
  });
}
