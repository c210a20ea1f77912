import type { readCase } from "../../domain/cases.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Select } from "../../web/ui/select.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import { Conflict, type DecisionField, DecisionForm, decisionLabels } from "../queue/decision.tsx";
import { PersonLink } from "../queue/list-page.tsx";
import type { Person } from "../queue/people.ts";
import { AuditTables, CaseTerms } from "./content.tsx";
import type { CaseAct } from "./rules.ts";
import { type CaseListQuery, kindWords } from "./schema.ts";

export type Case = NonNullable<ReturnType<typeof readCase>>;

/** Narrows the list to one kind of case. */
export function KindFilter({ t, query: { state, kind } }: { t: T; query: CaseListQuery }) {
  return (
    <form action={urls.staffCases} method="get" class="filters">
      {state === "closed" && <input type="hidden" name="state" value="closed" />}
      <Select
        t={t}
        name="kind"
        label={t("staff-queues:cases.filter")}
        options={kindWords.map((value) => ({
          value,
          text: value === "all" ? t("staff-queues:cases.all") : t(`staff-queues:cases.kinds.${value}`),
        }))}
        chosen={kind}
      />
      <button type="submit" class="secondary">
        {t("staff-queues:messages.show")}
      </button>
    </form>
  );
}

type BodyProps = {
  t: T;
  language: Language;
  organisation: string;
  found: Case;
  person: Person | undefined;
  /** The state of the account, if there is one. */
  account: "unconfirmed" | "awaiting_guardian" | "active" | "frozen" | undefined;
  ageSeconds: number;
};

type CaseProps = BodyProps & { acts: CaseAct[]; faults: Faults<DecisionField>; typed: Typed<DecisionField> };

/** A case, what it holds, and what may end it. */
export function CasePage({ acts, faults, typed, ...props }: CaseProps) {
  const { t, found } = props;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={decisionLabels(t, t("staff-queues:cases.result"))} />
      <Back t={t} />
      <h1>{t("staff-queues:cases.one", { number: found.caseId })}</h1>
      <CaseBody {...props} />
      {found.closedAt === null ? (
        <>
          <h2>{t("staff-queues:decision.title")}</h2>
          <ul>
            {acts.map((act) => (
              <li>{t(`staff-queues:cases.means.${act}`)}</li>
            ))}
          </ul>
          <DecisionForm
            t={t}
            action={urls.staffCase(found.caseId)}
            label={t("staff-queues:cases.result")}
            hint={t("staff-queues:cases.resultHint")}
            faults={faults}
            typed={typed}
            buttons={acts.map((value) => ({ value, label: t(`staff-queues:cases.decide.${value}`) }))}
          />
        </>
      ) : (
        <p>{t("staff-queues:over")}</p>
      )}
    </>
  );
}

/** Somebody was faster: the case is closed. */
export function CaseConflict({ news, typed, ...props }: BodyProps & { news: string; typed: string }) {
  return (
    <Conflict t={props.t} news={news} typed={typed}>
      <CaseBody {...props} />
      <Back t={props.t} />
    </Conflict>
  );
}

function Back({ t }: { t: T }) {
  return (
    <p>
      <a href={urls.staffCases}>{t("staff:menu.staffCases")}</a>
    </p>
  );
}

function CaseBody({ found, person, account, ageSeconds, ...words }: BodyProps) {
  const { t, language } = words;
  const { kind, openedAt, closedAt, closedBy, content, result } = found;
  const { audit } = content;
  return (
    <>
      <dl>
        <Term name={t("staff-queues:list.what")}>{t(`staff-queues:cases.kinds.${kind}`)}</Term>
        <Term name={t("staff-queues:person.title")}>
          <PersonLink t={t} person={person} />
        </Term>
        {person && (
          <Term name={t("staff-queues:cases.account")}>{t(`staff-queues:cases.accounts.${account ?? "none"}`)}</Term>
        )}
        <Term name={t("staff-queues:asked")}>
          {longMoment(openedAt * 1000, language)}
          {closedAt === null && ` (${ageText(t, ageSeconds)})`}
        </Term>
        <CaseTerms {...words} content={content} />
        {closedAt !== null && (
          <Term name={t("staff-queues:decision.at")}>
            {longMoment(closedAt * 1000, language)}
            {closedBy && ` – ${closedBy}`}
          </Term>
        )}
        {result !== undefined && (
          <Term name={t("staff-queues:cases.result")}>
            <span class="written">{result}</span>
          </Term>
        )}
      </dl>
      {audit !== null && typeof audit === "object" && (
        <AuditTables {...words} audit={audit as Record<string, unknown>} />
      )}
    </>
  );
}
