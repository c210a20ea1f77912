import { choice, column, day, id, required, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

const statuses = [
  "non_demandee",
  "en_attente_pieces",
  "dossier_en_controle",
  "en_production",
  "expediee",
  "active",
  "a_mettre_a_jour",
  "en_opposition",
  "invalidee",
  "retournee",
];

/** Carte Vitale, one row a card. */
export const vitale: Entity = {
  name: "vitale",
  table: "vitale_cards",
  key: ["personne_id", "num_carte"],
  columns: [
    required("personne_id", "member_id", id),
    // A person may be told to have no card yet: the row then has no number.
    column("num_carte", "card_number", id, { fallback: "" }),
    required("statut", "status", choice(statuses)),
    column("motif", "reason", text(60)),
    required("statut_le", "status_on", day),
    column("date_emission", "issued_on", day),
    column("date_expedition", "sent_on", day),
  ],
  parents: [{ column: "personne_id", entity: "personnes" }],
};
