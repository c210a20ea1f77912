import { type Day, yearsBefore } from "../lib/dates.ts";

const ownAge = 16;

/**
 * From 16 on, what is known of a person is for that person alone, whoever insures them.
 * @returns a day: those born after it are younger than that.
 */
export function ownAgeLimit(today: Day): Day {
  return yearsBefore(today, ownAge);
}
