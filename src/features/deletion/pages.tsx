import type { Kept } from "../../domain/retention.ts";
import { longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { CurrentPassword } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox } from "../../web/ui/field.tsx";
import { urls } from "../../web/urls.ts";

export type DeletionField = "password" | "confirm";

type Props = {
  t: T;
  language: Language;
  kept: Kept[];
  faults: Faults<DeletionField>;
  typed: Typed<DeletionField>;
};

/** What the end of the account means, before it is confirmed; no reason is asked. */
export function DeleteAccount({ t, language, kept, faults, typed }: Props) {
  const labels = { password: t("deletion:form.password"), confirm: t("deletion:form.confirm") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{t("deletion:title")}</h1>
      <p>{t("deletion:intro")}</p>
      <h2>{t("deletion:effects.title")}</h2>
      <ul>
        <li>{t("deletion:effects.access")}</li>
        <li>{t("deletion:effects.erased")}</li>
        <li>{t("deletion:effects.mails")}</li>
        <li>{t("deletion:paper")}</li>
        <li>{t("deletion:effects.again")}</li>
      </ul>
      <h2>{t("deletion:kept.title")}</h2>
      <ul>
        {kept.map((item) => (
          <KeptItem t={t} language={language} {...item} />
        ))}
      </ul>
      <h2>{t("deletion:form.title")}</h2>
      <form action={urls.accountDelete} method="post" novalidate>
        <CurrentPassword t={t} label={labels.password} fault={faults.password} />
        <Checkbox t={t} name="confirm" label={labels.confirm} fault={faults.confirm} checked={typed.confirm === "on"} />
        <button type="submit">{t("deletion:form.submit")}</button>
      </form>
      <p>
        <a href={urls.account}>{t("deletion:form.cancel")}</a>
      </p>
    </>
  );
}

function KeptItem({ t, language, what, until }: Kept & { t: T; language: Language }) {
  const day = until ? longDay(until, language) : "";
  return (
    <li>
      <strong>{t(`deletion:kept.${what}.what`)}</strong>
      <br />
      {t("deletion:kept.label.why", { why: t(`deletion:kept.${what}.why`) })}
      <br />
      {t("deletion:kept.label.until", { until: t(`deletion:kept.${what}.until`, { day }) })}
    </li>
  );
}
