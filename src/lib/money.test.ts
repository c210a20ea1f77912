import fc from "fast-check";
import { expect, test } from "vitest";
import { euros, percent, share } from "./money.ts";

const narrow = "\u202f";
const noBreak = "\u00a0";
const minus = "\u2212";

test.each([
  [0, `0,00${noBreak}€`, "€0.00"],
  [1, `0,01${noBreak}€`, "€0.01"],
  [99, `0,99${noBreak}€`, "€0.99"],
  [100, `1,00${noBreak}€`, "€1.00"],
  [99_999, `999,99${noBreak}€`, "€999.99"],
  [100_000, `1${narrow}000,00${noBreak}€`, "€1,000.00"],
  [123_456, `1${narrow}234,56${noBreak}€`, "€1,234.56"],
  [123_456_789, `1${narrow}234${narrow}567,89${noBreak}€`, "€1,234,567.89"],
  [100_000_000_000, `1${narrow}000${narrow}000${narrow}000,00${noBreak}€`, "€1,000,000,000.00"],
  [-1, `${minus}0,01${noBreak}€`, `${minus}€0.01`],
  [-200, `${minus}2,00${noBreak}€`, `${minus}€2.00`],
  [-123_456, `${minus}1${narrow}234,56${noBreak}€`, `${minus}€1,234.56`],
])("%i cents are written %s in French and %s in English", (cents, french, english) => {
  expect(euros(cents, "fr")).toBe(french);
  expect(euros(cents, "en")).toBe(english);
});

test("no amount is written as minus zero", () => {
  expect(euros(-0, "fr")).toBe(`0,00${noBreak}€`);
});

test("any amount up to a billion can be read back from what is written, to the cent", () => {
  fc.assert(
    fc.property(fc.integer({ min: -100_000_000_000, max: 100_000_000_000 }), (cents) => {
      for (const language of ["fr", "en"] as const) {
        const read = euros(cents, language)
          .replace(minus, "-")
          .replace(/[^\d-]/g, "");
        expect(Number(read)).toBe(cents);
      }
    }),
  );
});

test.each([
  [7000, `70${noBreak}%`, "70%"],
  [6550, `65,5${noBreak}%`, "65.5%"],
  [1515, `15,15${noBreak}%`, "15.15%"],
  [10000, `100${noBreak}%`, "100%"],
  [0, `0${noBreak}%`, "0%"],
])("a rate of %i hundredths is written %s and %s", (hundredths, french, english) => {
  expect(percent(hundredths, "fr")).toBe(french);
  expect(percent(hundredths, "en")).toBe(english);
});

type Case = {
  name: string;
  expense: number;
  base: number;
  rate: number;
  /** What is taken off the same payment. */
  deducted: number;
  gross: number;
  paid: number;
  mutual: number;
  rest: number;
  /** Level of the guarantee, both payers together; without one, the mutual pays what is given. */
  level?: number;
};

