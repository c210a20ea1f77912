import type { Language } from "../lib/languages.ts";
import { letterIn, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";
import type { NoticeText } from "./notices.ts";

/** Announces what befalls the service, the same to everybody of a language. */
export function noticeMail(
  sender: Sender,
  { kind, subject, text, startsAt, endsAt }: NoticeText,
  language: Language,
): MailBody {
  const { t, moment, compose } = letterIn(sender, language);
  return compose({
    subject: subject[language],
    paragraphs: [
      t("notices:mail.hello"),
      `${t(`notices:kinds.${kind}`)}\n${t("notices:when", { from: moment(startsAt), to: moment(endsAt) })}`,
      ...text[language].split("\n\n"),
    ],
    action: { label: t("notices:mail.open"), url: `${sender.origin}/dashboard` },
    stop: "notice",
  });
}
