import type { Child } from "hono/jsx";
import type { Factor } from "../../domain/second-factors.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { clientName } from "../../web/client.ts";
import type { Faults } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { QrCode } from "../../web/ui/qr.tsx";
import { urls } from "../../web/urls.ts";
import { PasskeyButton } from "./passkey-button.tsx";
import { inFours } from "./rules.ts";

export type SettingsNews = "added" | "removed" | "lapsed" | "kept";

type SettingsProps = {
  t: T;
  language: Language;
  factors: Factor[];
  codesLeft: number;
  /** True when the password was typed a moment ago: the buttons work at once. */
  isFresh: boolean;
  /** False where browsers refuse passkeys: at a bare IP address. */
  canHavePasskeys: boolean;
  news: SettingsNews | undefined;
};

export function Settings({ t, language, factors, codesLeft, isFresh, canHavePasskeys, news }: SettingsProps) {
  const has = (kind: Factor["kind"]) => factors.some((factor) => factor.kind === kind);
  return (
    <>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{t("second-factor:title")}</h1>
      {news && (
        <Notice>
          <p>{t(`second-factor:news.${news}`)}</p>
        </Notice>
      )}
      <p>{t("second-factor:intro")}</p>
      {!isFresh && (
        <>
          <p>{t("second-factor:confirmFirst")}</p>
          <p>
            <a class="button" href={urls.confirmThen(urls.accountSecondFactor)}>
              {t("second-factor:confirm")}
            </a>
          </p>
        </>
      )}
      <h2>{t("second-factor:on")}</h2>
      {factors.length === 0 && <p>{t("second-factor:none")}</p>}
      {factors.length > 0 && (
        <ul class="cards">
          {factors.map((factor) => (
            <FactorCard t={t} language={language} factor={factor} isFresh={isFresh} />
          ))}
        </ul>
      )}
      {factors.length > 0 && (
        <>
          <p>
            {t("second-factor:remembered")} <a href={urls.accountDevices}>{t("devices:title")}</a>
          </p>
          <h2>{t("second-factor:codes.title")}</h2>
          <p>{t("second-factor:codes.left", { count: codesLeft })}</p>
          <p>{t("second-factor:codes.renewHint")}</p>
          {isFresh && <Start action={urls.recoveryCodes} label={t("second-factor:codes.renew")} />}
        </>
      )}
      <h2>{t("second-factor:add")}</h2>
      <h3>{t("second-factor:totp.name")}</h3>
      <p>{t("second-factor:totp.what")}</p>
      {has("totp") && <p>{t("second-factor:alreadyOn")}</p>}
      {isFresh && !has("totp") && <Start action={urls.totpStart} label={t("second-factor:totp.add")} />}
      <h3>{t("second-factor:passkey.name")}</h3>
      <p>{t("second-factor:passkey.what")}</p>
      {!canHavePasskeys && <p>{t("second-factor:passkey.notHere")}</p>}
      {isFresh && canHavePasskeys && <Start action={urls.passkeysStart} label={t("second-factor:passkey.add")} />}
      <h3>{t("second-factor:mail.name")}</h3>
      <p>{t("second-factor:mail.what")}</p>
      {has("mail") && <p>{t("second-factor:alreadyOn")}</p>}
      {isFresh && !has("mail") && <Start action={urls.mailCode} label={t("second-factor:mail.add")} />}
    </>
  );
}

type FactorProps = { t: T; language: Language; factor: Factor; isFresh: boolean };

function FactorCard({ t, language, factor, isFresh }: FactorProps) {
  const { factorId, kind, label, createdAt, lastUsedAt } = factor;
  const moment = (seconds: number) => longMoment(seconds * 1000, language);
  const what = label
    ? t("second-factor:named", { name: t(`second-factor:${kind}.name`), client: clientName(t, label) })
    : t(`second-factor:${kind}.name`);
  return (
    <li>
      <h3>{what}</h3>
      <dl>
        <div>
          <dt>{t("second-factor:since")}</dt>
          <dd>{moment(createdAt)}</dd>
        </div>
        <div>
          <dt>{t("second-factor:lastUse")}</dt>
          <dd>{lastUsedAt === null ? t("second-factor:never") : moment(lastUsedAt)}</dd>
        </div>
      </dl>
      {isFresh && (
        <Start
          action={urls.removeFactor(factorId)}
          label={t("second-factor:remove", { what, moment: moment(createdAt) })}
          isSecondary
        />
      )}
    </li>
  );
}

/** A button that begins or does something; named, because text browsers ask with GET for a form that sends nothing. */
function Start({ action, label, isSecondary = false }: { action: string; label: string; isSecondary?: boolean }) {
  return (
    <form action={action} method="post">
      <button type="submit" name="go" value="on" class={isSecondary ? "secondary" : undefined}>
        {label}
      </button>
    </form>
  );
}

function Back({ t }: { t: T }) {
  return (
    <p>
      <a href={urls.accountSecondFactor}>{t("second-factor:title")}</a>
    </p>
  );
}

type TotpProps = { t: T; secret: string; address: string; faults: Faults<"code"> };

export function AddTotp({ t, secret, address, faults }: TotpProps) {
  const labels = { code: t("second-factor:totp.code") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <Back t={t} />
      <h1>{t("second-factor:totp.title")}</h1>
      <Steps>
        <li>{t("second-factor:totp.step1")}</li>
        <li>{t("second-factor:totp.step2")}</li>
        <li>{t("second-factor:totp.step3")}</li>
      </Steps>
      <p>
        <QrCode text={address} label={t("second-factor:totp.qr")} />
      </p>
      <p>
        {t("second-factor:totp.key")} <code>{inFours(secret)}</code>
      </p>
      <p>
        <a href={address}>{t("second-factor:totp.open")}</a>
      </p>
      <form action={urls.totp} method="post" novalidate>
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
        <button type="submit">{t("second-factor:totp.confirm")}</button>
      </form>
    </>
  );
}

function Steps({ children }: { children: Child }) {
  return <ol>{children}</ol>;
}

type PasskeyProps = { t: T; options: object; refused: boolean };

export function AddPasskey({ t, options, refused }: PasskeyProps) {
  return (
    <>
      {refused && (
        <div class="errors" tabindex={-1} autofocus>
          <p role="alert">{t("second-factor:passkey.notAdded")}</p>
        </div>
      )}
      <Back t={t} />
      <h1>{t("second-factor:passkey.title")}</h1>
      <p>{t("second-factor:passkey.steps")}</p>
      <PasskeyButton
        t={t}
        action={urls.passkeys}
        ask="create"
        options={options}
        label={t("second-factor:passkey.create")}
        next={undefined}
      />
    </>
  );
}

/** The only time the codes are seen: made to be printed, or copied by hand. */
export function RecoveryCodes({ t, codes, service }: { t: T; codes: string[]; service: string }) {
  return (
    <>
      <h1>{t("second-factor:codes.pageTitle")}</h1>
      <p>{t("second-factor:codes.for", { service })}</p>
      <p>{t("second-factor:codes.print")}</p>
      <ol class="codes">
        {codes.map((code) => (
          <li>
            <code>{inFours(code)}</code>
          </li>
        ))}
      </ol>
      <p>{t("second-factor:codes.use")}</p>
      <div class="unprinted">
        <p>{t("second-factor:codes.once")}</p>
        <Start action={urls.recoveryCodesKept} label={t("second-factor:codes.kept")} />
      </div>
    </>
  );
}
