import type { Day } from "../../lib/dates.ts";
import { type Act, acts } from "./acts.ts";
import { type Amounts, amountsOf } from "./amounts.ts";
import { priceOn, type Tariff } from "./tariffs.ts";

/** A kind of care with its price (cents, or the name of a dated tariff) and what is kept back when it is paid. */
type Care = { act: Act; price: Tariff | number; baseCents?: number; provider: string; specialty: string };

const cares: Care[] = [
  {
    act: acts.consultation,
    price: "generalPractitioner",
    provider: "Dr Hélène D’Hondt",
    specialty: "Médecine générale",
  },
  { act: acts.specialist, price: 5_500, baseCents: 2_300, provider: "Dr Benoît Œuvrard", specialty: "Ophtalmologie" },
  { act: acts.scaling, price: 2_892, provider: "Dr Inès Château", specialty: "Chirurgie dentaire" },
  { act: acts.physiotherapy, price: 1_613, provider: "M. Grégoire Noël", specialty: "Masso-kinésithérapie" },
  { act: acts.teleconsultation, price: 2_500, provider: "Dr Loïc Le Goff", specialty: "Médecine générale" },
  { act: acts.radiography, price: 1_995, provider: "Cabinet de radiologie Faidherbe", specialty: "Radiologie" },
];
const cover = { kind: "level", rate: 10_000 } as const;

export type PricedCare = Amounts & {
  /** The record from the professional to the AMO part: it only depends on the day. */ middle: string;
};

/**
 * Prices every kind of care of one day of care: the lines of that day are then only put together.
 * Each `middle` holds the feed columns `ps_nom` to `dest_amc` that follow `soin_fin`, up to `reste_cents`.
 */
export function priceCares(day: Day): PricedCare[] {
  return cares.map(({ act, price, baseCents, provider, specialty }) => {
    const expenseCents = typeof price === "number" ? price : priceOn(price, day);
    const kept = act.keeps ? priceOn(act.keeps, day) : 0;
    const participationCents = act.keeps === "participation" ? kept : 0;
    const franchiseCents = kept - participationCents;
    const base = baseCents ?? expenseCents;
    const charge = { expenseCents, baseCents: base, rate: act.rate, participationCents, franchiseCents };
    const amounts = amountsOf(charge, cover);
    const { amoGrossCents, amoPaidCents, amcCents, restCents } = amounts;
    const cells = [provider, specialty, act.code, act.label, 1, expenseCents, base, act.rate, amoGrossCents];
    const kepts = [participationCents, franchiseCents, amoPaidCents, amcCents, restCents];
    return { ...amounts, middle: [...cells, ...kepts].join(";") };
  });
}
