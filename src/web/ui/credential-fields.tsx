import { Field } from "./field.tsx";
import type { FieldWords } from "./field-frame.tsx";

type IdentifierProps = Pick<FieldWords, "t" | "fault"> & { value: string | undefined };

/** The number by which somebody is known: member, affiliate or social security number. */
export function IdentifierField({ t, fault, value }: IdentifierProps) {
  return (
    <Field
      t={t}
      name="identifier"
      label={t("login:identifier")}
      hint={t("login:identifierHint")}
      fault={fault}
      value={value}
      autocomplete="username"
      required
    />
  );
}

/** The password of the account, to prove that one is its holder. */
export function CurrentPassword(words: Omit<FieldWords, "name"> & { name?: string }) {
  return <Field name="password" {...words} type="password" autocomplete="current-password" required />;
}

/** A password to be chosen, with what it must be. */
export function NewPassword({ t, label, fault }: Pick<FieldWords, "t" | "label" | "fault">) {
  return (
    <>
      <Field
        t={t}
        name="password"
        type="password"
        label={label}
        hint={t("activation:passwordHint")}
        fault={fault}
        autocomplete="new-password"
        required
      />
      <p>{t("activation:passwordPersonal")}</p>
    </>
  );
}
