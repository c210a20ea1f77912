import type { Cell } from "./columns.ts";
import type { Surroundings } from "./entity.ts";
import { at } from "./lignes.ts";
import type { RejectReport } from "./rejects.ts";

// Beyond so many, one pass over the whole base is quicker than one look at each, and memory stays flat.
const mostKept = 20_000;
const yearlyCapCents = 5_000;

/** The doubts about lines that only show once a whole file is in: payments (v) and yearly caps (x). */
export type LineChecks = {
  /** Notes a line that was just applied. */
  note: (cells: Cell[]) => void;
  /** Writes the warnings; reads only. */
  finish: (report: RejectReport) => void;
};

type Total = { payment_id: string; amount_cents: number; sum: number };
type Cap = { beneficiary_id: string; year: string; pf: number; deductible: number };

export function createLineChecks({ db }: Surroundings): LineChecks {
  const payments = new Set<string>();
  const people = new Set<string>();
  const keep = (set: Set<string>, key: Cell) => {
    if (key !== null && set.size <= mostKept) set.add(key as string);
  };
  const totals = (where: string) => `
    SELECT p.payment_id, p.amount_cents, sum(lp.amount_cents) AS sum FROM payments p
    JOIN line_payments lp ON lp.member_id = p.member_id AND lp.paid_on = p.paid_on AND lp.payment_id = p.payment_id
    WHERE p.ended = 0 AND p.status = 'emis' ${where}
    GROUP BY p.member_id, p.paid_on, p.payment_id HAVING sum(lp.amount_cents) <> p.amount_cents`;
  const caps = (where: string) => `
    SELECT beneficiary_id, substr(care_from, 1, 4) AS year, sum(pf_cents) AS pf, sum(deductible_cents) AS deductible
    FROM lines WHERE expense_cents = 0 AND (pf_cents <> 0 OR deductible_cents <> 0) ${where}
    GROUP BY beneficiary_id, year
    HAVING sum(pf_cents) > ${yearlyCapCents} OR sum(deductible_cents) > ${yearlyCapCents}`;

  function* found<T>(keys: Set<string>, sql: (where: string) => string, column: string): Generator<T> {
    if (keys.size > mostKept) {
      yield* db.$client.prepare<[], T>(sql("")).iterate();
      return;
    }
    const one = db.$client.prepare<[string], T>(sql(`AND ${column} = ?`));
    for (const key of keys) yield* one.all(key);
  }

  return {
    note(cells) {
      keep(payments, cells[at.paiement_amo_id]!);
      keep(payments, cells[at.paiement_amc_id]!);
      if (cells[at.depense_cents] === 0) keep(people, cells[at.beneficiaire_id]!);
    },
    finish(report) {
      for (const { payment_id, amount_cents } of found<Total>(payments, totals, "p.payment_id")) {
        const fault = { code: "W_TOTAL" as const, column: "montant_cents", value: String(amount_cents) };
        report.add("paiements", { key: payment_id, fault });
      }
      for (const { beneficiary_id, year, pf, deductible } of found<Cap>(people, caps, "beneficiary_id")) {
        const column = pf > yearlyCapCents ? "pf_cents" : "franchise_cents";
        const fault = { code: "W_PLAFOND" as const, column, value: `${year}: ${Math.max(pf, deductible)}` };
        report.add("personnes", { key: beneficiary_id, fault });
      }
    },
  };
}
