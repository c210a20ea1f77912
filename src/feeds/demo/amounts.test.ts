import { expect, test } from "vitest";
import { amountsOf, type Charge, type Cover } from "./amounts.ts";

const full = { kind: "full" } as const;
const level = (rate: number) => ({ kind: "level", rate }) as const;
const consultation = { expenseCents: 3000, baseCents: 3000, rate: 7000 };
const sectorTwo = { expenseCents: 6000, baseCents: 2300, rate: 7000, participationCents: 200 };

// AMO gross, AMO paid, AMC, rest.
test.each<[string, Charge, Cover, number[]]>([
  ["a consultation", { ...consultation, participationCents: 200 }, level(10_000), [2100, 1900, 900, 200]],
  [
    "outside the pathway, where the mutual only pays the ordinary share",
    { ...consultation, rate: 3000, pathwayRate: 7000, participationCents: 200 },
    level(10_000),
    [900, 700, 900, 1400],
  ],
  ["a specialist at 100 %", sectorTwo, level(10_000), [1610, 1410, 690, 3900]],
  ["a specialist at 150 %", sectorTwo, level(15_000), [1610, 1410, 1840, 2750]],
  ["a box of medicine", { expenseCents: 583, baseCents: 583, rate: 6500 }, level(10_000), [379, 379, 204, 0]],
  ["scaling", { expenseCents: 2892, baseCents: 2892, rate: 6000 }, level(10_000), [1735, 1735, 1157, 0]],
  ["a lens of the full basket", { expenseCents: 3250, baseCents: 975, rate: 6000 }, full, [585, 585, 2665, 0]],
  ["two days in hospital", { expenseCents: 4600, baseCents: 0, rate: 0 }, full, [0, 0, 4600, 0]],
  [
    "a corrected base",
    { ...consultation, baseCents: 2500, participationCents: 200 },
    level(10_000),
    [1750, 1550, 750, 700],
  ],
  [
    "an allowance",
    { expenseCents: 6000, baseCents: 0, rate: 0 },
    { kind: "allowance", cents: 3000 },
    [0, 0, 3000, 3000],
  ],
  [
    "an allowance above the price",
    { expenseCents: 2000, baseCents: 5, rate: 6000 },
    { kind: "allowance", cents: 3000 },
    [3, 3, 1997, 0],
  ],
  ["no complementary cover", consultation, { kind: "none" }, [2100, 2100, 0, 900]],
  [
    "an act dearer for the base than its price",
    { expenseCents: 1000, baseCents: 3000, rate: 7000 },
    level(10_000),
    [1000, 1000, 0, 0],
  ],
])("%s", (_, charge, cover, expected) => {
  const { amoGrossCents, amoPaidCents, amcCents, restCents } = amountsOf(charge, cover);
  expect([amoGrossCents, amoPaidCents, amcCents, restCents]).toEqual(expected);
});

test("three lines are rounded one by one, not their sum", () => {
  const line = (cents: number) =>
    amountsOf({ expenseCents: cents, baseCents: cents, rate: 6500 }, { kind: "none" }).amoGrossCents;
  expect([3 * line(153), line(459)]).toEqual([297, 298]);
});
