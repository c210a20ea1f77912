import { choice, column, day, id, integer, label, last4, required, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

/** Instalments of the contribution. */
export const echeances: Entity = {
  name: "echeances",
  table: "instalments",
  key: ["echeance_id"],
  columns: [
    required("echeance_id", "instalment_id", id),
    required("contrat_id", "contract_id", id),
    required("date_echeance", "due_on", day),
    required("montant_cents", "amount_cents", integer(0, 1e12)),
    required("mode", "mode", text(40)),
    required("statut", "status", choice(["a_venir", "preleve", "paye", "rejete", "regularise", "annule"])),
    column("paye_le", "paid_on", day),
    column("motif_rejet", "reject_reason", label),
    column("iban_fin4", "iban_last4", last4),
  ],
  parents: [{ column: "contrat_id", entity: "contrats" }],
};
