import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";

export type LoginNews = "sessionEnded" | "signedOut" | "activated" | "passwordReset";

type Props = {
  t: T;
  organisation: string;
  faults: Faults<"identifier" | "password" | "next">;
  typed: Typed<"identifier" | "next">;
  news: LoginNews | undefined;
};

export function Login({ t, organisation, faults, typed, news }: Props) {
  const labels = { identifier: t("login:identifier"), password: t("login:password") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("login:title")}</h1>
      {news && (
        <Notice>
          <p>{t(`login:${news}`)}</p>
        </Notice>
      )}
      <form action={urls.login} method="post" novalidate>
        <Field
          t={t}
          name="identifier"
          label={labels.identifier}
          hint={t("login:identifierHint")}
          fault={faults.identifier}
          value={typed.identifier}
          autocomplete="username"
          required
        />
        <Field
          t={t}
          name="password"
          type="password"
          label={labels.password}
          fault={faults.password}
          autocomplete="current-password"
          required
        />
        {typed.next && <input type="hidden" name="next" value={typed.next} />}
        <button type="submit">{t("login:submit")}</button>
      </form>
      <p>
        <a href={urls.forgot}>{t("login:forgot")}</a>
      </p>
      <p>{t("login:noAccount")}</p>
      <p>{t("login:neverAsked", { organisation })}</p>
      <p class="hint">{t("login:cookies")}</p>
    </>
  );
}
