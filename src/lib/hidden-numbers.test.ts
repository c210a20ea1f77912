import { expect, test } from "vitest";
import { hideNumbers } from "./hidden-numbers.ts";

test.each([
  ["1990559350123", "1…"],
  ["mon n° 1 99 05 59 350 123 35 merci", "mon n° 1… merci"],
  ["2.02.11.2A.004.056", "2…"],
  ["FR76 3000 4001 2300 0045 6789 04", "FR76…"],
  ["compte fr1420041010050500013M02606.", "compte fr14…."],
  ["BE68539007547034", "BE68…"],
])("%s is hidden", (text, hidden) => {
  expect(hideNumbers(text)).toBe(hidden);
});

test.each([
  "Appelé le 23/11/2026 à 09:12 au 09 72 67 60 00",
  "Dossier n° 12, adhérent 10000001",
  "+33 6 12 34 56 78",
  "de20 heures à 22 heures",
  "",
])("%s stays as it is", (text) => {
  expect(hideNumbers(text)).toBe(text);
});

test("a long text made to be slow is read at once", () => {
  const start = performance.now();
  for (const piece of ["1 ", "fr76 ", "1A", "aa11 aaaa "]) hideNumbers(piece.repeat(20_000));
  expect(performance.now() - start).toBeLessThan(1_000);
});
