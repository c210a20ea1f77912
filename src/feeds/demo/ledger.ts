import { addDays, type Day } from "../../lib/dates.ts";
import type { FeedRow } from "./columns.ts";
import { yearlyCapCents } from "./tariffs.ts";

export type Payment = {
  /** Given by hand, or numbered when the rows are made. */
  id: string | undefined;
  payer: "AMO" | "AMC";
  personId: string;
  nature: string;
  on: Day;
  amountCents: number;
  recipient: "assure" | "professionnel" | "tiers";
  status: "emis" | "rejete" | "annule";
  mode: string;
  ibanEnd: string | undefined;
};

/** A line of a statement; an amount is undefined where the feed leaves it empty. */
export type Line = {
  id: string | undefined;
  amo: Payment | undefined;
  amc: Payment | undefined;
  beneficiaryId: string;
  careFrom: Day;
  careTo: Day | undefined;
  provider: string | undefined;
  specialty: string | undefined;
  code: string;
  label: string;
  quantity: number;
  expenseCents: number;
  baseCents: number | undefined;
  rate: number | undefined;
  amoGrossCents: number | undefined;
  participationCents: number;
  franchiseCents: number;
  amoPaidCents: number | undefined;
  amcCents: number | undefined;
  restCents: number | undefined;
  pathway: "O" | "N" | "I";
  type: "NORMALE" | "ANNULATION" | "CORRECTION" | "DEDUCTION";
  origin: Line | undefined;
};

export type Family = "participation" | "franchise";

export type Ledger = {
  pay(payment: Omit<Payment, "amountCents" | "mode" | "ibanEnd"> & { amountCents?: number; mode?: string }): Payment;
  /** Adds a line and its amounts to its payments. */
  add(line: Line): void;
  /** What may still be kept from a person in the year of a day, in cents. */
  room(personId: string, family: Family, on: Day): number;
  rows(): { payments: FeedRow<"paiements">[]; lines: FeedRow<"lignes">[] };
};

/**
 * Collects payments and lines; each payment is the sum of its lines, and the deductions of a year are counted against
 * their cap.
 * @param ibanEnds last four characters of an account, by `person/usage`.
 */
export function createLedger(today: Day, ibanEnds: ReadonlyMap<string, string>): Ledger {
  const payments: Payment[] = [];
  const lines: Line[] = [];
  const kept = new Map<string, number>();
  const keep = (line: Line, family: Family, cents: number) => {
    const key = keptKey(line.beneficiaryId, family, (line.amo ?? line.amc)!.on);
    kept.set(key, (kept.get(key) ?? 0) + cents);
  };
  return {
    pay({ amountCents = 0, mode, ...rest }) {
      const ibanEnd =
        rest.recipient === "assure"
          ? ibanEnds.get(`${rest.personId}/prestations_${rest.payer.toLowerCase()}`)
          : undefined;
      const usualMode = rest.recipient === "assure" && !ibanEnd ? "lettre_cheque" : "virement";
      const paid = mode ?? usualMode;
      const payment = { ...rest, amountCents, mode: paid, ibanEnd: paid === "virement" ? ibanEnd : undefined };
      payments.push(payment);
      return payment;
    },
    add(line) {
      lines.push(line);
      if (line.amo) line.amo.amountCents += line.amoPaidCents!;
      if (line.amc) line.amc.amountCents += line.amcCents!;
      keep(line, "participation", line.participationCents);
      keep(line, "franchise", line.franchiseCents);
    },
    room: (personId, family, on) => Math.max(0, yearlyCapCents - (kept.get(keptKey(personId, family, on)) ?? 0)),
    rows() {
      payments.sort((a, b) => order(a.on, b.on));
      for (const [index, payment] of payments.entries()) payment.id ??= `${payment.payer}${serial(index)}`;
      // A line follows its origin: nothing is corrected before it is paid.
      lines.sort((a, b) => order(firstPaid(a), firstPaid(b)) || depth(a) - depth(b));
      for (const [index, line] of lines.entries()) line.id ??= `L${serial(index)}`;
      return {
        payments: payments.map((payment, index) => paymentRow(payment, index, today)),
        lines: lines.map(lineRow),
      };
    },
  };
}

function keptKey(personId: string, family: Family, on: Day): string {
  return `${personId}/${family}/${on.slice(0, 4)}`;
}

const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const serial = (index: number) => String(index + 1).padStart(6, "0");
const depth = (line: Line): number => (line.origin ? 1 + depth(line.origin) : 0);

function firstPaid({ amo, amc }: Line): Day {
  return [amo?.on, amc?.on].filter((day) => day !== undefined).sort()[0]!;
}

function paymentRow(payment: Payment, index: number, today: Day): FeedRow<"paiements"> {
  const valueOn = addDays(payment.on, 2);
  const isTransferred = payment.mode === "virement" && payment.status === "emis" && valueOn <= today;
  return {
    paiement_id: payment.id,
    payeur: payment.payer,
    personne_id: payment.personId,
    nature: payment.nature,
    date_mandat: payment.on,
    date_valeur: isTransferred ? valueOn : undefined,
    montant_cents: payment.amountCents,
    destinataire: payment.recipient,
    mode: payment.mode,
    iban_fin4: payment.ibanEnd,
    statut: payment.status,
    ref_decompte: `${payment.on.slice(0, 4)}${payment.on.slice(5, 7)}-${serial(index)}`,
  };
}

function lineRow(line: Line): FeedRow<"lignes"> {
  return {
    ligne_id: line.id,
    paiement_amo_id: line.amo?.id,
    paiement_amc_id: line.amc?.id,
    beneficiaire_id: line.beneficiaryId,
    soin_debut: line.careFrom,
    soin_fin: line.careTo,
    ps_nom: line.provider,
    ps_specialite: line.specialty,
    code_acte: line.code,
    libelle: line.label,
    quantite: line.quantity,
    depense_cents: line.expenseCents,
    br_cents: line.baseCents,
    taux: line.rate,
    amo_brut_cents: line.amoGrossCents,
    pf_cents: line.participationCents,
    franchise_cents: line.franchiseCents,
    amo_verse_cents: line.amoPaidCents,
    amc_cents: line.amcCents,
    reste_cents: line.restCents,
    dest_amo: line.amo?.recipient,
    dest_amc: line.amc?.recipient,
    parcours: line.pathway,
    type: line.type,
    ligne_origine_id: line.origin?.id,
  };
}
