import { type Day, yearsBefore } from "../../lib/dates.ts";
import { type DayFault, type DayPart, parseTypedDay } from "../../lib/typed-day.ts";
import type { ErrorKey } from "../../platform/i18n.ts";

const dayFaults: Record<DayPart, Record<DayFault, ErrorKey>> = {
  day: { missing: "required", wrong: "notADay" },
  month: { missing: "required", wrong: "notAMonth" },
  year: { missing: "required", wrong: "notAYear" },
};

export type AccidentField = "accidentDay" | "accidentMonth" | "accidentYear";
export type TypedAccident = { [F in AccidentField]?: string | undefined };

/** Payments are shown over three years: of an accident before that, no care could be listed. */
const shownYears = 3;

/** The day of the accident; undefined, without a fault, when nothing was typed. */
export function readAccidentDay(
  { accidentDay: day = "", accidentMonth: month = "", accidentYear: year = "" }: TypedAccident,
  today: Day,
): { day: Day | undefined; faults: { [F in AccidentField]?: ErrorKey } } {
  if ([day, month, year].every((text) => text.trim() === "")) return { day: undefined, faults: {} };
  const read = parseTypedDay({ day, month, year });
  if (!read.ok) {
    const { faults } = read;
    return {
      day: undefined,
      faults: {
        ...(faults.day && { accidentDay: dayFaults.day[faults.day] }),
        ...(faults.month && { accidentMonth: dayFaults.month[faults.month] }),
        ...(faults.year && { accidentYear: dayFaults.year[faults.year] }),
      },
    };
  }
  const isShown = read.value <= today && read.value >= yearsBefore(today, shownYears);
  return isShown ? { day: read.value, faults: {} } : { day: undefined, faults: { accidentDay: "notInPastYears" } };
}
