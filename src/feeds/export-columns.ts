import type { OutboundEntity } from "../domain/outbound.ts";

/** The columns of each outbound file, in their order. An entity that is not here waits in the base. */
export const exportColumns: Partial<Record<OutboundEntity, readonly string[]>> = {
  preferences_papier: ["personne_id", "papier", "date_effet"],
  suppressions: ["personne_id", "date_suppression"],
};
