import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { CurrentPassword, IdentifierField, NewPassword } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";

type ForgotProps = { t: T; faults: Faults<"identifier">; typed: Typed<"identifier"> };

export function Forgot({ t, faults, typed }: ForgotProps) {
  const labels = { identifier: t("login:identifier") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("password:forgot.title")}</h1>
      <p>{t("password:forgot.intro")}</p>
      <form action={urls.forgot} method="post" novalidate>
        <IdentifierField t={t} fault={faults.identifier} value={typed.identifier} />
        <button type="submit">{t("password:forgot.submit")}</button>
      </form>
    </>
  );
}

/** The same words whether or not the number belongs to somebody. */
export function Sent({ t, phone }: { t: T; phone: string }) {
  return (
    <>
      <h1>{t("password:sent.title")}</h1>
      <p>{t("password:sent.text")}</p>
      <p>{t("password:sent.nothing", { phone })}</p>
      <p>
        <a href={urls.login}>{t("menu.login")}</a>
      </p>
    </>
  );
}

export function Reset({ t, action, faults }: { t: T; action: string; faults: Faults<"password"> }) {
  const labels = { password: t("password:newPassword") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("password:reset.title")}</h1>
      <p>{t("password:reset.intro")}</p>
      <form action={action} method="post" novalidate>
        <NewPassword t={t} label={labels.password} fault={faults.password} />
        <button type="submit">{t("password:reset.submit")}</button>
      </form>
    </>
  );
}

export function Lapsed({ t }: { t: T }) {
  return (
    <>
      <h1>{t("password:lapsed.title")}</h1>
      <p>{t("password:lapsed.text")}</p>
      <p>
        <a class="button" href={urls.forgot}>
          {t("password:lapsed.again")}
        </a>
      </p>
    </>
  );
}

export function Change({ t, faults }: { t: T; faults: Faults<"currentPassword" | "password"> }) {
  const labels = { currentPassword: t("password:currentPassword"), password: t("password:newPassword") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("password:change.title")}</h1>
      <p>{t("password:change.intro")}</p>
      <form action={urls.accountPassword} method="post" novalidate>
        <CurrentPassword t={t} name="currentPassword" label={labels.currentPassword} fault={faults.currentPassword} />
        <NewPassword t={t} label={labels.password} fault={faults.password} />
        <button type="submit">{t("password:change.submit")}</button>
      </form>
    </>
  );
}
