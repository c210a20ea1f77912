import { type Cell, choice, column, day, id, integer, label, pattern, positions, required, text } from "./columns.ts";
import type { Entity, Fault } from "./entity.ts";

const columns = [
  required("personne_id", "member_id", id),
  required("regime", "scheme", pattern(/^\d{2}$/)),
  required("caisse", "fund", pattern(/^\d{3}$/)),
  required("centre", "centre", pattern(/^\d{4}$/)),
  required("caisse_libelle", "fund_name", label),
  required("ouvrant_droit_id", "holder_id", id),
  required("qualite", "quality", integer(1, 4)),
  required("rang", "rank", integer(1, 19)),
  required("droits_debut", "rights_from", day),
  required("droits_fin", "rights_to", day),
  required("mt_renseigne", "treating_doctor", choice(["O", "N", "I"])),
  column("exo_code", "exemption_code", text(20)),
  column("exo_debut", "exemption_from", day),
  column("exo_fin", "exemption_to", day),
] as const;

const at = positions(columns);

/** Rights at the Assurance Maladie, one row a person. */
export const amo: Entity = {
  name: "amo",
  table: "amo_rights",
  key: ["personne_id"],
  columns: [...columns],
  parents: [
    { column: "personne_id", entity: "personnes" },
    { column: "ouvrant_droit_id", entity: "personnes" },
  ],
  check: (cells) => [
    ...datesInOrder(cells, at.droits_debut, at.droits_fin, "droits_fin"),
    ...datesInOrder(cells, at.exo_debut, at.exo_fin, "exo_fin"),
  ],
};

/** The end of a period is not before its start; an open end is. */
export function datesInOrder(cells: Cell[], from: number, to: number, column: string): Fault[] {
  const start = cells[from];
  const end = cells[to];
  return start && end && end < start ? [{ code: "E_DATES", column, value: String(end) }] : [];
}
