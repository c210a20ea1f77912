import type { AccountHolder } from "../../domain/accounts.ts";
import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import type { Declaration } from "../../domain/vitale-declarations.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";

/** The receipt of a declaration. Whose card and why stand on the page alone, behind the sign-in. */
export function declaredMail(
  { organisation, origin }: Pick<Config, "organisation" | "origin">,
  { language, firstNames }: AccountHolder,
  { number, declaredAt }: Declaration,
): MailBody {
  const t = tFor(language);
  const words = {
    name: firstNames.split(" ")[0]!,
    number,
    moment: longMoment(declaredAt * 1000, language),
    phone: organisation.phone,
  };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("vitale:declaredMail.subject", words),
    paragraphs: [
      t("vitale:declaredMail.hello", words),
      t("vitale:declaredMail.what", words),
      t("vitale:declaredMail.next"),
    ],
    action: { label: t("vitale:declaredMail.read"), url: `${origin}/vitale/declarations/${number}` },
    after: [t("vitale:declaredMail.notYou", words)],
    stop: "security",
  });
}
