import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { IdentifierField, NewPassword } from "../../web/ui/credential-fields.tsx";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import {
  CharterField,
  ChoiceFields,
  GuardianBoxes,
  GuardianFields,
  openingLabels,
} from "../../web/ui/opening-fields.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { urls } from "../../web/urls.ts";
import type { RegistrationField } from "./schema.ts";

type Props = { t: T; organisation: string; faults: Faults<RegistrationField>; typed: Typed<RegistrationField> };

export function Register({ t, organisation, faults, typed }: Props) {
  const birthLabels = {
    birthDay: t("registration:birthDay"),
    birthMonth: t("registration:birthMonth"),
    birthYear: t("registration:birthYear"),
  };
  const labels = {
    identifier: t("login:identifier"),
    ...birthLabels,
    email: t("registration:email"),
    ...openingLabels(t, organisation),
  };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("registration:title")}</h1>
      <p>{t("registration:intro")}</p>
      <p>{t("registration:required")}</p>
      <form action={urls.register} method="post" novalidate>
        <IdentifierField t={t} fault={faults.identifier} value={typed.identifier} />
        <DayFields
          t={t}
          name="birth"
          legend={t("registration:birthDate")}
          hint={t("registration:birthHint")}
          labels={birthLabels}
          faults={faults}
          typed={typed}
          autocomplete="bday"
        />
        <Field
          t={t}
          name="email"
          label={labels.email}
          hint={t("registration:emailHint")}
          fault={faults.email}
          value={typed.email}
          autocomplete="email"
          inputmode="email"
          required
        />
        <NewPassword t={t} label={labels.password} fault={faults.password} />
        <GuardianFields t={t} faults={faults} typed={typed} />
        <ChoiceFields t={t} organisation={organisation} faults={faults} typed={typed} />
        <CharterField t={t} faults={faults} typed={typed} />
        <button type="submit">{t("registration:submit")}</button>
      </form>
      <p>
        {t("registration:known")} <a href={urls.login}>{t("menu.login")}</a>
      </p>
    </>
  );
}

/** What has just been done, by the name in the address. Each says the same to everybody. */
export const news = ["sent", "renewed", "resent", "asked", "awaiting", "cancelled"] as const;
export type News = (typeof news)[number];

export function Told({ t, which, phone }: { t: T; which: News; phone: string }) {
  return (
    <>
      <h1>{t(`registration:told.${which}.title`)}</h1>
      <p>{t(`registration:told.${which}.text`)}</p>
      <p>{t(`registration:told.${which}.next`, { phone })}</p>
      <p>
        <a href={urls.login}>{t("menu.login")}</a>
      </p>
    </>
  );
}

type OtherGuardianProps = {
  t: T;
  faults: Faults<"guardianName" | "guardianEmail">;
  typed: Typed<"guardianName" | "guardianEmail">;
};

/** Another legal representative, when the first one's address was wrong. */
export function OtherGuardian({ t, faults, typed }: OtherGuardianProps) {
  const labels = {
    guardianName: t("registration:otherGuardian.name"),
    guardianEmail: t("registration:otherGuardian.email"),
  };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("registration:otherGuardian.title")}</h1>
      <p>{t("registration:otherGuardian.text")}</p>
      <form action={urls.registerGuardian} method="post" novalidate>
        <GuardianBoxes t={t} faults={faults} typed={typed} required />
        <button type="submit">{t("registration:otherGuardian.submit")}</button>
      </form>
    </>
  );
}

type QuestionProps = {
  t: T;
  action: string;
  organisation: string;
  /** Of the minor: first names, and the first letter of the last name. */
  name: string;
  guardianName: string;
  /** End of the link, in words, Paris time. */
  until: string;
  faults: Faults<"decision">;
};

export function Question({ t, action, organisation, name, guardianName, until, faults }: QuestionProps) {
  const labels = { decision: t("registration:guardian.decision") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("registration:guardian.title")}</h1>
      <p>{t("registration:guardian.who", { name, guardian: guardianName })}</p>
      <p>{t("registration:guardian.what", { organisation })}</p>
      <p>{t("registration:guardian.noAccess")}</p>
      <p>
        <a href={urls.charter}>{t("activation:charterLink")}</a>
      </p>
      <p>{t("registration:guardian.kept")}</p>
      <p>{t("activation:until", { moment: until })}</p>
      <form action={action} method="post" novalidate>
        <Radios
          t={t}
          name="decision"
          legend={labels.decision}
          fault={faults.decision}
          options={[
            { value: "accept", label: t("registration:guardian.accept") },
            { value: "refuse", label: t("registration:guardian.refuse") },
          ]}
        />
        <button type="submit">{t("registration:guardian.submit")}</button>
      </form>
    </>
  );
}

export function QuestionOver({ t, phone }: { t: T; phone: string }) {
  return (
    <>
      <h1>{t("registration:guardianOver.title")}</h1>
      <p>{t("registration:guardianOver.text")}</p>
      <p>{t("registration:guardianOver.next", { phone })}</p>
    </>
  );
}

export function Answered({ t, decision, phone }: { t: T; decision: "accept" | "refuse"; phone: string }) {
  return (
    <>
      <h1>{t(`registration:answered.${decision}.title`)}</h1>
      <p>{t(`registration:answered.${decision}.text`)}</p>
      <p>{t("registration:answered.mistake", { phone })}</p>
    </>
  );
}
