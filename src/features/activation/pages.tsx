import type { OpeningField } from "../../domain/account-form.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { NewPassword } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { CharterField, ChoiceFields, GuardianFields, openingLabels } from "../../web/ui/opening-fields.tsx";
import { urls } from "../../web/urls.ts";

type Props = {
  t: T;
  organisation: string;
  action: string;
  name: string;
  /** The number to sign in with. */
  number: string;
  /** End of the link, in words, Paris time. */
  until: string;
  isMinor: boolean;
  faults: Faults<OpeningField>;
  typed: Typed<OpeningField>;
};

export function ChoosePassword({ t, organisation, action, name, number, until, isMinor, faults, typed }: Props) {
  const labels = openingLabels(t, organisation);
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
        <NewPassword t={t} label={labels.password} fault={faults.password} />
        {isMinor && <GuardianFields t={t} faults={faults} typed={typed} />}
        <ChoiceFields t={t} organisation={organisation} faults={faults} typed={typed} />
        <CharterField t={t} faults={faults} typed={typed} />
        <button type="submit">{t("activation:submit")}</button>
      </form>
    </>
  );
}

type ConfirmProps = {
  t: T;
  action: string;
  cancel: string;
  /** Moments in words, Paris time. */
  asked: string;
  until: string;
  isMinor: boolean;
};

/** A registration of one's own: one button, because mail scanners open every address. */
export function Confirm({ t, action, cancel, asked, until, isMinor }: ConfirmProps) {
  return (
    <>
      <h1>{t("activation:confirm.title")}</h1>
      <p>{t("activation:confirm.asked", { moment: asked })}</p>
      <p>{t("activation:confirm.password")}</p>
      {isMinor && <p>{t("activation:confirm.minor")}</p>}
      <p>{t("activation:paper")}</p>
      <p>{t("activation:until", { moment: until })}</p>
      <form action={action} method="post">
        <button type="submit" name="confirm" value="on">
          {t("activation:confirm.submit")}
        </button>
      </form>
      <h2>{t("activation:confirm.strangerTitle")}</h2>
      <p>{t("activation:confirm.stranger")}</p>
      <form action={cancel} method="post">
        <button type="submit" name="cancel" value="on" class="secondary">
          {t("activation:confirm.cancel")}
        </button>
      </form>
    </>
  );
}

/** @param renew where to ask for a new link, when this one is over by its age alone. */
export function Lapsed({ t, phone, renew }: { t: T; phone: string; renew: string | undefined }) {
  return (
    <>
      <h1>{t("activation:lapsedTitle")}</h1>
      <p>{t(renew ? "activation:lapsedAge" : "activation:lapsedText")}</p>
      {renew && (
        <form action={renew} method="post">
          <p>{t("activation:lapsedRenew")}</p>
          <button type="submit" name="renew" value="on">
            {t("activation:lapsedRenewSubmit")}
          </button>
        </form>
      )}
      <p>
        {t("activation:lapsedUsed")} <a href={urls.login}>{t("menu.login")}</a>
      </p>
      <p>
        {t("activation:lapsedNew", { phone })} <a href={urls.register}>{t("activation:lapsedRegister")}</a>
      </p>
    </>
  );
}
