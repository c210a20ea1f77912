import { expect, test } from "vitest";
import { seconds, systemClock } from "./clock.ts";

test("a moment is stored as the whole seconds that have passed, never rounded up", () => {
  expect(seconds(() => 1_768_464_000_000)).toBe(1_768_464_000);
  expect(seconds(() => 1_768_464_000_999)).toBe(1_768_464_000);
});

test("the clock of the server counts milliseconds and goes on", () => {
  const first = systemClock();
  expect(first).toBeGreaterThan(Date.parse("2025-01-01T00:00:00Z"));
  expect(systemClock()).toBeGreaterThanOrEqual(first);
});
