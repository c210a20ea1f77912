import { hideNumbers } from "../lib/hidden-numbers.ts";
import { type Cell, choice, column, day, id, type Kind, label, pattern, positions, required } from "./columns.ts";
import type { Entity, Fault, FeedRow } from "./entity.ts";

const statuses = ["demandee", "transmise", "en_fabrication", "expediee", "recue", "retournee", "refusee", "annulee"];

/** Words written by hand, for the member to read. */
const reason: Kind = {
  ...label,
  read(text) {
    const read = label.read(text);
    return typeof read === "string" ? hideNumbers(read) : undefined;
  },
  take: hideNumbers,
};

const cardColumns = [
  required("demande_id", "request_id", id),
  required("personne_id", "member_id", id),
  required("statut", "status", choice(statuses)),
  column("num_carte", "card_number", pattern(/^\d{20}$/)),
  column("expire_le", "expires_on", day),
  column("motif", "reason", reason, { isLater: true }),
] as const;

const cardAt = positions(cardColumns);

/** Answers to the requests of a European card, and cards that were asked for elsewhere. */
export const ceam: Entity = {
  name: "ceam",
  table: "ehic_requests",
  key: ["demande_id"],
  columns: [...cardColumns],
  parents: [{ column: "personne_id", entity: "personnes" }],
  baseRules: ({ db, cardAnswered }) => {
    const askedFor = db.$client
      .prepare<[Cell], string>("SELECT member_id FROM card_requests WHERE request_id = ?")
      .pluck();
    return {
      refuse({ cells }) {
        const memberId = askedFor.get(cells[cardAt.demande_id]!);
        const named = String(cells[cardAt.personne_id]);
        if (memberId === undefined || memberId === named) return undefined;
        return { code: "E_DEMANDE", column: "personne_id", value: named };
      },
      written({ ends, cells }) {
        const requestId = cells[cardAt.demande_id] as string;
        const memberId = cells[cardAt.personne_id] as string;
        const status = cells[cardAt.statut] as string;
        if (!ends) cardAnswered({ requestId, memberId, status, reason: cells[cardAt.motif] as string | null });
        return false;
      },
    };
  },
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
