import { datesInOrder } from "./amo.ts";
import { choice, column, day, flag, id, label, pattern, positions, required, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

const columns = [
  required("contrat_id", "contract_id", id),
  required("adherent_id", "subscriber_id", id),
  required("produit_code", "product_code", text(40)),
  required("produit_libelle", "product_name", label),
  required("responsable", "responsible", flag),
  required("debut", "starts_on", day),
  column("fin", "ends_on", day),
  required("statut", "status", choice(["actif", "suspendu", "resilie", "a_venir"])),
  required("num_amc", "amc_number", pattern(/^\d{8}$/)),
  column("periodicite", "periodicity", text(40)),
] as const;

const at = positions(columns);

/** Contracts of the complémentaire. */
export const contrats: Entity = {
  name: "contrats",
  table: "contracts",
  key: ["contrat_id"],
  columns: [...columns],
  parents: [{ column: "adherent_id", entity: "personnes" }],
  check: (cells) => datesInOrder(cells, at.debut, at.fin, "fin"),
};
