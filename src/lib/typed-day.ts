import { type Day, daysInMonth, makeDay, monthNames } from "./dates.ts";

/** A day as it is typed in three boxes. */
export type TypedDay = { day: string; month: string; year: string };
export type DayPart = keyof TypedDay;
export type DayFault = "missing" | "wrong";

type Read = { ok: true; value: Day } | { ok: false; faults: Partial<Record<DayPart, DayFault>> };

const shortestName = 3;

/**
 * Reads three boxes: `1` or `01`; `3`, `03`, `mars`, `janv.`, `January`; a year of four digits. A day that its month
 * does not have is a fault of the day.
 */
export function parseTypedDay(typed: TypedDay): Read {
  const texts = { day: tidy(typed.day), month: tidy(typed.month), year: tidy(typed.year) };
  const day = numberIn(texts.day, 1, 31);
  const month = numberIn(texts.month, 1, 12) ?? namedMonth(texts.month);
  const year = /^\d{4}$/.test(texts.year) ? numberIn(texts.year, 1, 9999) : undefined;
  if (day !== undefined && month !== undefined && year !== undefined) {
    if (day <= daysInMonth(year, month)) return { ok: true, value: makeDay(year, month, day) };
    return { ok: false, faults: { day: "wrong" } };
  }
  const numbers = { day, month, year };
  const faulty = (["day", "month", "year"] as const).filter((part) => numbers[part] === undefined);
  return {
    ok: false,
    faults: Object.fromEntries(faulty.map((part) => [part, texts[part] === "" ? "missing" : "wrong"])),
  };
}

function tidy(text: string): string {
  return text.normalize("NFKC").trim();
}

function numberIn(text: string, least: number, most: number): number | undefined {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return number >= least && number <= most ? number : undefined;
}

/** A name in either language, whole or cut short, with or without its accents: only one month may begin so. */
function namedMonth(text: string): number | undefined {
  const start = plain(text).replace(/\.$/, "");
  if (start.length < shortestName) return undefined;
  const found = Object.values(monthNames).flatMap((names) =>
    names.flatMap((name, index) => (plain(name).startsWith(start) ? [index + 1] : [])),
  );
  return new Set(found).size === 1 ? found[0] : undefined;
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
