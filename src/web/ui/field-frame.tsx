import type { Child } from "hono/jsx";
import type { ErrorKey, T } from "../../platform/i18n.ts";

/** What is said of one box that is filled in or chosen from. */
export type FieldWords = {
  t: T;
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: ErrorKey | undefined;
  /** What the fault is about, when its message names it. */
  sign?: string | undefined;
};

/** One box under its label, its hint and its fault. */
export function FieldFrame({ t, name, label, hint, fault, sign, children }: FieldWords & { children: Child }) {
  return (
    <div class={fault ? "field field-faulty" : "field"}>
      <label for={name}>{label}</label>
      {hint && (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {fault && <FieldError t={t} name={name} label={label} fault={fault} sign={sign} />}
      {children}
    </div>
  );
}

/** The attributes that tie a box to its hint and its fault, for those who do not see them side by side. */
export function fieldTies({ name, hint, fault }: Pick<FieldWords, "name" | "hint" | "fault">) {
  const describedBy = [hint && `${name}-hint`, fault && `${name}-error`].filter(Boolean).join(" ");
  return { "aria-describedby": describedBy || undefined, "aria-invalid": fault ? "true" : undefined } as const;
}

type FieldErrorProps = { t: T; name: string; label: string; fault: ErrorKey; sign?: string | undefined };

export function FieldError({ t, name, label, fault, sign }: FieldErrorProps) {
  return (
    <p class="error" id={`${name}-error`}>
      <span class="hidden">{t("form:errorPrefix")}</span>
      {t(`form:error.${fault}`, { field: label, sign })}
    </p>
  );
}
