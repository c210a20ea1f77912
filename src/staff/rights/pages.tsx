import { type Choice, choices } from "../../domain/preferences.ts";
import {
  type ListedRight,
  type Right,
  type RightOutcome,
  rightChannels,
  rightKinds,
  rightOutcomes,
} from "../../domain/rights-requests.ts";
import { type Day, longDay, longMoment, parisDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { OlderLink } from "../../web/paging.tsx";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox, Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import type { RightNews } from "./schema.ts";

type Words = { t: T; language: Language };

/** How much of the month is left on a day, in words. */
export function timeLeft(t: T, today: Day, dueOn: Day): string {
  const days = Math.round((Date.parse(dueOn) - Date.parse(today)) / 86_400_000);
  if (days === 0) return t("staff-ops:rights.dueToday");
  if (days < 0) return t("staff-ops:rights.overdue", { count: -days });
  return t("staff-ops:rights.left", { count: days });
}

export type RightField =
  | "number"
  | "kind"
  | "channel"
  | "receivedDay"
  | "receivedMonth"
  | "receivedYear"
  | "reference"
  | "note"
  | Choice;

type FormProps = { t: T; organisation: string; faults: Faults<RightField>; typed: Typed<RightField> };

function labelsOf(t: T) {
  const received = t("staff-ops:rights.form.received");
  return {
    number: t("staff-ops:memberNumber"),
    kind: t("staff-ops:rights.form.kind"),
    channel: t("staff-ops:rights.form.channel"),
    receivedDay: `${received} – ${t("form:day.Day")}`,
    receivedMonth: `${received} – ${t("form:day.Month")}`,
    receivedYear: `${received} – ${t("form:day.Year")}`,
    reference: t("staff-ops:rights.form.reference"),
    note: t("staff-ops:rights.form.note"),
  };
}

function RecordForm({ t, organisation, faults, typed }: FormProps) {
  const labels = labelsOf(t);
  return (
    <form action={urls.staffRights} method="post" novalidate>
      <Field t={t} name="number" label={labels.number} fault={faults.number} value={typed.number} required />
      <Radios
        t={t}
        name="kind"
        legend={labels.kind}
        options={rightKinds.map((value) => ({ value, label: t(`staff-ops:rights.kinds.${value}`) }))}
        fault={faults.kind}
        chosen={typed.kind}
      />
      <Radios
        t={t}
        name="channel"
        legend={labels.channel}
        options={rightChannels.map((value) => ({ value, label: t(`staff-ops:rights.channels.${value}`) }))}
        fault={faults.channel}
        chosen={typed.channel}
      />
      <DayFields
        t={t}
        name="received"
        legend={t("staff-ops:rights.form.received")}
        hint={t("staff-ops:rights.form.receivedHint")}
        labels={labels}
        faults={faults}
        typed={typed}
      />
      <Field
        t={t}
        name="reference"
        label={labels.reference}
        fault={faults.reference}
        value={typed.reference}
        required
      />
      <TextArea
        t={t}
        name="note"
        label={labels.note}
        hint={t("staff-ops:rights.form.noteHint")}
        fault={faults.note}
        value={typed.note}
        rows={4}
      />
      <fieldset aria-describedby="stops-hint">
        <legend>{t("staff-ops:rights.form.stops")}</legend>
        <p class="hint" id="stops-hint">
          {t("staff-ops:rights.form.stopsHint")}
        </p>
        {choices.map((choice) => (
          <Checkbox
            t={t}
            name={choice}
            label={t(`registration:choices.${choice}`, { organisation })}
            checked={typed[choice] !== undefined}
          />
        ))}
      </fieldset>
      <button type="submit">{t("staff-ops:rights.form.submit")}</button>
    </form>
  );
}

type ListProps = Words &
  FormProps & { state: "open" | "closed"; rows: ListedRight[]; more: string | undefined; today: Day };

export function Rights({ t, language, organisation, faults, typed, state, rows, more, today }: ListProps) {
  const isOpen = state === "open";
  const heading = t(isOpen ? "staff-ops:rights.waiting" : "staff-ops:rights.settled");
  const column = (name: "number" | "person" | "kind" | "received" | "due" | "left" | "settled" | "outcome") =>
    t(`staff-ops:rights.columns.${name}`);
  const columns = [column("number"), column("person"), column("kind"), column("received")].concat(
    isOpen ? [column("due"), column("left")] : [column("settled"), column("outcome")],
  );
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labelsOf(t)} />
      <h1>{t("staff-ops:rights.title")}</h1>
      <p>{t("staff-ops:rights.intro")}</p>
      <nav aria-label={t("staff-ops:rights.title")}>
        <ul class="menu">
          <li>
            <a href={urls.staffRights} aria-current={isOpen ? "page" : undefined}>
              {t("staff-ops:rights.waiting")}
            </a>
          </li>
          <li>
            <a href={`${urls.staffRights}?state=closed`} aria-current={isOpen ? undefined : "page"}>
              {t("staff-ops:rights.settled")}
            </a>
          </li>
        </ul>
      </nav>
      <h2>{heading}</h2>
      {rows.length === 0 ? (
        <p>{t(isOpen ? "staff-ops:rights.noneWaiting" : "staff-ops:rights.noneSettled")}</p>
      ) : (
        <ScrollTable name={heading} columns={columns}>
          {rows.map((row) => (
            <tr>
              <th scope="row">
                <a href={urls.staffRight(row.requestId)}>{row.requestId}</a>
              </th>
              <td>
                {row.name} ({row.number})
              </td>
              <td>{t(`staff-ops:rights.kinds.${row.kind}`)}</td>
              <td>{longDay(row.receivedOn, language)}</td>
              <td>
                {isOpen
                  ? longDay(row.dueOn, language)
                  : row.settledAt !== null && longDay(parisDay(row.settledAt * 1000), language)}
              </td>
              <td>
                {isOpen ? timeLeft(t, today, row.dueOn) : row.outcome && t(`staff-ops:rights.outcomes.${row.outcome}`)}
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      <OlderLink address={more} text={t("staff-ops:next")} />
      <h2>{t("staff-ops:rights.record")}</h2>
      <RecordForm t={t} organisation={organisation} faults={faults} typed={typed} />
    </>
  );
}

export type SettleField = "outcome" | "result";

type RightProps = Words & {
  organisation: string;
  right: Right;
  today: Day;
  maySettle: boolean;
  news: RightNews | undefined;
  faults: Faults<SettleField>;
  typed: Typed<SettleField>;
  /** The data of the person may be taken for it. */
  mayTakeData: boolean;
  refusal: RightRefusal | undefined;
};

/** `noAccount`: a deletion was granted where there is no account; `data`: the data may not be taken any more. */
export type RightRefusal = "noAccount" | "data";

export function RightPage({ t, language, organisation, right, today, maySettle, news, ...rest }: RightProps) {
  const { faults, typed, mayTakeData, refusal } = rest;
  const labels = { outcome: t("staff-ops:rights.settle.outcome"), result: t("staff-ops:rights.settle.result") };
  const title = t("staff-ops:rights.number", { number: right.requestId });
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.staffRights}>{t("staff-ops:rights.title")}</a>
      </p>
      <h1>{title}</h1>
      {news && (
        <Notice>
          <p>{t(`staff-ops:rights.done.${news}`)}</p>
        </Notice>
      )}
      {refusal && (
        <p class="notice notice-error" role="alert">
          {t(refusal === "data" ? "staff-ops:rights.data.over" : "staff-ops:rights.settle.noAccount")}
        </p>
      )}
      <Facts t={t} language={language} organisation={organisation} right={right} today={today} />
      <p>
        <a href={urls.staffMember(right.memberId)}>{t("staff-ops:open")}</a>
      </p>
      {mayTakeData && maySettle && <DataForm t={t} requestId={right.requestId} />}
      {right.settledAt === null && !maySettle && <p>{t("staff-ops:rights.settle.onlyDpo")}</p>}
      {right.settledAt === null && maySettle && (
        <>
          <h2>{t("staff-ops:rights.settle.title")}</h2>
          {right.kind === "deletion" && right.account && (
            <p>
              <strong>{t("staff-ops:rights.settle.deletion")}</strong>
            </p>
          )}
          <form action={urls.staffRightSettle(right.requestId)} method="post" novalidate>
            <Radios
              t={t}
              name="outcome"
              legend={labels.outcome}
              options={outcomesOf(right).map((value) => ({ value, label: t(`staff-ops:rights.settle.${value}`) }))}
              fault={faults.outcome}
              chosen={typed.outcome}
            />
            <TextArea
              t={t}
              name="result"
              label={labels.result}
              hint={t("staff-ops:rights.settle.resultHint")}
              fault={faults.result}
              value={typed.result}
              rows={6}
              required
            />
            <button type="submit">{t("staff-ops:rights.settle.submit")}</button>
          </form>
        </>
      )}
    </>
  );
}

/** Without an account, there is nothing to delete: the request has no object. */
function outcomesOf({ kind, account }: Right): RightOutcome[] {
  const isMoot = kind === "deletion" && !account;
  return rightOutcomes.filter((outcome) => outcome !== (isMoot ? "granted" : "moot"));
}

type FactsProps = Words & Pick<RightProps, "organisation" | "right" | "today">;

function Facts({ t, language, organisation, right, today }: FactsProps) {
  const column = (name: "person" | "kind" | "received" | "due" | "left" | "settled" | "outcome") =>
    t(`staff-ops:rights.columns.${name}`);
  const moment = (at: number) => t("staff-ops:when", { moment: longMoment(at * 1000, language) });
  const stopped = right.stopped.map((choice) => t(`registration:choices.${choice}`, { organisation }));
  return (
    <dl>
      <Term name={column("person")}>
        {right.name} ({right.number})
      </Term>
      <Term name={t("staff-ops:rights.detail.account")}>
        {t(`staff-ops:rights.detail.accountStates.${right.account?.status ?? "none"}`)}
      </Term>
      <Term name={column("kind")}>{t(`staff-ops:rights.kinds.${right.kind}`)}</Term>
      <Term name={t("staff-ops:rights.detail.channel")}>{t(`staff-ops:rights.channels.${right.channel}`)}</Term>
      <Term name={column("received")}>{longDay(right.receivedOn, language)}</Term>
      <Term name={t("staff-ops:rights.detail.reference")}>{right.reference}</Term>
      {right.note !== "" && (
        <Term name={t("staff-ops:rights.detail.note")}>
          <span class="written">{right.note}</span>
        </Term>
      )}
      {(right.kind === "opposition" || stopped.length > 0) && (
        <Term name={t("staff-ops:rights.detail.stopped")}>
          {stopped.length > 0 ? stopped.join(" ; ") : t("staff-ops:rights.detail.nothingStopped")}
        </Term>
      )}
      <Term name={t("staff-ops:rights.detail.recordedBy")}>
        {right.recordedBy}, {moment(right.recordedAt)}
      </Term>
      {right.settledAt === null ? (
        <Term name={column("due")}>
          {longDay(right.dueOn, language)} ({timeLeft(t, today, right.dueOn)})
        </Term>
      ) : (
        <>
          <Term name={t("staff-ops:rights.detail.settledBy")}>
            {right.settledBy}, {moment(right.settledAt)}
          </Term>
          {right.outcome && <Term name={column("outcome")}>{t(`staff-ops:rights.outcomes.${right.outcome}`)}</Term>}
          <Term name={t("staff-ops:rights.detail.result")}>
            <span class="written">{right.result}</span>
          </Term>
        </>
      )}
    </dl>
  );
}

function DataForm({ t, requestId }: { t: T; requestId: number }) {
  return (
    <>
      <h2>{t("staff-ops:rights.data.title")}</h2>
      <p>{t("staff-ops:rights.data.text")}</p>
      <form action={urls.staffRightData(requestId)} method="post">
        <button type="submit" name="download" value="on" class="secondary">
          {t("staff-ops:rights.data.submit")}
        </button>
      </form>
    </>
  );
}
