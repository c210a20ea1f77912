import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDays,
  addMonths,
  ageOn,
  daysInMonth,
  isDay,
  isoMoment,
  longDay,
  longMoment,
  longMonth,
  makeDay,
  monthsBefore,
  parisDay,
  parisMoment,
  shortDay,
  utcMoment,
  yearsBefore,
} from "./dates.ts";

const at = (text: string) => Date.parse(text);

test.each([
  ["2026-01-14T22:59:59Z", "2026-01-14", "23:59"],
  ["2026-01-14T23:00:00Z", "2026-01-15", "00:00"],
  ["2026-07-14T21:59:59Z", "2026-07-14", "23:59"],
  ["2026-07-14T22:00:00Z", "2026-07-15", "00:00"],
  ["2025-12-31T23:00:00Z", "2026-01-01", "00:00"],
  ["2024-02-28T23:00:00Z", "2024-02-29", "00:00"],
])("at %s the day in Paris is %s and the time %s", (moment, day, time) => {
  expect(parisMoment(at(moment))).toEqual({ day, time });
  expect(parisDay(at(moment))).toBe(day);
});

test("in the night of 29 March 2026 the clock in Paris goes from 01:59 to 03:00", () => {
  expect(parisMoment(at("2026-03-28T23:00:00Z"))).toEqual({ day: "2026-03-29", time: "00:00" });
  expect(parisMoment(at("2026-03-29T00:59:59Z"))).toEqual({ day: "2026-03-29", time: "01:59" });
  expect(parisMoment(at("2026-03-29T01:00:00Z"))).toEqual({ day: "2026-03-29", time: "03:00" });
  expect(parisDay(at("2026-03-29T21:59:59Z"))).toBe("2026-03-29");
  expect(parisDay(at("2026-03-29T22:00:00Z"))).toBe("2026-03-30");
});

test("in the night of 25 October 2026 the hour from 02:00 comes twice in Paris", () => {
  expect(parisDay(at("2026-10-24T21:59:59Z"))).toBe("2026-10-24");
  expect(parisMoment(at("2026-10-24T22:00:00Z"))).toEqual({ day: "2026-10-25", time: "00:00" });
  expect(parisMoment(at("2026-10-25T00:30:00Z")).time).toBe("02:30");
  expect(parisMoment(at("2026-10-25T01:30:00Z")).time).toBe("02:30");
  expect(parisMoment(at("2026-10-25T02:00:00Z")).time).toBe("03:00");
  expect(parisDay(at("2026-10-25T22:59:59Z"))).toBe("2026-10-25");
  expect(parisDay(at("2026-10-25T23:00:00Z"))).toBe("2026-10-26");
});

test.each(["2026-01-31", "2026-02-28", "2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01"])(
  "%s is a day",
  (text) => {
    expect(isDay(text)).toBe(true);
  },
);

test.each([
  ["2026-02-29", "a common year"],
  ["1900-02-29", "a century without a leap day"],
  ["2026-02-30", "February"],
  ["2026-04-31", "April"],
  ["2026-13-01", "month 13"],
  ["2026-00-10", "month 0"],
  ["2026-01-00", "day 0"],
  ["2026-01-32", "day 32"],
  ["0000-01-01", "year 0"],
  ["2026-1-5", "no zeros in front"],
  ["15/03/2026", "another order"],
  ["2026-03-15T00:00:00Z", "an hour"],
  ["2026-03-15 ", "a space"],
  ["2026-03-15\n", "a line end"],
  ["-2026-03-15", "a sign"],
  ["", "nothing"],
])("%j is not a day: %s", (text) => {
  expect(isDay(text)).toBe(false);
});

test.each([
  ["2026-11-23", 3, "2023-11-23"],
  ["2024-02-29", 3, "2021-02-28"],
  ["2024-02-29", 4, "2020-02-29"],
  ["2028-02-29", 3, "2025-02-28"],
  ["2027-02-28", 3, "2024-02-28"],
  ["2027-03-01", 3, "2024-03-01"],
])("%s, %i years before, is %s", (day, years, before) => {
  expect(yearsBefore(day, years)).toBe(before);
});

test.each([
  ["2008-11-23", "2026-11-22", 17, "the day before the birthday"],
  ["2008-11-23", "2026-11-23", 18, "the birthday"],
  ["2008-11-23", "2026-11-24", 18, "the day after"],
  ["2008-02-29", "2026-02-28", 17, "born on 29 February, the last day of February of a common year"],
  ["2008-02-29", "2026-03-01", 18, "born on 29 February, 1 March of a common year"],
  ["2008-02-29", "2028-02-29", 20, "born on 29 February, in a leap year"],
  ["2026-11-23", "2026-11-23", 0, "born today"],
  ["2025-12-31", "2026-01-01", 0, "born yesterday, last year"],
])("someone born on %s is on %s aged %i: %s", (birth, day, age) => {
  expect(ageOn(birth, day)).toBe(age);
});

