import { parseBic, parseIban } from "../lib/iban.ts";
import { choice, column, day, id, label, positions, required, special, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

const columns = [
  required("personne_id", "member_id", id),
  required("usage", "usage", choice(["prestations_amo", "prestations_amc", "cotisations"])),
  column("iban", undefined, special("E_IBAN", readIban), { required: true, secret: true }),
  column("bic", "bic", special("E_FORMAT", parseBic)),
  required("titulaire", "holder", label),
  column("rum", "mandate", text(35)),
  column("depuis", "since", day),
] as const;

const at = positions(columns);

/** Bank accounts of a person, one for each use. */
export const coordonneesBancaires: Entity = {
  name: "coordonnees_bancaires",
  table: "bank_accounts",
  key: ["personne_id", "usage"],
  columns: [...columns],
  parents: [{ column: "personne_id", entity: "personnes" }],
  secret: {
    columns: ["iban_sealed", "iban_hash", "iban_last4"],
    hashColumn: "iban_hash",
    hash: (seal, cells) => seal.hash("bank_accounts.iban", cells[at.iban] as string),
    sealed(seal, cells, hash) {
      const iban = cells[at.iban] as string;
      return [seal.seal("bank_accounts.iban", iban), hash, iban.slice(-4)];
    },
  },
};

function readIban(value: string): string | undefined {
  const read = parseIban(value);
  return read.ok ? read.value : undefined;
}
