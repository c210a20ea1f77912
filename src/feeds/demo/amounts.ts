import { share } from "../../lib/money.ts";

/** What an act costs and how the compulsory cover (AMO) sees it. Cents; rates in hundredths of a percent. */
export type Charge = {
  expenseCents: number;
  baseCents: number;
  rate: number;
  /** The rate had the person kept to the care pathway: the complementary cover never makes up for the difference. */
  pathwayRate?: number;
  /** Flat participation and deductible kept back on this very payment. */
  participationCents?: number;
  franchiseCents?: number;
};

/** How the complementary cover (AMC) pays: a level of the base AMO part included, all that is left, or an allowance. */
export type Cover =
  | { kind: "none" }
  | { kind: "level"; rate: number }
  | { kind: "full" }
  | { kind: "allowance"; cents: number };

export type Amounts = {
  amoGrossCents: number;
  amoPaidCents: number;
  amcCents: number;
  restCents: number;
};

/**
 * The amounts of one line, each rounded half up to the cent. What is kept back comes out of the AMO payment and stays
 * with the member: expense = AMO gross + AMC + rest without the deductions.
 */
export function amountsOf(charge: Charge, cover: Cover): Amounts {
  const { expenseCents, baseCents, rate, participationCents = 0, franchiseCents = 0 } = charge;
  const amoGrossCents = Math.min(share(baseCents, rate), expenseCents);
  const amoPaidCents = amoGrossCents - participationCents - franchiseCents;
  const amcCents = complement(charge, cover, amoGrossCents);
  return { amoGrossCents, amoPaidCents, amcCents, restCents: expenseCents - amoPaidCents - amcCents };
}

function complement({ expenseCents, baseCents, rate, pathwayRate = rate }: Charge, cover: Cover, amoGross: number) {
  switch (cover.kind) {
    case "none":
      return 0;
    case "full":
      return expenseCents - amoGross;
    case "allowance":
      return Math.min(expenseCents - amoGross, cover.cents);
    case "level":
      return Math.max(0, Math.min(expenseCents, share(baseCents, cover.rate)) - share(baseCents, pathwayRate));
  }
}
