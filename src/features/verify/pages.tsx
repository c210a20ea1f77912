import type { Checked } from "../../domain/certificate-check.ts";
import { longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { Faults } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";

type FormProps = { t: T; organisation: Organisation; faults: Faults<"code">; typed?: string | undefined };

export function AskForCode({ t, organisation, faults, typed }: FormProps) {
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={{ code: t("verify:code") }} />
      <h1>{t("verify:title")}</h1>
      <p>{t("verify:intro", { organisation: organisation.name })}</p>
      <CodeForm t={t} fault={faults.code} value={typed} />
    </>
  );
}

function CodeForm({ t, fault, value }: { t: T; fault: Faults[string]; value: string | undefined }) {
  return (
    <form action={urls.verify} method="get">
      <Field
        t={t}
        name="code"
        label={t("verify:code")}
        hint={t("verify:codeHint")}
        fault={fault}
        value={value}
        autocomplete="off"
        maxlength={60}
        required
      />
      <button type="submit">{t("verify:submit")}</button>
    </form>
  );
}

/** For a code of nobody, whatever it looks like; what was typed stays in the form. */
export function Unknown({ t, organisation, typed }: { t: T; organisation: Organisation; typed: string }) {
  return (
    <>
      <h1>{t("verify:unknown.title")}</h1>
      <p>{t("verify:unknown.text")}</p>
      <p>{t("verify:unknown.doubt", { phone: organisation.phone })}</p>
      <CodeForm t={t} fault={undefined} value={typed} />
    </>
  );
}

type FoundProps = { t: T; language: Language; organisation: Organisation; checked: Checked };

/** Type, issuer, initials with years of birth, period and state: nothing more of anybody. */
export function Found({ t, language, organisation, checked }: FoundProps) {
  const { kind, state, validFrom, validTo, people } = checked;
  const period = { from: longDay(validFrom, language), to: longDay(validTo, language) };
  return (
    <>
      <h1>{t(`verify:found.${state}.title`)}</h1>
      <p class={state === "valid" ? undefined : "flag"}>{t(`verify:found.${state}.text`)}</p>
      <dl>
        <Term name={t("verify:found.state")}>{t(`verify:found.states.${state}`)}</Term>
        <Term name={t("verify:found.kind")}>{t(`documents:kinds.${kind}.title`)}</Term>
        <Term name={t("verify:found.issuer")}>{organisation.fullName}</Term>
        <Term name={t("verify:found.people")}>
          {people.map(({ initials, birthYear }, index) => (
            <>
              {index > 0 && <br />}
              {birthYear === undefined ? initials : t("verify:found.person", { initials, year: birthYear })}
            </>
          ))}
        </Term>
        <Term name={t("verify:found.period")}>{t("documents:text.fromTo", period)}</Term>
      </dl>
      <p class="hint">{t("verify:found.peopleHint")}</p>
      <p class="hint">{t("verify:found.privacy")}</p>
      <p>
        <a href={urls.verify}>{t("verify:again")}</a>
      </p>
    </>
  );
}
