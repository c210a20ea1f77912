import { expect, test } from "vitest";
import { isRelativeDay, relativeDay } from "./relative-day.ts";

test.each([
  ["today", "2026-11-23"],
  ["-40d", "2026-10-14"],
  ["-15y-3m", "2011-08-23"],
  ["-3y-1d", "2023-11-22"],
  ["month", "2026-11-01"],
  ["month-8m-1d", "2026-02-28"],
  ["month+1m", "2026-12-01"],
  ["2003-05-17", "2003-05-17"],
])("%s seen on 23 November 2026 is %s", (text, day) => {
  expect(relativeDay(text, "2026-11-23")).toBe(day);
});

test("three years before 29 February is 28 February", () => {
  expect(relativeDay("-3y", "2028-02-29")).toBe("2025-02-28");
});

test.each(["", "soon", "40d", "-3", "2003-02-30", "today-1d"])("“%s” is no date", (text) => {
  expect(isRelativeDay(text)).toBe(false);
  expect(() => relativeDay(text, "2026-11-23")).toThrow();
});
