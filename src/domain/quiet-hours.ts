import { addDays, type Day, parisDay, parisMoment } from "../lib/dates.ts";

/** Nobody is disturbed from this hour of the evening to this hour of the morning, in Paris. */
const evening = 21;
const morning = 8;

/**
 * When a message that nobody waits for may leave: at once, or at 08:00 in Paris when it is night there. Moments in
 * seconds; days of 23 and 25 hours included.
 */
export function afterQuietHours(now: number): number {
  const today = parisDay(now * 1000);
  const opens = parisHour(today, morning);
  if (now < opens) return opens;
  return now < parisHour(today, evening) ? now : parisHour(addDays(today, 1), morning);
}

/**
 * When the day of messages began (seconds): at 21:00 in Paris, for what comes from then on leaves the next morning with
 * what comes after midnight.
 */
export function messageDayBegan(now: number): number {
  const today = parisDay(now * 1000);
  const tonight = parisHour(today, evening);
  return now < tonight ? parisHour(addDays(today, -1), evening) : tonight;
}

/** The moment (seconds) it strikes an hour of a day in Paris; not one that a change of clocks skips or repeats. */
export function parisHour(day: Day, hour: number): number {
  const key = `${day} ${hour}`;
  const known = computed.get(key);
  if (known !== undefined) return known;
  // An import asks for the same few days again and again.
  if (computed.size >= mostComputed) computed.clear();
  const moment = compute(day, hour);
  computed.set(key, moment);
  return moment;
}

const computed = new Map<string, number>();
const mostComputed = 500;

function compute(day: Day, hour: number): number {
  const asUtc = Date.parse(`${day}T00:00:00Z`) / 1000 + hour * 3600;
  const time = `${String(hour).padStart(2, "0")}:00`;
  // Paris is one or two hours ahead: the right one gives the same hour back.
  const inSummer = asUtc - 2 * 3600;
  const shown = parisMoment(inSummer * 1000);
  return shown.day === day && shown.time === time ? inSummer : asUtc - 3600;
}
