import { isDay } from "../lib/dates.ts";
import type { ErrorCode, WarningCode } from "./codes.ts";

/** What a field becomes in the base; an empty field is null. */
export type Cell = string | number | null;

/** How a field is read: its value, or undefined when it breaks the rule named by `code`. */
export type Kind = {
  code: ErrorCode;
  read: (text: string) => Cell | undefined;
  /** The value of a field that was read before without a fault: no rule is looked at again. */
  take: (text: string) => Cell;
};

const asIs = (text: string) => text;

export type Column = Kind & {
  /** Name in the feed. */
  name: string;
  /** Column in the base; none when the entity puts it there by itself. */
  to: string | undefined;
  required: boolean;
  /** Value of an empty field. */
  fallback: Cell;
  /** Never shown, not even in part, in a report. */
  secret: boolean;
  /** The value is left out with this warning instead of refusing the row. */
  leniency: WarningCode | undefined;
  /** It came after the first version: a row that leaves it empty is still the row that was loaded without it. */
  isLater: boolean;
};

type Options = Partial<Pick<Column, "required" | "fallback" | "secret" | "leniency" | "isLater">>;

export type Named<N extends string> = Column & { name: N };

export function column<const N extends string>(
  name: N,
  to: string | undefined,
  kind: Kind,
  options: Options = {},
): Named<N> {
  return {
    ...kind,
    name,
    to,
    required: false,
    fallback: null,
    secret: false,
    leniency: undefined,
    isLater: false,
    ...options,
  };
}

/** A column that may not be empty. */
export function required<const N extends string>(name: N, to: string | undefined, kind: Kind): Named<N> {
  return column(name, to, kind, { required: true });
}

export function pattern(regex: RegExp, code: ErrorCode = "E_FORMAT"): Kind {
  return { code, read: (text) => (regex.test(text) ? text : undefined), take: asIs };
}

export function text(max: number): Kind {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters, and those that turn or hide text, are what is looked for
  const control = /[\u0000-\u001f\u007f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/;
  const read = (value: string) => (value.length <= max && !control.test(value) ? value : undefined);
  return { code: "E_TEXTE", read, take: asIs };
}

export function integer(min: number, max: number): Kind {
  return {
    code: "E_ENTIER",
    read(value) {
      if (!/^-?\d{1,15}$/.test(value)) return undefined;
      const number = Number(value);
      // Adding zero turns "-0" into 0.
      return number >= min && number <= max ? number + 0 : undefined;
    },
    take: (value) => Number(value) + 0,
  };
}

export function choice(values: readonly string[]): Kind {
  const allowed = new Set(values);
  return { code: "E_VALEUR", read: (value) => (allowed.has(value) ? value : undefined), take: asIs };
}

/** An identifier of the back office: visible ASCII, no space. */
export const id = pattern(/^[!-~]{1,64}$/);
export const day: Kind = { code: "E_DATE", read: (value) => (isDay(value) ? value : undefined), take: asIs };
export const flag: Kind = {
  code: "E_BOOLEEN",
  read: (value) => (value === "O" ? 1 : value === "N" ? 0 : undefined),
  take: (value) => (value === "O" ? 1 : 0),
};

/** A value read in a way of its own, put in another form or left out. */
export function special(code: ErrorCode, read: (text: string) => string | undefined): Kind {
  return { code, read, take: (text) => read(text) ?? null };
}
export const label = text(200);
/** Signed cents, up to ten billion euros. */
export const cents = integer(-1e12, 1e12);
/** Hundredths of a percent. */
export const rate = integer(0, 1_000_000);
export const last4 = pattern(/^[0-9A-Z]{4}$/);

/** Where each column of an entity stands in a row. */
export function positions<N extends string>(columns: readonly Named<N>[]): Record<N, number> {
  return Object.fromEntries(columns.map(({ name }, index) => [name, index])) as Record<N, number>;
}
