import { cents, column, flag, id, integer, label, rate, required, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

/** Levels of cover of a contract, item by item. */
export const garanties: Entity = {
  name: "garanties",
  table: "guarantees",
  key: ["contrat_id", "poste"],
  columns: [
    required("contrat_id", "contract_id", id),
    required("poste", "item", text(60)),
    required("libelle", "label", label),
    column("niveau_pct_br", "level_pct_br", rate),
    column("forfait_cents", "allowance_cents", cents),
    column("periode_forfait", "allowance_period", text(40)),
    required("tiers_payant", "third_party", flag),
    required("ordre", "position", integer(0, 1_000_000)),
  ],
  parents: [{ column: "contrat_id", entity: "contrats" }],
};
