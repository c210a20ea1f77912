import { type BoxFaults, type DayBox, readDayBoxes, type TypedBoxes } from "../../domain/day-boxes.ts";
import { type Day, yearsBefore } from "../../lib/dates.ts";

export type AccidentField = DayBox<"accident">;

/** Payments are shown over three years: of an accident before that, no care could be listed. */
const shownYears = 3;

/** The day of the accident; undefined, without a fault, when nothing was typed. */
export function readAccidentDay(
  typed: TypedBoxes<"accident">,
  today: Day,
): { day: Day | undefined; faults: BoxFaults<"accident"> } {
  const { accidentDay = "", accidentMonth = "", accidentYear = "" } = typed;
  if ([accidentDay, accidentMonth, accidentYear].every((text) => text.trim() === "")) {
    return { day: undefined, faults: {} };
  }
  const read = readDayBoxes("accident", typed);
  if (read.day === undefined) return read;
  const isShown = read.day <= today && read.day >= yearsBefore(today, shownYears);
  return isShown ? read : { day: undefined, faults: { accidentDay: "notInPastYears" } };
}