const minorRate = 7000;
const cases: Case[] = [
  {
    name: "a visit to the treating doctor",
    expense: 3000,
    base: 3000,
    rate: 7000,
    deducted: 200,
    gross: 2100,
    paid: 1900,
    mutual: 900,
    rest: 200,
    level: 10000,
  },
  {
    name: "the same outside the care pathway",
    expense: 3000,
    base: 3000,
    rate: 3000,
    deducted: 200,
    gross: 900,
    paid: 700,
    mutual: 900,
    rest: 1400,
  },
  {
    name: "a specialist who asks for more, at 100 %",
    expense: 6000,
    base: 2300,
    rate: 7000,
    deducted: 200,
    gross: 1610,
    paid: 1410,
    mutual: 690,
    rest: 3900,
    level: 10000,
  },
  {
    name: "the same at 150 %",
    expense: 6000,
    base: 2300,
    rate: 7000,
    deducted: 200,
    gross: 1610,
    paid: 1410,
    mutual: 1840,
    rest: 2750,
    level: 15000,
  },
  {
    name: "a first box at the pharmacy",
    expense: 583,
    base: 583,
    rate: 6500,
    deducted: 0,
    gross: 379,
    paid: 379,
    mutual: 204,
    rest: 0,
    level: 10000,
  },
  {
    name: "a second box at the pharmacy",
    expense: 343,
    base: 343,
    rate: 6500,
    deducted: 0,
    gross: 223,
    paid: 223,
    mutual: 120,
    rest: 0,
    level: 10000,
  },
  {
    name: "a scaling at the dentist",
    expense: 2892,
    base: 2892,
    rate: 6000,
    deducted: 0,
    gross: 1735,
    paid: 1735,
    mutual: 1157,
    rest: 0,
    level: 10000,
  },
  {
    name: "one lens without anything left to pay",
    expense: 3250,
    base: 975,
    rate: 6000,
    deducted: 0,
    gross: 585,
    paid: 585,
    mutual: 2665,
    rest: 0,
  },
  {
    name: "a frame without anything left to pay",
    expense: 3000,
    base: 900,
    rate: 6000,
    deducted: 0,
    gross: 540,
    paid: 540,
    mutual: 2460,
    rest: 0,
  },
  {
    name: "a visit of someone aged 17",
    expense: 3000,
    base: 3000,
    rate: minorRate,
    deducted: 0,
    gross: 2100,
    paid: 2100,
    mutual: 900,
    rest: 0,
    level: 10000,
  },
  {
    name: "two days in hospital",
    expense: 4600,
    base: 0,
    rate: 0,
    deducted: 0,
    gross: 0,
    paid: 0,
    mutual: 4600,
    rest: 0,
  },
  {
    name: "a cancelled visit",
    expense: -3000,
    base: -3000,
    rate: 7000,
    deducted: -200,
    gross: -2100,
    paid: -1900,
    mutual: -900,
    rest: -200,
  },
  {
    name: "its correction",
    expense: 3000,
    base: 2500,
    rate: 7000,
    deducted: 200,
    gross: 1750,
    paid: 1550,
    mutual: 750,
    rest: 700,
    level: 10000,
  },
];

test.each(cases)("$name is shared as in the worked examples of the trade", (line) => {
  expect(share(line.base, line.rate)).toBe(line.gross);
  expect(line.gross - line.deducted).toBe(line.paid);
  if (line.level !== undefined) {
    expect(Math.max(0, Math.min(line.expense, share(line.base, line.level)) - line.gross)).toBe(line.mutual);
  }
  expect(line.expense - line.paid - line.mutual).toBe(line.rest);
});

test("the two boxes make 6.02 and 3.24, the three glasses 17.10 and 77.90", () => {
  expect(share(583, 6500) + share(343, 6500)).toBe(602);
  expect(2 * share(975, 6000) + share(900, 6000)).toBe(1710);
  expect(9500 - 1710).toBe(cases[7]!.mutual * 2 + cases[8]!.mutual);
});

test("the cancelled visit and its correction leave 7.00 to pay in the end", () => {
  const [cancelled, corrected] = [cases[11]!, cases[12]!];
  expect(cases[0]!.rest + cancelled.rest + corrected.rest).toBe(700);
});

test("rounding is done line by line: three lines of 1.53 at 65 % give 2.97, where their total would give 2.98", () => {
  expect(3 * share(153, 6500)).toBe(297);
  expect(share(3 * 153, 6500)).toBe(298);
});

test("half a cent goes up, and the same line cancelled goes down by as much", () => {
  expect(share(1, 5000)).toBe(1);
  expect(share(-1, 5000)).toBe(-1);
  expect(share(50, 6500)).toBe(33);
  expect(share(49, 6500)).toBe(32);
});

test("a share is never off by more than half a cent, and a cancellation takes back exactly what was given", () => {
  const amounts = fc.integer({ min: 0, max: 100_000_000 });
  fc.assert(
    fc.property(amounts, fc.integer({ min: 0, max: 50_000 }), (base, rate) => {
      const given = share(base, rate);
      expect(Number.isSafeInteger(given)).toBe(true);
      // In ten-thousandths of a cent, so that nothing is rounded by the check itself.
      const off = BigInt(given) * 10_000n - BigInt(base) * BigInt(rate);
      expect(off > -5_000n && off <= 5_000n).toBe(true);
      expect(given + share(-base, rate)).toBe(0);
    }),
  );
});
