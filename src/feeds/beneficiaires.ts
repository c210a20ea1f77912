import { datesInOrder } from "./amo.ts";
import { choice, column, day, id, pattern, positions, required, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

const columns = [
  required("contrat_id", "contract_id", id),
  required("personne_id", "member_id", id),
  required("lien", "link", choice(["assure", "conjoint", "enfant", "autre"])),
  required("debut", "starts_on", day),
  column("fin", "ends_on", day),
  required("noemie_statut", "noemie_status", text(40)),
  column("noemie_code", "noemie_code", pattern(/^\d{2}$/)),
  column("noemie_le", "noemie_on", day),
] as const;

const at = positions(columns);

/** Who a contract covers, and the state of the télétransmission for each. */
export const beneficiaires: Entity = {
  name: "beneficiaires",
  table: "beneficiaries",
  key: ["contrat_id", "personne_id"],
  columns: [...columns],
  parents: [
    { column: "contrat_id", entity: "contrats" },
    { column: "personne_id", entity: "personnes" },
  ],
  check: (cells) => datesInOrder(cells, at.debut, at.fin, "fin"),
};
