import type { Payable } from "../domain/alert-rules.ts";
import { cents, choice, column, day, id, last4, positions, required, text } from "./columns.ts";
import type { BaseRules, Entity, Stored, Surroundings } from "./entity.ts";

const columns = [
  required("paiement_id", "payment_id", id),
  required("payeur", "payer", choice(["AMO", "AMC"])),
  required("personne_id", "member_id", id),
  required("nature", "nature", text(60)),
  required("date_mandat", "paid_on", day),
  column("date_valeur", "value_on", day),
  required("montant_cents", "amount_cents", cents),
  required("destinataire", "recipient", choice(["assure", "professionnel", "tiers"])),
  column("mode", "mode", text(40)),
  column("iban_fin4", "iban_last4", last4),
  required("statut", "status", choice(["emis", "rejete", "annule"])),
  column("ref_decompte", "statement_ref", text(60)),
] as const;

const at = positions(columns);

/** Payments: what was paid, to whom, when. A correction of date or person takes the lines along. */
export const paiements: Entity = {
  name: "paiements",
  table: "payments",
  key: ["paiement_id"],
  columns: [...columns],
  parents: [{ column: "personne_id", entity: "personnes" }],
  check(cells, today) {
    const paidOn = cells[at.date_mandat] as string;
    return paidOn > today ? [{ code: "E_DATE_FUTURE", column: "date_mandat", value: paidOn }] : [];
  },
  baseRules,
  clusteredBy: "personne_id",
  isHistory: true,
};

function baseRules({ db, watchPayments }: Surroundings): BaseRules {
  const watch = watchPayments?.();
  const latestLine = db.$client.prepare<[string], { latest: string | null }>(
    `SELECT max(l.care_from) AS latest FROM payments p
     JOIN line_payments lp ON lp.member_id = p.member_id AND lp.paid_on = p.paid_on AND lp.payment_id = p.payment_id
     JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id
     WHERE p.payment_id = ?`,
  );
  const latestCare = (paymentId: string) => latestLine.get(paymentId)?.latest ?? undefined;
  return {
    reads: ["payer", "paid_on", "amount_cents", "recipient", "status"],
    refuse({ cells }, stored) {
      const paidOn = cells[at.date_mandat] as string;
      const payer = cells[at.payeur] as string;
      if (!stored || (stored.payer === payer && stored.paid_on! <= paidOn)) return undefined;
      const care = latestCare(cells[at.paiement_id] as string);
      if (care === undefined) return undefined;
      if (stored.payer !== payer) return { code: "E_PAYEUR", column: "payeur", value: payer };
      return care > paidOn ? { code: "E_DATES", column: "date_mandat", value: paidOn } : undefined;
    },
    refuseEnd({ cells }) {
      const shown = latestCare(cells[at.paiement_id] as string) !== undefined;
      return shown ? { code: "E_SUPPR_INTERDITE", column: "op", value: "D" } : undefined;
    },
    written({ cells }, stored) {
      watch?.({
        paymentId: cells[at.paiement_id] as string,
        memberId: cells[at.personne_id] as string,
        paidOn: cells[at.date_mandat] as string,
        amountCents: cells[at.montant_cents] as number,
        recipient: cells[at.destinataire] as Payable["recipient"],
        status: cells[at.statut] as Payable["status"],
        before: stored && payableOf(stored),
      });
      return false;
    },
  };
}

function payableOf({ ended, amount_cents, recipient, status }: Stored) {
  return { ended, amountCents: amount_cents, recipient, status } as Payable & { ended: number };
}
