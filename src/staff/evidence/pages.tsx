import type { Verification } from "../../domain/evidence.ts";
import { isWhole } from "../../domain/evidence.ts";
import type { Check } from "../../domain/evidence-checking.ts";
import { detailsOf, sentenceOf } from "../../features/account/acts.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { OlderLink } from "../../web/paging.tsx";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Select } from "../../web/ui/select.tsx";
import { urls } from "../../web/urls.ts";
import type { FoundFact } from "./queries.ts";

type Words = { t: T; language: Language; organisation: string };

type DayOf<Name extends string> = `${Name}${"Day" | "Month" | "Year"}`;
export type SearchField = "number" | "kind" | DayOf<"from"> | DayOf<"to">;
export type EvidenceField = SearchField | "noted" | "exportNumber" | "format";

type Props = Words & {
  /** Whose journal it is, or everybody's. */
  person: { name: string; number: string } | undefined;
  kinds: string[];
  facts: FoundFact[];
  /** The way to the rows before these: an address, or for one person a form, whose number stands in no address. */
  older: string | undefined;
  olderForm: Record<string, string> | undefined;
  faults: Faults<EvidenceField>;
  typed: Typed<EvidenceField>;
};

function labelsOf(t: T) {
  const box = (legend: string, part: "Day" | "Month" | "Year") => `${legend} – ${t(`form:day.${part}`)}`;
  const [from, to] = [t("staff-ops:evidence.from"), t("staff-ops:evidence.to")];
  return {
    number: t("staff-ops:memberNumber"),
    kind: t("staff-ops:evidence.kind"),
    fromDay: box(from, "Day"),
    fromMonth: box(from, "Month"),
    fromYear: box(from, "Year"),
    toDay: box(to, "Day"),
    toMonth: box(to, "Month"),
    toYear: box(to, "Year"),
    exportNumber: t("staff-ops:memberNumber"),
    format: t("staff-ops:evidence.export.format"),
  };
}

export function Evidence(props: Props) {
  const { t, person, facts, older, olderForm, faults } = props;
  const heading = person ? t("staff-ops:evidence.of", person) : t("staff-ops:evidence.all");
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labelsOf(t)} />
      <h1>{t("staff-ops:evidence.title")}</h1>
      <p>{t("staff-ops:evidence.intro")}</p>
      <p>
        <a href={urls.staffEvidenceVerify}>{t("staff-ops:evidence.verify.title")}</a>
      </p>
      <h2>{t("staff-ops:evidence.search")}</h2>
      <SearchForm {...props} />
      <h2>{heading}</h2>
      {facts.length === 0 ? <p>{t("staff-ops:evidence.none")}</p> : <Facts {...props} name={heading} />}
      <OlderLink address={older} text={t("staff-ops:older")} />
      {olderForm && (
        <form action={urls.staffEvidence} method="post">
          {Object.entries(olderForm).map(([name, value]) => (
            <input type="hidden" name={name} value={value} />
          ))}
          <button type="submit" class="secondary">
            {t("staff-ops:older")}
          </button>
        </form>
      )}
      <h2>{t("staff-ops:evidence.export.title")}</h2>
      <ExportForm {...props} />
    </>
  );
}

function SearchForm({ t, kinds, faults, typed }: Props) {
  const labels = labelsOf(t);
  const known = (kind: string) => t(`account:activity.kinds.${kind}` as "account:activity.kinds.file.read");
  const options = kinds.map((value) => ({ value, text: known(value) }));
  return (
    <form action={urls.staffEvidence} method="post" novalidate>
      <Field
        t={t}
        name="number"
        label={labels.number}
        hint={t("staff-ops:evidence.numberHint")}
        fault={faults.number}
        value={typed.number}
      />
      <Select
        t={t}
        name="kind"
        label={labels.kind}
        fault={faults.kind}
        options={[{ value: "", text: t("staff-ops:evidence.allKinds") }, ...options]}
        chosen={typed.kind}
      />
      <DayFields
        t={t}
        name="from"
        legend={t("staff-ops:evidence.from")}
        hint={t("staff-ops:notices.dayHint")}
        labels={labels}
        faults={faults}
        typed={typed}
        required={false}
      />
      <DayFields
        t={t}
        name="to"
        legend={t("staff-ops:evidence.to")}
        hint={t("staff-ops:notices.dayHint")}
        labels={labels}
        faults={faults}
        typed={typed}
        required={false}
      />
      <button type="submit">{t("staff-ops:evidence.submit")}</button>
    </form>
  );
}

