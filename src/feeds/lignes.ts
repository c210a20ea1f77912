import { share } from "../lib/money.ts";
import { datesInOrder } from "./amo.ts";
import {
  type Cell,
  cents,
  choice,
  column,
  day,
  id,
  integer,
  label,
  positions,
  rate,
  required,
  text,
} from "./columns.ts";
import type { Entity, Fault } from "./entity.ts";

const recipient = text(20);
const pathway = choice(["O", "N", "I"]);

export const lineColumns = [
  required("ligne_id", "line_id", id),
  column("paiement_amo_id", "amo_payment_id", id),
  column("paiement_amc_id", "amc_payment_id", id),
  required("beneficiaire_id", "beneficiary_id", id),
  required("soin_debut", "care_from", day),
  column("soin_fin", "care_to", day),
  column("ps_nom", "provider", label),
  column("ps_specialite", "specialty", label),
  required("code_acte", "act_code", text(40)),
  required("libelle", "label", label),
  required("quantite", "quantity", integer(-1_000_000, 1_000_000)),
  required("depense_cents", "expense_cents", cents),
  column("br_cents", "base_cents", cents),
  column("taux", "rate", rate),
  column("amo_brut_cents", "amo_gross_cents", cents),
  column("pf_cents", "pf_cents", cents, { fallback: 0 }),
  column("franchise_cents", "deductible_cents", cents, { fallback: 0 }),
  column("amo_verse_cents", "amo_cents", cents),
  column("amc_cents", "amc_cents", cents),
  column("reste_cents", "rest_cents", cents),
  column("dest_amo", "amo_recipient", recipient),
  column("dest_amc", "amc_recipient", recipient),
  required("parcours", "pathway", pathway),
  required("type", "type", choice(["NORMALE", "ANNULATION", "CORRECTION", "DEDUCTION"])),
  column("ligne_origine_id", "origin_id", id),
] as const;

export const at = positions(lineColumns);

/** Lines of care. How they meet the base is in line-store.ts. */
export const lignes: Entity = {
  name: "lignes",
  table: "lines",
  key: ["ligne_id"],
  columns: [...lineColumns],
  parents: [
    { column: "beneficiaire_id", entity: "personnes" },
    { column: "paiement_amo_id", entity: "paiements" },
    { column: "paiement_amc_id", entity: "paiements" },
    { column: "ligne_origine_id", entity: "lignes" },
  ],
  check,
  clusteredBy: "beneficiaire_id",
  isHistory: true,
};

/** The amounts the arithmetic is about, in signed cents; null = not communicated, or AMC part pending. */
function amounts(cells: Cell[]) {
  return {
    quantity: cells[at.quantite] as number,
    expense: cells[at.depense_cents] as number,
    base: cells[at.br_cents] as number | null,
    rate: cells[at.taux] as number | null,
    gross: cells[at.amo_brut_cents] as number | null,
    pf: cells[at.pf_cents] as number,
    deductible: cells[at.franchise_cents] as number,
    amo: cells[at.amo_verse_cents] as number | null,
    amc: cells[at.amc_cents] as number | null,
    rest: cells[at.reste_cents] as number | null,
  };
}

type Amounts = ReturnType<typeof amounts>;

function check(cells: Cell[], today: string): Fault[] {
  const faults = datesInOrder(cells, at.soin_debut, at.soin_fin, "soin_fin");
  const careFrom = cells[at.soin_debut] as string;
  if (careFrom > today) faults.push({ code: "E_DATE_FUTURE", column: "soin_debut", value: careFrom });
  const type = cells[at.type] as string;
  if ((type === "NORMALE") !== (cells[at.ligne_origine_id] === null)) {
    faults.push({ code: "E_ORIGINE", column: "ligne_origine_id" });
  } else if (cells[at.ligne_origine_id] === cells[at.ligne_id]) {
    faults.push({ code: "E_ORIGINE", column: "ligne_origine_id" });
  }
  const sums = amounts(cells);
  const payment = checkPayments(cells, sums);
  if (payment) faults.push(payment);
  const amount = type === "DEDUCTION" ? checkDeduction(sums) : checkAmounts(type, sums);
  if (amount) faults.push(amount);
  return faults;
}

