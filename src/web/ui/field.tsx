import type { Child } from "hono/jsx";
import type { ErrorKey, T } from "../../platform/i18n.ts";
import { FieldError, FieldFrame, type FieldWords, fieldTies } from "./field-frame.tsx";

type FieldProps = FieldWords & {
  value?: string | undefined;
  type?: "text" | "password" | "date" | "search";
  autocomplete?: string;
  inputmode?: "numeric" | "email" | "tel";
  required?: boolean;
  maxlength?: number;
  readonly?: boolean;
};

/** A labelled box for one line of text. */
export function Field({ t, name, label, hint, fault, sign, value, type = "text", required, ...rest }: FieldProps) {
  const words = { t, name, label, hint, fault, sign };
  return (
    <FieldFrame {...words}>
      <input
        id={name}
        name={name}
        type={type}
        value={type === "password" ? undefined : value}
        {...fieldTies(words)}
        aria-required={required ? "true" : undefined}
        spellcheck={type === "password" ? false : undefined}
        autocapitalize={type === "password" ? "none" : undefined}
        {...rest}
      />
      {type === "password" && <RevealButton t={t} name={name} />}
    </FieldFrame>
  );
}

/** Where the script puts its button: a text browser shows even a hidden one, which could do nothing there. */
function RevealButton({ t, name }: { t: T; name: string }) {
  return (
    <>
      <p class="hidden" aria-live="polite" id={`${name}-state`}></p>
      <div
        data-reveal={name}
        data-show={t("show")}
        data-hide={t("hide")}
        data-shown={t("passwordShown")}
        data-masked={t("passwordHidden")}
      ></div>
    </>
  );
}

type CheckboxProps = {
  t: T;
  name: string;
  label: string;
  fault?: ErrorKey | undefined;
  checked?: boolean | undefined;
  /** Id of what must be read before ticking. */
  describedBy?: string | undefined;
  children?: Child;
};

/** One box to tick, ticked only when the person has done so already. */
export function Checkbox({ t, name, label, fault, checked, describedBy, children }: CheckboxProps) {
  const described = [describedBy, fault && `${name}-error`].filter(Boolean).join(" ");
  return (
    <div class={fault ? "field field-faulty" : "field"}>
      {fault && <FieldError t={t} name={name} label={label} fault={fault} />}
      <div class="choice">
        <input
          id={name}
          name={name}
          type="checkbox"
          value="on"
          checked={checked}
          aria-describedby={described || undefined}
          aria-invalid={fault ? "true" : undefined}
        />
        <label for={name}>{label}</label>
      </div>
      {children}
    </div>
  );
}
