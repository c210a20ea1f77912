import type { T } from "../../platform/i18n.ts";
import type { Faults } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import { PasskeyButton } from "./passkey-button.tsx";

type Props = {
  t: T;
  /** What the account has: what its owner may answer with. */
  has: { totp: boolean; mail: boolean };
  /** What the browser is asked for, when there are passkeys. */
  passkeyOptions: object | undefined;
  faults: Faults<"code" | "next">;
  next: string | undefined;
  wasSent: boolean;
  phone: string;
};

/** After the right password: the second step. */
export function SecondFactor({ t, has, passkeyOptions, faults, next, wasSent, phone }: Props) {
  const labels = { code: t("second-factor:signIn.code") };
  const hasCode = has.totp || has.mail;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("second-factor:signIn.title")}</h1>
      {wasSent && (
        <Notice>
          <p>{t("second-factor:signIn.sent")}</p>
        </Notice>
      )}
      <p>{t("second-factor:signIn.intro")}</p>
      {passkeyOptions && (
        <>
          <h2>{t("second-factor:passkey.name")}</h2>
          <PasskeyButton
            t={t}
            action={urls.loginPasskey}
            ask="get"
            options={passkeyOptions}
            label={t("second-factor:passkey.use")}
            next={next}
          />
        </>
      )}
      {has.mail && (
        <>
          <h2>{t("second-factor:mail.name")}</h2>
          <form action={urls.loginMailCode} method="post">
            {next && <input type="hidden" name="next" value={next} />}
            <button type="submit" name="send" value="on" class="secondary">
              {t("second-factor:signIn.send")}
            </button>
          </form>
        </>
      )}
      <h2>{t(hasCode ? "second-factor:signIn.codeTitle" : "second-factor:signIn.recoveryTitle")}</h2>
      <form action={urls.loginSecondFactor} method="post" novalidate>
        <Field
          t={t}
          name="code"
          label={labels.code}
          hint={hintOf(t, has)}
          fault={faults.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          required
        />
        {next && <input type="hidden" name="next" value={next} />}
        <button type="submit">{t("second-factor:signIn.submit")}</button>
      </form>
      <p>{t("second-factor:signIn.recovery")}</p>
      <p>{t("second-factor:signIn.lost", { phone })}</p>
    </>
  );
}

/** Which codes this account's owner may type. */
function hintOf(t: T, has: Props["has"]): string {
  if (has.totp) return t(has.mail ? "second-factor:signIn.bothHint" : "second-factor:signIn.totpHint");
  return t(has.mail ? "second-factor:signIn.codeHint" : "second-factor:signIn.recoveryHint");
}
