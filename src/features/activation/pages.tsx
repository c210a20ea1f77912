import type { T } from "../../platform/i18n.ts";
import type { Faults } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox, Field } from "../../web/ui/field.tsx";
import { urls } from "../../web/urls.ts";

type Props = {
  t: T;
  action: string;
  name: string;
  /** The number to sign in with. */
  number: string;
  /** End of the link, in words, Paris time. */
  until: string;
  faults: Faults<"password" | "charter">;
  ticked: boolean;
};

export function ChoosePassword({ t, action, name, number, until, faults, ticked }: Props) {
  const labels = { password: t("activation:password"), charter: t("activation:charter") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("activation:title")}</h1>
      <p>{t("activation:greeting", { name })}</p>
      <p>{t("activation:intro")}</p>
      <p>{t("activation:until", { moment: until })}</p>
      <form action={action} method="post" novalidate>
        {/* Lets a password manager keep the number beside the password. */}
        <Field t={t} name="username" label={t("activation:number")} value={number} autocomplete="username" readonly />
        <Field
          t={t}
          name="password"
          type="password"
          label={labels.password}
          hint={t("activation:passwordHint")}
          fault={faults.password}
          autocomplete="new-password"
          required
        />
        <p>{t("activation:passwordPersonal")}</p>
        <Checkbox t={t} name="charter" label={labels.charter} fault={faults.charter} checked={ticked}>
          <p>
            <a href={urls.charter}>{t("activation:charterLink")}</a>
          </p>
        </Checkbox>
        <p>{t("activation:paper")}</p>
        <button type="submit">{t("activation:submit")}</button>
      </form>
    </>
  );
}

export function Lapsed({ t, phone, email }: { t: T; phone: string; email: string }) {
  return (
    <>
      <h1>{t("activation:lapsedTitle")}</h1>
      <p>{t("activation:lapsedText")}</p>
      <p>
        {t("activation:lapsedUsed")} <a href={urls.login}>{t("menu.login")}</a>
      </p>
      <p>{t("activation:lapsedNew", { phone, email })}</p>
    </>
  );
}
