import { letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";
import type { Session } from "../../platform/sessions.ts";

/**
 * The receipt of a contest. What was written may tell of somebody's health: the mail leads to it instead.
 * @param contest the version, the number of the case, and when it was written (seconds).
 */
export function receiptMail(
  sender: Sender,
  session: Pick<Session, "language" | "firstNames">,
  { number, caseId, at }: { number: number; caseId: number; at: number },
): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, session);
  const words = { ...usual, case: caseId, number, moment: moment(at) };
  return compose({
    subject: t("charter:receiptMail.subject", words),
    paragraphs: [t("charter:receiptMail.hello", words), t("charter:receiptMail.what", words)],
    action: { label: t("charter:receiptMail.read"), url: `${sender.origin}/charter/contest/${caseId}` },
    after: [t("charter:receiptMail.next", words)],
    stop: "charter",
  });
}
