import { type Day, longDay, shortDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { euros, percent } from "../../lib/money.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { Guarantee } from "./queries.ts";

/** What every part of a document is written with. */
export type Words = { t: T; language: Language; organisation: Organisation };

/** `du 1er mars 2026 au 28 février 2027`, or what of it is known. */
export function periodText({ t, language }: Words, first: Day | null, last: Day | null): string | undefined {
  const from = first === null ? "" : longDay(first, language);
  const to = last === null ? "" : longDay(last, language);
  if (first !== null && last !== null) return t("documents:text.fromTo", { from, to });
  if (first !== null) return t("documents:text.since", { from });
  return last === null ? undefined : t("documents:text.to", { to });
}

/** The same in figures, for the narrow cell of a table, one day a line. */
export function narrowPeriod({ t }: Words, first: Day, last: Day | null): string {
  return last === null
    ? t("documents:text.since", { from: shortDay(first) })
    : t("documents:text.fromTo", { from: shortDay(first), to: shortDay(last) });
}

/** A code of the feed by its name; one that has none yet is shown as it came. */
export function named(names: object, code: string): string {
  return Object.hasOwn(names, code) ? String(Object.entries(names).find(([name]) => name === code)?.[1]) : code;
}

/** A share of the base, an amount, or both. */
export function levelText({ t, language }: Words, guarantee: Guarantee): string {
  const { levelPctBr, allowanceCents, allowancePeriod } = guarantee;
  const periods = t("dossier:guarantees.periods", { returnObjects: true });
  const parts = [
    ...(levelPctBr === null ? [] : [t("dossier:guarantees.ofBase", { percent: percent(levelPctBr, language) })]),
    ...(allowanceCents === null
      ? []
      : [
          [euros(allowanceCents, language), allowancePeriod && named(periods, allowancePeriod)]
            .filter(Boolean)
            .join(" "),
        ]),
  ];
  return parts.length === 0 ? t("documents:text.unknown") : parts.join(" + ");
}
