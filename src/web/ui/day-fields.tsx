import type { DayBox } from "../../domain/day-boxes.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../forms.ts";
import { FieldError } from "./field-frame.tsx";

const parts = ["Day", "Month", "Year"] as const;

type Props<Name extends string> = {
  t: T;
  /** The boxes are called `…Day`, `…Month`, `…Year`. */
  name: Name;
  legend: string;
  hint: string;
  /** What a message calls each box; `dayLabels` makes them. */
  labels: Record<DayBox<Name>, string>;
  faults: Faults<DayBox<Name>>;
  typed: Typed<DayBox<Name>>;
  /** For a birth date: `bday`. */
  autocomplete?: "bday";
  /** False for a date that may be left out. */
  required?: boolean;
};

/** A date in three boxes of text, for those who type `1`, `01` or `janvier`; only the faulty box is marked. */
export function DayFields<Name extends string>({
  t,
  name,
  legend,
  hint,
  labels,
  faults,
  typed,
  autocomplete,
  required = true,
}: Props<Name>) {
  const faulty = parts.filter((part) => faults[`${name}${part}`]);
  const describedBy = [`${name}-hint`, ...faulty.map((part) => `${name}${part}-error`)].join(" ");
  return (
    // biome-ignore lint/a11y/noRedundantRoles: some screen readers read the hint only with it
    <fieldset class={faulty.length > 0 ? "field field-faulty" : "field"} role="group" aria-describedby={describedBy}>
      <legend>{legend}</legend>
      <p class="hint" id={`${name}-hint`}>
        {hint}
      </p>
      {faulty.map((part) => (
        <FieldError t={t} name={`${name}${part}`} label={labels[`${name}${part}`]} fault={faults[`${name}${part}`]!} />
      ))}
      <div class="boxes">
        {parts.map((part) => {
          const id = `${name}${part}` as const;
          return (
            <div>
              <label for={id}>{t(`form:day.${part}`)}</label>
              <input
                id={id}
                name={id}
                value={typed[id]}
                class={part === "Day" ? undefined : "box-wide"}
                inputmode={part === "Month" ? undefined : "numeric"}
                autocomplete={autocomplete && `${autocomplete}-${part.toLowerCase()}`}
                aria-describedby={faults[id] ? `${id}-error` : undefined}
                aria-invalid={faults[id] ? "true" : undefined}
                aria-required={required ? "true" : undefined}
              />
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}
