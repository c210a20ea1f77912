import * as z from "zod";
import type { Day } from "../lib/dates.ts";
import { type DayFault, type DayPart, parseTypedDay } from "../lib/typed-day.ts";
import type { ErrorKey } from "../platform/i18n.ts";
import { message } from "./form-fields.ts";

/** The names of three boxes that hold a day together: `birthDay`, `birthMonth`, `birthYear`. */
export type DayBox<Name extends string> = `${Name}${"Day" | "Month" | "Year"}`;
export type TypedBoxes<Name extends string> = { [B in DayBox<Name>]?: string | undefined };
export type BoxFaults<Name extends string> = { [B in DayBox<Name>]?: ErrorKey };

/** What one of the boxes may hold, before they are read together. */
export const dayBox = z.string().max(20, message("tooLong")).optional();

const partFaults: Record<DayPart, Record<DayFault, ErrorKey>> = {
  day: { missing: "required", wrong: "notADay" },
  month: { missing: "required", wrong: "notAMonth" },
  year: { missing: "required", wrong: "notAYear" },
};

/** The day of three boxes, or what is wrong with each of them; whether it may be that day is the caller's to say. */
export function readDayBoxes<Name extends string>(
  name: Name,
  typed: TypedBoxes<Name>,
): { day: Day | undefined; faults: BoxFaults<Name> } {
  const boxes = { day: `${name}Day`, month: `${name}Month`, year: `${name}Year` } as const;
  const read = parseTypedDay({
    day: typed[boxes.day] ?? "",
    month: typed[boxes.month] ?? "",
    year: typed[boxes.year] ?? "",
  });
  if (read.ok) return { day: read.value, faults: {} };
  const faults = Object.entries(read.faults).map(([part, fault]) => [
    boxes[part as DayPart],
    partFaults[part as DayPart][fault],
  ]);
  return { day: undefined, faults: Object.fromEntries(faults) };
}
