import { amo } from "./amo.ts";
import { beneficiaires } from "./beneficiaires.ts";
import { ceam, changementsAck } from "./ceam.ts";
import { contrats } from "./contrats.ts";
import { coordonneesBancaires } from "./coordonnees-bancaires.ts";
import { desinscriptions } from "./desinscriptions.ts";
import { echeances } from "./echeances.ts";
import type { Entity, EntityName } from "./entity.ts";
import { garanties } from "./garanties.ts";
import { lignes } from "./lignes.ts";
import { paiements } from "./paiements.ts";
import { personnes } from "./personnes.ts";
import { vitale } from "./vitale.ts";

/** Every inbound entity, by name. */
export const entities: Record<EntityName, Entity> = {
  personnes,
  amo,
  contrats,
  beneficiaires,
  garanties,
  echeances,
  coordonnees_bancaires: coordonneesBancaires,
  paiements,
  lignes,
  vitale,
  ceam,
  changements_ack: changementsAck,
  desinscriptions,
};
