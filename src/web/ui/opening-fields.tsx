import type { OpeningField } from "../../domain/account-form.ts";
import { type Choice, choices } from "../../domain/preferences.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../forms.ts";
import { urls } from "../urls.ts";
import { Checkbox, Field } from "./field.tsx";

type Fields = { t: T; faults: Faults<OpeningField>; typed: Typed<OpeningField> };

/** The fields shared by every way to open an account, by the words of their labels, in the order of the page. */
export function openingLabels(t: T, organisation: string): Record<OpeningField, string> {
  return {
    password: t("activation:password"),
    guardianName: t("registration:guardianName"),
    guardianEmail: t("registration:guardianEmail"),
    newsletterSmeno: t("registration:choices.newsletterSmeno", { organisation }),
    newsletterMutuelle: t("registration:choices.newsletterMutuelle"),
    offers: t("registration:choices.offers", { organisation }),
    partnerOffers: t("registration:choices.partnerOffers", { organisation }),
    alertEmail: t("registration:choices.alertEmail"),
    alertSms: t("registration:choices.alertSms"),
    mobile: t("registration:mobile"),
    charter: t("activation:charter"),
  };
}

/** Who answers for a minor, in a form that everybody fills in. */
export function GuardianFields({ t, faults, typed }: Fields) {
  return (
    <fieldset aria-describedby="guardian-hint">
      <legend>{t("registration:guardianLegend")}</legend>
      <p class="hint" id="guardian-hint">
        {t("registration:guardianHint")}
      </p>
      <GuardianBoxes t={t} faults={faults} typed={typed} />
    </fieldset>
  );
}

/** @param required the page is for minors alone: nobody may leave the boxes empty. */
export function GuardianBoxes({ t, faults, typed, required = false }: Fields & { required?: boolean }) {
  return (
    <>
      <Field
        t={t}
        name="guardianName"
        label={t(required ? "registration:otherGuardian.name" : "registration:guardianName")}
        fault={faults.guardianName}
        value={typed.guardianName}
        autocomplete="off"
        required={required}
      />
      <Field
        t={t}
        name="guardianEmail"
        label={t(required ? "registration:otherGuardian.email" : "registration:guardianEmail")}
        hint={t("registration:guardianEmailHint")}
        fault={faults.guardianEmail}
        value={typed.guardianEmail}
        autocomplete="off"
        inputmode="email"
        required={required}
      />
    </>
  );
}

const isAlert = (choice: Choice) => choice === "alertEmail" || choice === "alertSms";

/** What to receive: each its own box, none ticked beforehand. */
export function ChoiceFields({ t, organisation, faults, typed }: Fields & { organisation: string }) {
  const labels = openingLabels(t, organisation);
  const box = (choice: Choice) => (
    <Checkbox t={t} name={choice} label={labels[choice]} fault={faults[choice]} checked={typed[choice] === "on"} />
  );
  return (
    <>
      <fieldset aria-describedby="alerts-hint">
        <legend>{t("registration:alertsLegend")}</legend>
        <p class="hint" id="alerts-hint">
          {t("registration:alertsHint")}
        </p>
        {choices.filter(isAlert).map(box)}
        <Field
          t={t}
          name="mobile"
          label={labels.mobile}
          hint={t("registration:mobileHint")}
          fault={faults.mobile}
          value={typed.mobile}
          autocomplete="tel"
          inputmode="tel"
        />
      </fieldset>
      <fieldset aria-describedby="consents-hint">
        <legend>{t("registration:consentsLegend")}</legend>
        <p class="hint" id="consents-hint">
          {t("registration:consentsHint")}
        </p>
        {choices.filter((choice) => !isAlert(choice)).map(box)}
      </fieldset>
    </>
  );
}

export function CharterField({ t, faults, typed }: Fields) {
  return (
    <>
      <Checkbox
        t={t}
        name="charter"
        label={t("activation:charter")}
        fault={faults.charter}
        checked={typed.charter === "on"}
      >
        <p>
          <a href={urls.charter}>{t("activation:charterLink")}</a>
        </p>
      </Checkbox>
      <p>{t("activation:paper")}</p>
    </>
  );
}