function checkPayments(cells: Cell[], { amo, amc }: Amounts): Fault | undefined {
  const byAmo = cells[at.paiement_amo_id] !== null;
  const byAmc = cells[at.paiement_amc_id] !== null;
  if (!byAmo && !byAmc) return { code: "E_PAIEMENT", column: "paiement_amo_id" };
  if (byAmo && amo === null) return { code: "E_PAIEMENT", column: "amo_verse_cents" };
  if (byAmc && amc === null) return { code: "E_PAIEMENT", column: "amc_cents" };
  return undefined;
}

/** Quantity 1, no expense; what is held back is one of the two families, and is what the member pays. */
function checkDeduction({ quantity, expense, gross, amo, amc, rest, pf, deductible }: Amounts): Fault | undefined {
  const heldBack = pf + deductible;
  const fits =
    quantity === 1 &&
    expense === 0 &&
    !gross &&
    !amc &&
    amo !== null &&
    amo < 0 &&
    (pf === 0 || deductible === 0) &&
    heldBack === -amo &&
    rest === heldBack;
  return fits ? undefined : { code: "E_DEDUCTION", column: "amo_verse_cents", value: String(amo ?? "") };
}

function checkAmounts(type: string, sums: Amounts): Fault | undefined {
  const { quantity, expense, base, rate, gross, pf, deductible, amc, rest } = sums;
  const wrongSign = type === "ANNULATION" ? quantity >= 0 : type === "NORMALE" ? quantity <= 0 : quantity === 0;
  if (wrongSign) return { code: "E_QUANTITE", column: "quantite", value: String(quantity) };
  if (quantity > 0) {
    const negative: [string, number | null][] = [
      ["amo_brut_cents", gross],
      ["amc_cents", amc],
      ["reste_cents", rest],
      ["pf_cents", pf],
      ["franchise_cents", deductible],
    ];
    for (const [column, value] of negative) {
      if (value !== null && value < 0) return { code: "E_MONTANTS", column, value: String(value) };
    }
    if (gross !== null && gross > Math.min(base ?? expense, expense)) {
      return { code: "E_MONTANTS", column: "amo_brut_cents", value: String(gross) };
    }
  }
  if (gross !== null && rest !== null && expense !== gross + (amc ?? 0) + rest - pf - deductible) {
    return { code: "E_SOMME", column: "depense_cents", value: String(expense) };
  }
  if (gross !== null && base !== null && rate !== null && Math.abs(gross - share(base, rate)) > 1) {
    return { code: "W_TAUX", column: "amo_brut_cents", value: String(gross) };
  }
  return undefined;
}

/** True when a cancellation undoes its line of origin to the cent. Both are rows in the order of the columns. */
export function isOpposite(cancellation: Cell[], origin: Cell[]): boolean {
  if (origin[at.type] === "ANNULATION") return false;
  return sameWhenCancelled.every((index) => cancellation[index] === origin[index]) && opposed(cancellation, origin);
}

const sameWhenCancelled = [at.beneficiaire_id, at.soin_debut, at.soin_fin, at.code_acte, at.taux];
const opposedWhenCancelled = [
  at.quantite,
  at.depense_cents,
  at.br_cents,
  at.amo_brut_cents,
  at.pf_cents,
  at.franchise_cents,
  at.amo_verse_cents,
  at.amc_cents,
  at.reste_cents,
];

function opposed(cancellation: Cell[], origin: Cell[]): boolean {
  return opposedWhenCancelled.every((index) => {
    const [mine, theirs] = [cancellation[index]!, origin[index]!];
    return mine === null || theirs === null ? mine === theirs : Number(mine) + Number(theirs) === 0;
  });
}
