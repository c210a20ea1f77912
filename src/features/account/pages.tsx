import type { CharterState } from "../../domain/charter-notices.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import { OlderLink } from "../../web/paging.tsx";
import { CharterStateSection } from "../../web/ui/charter-state.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { urls } from "../../web/urls.ts";
import { type Act, detailsOf, sentenceOf } from "./acts.ts";
import type { OwnCase } from "./queries.ts";

type Props = {
  t: T;
  numbers: { memberNumber: string | null; affiliateNumber: string | null };
  email: string;
  changed: boolean;
  language: Language;
  charters: CharterState[];
};

export function Account({ t, numbers, email, changed, language, charters }: Props) {
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
      <h2>{t("preferences:section")}</h2>
      <ul>
        <li>
          <a href={urls.preferences}>{t("preferences:title")}</a>
        </li>
      </ul>
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
          <a href={urls.changes}>{t("changes:list.title")}</a>
        </li>
        <li>
          <a href={urls.messages}>{t("contact:messages.title")}</a>
        </li>
        <li>
          <a href={urls.accountCases}>{t("account:cases.title")}</a>
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
      {charters.length > 0 && <CharterStateSection t={t} language={language} charters={charters} />}
    </>
  );
}

type ActivityProps = {
  t: T;
  language: Language;
  acts: Act[];
  older: string | undefined;
  organisation: Organisation;
};

/** The journal of one's own account: what a stranger could not do unseen. */
export function Activity({ t, language, acts, older, organisation }: ActivityProps) {
  const title = t("account:activity.title");
  return (
    <>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{title}</h1>
      <p>{t("account:activity.intro", { phone: organisation.phone })}</p>
      {acts.length === 0 && <p>{t("account:activity.none")}</p>}
      {acts.length > 0 && (
        <ScrollTable name={title} columns={[t("account:activity.at"), t("account:activity.what")]}>
          {acts.map((act) => (
            <tr>
              <th scope="row">{longMoment(act.at * 1000, language)}</th>
              <td>
                {sentenceOf(t, act)}
                <ActDetails details={detailsOf(t, act, organisation.name)} />
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      <OlderLink address={older} text={t("account:activity.older")} />
    </>
  );
}

function ActDetails({ details }: { details: string[] }) {
  if (details.length === 0) return null;
  return (
    <>
      <br />
      <span class="hint">{details.join(", ")}</span>
    </>
  );
}

type CasesProps = { t: T; language: Language; cases: OwnCase[]; older: string | undefined; phone: string };

/** What was looked into for the person, at their own request or not, and what came of it. */
export function Cases({ t, language, cases, older, phone }: CasesProps) {
  const moment = (seconds: number) => longMoment(seconds * 1000, language);
  return (
    <>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{t("account:cases.title")}</h1>
      <p>{t("account:cases.intro", { phone })}</p>
      {cases.length === 0 && <p>{t("account:cases.none")}</p>}
      {cases.length > 0 && (
        <ul class="cards">
          {cases.map(({ number, kind, openedAt, closedAt, result }) => (
            <li>
              <h2>{t("account:cases.named", { number, what: t(`account:cases.kinds.${kind}`) })}</h2>
              <dl>
                <div>
                  <dt>{t("account:cases.opened")}</dt>
                  <dd>{moment(openedAt)}</dd>
                </div>
                <div>
                  <dt>{t("account:cases.closed")}</dt>
                  <dd>{closedAt === null ? t("account:cases.open") : moment(closedAt)}</dd>
                </div>
              </dl>
              {result !== undefined && (
                <>
                  <h3>{t("account:cases.result")}</h3>
                  <p class="written" dir="auto">
                    {result}
                  </p>
                </>
              )}
              {kind === "charter_contest" && (
                <p>
                  <a href={urls.charterReceipt(number)}>{t("charter:receipt.title", { number })}</a>
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      <OlderLink address={older} text={t("account:activity.older")} />
    </>
  );
}
