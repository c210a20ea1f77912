import { inFours } from "../../features/second-factor/rules.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { CurrentPassword } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { QrCode } from "../../web/ui/qr.tsx";
import { urls } from "../../web/urls.ts";

export type StaffLoginNews = "expired" | "out" | "ready";

type LoginProps = {
  t: T;
  faults: Faults<"email" | "password" | "code" | "next">;
  typed: Typed<"email" | "next">;
  news: StaffLoginNews | undefined;
};

export function StaffLogin({ t, faults, typed, news }: LoginProps) {
  const labels = { email: t("staff:login.email"), password: t("login:password"), code: t("staff:login.code") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("staff:login.title")}</h1>
      {news && (
        <Notice>
          <p>{t(`staff:login.news.${news}`)}</p>
        </Notice>
      )}
      <p>{t("staff:login.intro")}</p>
      <form action={urls.staffLogin} method="post" novalidate>
        <Field
          t={t}
          name="email"
          label={labels.email}
          fault={faults.email}
          value={typed.email}
          autocomplete="username"
          inputmode="email"
          required
        />
        <CurrentPassword t={t} label={labels.password} fault={faults.password} />
        <Field
          t={t}
          name="code"
          label={labels.code}
          hint={t("staff:login.codeHint")}
          fault={faults.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          required
        />
        {typed.next && <input type="hidden" name="next" value={typed.next} />}
        <button type="submit">{t("login:submit")}</button>
      </form>
      <p>{t("staff:login.lost")}</p>
    </>
  );
}

type SetUpProps = {
  t: T;
  action: string;
  email: string;
  secret: string;
  /** What the QR code holds. */
  address: string;
  faults: Faults<"password" | "code">;
};

/** Behind the link of the operator: choose a password, and tie an authenticator to the account. */
export function SetUp({ t, action, email, secret, address, faults }: SetUpProps) {
  const labels = { password: t("staff:setUp.password"), code: t("second-factor:totp.code") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("staff:setUp.title")}</h1>
      <p>{t("staff:setUp.intro", { email })}</p>
      <ol>
        <li>{t("second-factor:totp.step1")}</li>
        <li>{t("second-factor:totp.step2")}</li>
        <li>{t("staff:setUp.step3")}</li>
      </ol>
      <p>
        <QrCode text={address} label={t("second-factor:totp.qr")} />
      </p>
      <p>
        {t("second-factor:totp.key")} <code>{inFours(secret)}</code>
      </p>
      <form action={action} method="post" novalidate>
        <input type="hidden" name="username" value={email} autocomplete="username" />
        <Field
          t={t}
          name="password"
          type="password"
          label={labels.password}
          hint={t("staff:setUp.passwordHint")}
          fault={faults.password}
          autocomplete="new-password"
          required
        />
        <Field
          t={t}
          name="code"
          label={labels.code}
          hint={t("second-factor:totp.codeHint")}
          fault={faults.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          required
        />
        <button type="submit">{t("staff:setUp.submit")}</button>
      </form>
    </>
  );
}

export function SetUpGone({ t }: { t: T }) {
  return (
    <>
      <h1>{t("staff:setUp.goneTitle")}</h1>
      <p>{t("staff:setUp.gone")}</p>
      <p>
        <a href={urls.staffLogin}>{t("staff:login.title")}</a>
      </p>
    </>
  );
}
