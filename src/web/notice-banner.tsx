import type { CurrentNotice } from "../domain/notice-sending.ts";
import { longMoment } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import { tFor } from "../platform/i18n.ts";
import { drawnOnce, slot } from "./drawn-once.ts";
import { escapeText } from "./escape.ts";

const draw = drawnOnce((language: Language) => {
  const t = tFor(language);
  return (
    <aside class="notice banner" aria-label={t("notices:label", { number: slot("number"), subject: slot("subject") })}>
      <p>
        <strong>{t("notices:title", { kind: slot("kind"), subject: slot("subject") })}</strong>
      </p>
      <p>{t("notices:when", { from: slot("from"), to: slot("to") })}</p>
      <details>
        <summary>{t("notices:read")}</summary>
        {slot("text")}
      </details>
    </aside>
  );
});

/** Announces above the page what befalls the service, until it is over. */
export function drawNotice(
  language: Language,
  { noticeId, kind, subject, text, startsAt, endsAt }: CurrentNotice,
): string {
  const paragraph = (words: string) => `<p>${escapeText(words).replaceAll("\n", "<br/>")}</p>`;
  return draw(language, {
    number: String(noticeId),
    kind: tFor(language)(`notices:kinds.${kind}`),
    subject: escapeText(subject[language]),
    from: longMoment(startsAt * 1000, language),
    to: longMoment(endsAt * 1000, language),
    text: text[language].split("\n\n").map(paragraph).join(""),
  });
}
