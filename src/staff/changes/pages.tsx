import { nameOfChange } from "../../domain/change-mails.ts";
import { mayBeApplied } from "../../domain/change-settling.ts";
import type { Change } from "../../domain/changes.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ChangedValue, type ChangeWords } from "../../web/ui/change.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import { Conflict, type DecisionField, DecisionForm, decisionLabels } from "../queue/decision.tsx";
import { PersonLink } from "../queue/list-page.tsx";
import type { Person } from "../queue/people.ts";

type TermsProps = ChangeWords & {
  change: Change;
  person: Person | undefined;
  /** What the file says today. */
  before: string[];
  ageSeconds: number;
};

type ChangeProps = TermsProps & { faults: Faults<DecisionField>; typed: Typed<DecisionField> };

/** A change asked for: what stands in the file, what is to stand there, and what may be decided. */
export function ChangePage({ faults, typed, ...props }: ChangeProps) {
  const { t, change } = props;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={decisionLabels(t)} />
      <Back t={t} />
      <h1>{t("staff-queues:changes.one")}</h1>
      <ChangeTerms {...props} />
      {change.state === "pending" ? (
        <>
          <h2>{t("staff-queues:decision.title")}</h2>
          {!mayBeApplied(change) && <p>{t("staff-queues:changes.notLeft")}</p>}
          <DecisionForm
            t={t}
            action={urls.staffChange(change.changeId)}
            hint={t("staff-queues:changes.reasonHint")}
            faults={faults}
            typed={typed}
            buttons={(["applied", "refused"] as const)
              .filter((value) => value === "refused" || mayBeApplied(change))
              .map((value) => ({ value, label: t(`staff-queues:changes.decide.${value}`) }))}
          />
        </>
      ) : (
        <p>{t("staff-queues:over")}</p>
      )}
    </>
  );
}

/** Somebody was faster: the change is over. */
export function ChangeConflict({
  title,
  news,
  typed,
  ...props
}: TermsProps & { title: string; news: string; typed: string }) {
  return (
    <Conflict t={props.t} title={title} news={news} typed={typed}>
      <ChangeTerms {...props} />
      <Back t={props.t} />
    </Conflict>
  );
}

function Back({ t }: Pick<ChangeWords, "t">) {
  return (
    <p>
      <a href={urls.staffChanges}>{t("staff:menu.staffChanges")}</a>
    </p>
  );
}

function ChangeTerms({ change, person, before, ageSeconds, ...words }: TermsProps) {
  const { t, language, organisation } = words;
  const { content, requestedAt, canCancel, state, settledAt, reason } = change;
  const what = nameOfChange(t, content, organisation.name);
  return (
    <>
      <dl>
        <Term name={t("staff-queues:person.title")}>
          <PersonLink t={t} person={person} />
        </Term>
        <Term name={t("staff-queues:asked")}>
          {longMoment(requestedAt * 1000, language)} ({ageText(t, ageSeconds)})
        </Term>
        <Term name={t("staff-queues:list.state")}>{t(`staff-queues:changes.states.${state}`)}</Term>
        {state === "pending" && (
          <Term name={t("staff-queues:changes.feed")}>
            {t(canCancel ? "staff-queues:changes.waits" : "staff-queues:changes.left")}
          </Term>
        )}
        {settledAt !== null && (
          <Term name={t("staff-queues:decision.at")}>{longMoment(settledAt * 1000, language)}</Term>
        )}
        {reason && <Term name={t("staff-queues:decision.given")}>{reason}</Term>}
      </dl>
      <h2>{t("staff-queues:changes.compare")}</h2>
      <ScrollTable
        name={t("staff-queues:changes.compare")}
        columns={[t("staff-queues:list.what"), t("staff-queues:changes.before"), t("staff-queues:changes.after")]}
      >
        <tr>
          <th scope="row">{what}</th>
          <td>
            {before.length === 0
              ? t("staff-queues:changes.nothing")
              : before.map((line, index) => (
                  <>
                    {index > 0 && <br />}
                    {line}
                  </>
                ))}
          </td>
          <td>
            <ChangedValue t={t} language={language} content={content} />
          </td>
        </tr>
      </ScrollTable>
    </>
  );
}
