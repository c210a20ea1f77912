import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Session } from "../../platform/sessions.ts";

/**
 * The receipt of a contest. What was written may tell of somebody's health: the mail leads to it instead.
 * @param contest the version, the number of the case, and when it was written (seconds).
 */
export function receiptMail(
  { organisation, origin }: Pick<Config, "organisation" | "origin">,
  { language, firstNames }: Pick<Session, "language" | "firstNames">,
  { number, caseId, at }: { number: number; caseId: number; at: number },
): MailBody {
  const t = tFor(language);
  const words = {
    name: firstNames.split(" ")[0]!,
    organisation: organisation.name,
    case: caseId,
    number,
    moment: longMoment(at * 1000, language),
  };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("charter:receiptMail.subject", words),
    paragraphs: [t("charter:receiptMail.hello", words), t("charter:receiptMail.what", words)],
    action: { label: t("charter:receiptMail.read"), url: `${origin}/charter/contest/${caseId}` },
    after: [t("charter:receiptMail.next", words)],
    stop: "charter",
  });
}
