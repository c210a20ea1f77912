import { electronicFormatIBAN, isValidBIC, isValidIBAN } from "ibantools";
import { choice, column, day, id, label, positions, required, special, text } from "./columns.ts";
import type { Entity } from "./entity.ts";

const columns = [
  required("personne_id", "member_id", id),
  required("usage", "usage", choice(["prestations_amo", "prestations_amc", "cotisations"])),
  column("iban", undefined, special("E_IBAN", readIban), { required: true, secret: true }),
  column(
    "bic",
    "bic",
    special("E_FORMAT", (value) => (isValidBIC(value) ? value : undefined)),
  ),
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
  const iban = electronicFormatIBAN(value);
  return iban && isValidIBAN(iban) && hasRibKey(iban) ? iban : undefined;
}

/** French numbers carry a second key, that of the RIB: letters count 1 to 9, thrice (S begins again at 2). */
function hasRibKey(iban: string): boolean {
  if (!/^(FR|MC)/.test(iban)) return true;
  const digits = iban.slice(4).replace(/[A-Z]/g, (letter) => {
    const rank = letter.charCodeAt(0) - 65;
    return String(rank < 18 ? (rank % 9) + 1 : rank - 16);
  });
  const [bank, branch, account, key] = [
    digits.slice(0, 5),
    digits.slice(5, 10),
    digits.slice(10, 21),
    digits.slice(21),
  ].map(Number);
  return 97 - ((89 * bank! + 15 * branch! + 3 * account!) % 97) === key;
}
