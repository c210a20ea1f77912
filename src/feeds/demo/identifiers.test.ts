import { expect, test } from "vitest";
import { makeFrenchIban, makeIban } from "./identifiers.ts";

test("published account numbers come out with their keys", () => {
  expect(makeIban("BE", "539007547034")).toBe("BE68539007547034");
  expect(makeIban("DE", "370400440532013000")).toBe("DE89370400440532013000");
  expect(makeIban("FR", "20041010050500013M02606")).toBe("FR1420041010050500013M02606");
  expect(makeFrenchIban(30_004, 123, 456_789)).toBe("FR7630004001230000045678904");
});
