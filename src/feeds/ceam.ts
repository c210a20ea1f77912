import { type Cell, choice, column, day, id, label, pattern, positions, required } from "./columns.ts";
import type { Entity, Fault, FeedRow } from "./entity.ts";

const statuses = ["demandee", "transmise", "en_fabrication", "expediee", "recue", "retournee", "refusee", "annulee"];

const cardColumns = [
  required("demande_id", "request_id", id),
  required("personne_id", "member_id", id),
  required("statut", "status", choice(statuses)),
  column("num_carte", "card_number", pattern(/^\d{20}$/)),
  column("expire_le", "expires_on", day),
] as const;

const cardAt = positions(cardColumns);

/** Answers to the requests of a European card, and cards that were asked for elsewhere. */
export const ceam: Entity = {
  name: "ceam",
  table: "ehic_requests",
  key: ["demande_id"],
  columns: [...cardColumns],
  parents: [{ column: "personne_id", entity: "personnes" }],
  baseRules: ({ cardAnswered }) => ({
    written({ ends, cells }) {
      const requestId = cells[cardAt.demande_id] as string;
      const memberId = cells[cardAt.personne_id] as string;
      if (!ends) cardAnswered({ requestId, memberId, status: cells[cardAt.statut] as string });
      return false;
    },
  }),
};

const answerColumns = [
  required("changement_id", "change_id", id),
  required("resultat", "result", choice(["applique", "refuse"])),
  column("motif", "reason", label),
] as const;

const at = positions(answerColumns);

/** Answers to the changes asked by members; one to a change that nobody asked for is told, and not kept. */
export const changementsAck: Entity = {
  name: "changements_ack",
  table: "change_acks",
  key: ["changement_id"],
  columns: [...answerColumns],
  parents: [],
  baseRules: ({ db, changeAnswered }) => {
    const isWaiting = db.$client
      .prepare<[Cell], 0 | 1>(
        `SELECT c.state = 'pending' AND NOT EXISTS (
           SELECT 1 FROM outbound o WHERE o.outbound_id = c.outbound_id AND o.export_sequence IS NULL)
         FROM changes c WHERE c.change_id = ?`,
      )
      .pluck();
    const fault = (code: "E_CHANGEMENT" | "W_CHANGEMENT", cells: Cell[]): Fault => ({
      code,
      column: "changement_id",
      value: String(cells[at.changement_id]),
    });
    const refuse = ({ cells }: FeedRow) =>
      isWaiting.get(cells[at.changement_id]!) === undefined ? fault("E_CHANGEMENT", cells) : undefined;
    const doubt = ({ cells }: FeedRow) =>
      isWaiting.get(cells[at.changement_id]!) === 0 ? fault("W_CHANGEMENT", cells) : undefined;
    const written = ({ ends, cells }: FeedRow) => {
      const changeId = cells[at.changement_id] as string;
      const result = cells[at.resultat] === "applique" ? "applied" : "refused";
      if (!ends) changeAnswered({ changeId, result, reason: cells[at.motif] as string | null });
      return false;
    };
    return { refuse, doubt, written };
  },
};
