import { type DayBox, readDayBoxes } from "../../domain/day-boxes.ts";
import { parisSeconds } from "../../lib/paris-time.ts";
import type { ErrorKey } from "../../platform/i18n.ts";

/** The boxes of a day, and the box of its time: `untilDay`… and `untilTime`. */
export type MomentBox<Name extends string> = DayBox<Name> | `${Name}Time`;
export type MomentRead<Name extends string> = {
  moment: number | null | undefined;
  faults: Partial<Record<MomentBox<Name>, ErrorKey>>;
};

/**
 * Reads a moment typed as a day in three boxes and a time in Paris, `22:00` or `22h00` or `9:30`.
 * @returns seconds; null when nothing at all was typed, undefined with the faults.
 */
export function readMoment<Name extends string>(
  name: Name,
  typed: Partial<Record<MomentBox<Name>, string | undefined>>,
): MomentRead<Name> {
  const boxes = typed as Record<string, string | undefined>;
  const time = (boxes[`${name}Time`] ?? "").normalize("NFKC").trim();
  const parts = [time, ...["Day", "Month", "Year"].map((part) => (boxes[`${name}${part}`] ?? "").trim())];
  if (parts.every((part) => part === "")) return { moment: null, faults: {} };
  const { day, faults } = readDayBoxes(name, typed);
  const [, hour = "", minute = hour && "00"] = /^(\d{1,2})\s*(?:[:h.]\s*(\d{2})?)?$/i.exec(time) ?? [];
  const moment = parisSeconds(day ?? "2000-01-01", `${hour.padStart(2, "0")}:${minute}`);
  const timeFault = moment === undefined ? { [`${name}Time`]: "timeOfDay" as ErrorKey } : {};
  const all = { ...faults, ...timeFault } as MomentRead<Name>["faults"];
  return { moment: Object.keys(all).length > 0 ? undefined : moment, faults: all };
}
