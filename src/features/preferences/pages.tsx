import type { Child } from "hono/jsx";
import type { PaperFact } from "../../domain/choice-history.ts";
import type { Choice } from "../../domain/preferences.ts";
import { longDay } from "../../lib/dates.ts";
import { type Language, languages } from "../../lib/languages.ts";
import { canBeTexted, phoneText } from "../../lib/phone.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Select } from "../../web/ui/select.tsx";
import { urls } from "../../web/urls.ts";
import { isReady } from "./rules.ts";
import { choiceLabels, type SwitchWords } from "./switch.tsx";

type Props = SwitchWords & {
  saved: boolean;
  /** A change of mobile under way stands against what was asked. */
  isBusy: boolean;
  mailLanguage: Language;
  paper: PaperFact[];
  switchOf: (choice: Choice) => Child;
};

const groups = {
  news: ["newsletterSmeno", "newsletterMutuelle"],
  offers: ["offers", "partnerOffers"],
  alerts: ["alertEmail", "alertSms"],
} as const satisfies Record<string, Choice[]>;

const groupNames = ["alerts", "news", "offers"] as const;

export function Preferences({ saved, isBusy, mailLanguage, paper, switchOf, ...words }: Props) {
  const { t, language, organisation, faults, typed, contact, asked } = words;
  const labels = { ...choiceLabels(t, organisation.name), language: t("preferences:language.label") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{t("preferences:title")}</h1>
      {saved && (
        <Notice>
          <p>{t("preferences:saved")}</p>
        </Notice>
      )}
      {isBusy && (
        <Notice>
          <p>
            {t("preferences:mobile.busy")} <a href={urls.changes}>{t("changes:list.title")}</a>
          </p>
        </Notice>
      )}
      <p>{t("preferences:intro", { serviceName: organisation.serviceName })}</p>
      <form id="preferences" action={urls.preferences} method="post" novalidate>
        <input type="hidden" name="shown" value="" />
        {groupNames.map((group) => (
          <fieldset>
            <legend>{t(`preferences:groups.${group}`)}</legend>
            {groups[group].map((choice) => switchOf(choice))}
          </fieldset>
        ))}
        <input type="hidden" name="covers" value="language" />
        <Select
          t={t}
          name="language"
          label={labels.language}
          hint={t("preferences:language.hint")}
          fault={faults.language}
          options={languages.map((value) => ({ value, text: t(`preferences:language.${value}`) }))}
          chosen={typed?.language ?? mailLanguage}
        />
        <button type="submit">{t("preferences:submit")}</button>
      </form>
      {contact.mobile !== null && (
        <KeptNumber t={t} mobile={contact.mobile} isProven={isReady(contact)} isAsked={asked !== undefined} />
      )}
      <Paper t={t} language={language} paper={paper} />
      <OtherWays t={t} organisation={organisation} />
    </>
  );
}

type NumberProps = { t: T; mobile: string; isProven: boolean; isAsked: boolean };

/** The number that is kept: to be proven, or to be forgotten. */
function KeptNumber({ t, mobile, isProven, isAsked }: NumberProps) {
  const state = isProven ? "proven" : canBeTexted(mobile) ? "unproven" : "abroad";
  return (
    <>
      <h2>{t("preferences:number.title")}</h2>
      <p>{t(`preferences:number.${state}`, { mobile: phoneText(mobile) })}</p>
      {state === "unproven" && !isAsked && (
        <form action={urls.preferences} method="post">
          <input type="hidden" name="covers" value="alertSms" />
          <input type="hidden" name="alertSms" value="on" />
          <button type="submit" name="mobile" value={mobile} class="secondary">
            {t("preferences:number.prove")}
          </button>
        </form>
      )}
      <form action={urls.forgetMobile} method="post">
        <button type="submit" name="forget" value="on" class="secondary">
          {t("preferences:number.forget")}
        </button>
      </form>
      <p class="hint">{t("preferences:number.forgetHint")}</p>
    </>
  );
}

/** Charter article 5: statements stop coming by post when the account opens, and come again when it is deleted. */
function Paper({ t, language, paper }: { t: T; language: Language; paper: PaperFact[] }) {
  const [last] = paper;
  if (!last) return null;
  const day = longDay(last.from, language);
  return (
    <>
      <h2>{t("preferences:paper.title")}</h2>
      <p>{t(last.isStopped ? "preferences:paper.stopped" : "preferences:paper.restored", { day })}</p>
      {paper.length > 1 && (
        <details>
          <summary>
            {t("preferences:history.title")}
            <span class="hidden"> {t("preferences:history.of", { what: t("preferences:paper.title") })}</span>
          </summary>
          <ul>
            {paper.map(({ isStopped, from }) => (
              <li>
                {t(isStopped ? "preferences:paper.stoppedOn" : "preferences:paper.restoredOn", {
                  day: longDay(from, language),
                })}
              </li>
            ))}
          </ul>
        </details>
      )}
      <p>
        <a href={urls.accountDelete}>{t("deletion:title")}</a>
      </p>
    </>
  );
}

/** Charter article 6: consent is withdrawn by post or by e-mail as well. */
function OtherWays({ t, organisation }: { t: T; organisation: Organisation }) {
  const { privacyAddress, privacyEmail } = organisation;
  return (
    <>
      <h2>{t("preferences:ways.title")}</h2>
      <p>
        {t("preferences:ways.email")} <a href={`mailto:${privacyEmail}`}>{privacyEmail}</a>
      </p>
      <p>{t("preferences:ways.post", { address: privacyAddress.join(", ") })}</p>
      <p>
        <a href={urls.accountActivity}>{t("account:activity.title")}</a>
      </p>
    </>
  );
}
