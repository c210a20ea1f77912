import { addDays, addMonths, type Day, isDay } from "../../lib/dates.ts";

const shape = /^(month)?(?:([+-]\d+)y)?(?:([+-]\d+)m)?(?:([+-]\d+)d)?$/;

/** True for what `relativeDay` can read. */
export function isRelativeDay(text: string): boolean {
  return text === "today" || isDay(text) || (text !== "" && shape.test(text));
}

/**
 * The day meant by a date of the demo data, seen from the day the demo is made: `-40d`, `-15y-3m`, `+1y-1d`, `today`,
 * `month-2m` (from the first of this month), or a fixed `2003-05-17`. Years and months count first, then days.
 * @throws on any other text: the demo data is part of the product.
 */
export function relativeDay(text: string, today: Day): Day {
  if (text === "today") return today;
  if (isDay(text)) return text;
  const parts = shape.exec(text);
  if (!parts || text === "") throw new Error(`"${text}" is not a date of the demo data`);
  const [, month, years = 0, months = 0, days = 0] = parts;
  const origin = month ? `${today.slice(0, 8)}01` : today;
  return addDays(addMonths(origin, Number(years) * 12 + Number(months)), Number(days));
}
