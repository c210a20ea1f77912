import { describe, expect, test } from "vitest";
import { afterQuietHours, parisHour } from "./quiet-hours.ts";

const at = (text: string) => Date.parse(text) / 1000;

describe("quiet hours, 21:00 to 08:00 in Paris", () => {
  test.each([
    ["in winter", "2026-11-23", "+01:00", "2026-11-24T08:00:00+01:00"],
    ["in summer", "2026-07-14", "+02:00", "2026-07-15T08:00:00+02:00"],
  ])("%s: at −1 s, 0 and +1 s of both ends", (_when, day, zone, next) => {
    const [morning, evening] = [at(`${day}T08:00:00${zone}`), at(`${day}T21:00:00${zone}`)];
    expect([-1, 0, 1].map((second) => afterQuietHours(morning + second) - morning)).toEqual([0, 0, 1]);
    expect([-1, 0, 1].map((second) => afterQuietHours(evening + second))).toEqual([evening - 1, at(next), at(next)]);
  });

  test("end at eight by the clock when it is moved that night: 10 hours in spring, 12 in autumn", () => {
    expect(afterQuietHours(at("2026-03-28T21:00:00+01:00"))).toBe(at("2026-03-29T08:00:00+02:00"));
    expect(afterQuietHours(at("2026-10-24T21:00:00+02:00"))).toBe(at("2026-10-25T08:00:00+01:00"));
    expect(afterQuietHours(at("2026-10-25T02:30:00+01:00"))).toBe(at("2026-10-25T08:00:00+01:00"));
    expect(afterQuietHours(at("2026-10-24T21:00:00+02:00")) - at("2026-10-24T21:00:00+02:00")).toBe(12 * 3600);
  });

  test("midnight is that of Paris, on the days that the clocks move as well", () => {
    expect(parisHour("2026-03-29", 0)).toBe(at("2026-03-29T00:00:00+01:00"));
    expect(parisHour("2026-03-30", 0)).toBe(at("2026-03-30T00:00:00+02:00"));
    expect(parisHour("2026-10-25", 0)).toBe(at("2026-10-25T00:00:00+02:00"));
    expect(parisHour("2026-10-26", 0)).toBe(at("2026-10-26T00:00:00+01:00"));
  });
});
