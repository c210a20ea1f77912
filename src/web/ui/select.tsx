import type { ErrorKey, T } from "../../platform/i18n.ts";
import { FieldError } from "./field.tsx";

type Props = {
  t: T;
  name: string;
  label: string;
  options: { value: string; text: string }[];
  chosen: string | undefined;
  fault?: ErrorKey | undefined;
  autocomplete?: string;
};

/** One answer of a long list. */
export function Select({ t, name, label, options, chosen, fault, autocomplete }: Props) {
  return (
    <div class={fault ? "field field-faulty" : "field"}>
      <label for={name}>{label}</label>
      {fault && <FieldError t={t} name={name} label={label} fault={fault} />}
      <select
        id={name}
        name={name}
        autocomplete={autocomplete}
        aria-describedby={fault ? `${name}-error` : undefined}
        aria-invalid={fault ? "true" : undefined}
      >
        {options.map(({ value, text }) => (
          <option value={value} selected={value === chosen || undefined}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
