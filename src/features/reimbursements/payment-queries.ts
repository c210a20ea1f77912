import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";
import { conditions, newestFirst, paidLines, type Scope, values } from "./list-queries.ts";

/** Everything a statement says of a line of care. */
export type Line = {
  lineId: string;
  beneficiary: string;
  birthDate: Day;
  careFrom: Day;
  careTo: Day | null;
  provider: string | null;
  specialty: string | null;
  actCode: string;
  label: string;
  quantity: number;
  expenseCents: number;
  baseCents: number | null;
  rate: number | null;
  amoGrossCents: number | null;
  pfCents: number;
  deductibleCents: number;
  amoCents: number | null;
  amcCents: number | null;
  restCents: number | null;
  amoRecipient: string | null;
  amcRecipient: string | null;
  pathway: "O" | "N" | "I";
  type: "NORMALE" | "ANNULATION" | "CORRECTION" | "DEDUCTION";
  originId: string | null;
  cancelled: 0 | 1;
  /** The member's own payments of this line; those of another person are not told. */
  amoPaymentId: string | null;
  amcPaymentId: string | null;
  amoPaidOn: Day | null;
  amcPaidOn: Day | null;
  amoStatus: Payment["status"] | null;
  amcStatus: Payment["status"] | null;
};

export type Payment = {
  paymentId: string;
  paidOn: Day;
  valueOn: Day | null;
  payer: "AMO" | "AMC";
  nature: string;
  amountCents: number;
  recipient: "assure" | "professionnel" | "tiers";
  mode: string | null;
  ibanLast4: string | null;
  status: "emis" | "rejete" | "annule";
  statementRef: string | null;
};

const lineColumns = `l.line_id AS lineId, b.first_names AS beneficiary, b.birth_date AS birthDate, l.care_from AS careFrom,
  l.care_to AS careTo, l.provider, l.specialty, l.act_code AS actCode, l.label, l.quantity, l.expense_cents AS expenseCents,
  l.base_cents AS baseCents, l.rate, l.amo_gross_cents AS amoGrossCents, l.pf_cents AS pfCents,
  l.deductible_cents AS deductibleCents, l.amo_cents AS amoCents, l.amc_cents AS amcCents, l.rest_cents AS restCents,
  l.amo_recipient AS amoRecipient, l.amc_recipient AS amcRecipient, l.pathway, l.type, l.origin_id AS originId,
  amo.payment_id AS amoPaymentId, amc.payment_id AS amcPaymentId, amo.paid_on AS amoPaidOn, amc.paid_on AS amcPaidOn, amo.status AS amoStatus, amc.status AS amcStatus,
  EXISTS (SELECT 1 FROM lines c WHERE c.origin_id = l.line_id AND c.type = 'ANNULATION') AS cancelled`;

const lineJoins = `LEFT JOIN members b ON b.member_id = l.beneficiary_id
  LEFT JOIN payments amo ON amo.payment_id = l.amo_payment_id AND amo.member_id = @memberId AND amo.paid_on >= @since
  LEFT JOIN payments amc ON amc.payment_id = l.amc_payment_id AND amc.member_id = @memberId AND amc.paid_on >= @since`;

type Own = { memberId: string; since: Day; paymentId: string };

/** A payment of this member within the window; anyone else's is as unknown as one that does not exist. */
export function findPayment(db: Db, own: Own): Payment | undefined {
  return db.$client
    .prepare<[Own], Payment>(
      `SELECT payment_id AS paymentId, paid_on AS paidOn, value_on AS valueOn, payer, nature, amount_cents AS amountCents,
         recipient, mode, iban_last4 AS ibanLast4, status, statement_ref AS statementRef
       FROM payments WHERE payment_id = @paymentId AND member_id = @memberId AND paid_on >= @since`,
    )
    .get(own);
}

/** The lines of a payment, each followed by what was cancelled or corrected of it since. */
export function linesOfPayment(db: Db, own: Own): Line[] {
  return db.$client
    .prepare<[Own], Line>(
      `SELECT ${lineColumns} FROM line_payments lp
       JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id ${lineJoins}
       WHERE lp.payment_id = @paymentId AND lp.member_id = @memberId AND lp.paid_on >= @since ORDER BY l.care_from, l.line_id`,
    )
    .all(own);
}

/** A line with its whole history: the first one, its cancellation and its corrections, oldest first. */
export function historyOfLine(db: Db, own: Omit<Own, "paymentId"> & { lineId: string }): Line[] {
  return db.$client
    .prepare<[typeof own], Line>(
      `SELECT ${lineColumns} FROM lines l ${lineJoins}
       WHERE (l.line_id = @lineId OR (l.origin_id = @lineId AND l.type <> 'DEDUCTION'))
         AND (amo.payment_id IS NOT NULL OR amc.payment_id IS NOT NULL)
       ORDER BY l.type = 'CORRECTION', l.type = 'ANNULATION', l.line_id`,
    )
    .all(own);
}

/** One row of the download: a line as one payer paid it, or a payment that has no line. */
export type ExportRow = { [Column in keyof Line]: Line[Column] | null } & Pick<
  Payment,
  "paidOn" | "payer" | "nature" | "amountCents" | "status" | "recipient" | "statementRef"
>;

/** Every entry of the filtered list, for the download. */
export function entriesForExport(db: Db, scope: Scope): ExportRow[] {
  return db.$client
    .prepare<[Record<string, unknown>], ExportRow>(
      `SELECT ${lineColumns}, p.paid_on AS paidOn, p.payer, p.nature, coalesce(lp.amount_cents, p.amount_cents) AS amountCents, p.status,
         p.recipient, p.statement_ref AS statementRef
       FROM ${paidLines} LEFT JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id ${lineJoins}
       WHERE ${conditions(scope)} ORDER BY ${newestFirst}`,
    )
    .all(values(scope));
}