test.each([
  ["2026-01-31", 1, "2026-02-28"],
  ["2024-01-31", 1, "2024-02-29"],
  ["2026-03-31", 1, "2026-04-30"],
  ["2026-05-31", -3, "2026-02-28"],
  ["2026-11-30", 3, "2027-02-28"],
  ["2026-12-15", 1, "2027-01-15"],
  ["2026-01-15", -1, "2025-12-15"],
  ["2026-01-15", -13, "2024-12-15"],
  ["2026-06-15", 0, "2026-06-15"],
  ["2026-06-15", 24, "2028-06-15"],
])("%s and %i months is %s", (day, count, result) => {
  expect(addMonths(day, count)).toBe(result);
});

test.each([
  ["2026-02-28", 1, "2026-03-01"],
  ["2024-02-28", 1, "2024-02-29"],
  ["2026-03-28", 1, "2026-03-29"],
  ["2026-03-29", 1, "2026-03-30"],
  ["2026-10-25", 1, "2026-10-26"],
  ["2026-01-01", -1, "2025-12-31"],
  ["2026-11-23", -365, "2025-11-23"],
])("%s and %i days is %s, whatever the clocks do that night", (day, count, result) => {
  expect(addDays(day, count)).toBe(result);
});

test("days are written out in the language of the reader", () => {
  expect(longDay("2026-03-12", "fr")).toBe("12 mars 2026");
  expect(longDay("2026-03-01", "fr")).toBe("1er mars 2026");
  expect(longDay("2026-08-21", "fr")).toBe("21 août 2026");
  expect(longDay("2026-03-01", "en")).toBe("1 March 2026");
  expect(shortDay("2026-03-01")).toBe("01/03/2026");
  expect(longMonth("2026-02", "fr")).toBe("février 2026");
  expect(longMonth("2026-12-31", "en")).toBe("December 2026");
});

test("moments are written in Paris time, in winter and in summer", () => {
  expect(longMoment(at("2026-01-12T13:05:00Z"), "fr")).toBe("12 janvier 2026 à 14:05");
  expect(longMoment(at("2026-07-12T12:05:00Z"), "en")).toBe("12 July 2026 at 14:05");
  expect(longMoment(at("2026-07-31T22:00:00Z"), "fr")).toBe("1er août 2026 à 00:00");
});

const days = fc
  .tuple(fc.integer({ min: 1900, max: 2100 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 31 }))
  .map(([year, month, day]) => makeDay(year, month, Math.min(day, daysInMonth(year, month))));

test("any day moved by days or months is a day, and days moved there and back come home", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: -2000, max: 2000 }), (day, count) => {
      expect(isDay(day)).toBe(true);
      expect(addDays(addDays(day, count), -count)).toBe(day);
      const moved = addMonths(day, count % 600);
      expect(isDay(moved)).toBe(true);
      // A month has the same date, or its last day.
      expect(moved.slice(8) === day.slice(8) || addDays(moved, 1).endsWith("-01")).toBe(true);
      expect(yearsBefore(day, 3)).toBe(addMonths(day, -36));
    }),
  );
});

test("nobody gets younger, and everybody is a year older within 366 days", () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 40_000 }), (birth, lived) => {
      const day = addDays(birth, lived);
      expect(ageOn(birth, addDays(day, 1))).toBeGreaterThanOrEqual(ageOn(birth, day));
      expect(ageOn(birth, addDays(day, 366))).toBeGreaterThan(ageOn(birth, day));
    }),
  );
});

test("the day is right in whatever order moments are asked for, to the millisecond around midnight", () => {
  const midnight = at("2026-03-28T23:00:00Z");
  const moments = fc.oneof(
    fc.integer({ min: midnight - 120_000, max: midnight + 120_000 }),
    fc.integer({ min: 0, max: at("2100-01-01T00:00:00Z") }),
  );
  fc.assert(
    fc.property(fc.array(moments, { minLength: 1, maxLength: 20 }), (asked) => {
      for (const moment of asked) expect(parisDay(moment)).toBe(parisMoment(moment).day);
    }),
  );
});

test.each([
  ["2027-11-23T08:00:00.000Z", 12, "2026-11-23T08:00:00.000Z"],
  ["2028-02-29T12:34:56.789Z", 12, "2027-02-28T12:34:56.789Z"],
  ["2026-03-31T00:00:00.000Z", 1, "2026-02-28T00:00:00.000Z"],
  ["2026-01-15T23:59:59.999Z", 60, "2021-01-15T23:59:59.999Z"],
])("%s, %i months before, is %s", (moment, months, before) => {
  expect(new Date(monthsBefore(Date.parse(moment), months)).toISOString()).toBe(before);
});

test.each([
  ["2026-01-14T22:59:59.999Z", "2026-01-14T23:59:59+01:00"],
  ["2026-07-14T22:00:00Z", "2026-07-15T00:00:00+02:00"],
  ["2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"],
  ["2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"],
  ["2026-10-25T00:30:00Z", "2026-10-25T02:30:00+02:00"],
  ["2026-10-25T01:30:00Z", "2026-10-25T02:30:00+01:00"],
])("%s is %s in Paris, and the same moment", (moment, iso) => {
  expect(isoMoment(at(moment))).toBe(iso);
  expect(Date.parse(iso)).toBe(Math.floor(at(moment) / 1000) * 1000);
  expect(utcMoment(at(moment))).toBe(moment.replace(/\.\d+/, ""));
});
