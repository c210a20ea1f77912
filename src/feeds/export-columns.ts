import { changeColumns } from "../domain/change-rows.ts";
import type { OutboundEntity } from "../domain/outbound.ts";

/** The columns of each outbound file, in their order. An entity that is not here waits in the base. */
export const exportColumns: Partial<Record<OutboundEntity, readonly string[]>> = {
  changements: changeColumns,
  declarations_vitale: [
    "declaration_id",
    "personne_id",
    "num_carte",
    "motif",
    "date_faits",
    "lieu",
    "description",
    "professionnel",
    "plainte",
    "declarant_id",
    "declare_le",
  ],
  preferences_papier: ["personne_id", "papier", "date_effet"],
  suppressions: ["personne_id", "date_suppression"],
};
