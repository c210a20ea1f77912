import { isDay } from "../../lib/dates.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import type { Markup } from "../../web/respond.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { type Option, Select } from "../../web/ui/select.tsx";
import { urls } from "../../web/urls.ts";
import type { Situation } from "./rules.ts";
import type { Filters } from "./schema.ts";

type FilterProps = {
  t: T;
  organisation: string;
  /** The choices of the field “for whom”; without any, the field is not shown. */
  family: Option[];
  situation: Situation;
  faults: Faults<keyof Filters>;
  typed: Typed<keyof Filters>;
};

export type ReimbursementsProps = FilterProps & { sources: string; list: Markup };

export function Reimbursements({ sources, list, ...filters }: ReimbursementsProps) {
  const { t, faults } = filters;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={filterLabels(t)} />
      <h1>{t("reimbursements:title")}</h1>
      <p class="hint">{sources}</p>
      <FilterForm {...filters} />
      {list}
    </>
  );
}

const filterLabels = (t: T) => ({
  from: t("reimbursements:from"),
  to: t("reimbursements:to"),
  beneficiary: t("reimbursements:beneficiary"),
  payer: t("reimbursements:payer"),
  q: t("reimbursements:q"),
});

function FilterForm({ t, organisation, family, situation, faults, typed }: FilterProps) {
  const labels = filterLabels(t);
  const inUse = Object.values(typed).some(Boolean);
  // Faults stand outside the list too: the search that mends them brings a whole page.
  const hasFaults = Object.keys(faults).length > 0;
  return (
    <details class="filters" open={inUse || undefined}>
      <summary>{t("reimbursements:filters")}</summary>
      <form
        action={urls.reimbursements}
        method="get"
        novalidate
        hx-get={hasFaults ? undefined : urls.reimbursements}
        hx-target="#results"
        hx-swap="outerHTML"
        hx-push-url="true"
        hx-sync="#content:replace"
      >
        <div class="columns">
          <Field
            t={t}
            name="from"
            type={dayBox(typed.from)}
            label={labels.from}
            hint={t("reimbursements:dayHint")}
            fault={faults.from}
            value={typed.from}
          />
          <Field
            t={t}
            name="to"
            type={dayBox(typed.to)}
            label={labels.to}
            hint={t("reimbursements:dayHint")}
            fault={faults.to}
            value={typed.to}
          />
          {family.length > 0 && (
            <Select
              t={t}
              name="beneficiary"
              label={labels.beneficiary}
              options={[{ value: "", text: t("reimbursements:everyone") }, ...family]}
              chosen={typed.beneficiary}
              fault={faults.beneficiary}
            />
          )}
          {situation.amo && situation.amc && (
            <Select
              t={t}
              name="payer"
              label={labels.payer}
              options={[
                { value: "", text: t("reimbursements:anyPayer") },
                { value: "amo", text: t("reimbursements:amo") },
                { value: "amc", text: organisation },
              ]}
              chosen={typed.payer}
              fault={faults.payer}
            />
          )}
          <Field t={t} name="q" type="search" label={labels.q} fault={faults.q} value={typed.q} maxlength={100} />
        </div>
        <button type="submit">{t("reimbursements:apply")}</button>{" "}
        <a href={urls.reimbursements}>{t("reimbursements:clear")}</a>
      </form>
    </details>
  );
}

/** A date box cannot show what is not a date: what was typed would be lost. */
function dayBox(typed: string | undefined): "date" | "text" {
  return typed && !isDay(typed) ? "text" : "date";
}
