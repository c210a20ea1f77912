import type { AccountHolder } from "../../domain/accounts.ts";
import { letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";
import type { Declaration } from "../../domain/vitale-declarations.ts";

/** The receipt of a declaration. Whose card and why stand on the page alone, behind the sign-in. */
export function declaredMail(sender: Sender, holder: AccountHolder, { number, declaredAt }: Declaration): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, holder);
  const words = { ...usual, number, moment: moment(declaredAt) };
  return compose({
    subject: t("vitale:declaredMail.subject", words),
    paragraphs: [
      t("vitale:declaredMail.hello", words),
      t("vitale:declaredMail.what", words),
      t("vitale:declaredMail.next"),
    ],
    action: { label: t("vitale:declaredMail.read"), url: `${sender.origin}/vitale/declarations/${number}` },
    after: [t("vitale:declaredMail.notYou", words)],
    stop: "security",
  });
}
