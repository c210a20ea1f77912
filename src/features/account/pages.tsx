import type { CharterState } from "../../domain/charter-notices.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { CharterStateSection } from "../../web/ui/charter-state.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import type { Act } from "./queries.ts";

type Props = {
  t: T;
  numbers: { memberNumber: string | null; affiliateNumber: string | null };
  email: string;
  changed: boolean;
  language: Language;
  charter: CharterState | undefined;
};

export function Account({ t, numbers, email, changed, language, charter }: Props) {
  return (
    <>
      <h1>{t("account:title")}</h1>
      {changed && (
        <Notice>
          <p>{t("account:passwordChanged")}</p>
        </Notice>
      )}
      <dl>
        {numbers.memberNumber && (
          <div>
            <dt>{t("account:memberNumber")}</dt>
            <dd>{numbers.memberNumber}</dd>
          </div>
        )}
        {numbers.affiliateNumber && (
          <div>
            <dt>{t("account:affiliateNumber")}</dt>
            <dd>{numbers.affiliateNumber}</dd>
          </div>
        )}
        <div>
          <dt>{t("account:email")}</dt>
          <dd>{email}</dd>
        </div>
      </dl>
      <h2>{t("account:security")}</h2>
      <ul>
        <li>
          <a href={urls.accountPassword}>{t("password:change.title")}</a>
        </li>
        <li>
          <a href={urls.accountDevices}>{t("devices:title")}</a>
        </li>
        <li>
          <a href={urls.accountSecondFactor}>{t("second-factor:title")}</a>
        </li>
        <li>
          <a href={urls.accountActivity}>{t("account:activity.title")}</a>
        </li>
        <li>
          <a href={urls.helpCredentials}>{t("help:title")}</a>
        </li>
        <li>
          <a href={urls.accountData}>{t("data:title")}</a>
        </li>
        <li>
          <a href={urls.accountDelete}>{t("deletion:title")}</a>
        </li>
      </ul>
      {charter && <CharterStateSection t={t} language={language} charter={charter} />}
    </>
  );
}

type ActivityProps = { t: T; language: Language; acts: Act[]; older: string | undefined; phone: string };

/** The journal of one's own account: what a stranger could not do unseen. */
export function Activity({ t, language, acts, older, phone }: ActivityProps) {
  const title = t("account:activity.title");
  return (
    <>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{title}</h1>
      <p>{t("account:activity.intro", { phone })}</p>
      {acts.length === 0 && <p>{t("account:activity.none")}</p>}
      {acts.length > 0 && (
        <section class="scroll" aria-label={title} tabindex={0}>
          <table>
            <caption class="hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{t("account:activity.at")}</th>
                <th scope="col">{t("account:activity.what")}</th>
              </tr>
            </thead>
            <tbody>
              {acts.map((act) => (
                <tr>
                  <th scope="row">{longMoment(act.at * 1000, language)}</th>
                  <td>{sentenceOf(t, act)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {older && (
        <p>
          <a href={older}>{t("account:activity.older")}</a>
        </p>
      )}
    </>
  );
}

/** A reading by staff says what was read. */
function sentenceOf(t: T, { kind, read }: Act): string {
  return read ? t(`account:activity.readings.${read}`) : t(`account:activity.kinds.${kind}`);
}
