import type { Clock } from "../lib/clock.ts";
import { type Day, parisDay, yearsBefore } from "../lib/dates.ts";

const yearsShown = 3;

/** Charter article 5: payments are shown over three years, that day included; older ones are as if they were not. */
export function visibleSince(clock: Clock): Day {
  return yearsBefore(parisDay(clock()), yearsShown);
}
