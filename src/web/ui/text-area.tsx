import type { ErrorKey, T } from "../../platform/i18n.ts";
import { FieldError } from "./field.tsx";

type Props = {
  t: T;
  name: string;
  label: string;
  hint?: string | undefined;
  fault?: ErrorKey | undefined;
  value?: string | undefined;
  rows?: number;
};

/** A labelled box of several lines that must be filled in, with its hint and its fault. */
export function TextArea({ t, name, label, hint, fault, value, rows = 6 }: Props) {
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
        aria-describedby={describedBy || undefined}
        aria-invalid={fault ? "true" : undefined}
        aria-required="true"
      >
        {value}
      </textarea>
    </div>
  );
}
