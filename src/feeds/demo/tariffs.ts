import type { Day } from "../../lib/dates.ts";

/** Prices in cents with the day each begins, the newest first. */
const tariffs = {
  participation: [
    ["2024-05-15", 200],
    ["2005-01-01", 100],
  ],
  franchiseBox: [
    ["2024-03-31", 100],
    ["2008-01-01", 50],
  ],
  franchiseSession: [
    ["2024-03-31", 100],
    ["2008-01-01", 50],
  ],
  franchiseTransport: [
    ["2024-03-31", 400],
    ["2008-01-01", 200],
  ],
  generalPractitioner: [
    ["2024-12-22", 3000],
    ["2023-11-01", 2650],
    ["2017-05-01", 2500],
  ],
  hospitalDay: [
    ["2026-03-01", 2300],
    ["2018-01-01", 2000],
  ],
  emergencyVisit: [
    ["2026-03-01", 2300],
    ["2022-01-01", 1961],
  ],
  costlyAct: [
    ["2026-04-01", 3200],
    ["2019-01-01", 2400],
  ],
} as const satisfies Record<string, readonly (readonly [Day, number])[]>;

export type Tariff = keyof typeof tariffs;

/** At most this much of each family of deductions is kept from a person in a calendar year, in cents. */
export const yearlyCapCents = 5_000;

/** What a tariff was on a day, in cents; before its first known day, its oldest price. */
export function priceOn(tariff: Tariff, day: Day): number {
  const steps: readonly (readonly [Day, number])[] = tariffs[tariff];
  return (steps.find(([from]) => from <= day) ?? steps.at(-1)!)[1];
}
