import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { CurrentPassword, IdentifierField } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";

export type LoginNews =
  | "sessionEnded"
  | "signedOut"
  | "activated"
  | "confirmed"
  | "passwordReset"
  | "deleted"
  | "secondFactorOver"
  | "cookiesRefused";

type Props = {
  t: T;
  organisation: string;
  faults: Faults<"identifier" | "password" | "remember" | "next">;
  typed: Typed<"identifier" | "remember" | "next">;
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
          {news === "cookiesRefused" && (
            <p>
              <a href={urls.cookies}>{t("cookies:list")}</a>
            </p>
          )}
        </Notice>
      )}
      <form action={urls.login} method="post" novalidate>
        <IdentifierField t={t} fault={faults.identifier} value={typed.identifier} />
        <CurrentPassword t={t} label={labels.password} fault={faults.password} />
        <p class="hint" id="remember-warning">
          {t("login:rememberWarning")}
        </p>
        <Checkbox
          t={t}
          name="remember"
          label={t("login:remember")}
          fault={faults.remember}
          checked={typed.remember === "on"}
          describedBy="remember-warning"
        />
        {typed.next && <input type="hidden" name="next" value={typed.next} />}
        <button type="submit">{t("login:submit")}</button>
      </form>
      <p>
        <a href={urls.forgot}>{t("login:forgot")}</a>
      </p>
      <p>
        {t("login:noAccount")} <a href={urls.register}>{t("login:register")}</a>
      </p>
      <p>
        <a href={urls.helpCredentials}>{t("login:help")}</a>
      </p>
      <p>{t("login:neverAsked", { organisation })}</p>
      <p class="hint">
        {t("login:cookies")} <a href={urls.cookies}>{t("cookies:list")}</a>
      </p>
    </>
  );
}

/** The password is right, the account is not confirmed yet: the mail can be sent again. */
export function ConfirmFirst({ t }: { t: T }) {
  return (
    <>
      <h1>{t("login:unconfirmed.title")}</h1>
      <p>{t("login:unconfirmed.text")}</p>
      <form action={urls.loginResend} method="post">
        <button type="submit" name="resend" value="on">
          {t("login:unconfirmed.resend")}
        </button>
      </form>
    </>
  );
}

/** The password is right, the legal representative has not answered yet: the question can be sent again. */
export function AwaitingGuardian({ t }: { t: T }) {
  return (
    <>
      <h1>{t("login:awaitingGuardian.title")}</h1>
      <p>{t("login:awaitingGuardian.text")}</p>
      <form action={urls.loginResend} method="post">
        <button type="submit" name="resend" value="on">
          {t("login:awaitingGuardian.resend")}
        </button>
      </form>
      <p>
        <a href={urls.registerGuardian}>{t("login:awaitingGuardian.other")}</a>
      </p>
    </>
  );
}

export function Frozen({ t, phone }: { t: T; phone: string }) {
  return (
    <>
      <h1>{t("login:frozen.title")}</h1>
      <p>{t("login:frozen.text")}</p>
      <p>{t("login:frozen.next", { phone })}</p>
    </>
  );
}
