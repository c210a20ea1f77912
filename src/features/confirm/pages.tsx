import type { T } from "../../platform/i18n.ts";
import type { Faults } from "../../web/forms.ts";
import { CurrentPassword } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";

type Props = { t: T; faults: Faults<"password" | "next">; next: string | undefined };

export function Confirm({ t, faults, next }: Props) {
  const labels = { password: t("confirm:password") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("confirm:title")}</h1>
      <p>{t("confirm:intro")}</p>
      <form action={urls.confirm} method="post" novalidate>
        <CurrentPassword t={t} label={labels.password} fault={faults.password} />
        {next && <input type="hidden" name="next" value={next} />}
        <button type="submit">{t("confirm:submit")}</button>
      </form>
    </>
  );
}
