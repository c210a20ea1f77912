import { nameOfChange } from "../../domain/change-mails.ts";
import type { BankUsage, Change } from "../../domain/changes.ts";
import { countriesIn } from "../../lib/countries.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ChangedValue, type ChangeWords, PendingChange } from "../../web/ui/change.tsx";
import { CurrentPassword } from "../../web/ui/credential-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { Select } from "../../web/ui/select.tsx";
import { urls } from "../../web/urls.ts";
import { CancelForm } from "./list-page.tsx";
import type { AddressField, BankField, ContactField } from "./schema.ts";

type FormProps<Field extends string> = ChangeWords & { faults: Faults<Field>; typed: Typed<Field>; open: Change[] };
/** What was refused of a field whose message names it. */
type Signs<Field extends string> = { signs: { [F in Field]?: string | undefined } };

/** The way back, and what is asked already. */
function Above({ open, ...words }: ChangeWords & { open: Change[] }) {
  return (
    <>
      <p>
        <a href={urls.dossier}>{words.t("dossier:title")}</a>
      </p>
      {open.map((change) => (
        <PendingChange {...words} change={change} />
      ))}
    </>
  );
}

const addressTokens = {
  line1: "name",
  line2: "address-line2",
  line3: "address-line3",
  line4: "address-line1",
  line5: "off",
  line6: "off",
} as const;

export function AddressForm({ faults, typed, open, signs, ...words }: FormProps<AddressField> & Signs<AddressField>) {
  const { t, language, organisation } = words;
  const names = Object.keys(addressTokens) as (keyof typeof addressTokens)[];
  const lines = Object.fromEntries(names.map((name) => [name, t(`changes:address.${name}.label`)])) as Record<
    keyof typeof addressTokens,
    string
  >;
  const labels = { ...lines, country: t("changes:address.country") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} signs={signs} />
      <Above {...words} open={open} />
      <h1>{t("changes:address.title")}</h1>
      <p>{t("changes:address.intro", { organisation: organisation.name })}</p>
      <form action={urls.dossierAddress} method="post" novalidate>
        {names.map((name) => (
          <Field
            t={t}
            name={name}
            label={lines[name]}
            hint={t(`changes:address.${name}.hint`)}
            fault={faults[name]}
            sign={signs[name]}
            value={typed[name]}
            autocomplete={addressTokens[name]}
            required={name === "line1" || name === "line6"}
          />
        ))}
        <Select
          t={t}
          name="country"
          label={labels.country}
          options={countriesIn(language).map(({ code, name }) => ({ value: code, text: name }))}
          chosen={typed.country}
          fault={faults.country}
          autocomplete="country"
        />
        <button type="submit">{t("changes:address.submit")}</button>
      </form>
    </>
  );
}

export function ContactForm({ faults, typed, open, ...words }: FormProps<ContactField>) {
  const { t, organisation } = words;
  const labels = {
    email: t("changes:contact.email"),
    mobile: t("changes:contact.mobile"),
    password: t("changes:password"),
  };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <Above {...words} open={open} />
      <h1>{t("changes:contact.title")}</h1>
      <p>{t("changes:contact.intro", { organisation: organisation.name })}</p>
      <form action={urls.dossierContact} method="post" novalidate>
        <Field
          t={t}
          name="email"
          label={labels.email}
          hint={t("changes:contact.emailHint")}
          fault={faults.email}
          value={typed.email}
          autocomplete="email"
          inputmode="email"
          required
        />
        <Field
          t={t}
          name="mobile"
          label={labels.mobile}
          hint={t("changes:contact.mobileHint")}
          fault={faults.mobile}
          value={typed.mobile}
          autocomplete="tel"
          inputmode="tel"
        />
        <CurrentPassword t={t} label={labels.password} hint={t("changes:passwordHint")} fault={faults.password} />
        <button type="submit">{t("changes:contact.submit")}</button>
      </form>
    </>
  );
}

type BankProps = FormProps<BankField> & Signs<BankField> & { usages: BankUsage[] };

