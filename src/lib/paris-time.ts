import { type Day, isDay, parisMoment } from "./dates.ts";

/**
 * The moment (seconds) that a day and `HH:MM` name in Paris: the first of two when the clocks go back, undefined for
 * one that is skipped when they go forward.
 */
export function parisSeconds(day: Day, time: string): number | undefined {
  if (!isDay(day) || !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) return undefined;
  const asUtc = Date.parse(`${day}T${time}:00Z`) / 1000;
  // Paris is two hours ahead or one: the right offset is the one that gives the same clock back.
  for (const ahead of [2, 1]) {
    const moment = asUtc - ahead * 3600;
    const shown = parisMoment(moment * 1000);
    if (shown.day === day && shown.time === time) return moment;
  }
  return undefined;
}

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** A moment (seconds) as an operator types it: `2026-12-05 22:00` in Paris, or ISO 8601 with its offset. */
export function parseMoment(typed: string): number | undefined {
  const text = typed.trim();
  const [, day, time] = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/.exec(text) ?? [];
  if (day && time) return parisSeconds(day, time);
  if (!iso.test(text) || !isDay(text.slice(0, 10))) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}
