import { choice, column, day, id, label, pattern, positions, required } from "./columns.ts";
import type { Entity } from "./entity.ts";

const statuses = ["demandee", "transmise", "en_fabrication", "expediee", "recue", "retournee", "refusee", "annulee"];

/** Answers to the requests of a European card. */
export const ceam: Entity = {
  name: "ceam",
  table: "ehic_requests",
  key: ["demande_id"],
  columns: [
    required("demande_id", "request_id", id),
    required("personne_id", "member_id", id),
    required("statut", "status", choice(statuses)),
    column("num_carte", "card_number", pattern(/^\d{20}$/)),
    column("expire_le", "expires_on", day),
  ],
  parents: [{ column: "personne_id", entity: "personnes" }],
};

const answerColumns = [
  required("changement_id", "change_id", id),
  required("resultat", "result", choice(["applique", "refuse"])),
  column("motif", "reason", label),
] as const;

const at = positions(answerColumns);

/** Answers to the changes asked by members. */
export const changementsAck: Entity = {
  name: "changements_ack",
  table: "change_acks",
  key: ["changement_id"],
  columns: [...answerColumns],
  parents: [],
  baseRules: ({ changeAnswered }) => ({
    written({ ends, cells }) {
      const changeId = cells[at.changement_id] as string;
      const result = cells[at.resultat] === "applique" ? "applied" : "refused";
      if (!ends) changeAnswered({ changeId, result, reason: cells[at.motif] as string | null });
      return false;
    },
  }),
};
