import fc from "fast-check";
import { expect, test } from "vitest";
import { addDays, ageOn } from "../lib/dates.ts";
import { ownAgeLimit } from "./own-age.ts";

test("somebody is below 16 until the day before the birthday", () => {
  expect("2010-11-24" > ownAgeLimit("2026-11-23")).toBe(true);
  expect("2010-11-23" > ownAgeLimit("2026-11-23")).toBe(false);
});

test("whoever was born after that day is younger than 16, and nobody else is, 29 February included", () => {
  const days = fc.integer({ min: 0, max: 60_000 }).map((count) => addDays("1990-01-01", count));
  fc.assert(
    fc.property(days, fc.integer({ min: -3, max: 3 }), fc.constantFrom(0, 16, 40), (birth, shift, years) => {
      const today = addDays(`${Number(birth.slice(0, 4)) + years}${birth.slice(4).replace("02-29", "02-28")}`, shift);
      expect(birth > ownAgeLimit(today)).toBe(ageOn(birth, today) < 16);
    }),
  );
});
