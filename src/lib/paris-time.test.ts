import { expect, test } from "vitest";
import { parisSeconds, parseMoment } from "./paris-time.ts";

const seconds = (iso: string) => Date.parse(iso) / 1000;

test.each([
  ["2026-12-05", "22:00", "2026-12-05T21:00:00Z"],
  ["2026-07-14", "00:00", "2026-07-13T22:00:00Z"],
  ["2026-03-29", "01:59", "2026-03-29T00:59:00Z"],
  ["2026-03-29", "03:00", "2026-03-29T01:00:00Z"],
  ["2026-10-25", "02:30", "2026-10-25T00:30:00Z"],
  ["2026-10-25", "03:00", "2026-10-25T02:00:00Z"],
])("%s %s in Paris is %s", (day, time, moment) => {
  expect(parisSeconds(day, time)).toBe(seconds(moment));
});

test.each([
  ["2026-03-29", "02:30"],
  ["2026-02-29", "10:00"],
  ["2026-12-05", "24:00"],
  ["2026-12-05", "9:00"],
])("%s %s is no moment in Paris", (day, time) => {
  expect(parisSeconds(day, time)).toBeUndefined();
});

test.each([
  ["2026-12-05 22:00", "2026-12-05T21:00:00Z"],
  ["2026-12-05T22:00", "2026-12-05T21:00:00Z"],
  [" 2026-12-05T22:00:30+01:00 ", "2026-12-05T21:00:30Z"],
  ["2026-12-05T21:00Z", "2026-12-05T21:00:00Z"],
])("an operator types %s for %s", (typed, moment) => {
  expect(parseMoment(typed)).toBe(seconds(moment));
});

test.each(["", "tomorrow", "22:00", "2026-12-05", "05/12/2026 22:00", "2026-02-30T10:00Z", "2026-12-05T25:00Z", "1e9"])(
  "%j is no moment",
  (typed) => {
    expect(parseMoment(typed)).toBeUndefined();
  },
);
