import type { CharterState } from "../../domain/charter-notices.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { urls } from "../urls.ts";

type Props = { t: T; language: Language; charters: CharterState[] };

/** How the person signed in stands with the charter, version by version, and what they may still do about it. */
export function CharterStateSection({ t, language, charters }: Props) {
  return (
    <>
      <h2>{t("charter:standing.title")}</h2>
      {charters.map((charter) => (
        <Standing t={t} language={language} charter={charter} />
      ))}
    </>
  );
}

function Standing({ t, language, charter }: Omit<Props, "charters"> & { charter: CharterState }) {
  const { state, number, at } = charter;
  const announced = state === "accepted" ? undefined : charter;
  const words = {
    number,
    moment: longMoment(at * 1000, language),
    day: announced ? longDay(announced.effectiveOn, language) : "",
  };
  return (
    <>
      <p>{t(`charter:standing.${state}`, words)}</p>
      {announced?.contestableUntil && (
        <p>{t("charter:standing.contestUntil", { moment: longMoment(announced.contestableUntil * 1000, language) })}</p>
      )}
      <ul>
        <li>
          <a href={urls.charterVersion(number)}>{t("charter:standing.read", { number })}</a>
        </li>
        {announced?.contestableUntil && (
          <li>
            <a href={urls.charterContestOf(number)}>{t("charter:standing.contest", { number })}</a>
          </li>
        )}
        {state === "contested" && (
          <li>
            <a href={urls.charterContestOf(number)}>{t("charter:standing.contestation", { number })}</a>
          </li>
        )}
      </ul>
    </>
  );
}
