import { cardColumns } from "../domain/card-requests.ts";
import { changeColumns } from "../domain/change-rows.ts";
import type { OutboundEntity } from "../domain/outbound.ts";

/** The columns of each outbound file, in their order. */
export const exportColumns: Record<OutboundEntity, readonly string[]> = {
  changements: changeColumns,
  demandes_ceam: cardColumns,
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
