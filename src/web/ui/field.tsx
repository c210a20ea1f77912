import type { Child } from "hono/jsx";
import type { ErrorKey, T } from "../../platform/i18n.ts";

type FieldProps = {
  t: T;
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: ErrorKey | undefined;
  value?: string | undefined;
  type?: "text" | "password" | "date" | "search";
  autocomplete?: string;
  inputmode?: "numeric" | "email" | "tel";
  required?: boolean;
  maxlength?: number;
  readonly?: boolean;
};

/** A labelled box with its hint and its fault, tied together for those who do not see them side by side. */
export function Field({ t, name, label, hint, fault, value, type = "text", required = false, ...rest }: FieldProps) {
  const describedBy = [hint && `${name}-hint`, fault && `${name}-error`].filter(Boolean).join(" ");
  return (
    <div class={fault ? "field field-faulty" : "field"}>
      <label for={name}>{label}</label>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {fault && <FieldError t={t} name={name} label={label} fault={fault} />}
      <input
        id={name}
        name={name}
        type={type}
        value={type === "password" ? undefined : value}
        aria-describedby={describedBy || undefined}
        aria-invalid={fault ? "true" : undefined}
        aria-required={required ? "true" : undefined}
        spellcheck={type === "password" ? false : undefined}
        autocapitalize={type === "password" ? "none" : undefined}
        {...rest}
      />
      {type === "password" && <RevealButton t={t} name={name} />}
    </div>
  );
}

type TextAreaProps = Pick<FieldProps, "t" | "name" | "label" | "hint" | "fault" | "value" | "required"> & {
  rows?: number;
  maxlength: number;
};

/** A labelled box for some lines of text. */
export function TextArea({ t, name, label, hint, fault, value, required, rows = 8, maxlength }: TextAreaProps) {
  const describedBy = [hint && `${name}-hint`, fault && `${name}-error`].filter(Boolean).join(" ");
  return (
    <div class={fault ? "field field-faulty" : "field"}>
      <label for={name}>{label}</label>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {fault && <FieldError t={t} name={name} label={label} fault={fault} />}
      <textarea
        id={name}
        name={name}
        rows={rows}
        maxlength={maxlength}
        aria-describedby={describedBy || undefined}
        aria-invalid={fault ? "true" : undefined}
        aria-required={required ? "true" : undefined}
      >
        {/* A first line end would be lost: it belongs to the tag. */}
        {value?.startsWith("\n") ? `\n${value}` : value}
      </textarea>
    </div>
  );
}

export function FieldError({ t, name, label, fault }: { t: T; name: string; label: string; fault: ErrorKey }) {
  return (
    <p class="error" id={`${name}-error`}>
      <span class="hidden">{t("form:errorPrefix")}</span>
      {t(`form:error.${fault}`, { field: label })}
    </p>
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