function Facts({ t, language, organisation, facts, name }: Props & { name: string }) {
  const columns = [
    t("staff-ops:evidence.row"),
    t("staff-ops:evidence.at"),
    t("staff-ops:evidence.what"),
    t("staff-ops:evidence.who"),
    t("staff-ops:evidence.member"),
    t("staff-ops:evidence.raw"),
  ];
  return (
    <ScrollTable name={name} columns={columns}>
      {facts.map((fact) => (
        <tr>
          <th scope="row">{fact.sequence}</th>
          <td>{fact.at > 0 && longMoment(fact.at * 1000, language)}</td>
          <td>
            <What t={t} fact={fact} organisation={organisation} />
          </td>
          <td>{actorOf(t, fact.actor)}</td>
          <td>{fact.number}</td>
          <td>
            {fact.details !== "" && (
              <details>
                <summary>
                  {t("staff-ops:evidence.raw")}
                  <span class="hidden"> {fact.sequence}</span>
                </summary>
                <code>
                  {fact.kind} {fact.details}
                </code>
              </details>
            )}
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}

const actors = ["member", "visitor", "guardian", "staff", "import", "operator", "system"] as const;

function actorOf(t: T, name: string): string {
  const actor = actors.find((known) => known === name);
  return actor ? t(`evidence:actors.${actor}`) : name;
}

function What({ t, fact, organisation }: { t: T; fact: FoundFact; organisation: string }) {
  const { sequence, at, kind, actor } = fact;
  if (kind === "purged") return <>{t("staff-ops:evidence.purged")}</>;
  const act = { sequence, at, kind, actor, details: read(fact.details) };
  return (
    <>
      {sentenceOf(t, act)}
      {detailsOf(t, act, organisation).map((text) => (
        <>
          <br />
          {text}
        </>
      ))}
    </>
  );
}

/** What a fact tells; of a row that was forged, nothing. */
function read(details: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(details) };
  } catch {
    return {};
  }
}

function ExportForm({ t, faults, typed }: Props) {
  const labels = labelsOf(t);
  return (
    <form action={urls.staffEvidenceExport} method="post" novalidate>
      <p>{t("staff-ops:evidence.export.text")}</p>
      <Field
        t={t}
        name="exportNumber"
        label={labels.exportNumber}
        fault={faults.exportNumber}
        value={typed.exportNumber}
        required
      />
      <Radios
        t={t}
        name="format"
        legend={labels.format}
        options={(["pdf", "json"] as const).map((value) => ({ value, label: t(`staff-ops:evidence.export.${value}`) }))}
        fault={faults.format}
        chosen={typed.format}
      />
      <button type="submit">{t("staff-ops:evidence.export.submit")}</button>
    </form>
  );
}

type VerifyProps = Omit<Words, "organisation"> & {
  check: Check | undefined;
  faults: Faults<"noted">;
  typed: Typed<"noted">;
};

export function Verify({ t, language, check, faults, typed }: VerifyProps) {
  const label = t("staff-ops:evidence.verify.noted");
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={{ noted: label }} />
      <p>
        <a href={urls.staffEvidence}>{t("staff-ops:evidence.title")}</a>
      </p>
      <h1>{t("staff-ops:evidence.verify.title")}</h1>
      {check && <Result t={t} language={language} check={check} />}
      {check?.state !== "running" && (
        <form action={urls.staffEvidenceVerify} method="post" novalidate>
          <p>{t("staff-ops:evidence.verify.text")}</p>
          <Field
            t={t}
            name="noted"
            label={label}
            hint={t("staff-ops:evidence.verify.notedHint")}
            fault={faults.noted}
            value={typed.noted}
          />
          <button type="submit">{t("staff-ops:evidence.verify.submit")}</button>
        </form>
      )}
    </>
  );
}

function Result({ t, language, check }: { t: T; language: Language; check: Check }) {
  const moment = (at: number) => longMoment(at * 1000, language);
  if (check.state === "failed") {
    return (
      <p class="notice notice-error" role="alert">
        {t("staff-ops:evidence.verify.failed")}
      </p>
    );
  }
  if (check.state === "running") {
    return (
      <div class="notice" role="status">
        <p>{t("staff-ops:evidence.verify.running", { moment: moment(check.startedAt), rows: check.rows })}</p>
        <p>
          <a href={urls.staffEvidenceVerify}>{t("staff-ops:evidence.verify.refresh")}</a>
        </p>
      </div>
    );
  }
  const { found, noted, doneAt } = check;
  const { head, purged } = found;
  return (
    <div class={isWhole(found) ? "notice" : "notice notice-error"} role="status">
      {findings(t, found).map((text) => (
        <p>{text}</p>
      ))}
      {purged > 0 && <p>{t("staff-ops:evidence.verify.purged", { rows: purged })}</p>}
      {head && isWhole(found) && (
        <p>
          {t("staff-ops:evidence.verify.end", { end: "" })}
          <code>
            {head.sequence}:{head.hash.slice(0, 16)}
          </code>
        </p>
      )}
      {noted && isWhole(found) && <p>{t("staff-ops:evidence.verify.notedFound")}</p>}
      <p>{t("staff-ops:evidence.verify.when", { moment: moment(doneAt) })}</p>
    </div>
  );
}

function findings(t: T, found: Verification): string[] {
  const { rows, brokenAt, fault, charters, mails, head } = found;
  if (brokenAt !== undefined && fault)
    return [t("staff-ops:evidence.verify.broken", { row: brokenAt, why: t(`evidence:verification.faults.${fault}`) })];
  if (!isWhole(found))
    return [
      ...charters.map((version) => t("staff-ops:evidence.verify.charter", { version })),
      ...(mails.length > 0
        ? [t("staff-ops:evidence.verify.mails", { list: mails.map(({ messageId }) => messageId).join(", ") })]
        : []),
    ];
  return [head ? t("staff-ops:evidence.verify.whole", { rows }) : t("staff-ops:evidence.verify.empty")];
}
