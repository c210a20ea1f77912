import { expect, test } from "vitest";
import { maskIban } from "./iban.ts";

test.each([
  ["FR7630004000031234567890143", "FR76 •••• 143"],
  ["BE68539007547034", "BE68 •••• 034"],
  ["DE89370400440532013000", "DE89 •••• 000"],
])("%s is shown as %s", (iban, masked) => {
  expect(maskIban(iban)).toBe(masked);
});
