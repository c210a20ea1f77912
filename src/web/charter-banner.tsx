import { longDay } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import { tFor } from "../platform/i18n.ts";
import { drawnOnce, slot } from "./drawn-once.ts";
import { escapeText } from "./escape.ts";
import { urls } from "./urls.ts";

/** A version announced to the person signed in: its day (YYYY-MM-DD), and the page it is announced on. */
export type NewCharter = { number: number; effectiveOn: string; page: string };

const draw = drawnOnce((language: Language) => {
  const t = tFor(language);
  const words = { number: slot("number"), day: slot("day") };
  return (
    <aside class="notice banner" aria-label={t("charter:banner.title", words)}>
      <p>
        <strong>{t("charter:banner.what", words)}</strong>
      </p>
      <p>{t("charter:banner.rule")}</p>
      <ul>
        <li>
          <a href={slot("url")}>{t("charter:banner.read", words)}</a>
        </li>
        <li>
          <a href={slot("contest")}>{t("charter:banner.contest", words)}</a>
        </li>
        <li>
          <a href={urls.accountDelete}>{t("charter:banner.leave")}</a>
        </li>
      </ul>
      <form action={urls.charterSeen} method="post">
        <input type="hidden" name="version" value={slot("number")} />
        <input type="hidden" name="next" value={slot("page")} />
        <button type="submit" class="secondary">
          {t("charter:banner.seen")}
        </button>
      </form>
    </aside>
  );
});

/** Announces a version above the page, with what may be done about it, until its reader has seen it. */
export function drawCharterBanner(language: Language, { number, effectiveOn, page }: NewCharter): string {
  return draw(language, {
    number: String(number),
    day: longDay(effectiveOn, language),
    url: urls.charterVersion(number),
    contest: urls.charterContestOf(number),
    page: escapeText(page),
  });
}
