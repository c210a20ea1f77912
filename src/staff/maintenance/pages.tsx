import { type Maintenance, maintenanceModes } from "../../domain/maintenance.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox, Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { urls } from "../../web/urls.ts";

export type MaintenanceField =
  | "mode"
  | "untilDay"
  | "untilMonth"
  | "untilYear"
  | "untilTime"
  | "message"
  | "confirm"
  | "seen";

type Props = {
  t: T;
  language: Language;
  state: Maintenance;
  faults: Faults<MaintenanceField>;
  typed: Typed<MaintenanceField>;
  /** Just changed. */
  done: boolean;
};

export const staffName = (t: T, by: string) => (by === "operator" ? t("staff-ops:maintenance.operator") : by);

export function MaintenancePage({ t, language, state, faults, typed, done }: Props) {
  const labels = {
    mode: t("staff-ops:maintenance.mode"),
    untilDay: `${t("staff-ops:maintenance.end")} – ${t("form:day.Day")}`,
    untilMonth: `${t("staff-ops:maintenance.end")} – ${t("form:day.Month")}`,
    untilYear: `${t("staff-ops:maintenance.end")} – ${t("form:day.Year")}`,
    untilTime: t("staff-ops:maintenance.endTime"),
    message: t("staff-ops:maintenance.ownMessage"),
    confirm: t("staff-ops:maintenance.confirm"),
  };
  const { mode, until, message, by, since } = state;
  const moment = (at: number) => longMoment(at * 1000, language);
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("staff-ops:maintenance.title")}</h1>
      {done && (
        <Notice>
          <p>{t("staff-ops:maintenance.done")}</p>
        </Notice>
      )}
      <h2>{t("staff-ops:maintenance.now")}</h2>
      <p>
        <strong>{t(`staff-ops:maintenance.states.${mode}`)}</strong>
      </p>
      {mode !== "open" && (
        <p>
          {until === null
            ? t("staff-ops:maintenance.noEnd")
            : t("staff-ops:maintenance.until", { moment: moment(until) })}
        </p>
      )}
      {message !== null && <p>{t("staff-ops:maintenance.message", { message })}</p>}
      {since > 0 && <p>{t("staff-ops:maintenance.by", { staff: staffName(t, by), moment: moment(since) })}</p>}
      <h2>{t("staff-ops:maintenance.change")}</h2>
      <form action={urls.staffMaintenance} method="post" novalidate>
        <input type="hidden" name="seen" value={String(since)} />
        <Radios
          t={t}
          name="mode"
          legend={labels.mode}
          options={maintenanceModes.map((value) => ({
            value,
            label: t(`staff-ops:maintenance.modes.${value}`),
            hint: t(`staff-ops:maintenance.hints.${value}`),
          }))}
          fault={faults.mode}
          chosen={typed.mode}
        />
        <DayFields
          t={t}
          name="until"
          legend={t("staff-ops:maintenance.end")}
          hint={t("staff-ops:maintenance.endHint")}
          labels={labels}
          faults={faults}
          typed={typed}
          required={false}
        />
        <Field
          t={t}
          name="untilTime"
          label={labels.untilTime}
          hint={t("staff-ops:maintenance.endTimeHint")}
          fault={faults.untilTime}
          value={typed.untilTime}
        />
        <Field
          t={t}
          name="message"
          label={labels.message}
          hint={t("staff-ops:maintenance.ownMessageHint")}
          fault={faults.message}
          value={typed.message}
        />
        <Checkbox t={t} name="confirm" label={labels.confirm} fault={faults.confirm} />
        <button type="submit">{t("staff-ops:maintenance.submit")}</button>
      </form>
    </>
  );
}