/** A number typed with a fault is shown once, to be put right; a good one never again. */
export function BankForm({ faults, typed, open, usages, signs, ...words }: BankProps) {
  const { t, organisation } = words;
  const labels = {
    usage: t("changes:bank.usage"),
    iban: t("changes:bank.iban"),
    bic: t("changes:bank.bic"),
    holder: t("changes:bank.holder"),
    password: t("changes:password"),
  };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} signs={signs} />
      <Above {...words} open={open} />
      <h1>{t("changes:bank.title")}</h1>
      <p>{t("changes:bank.intro", { organisation: organisation.name })}</p>
      <p>{t("changes:bank.waits")}</p>
      <form action={urls.dossierBank} method="post" novalidate autocomplete="off">
        <Radios
          t={t}
          name="usage"
          legend={labels.usage}
          options={usages.map((value) => ({
            value,
            label: t(`changes:bank.uses.${value}`, { organisation: organisation.name }),
          }))}
          fault={faults.usage}
          chosen={typed.usage}
        />
        <Field
          t={t}
          name="iban"
          label={labels.iban}
          hint={t("changes:bank.ibanHint")}
          fault={faults.iban}
          value={typed.iban}
          autocomplete="off"
          required
        />
        <Field
          t={t}
          name="bic"
          label={labels.bic}
          hint={t("changes:bank.bicHint")}
          fault={faults.bic}
          value={typed.bic}
          autocomplete="off"
        />
        <Field
          t={t}
          name="holder"
          label={labels.holder}
          hint={t("changes:bank.holderHint")}
          fault={faults.holder}
          sign={signs.holder}
          value={typed.holder}
          autocomplete="name"
          required
        />
        <CurrentPassword t={t} label={labels.password} hint={t("changes:passwordHint")} fault={faults.password} />
        <button type="submit">{t("changes:bank.submit")}</button>
      </form>
    </>
  );
}

type PausedProps = { t: T; language: Language; until: number; phone: string };

/** No bank account is changed so soon after a change of credentials; `until` in seconds. */
export function BankPaused({ t, language, until, phone }: PausedProps) {
  return (
    <>
      <p>
        <a href={urls.dossier}>{t("dossier:title")}</a>
      </p>
      <h1>{t("changes:paused.title")}</h1>
      <p>{t("changes:paused.why")}</p>
      <p>
        <strong>{t("changes:paused.until", { moment: longMoment(until * 1000, language) })}</strong>
      </p>
      <p>{t("changes:paused.notYou", { phone })}</p>
      <p>
        <a href={urls.helpCredentials}>{t("help:title")}</a>
      </p>
    </>
  );
}

export function NoBankUsage({ t, phone }: { t: T; phone: string }) {
  return (
    <>
      <p>
        <a href={urls.dossier}>{t("dossier:title")}</a>
      </p>
      <h1>{t("changes:bank.title")}</h1>
      <p>{t("changes:bank.noUsage", { phone })}</p>
    </>
  );
}

/** A second request for the same thing: the first one goes on, unless it is cancelled. */
export function AlreadyAsked({ change, phone, ...words }: ChangeWords & { change: Change; phone: string }) {
  const { t, language, organisation } = words;
  const { content, requestedAt, canCancel } = change;
  return (
    <>
      <p>
        <a href={urls.dossier}>{t("dossier:title")}</a>
      </p>
      <h1>{t("changes:already.title")}</h1>
      <p>
        {t("changes:already.text", {
          what: nameOfChange(t, content, organisation.name),
          moment: longMoment(requestedAt * 1000, language),
        })}
      </p>
      <div class="notice">
        <ChangedValue t={t} language={language} content={content} />
      </div>
      <p>{t(canCancel ? "changes:already.cancel" : "changes:already.wait", { phone })}</p>
      {canCancel && <CancelForm {...words} change={change} />}
      <p>
        <a href={urls.changes}>{t("changes:list.title")}</a>
      </p>
    </>
  );
}
