import type { ErrorKey, T } from "../../platform/i18n.ts";
import { FieldError } from "./field-frame.tsx";

type Props = {
  t: T;
  name: string;
  legend: string;
  options: { value: string; label: string; hint?: string }[];
  fault?: ErrorKey | undefined;
  /** What the person has chosen before; nothing is chosen for them. */
  chosen?: string | undefined;
};

/** One answer among several. */
export function Radios({ t, name, legend, options, fault, chosen }: Props) {
  return (
    <fieldset
      id={name}
      // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: HTML allows it, and only so can a group be invalid
      role="radiogroup"
      tabindex={-1}
      class={fault ? "field field-faulty" : "field"}
      aria-required="true"
      aria-invalid={fault ? "true" : undefined}
      aria-describedby={fault ? `${name}-error` : undefined}
    >
      <legend>{legend}</legend>
      {fault && <FieldError t={t} name={name} label={legend} fault={fault} />}
      {options.map(({ value, label, hint }) => (
        <div class="choice">
          <input
            id={`${name}-${value}`}
            name={name}
            type="radio"
            value={value}
            checked={chosen === value}
            aria-describedby={hint && `${name}-${value}-hint`}
          />
          <div>
            <label for={`${name}-${value}`}>{label}</label>
            {hint && (
              <p class="hint" id={`${name}-${value}-hint`}>
                {hint}
              </p>
            )}
          </div>
        </div>
      ))}
    </fieldset>
  );
}
