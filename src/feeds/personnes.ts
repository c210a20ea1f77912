import type { IdentityChange } from "../domain/freezing.ts";
import { createNameIndex, type NamedPerson } from "../domain/member-names.ts";
import { isProvisional, type Nir, parseNir } from "../lib/nir.ts";
import type { Seal } from "../platform/seal.ts";
import { type Cell, column, day, flag, id, integer, pattern, positions, required, special, text } from "./columns.ts";
import type { BaseRules, Entity, Fault, FeedRow, Stored, Surroundings } from "./entity.ts";

const memberNumber = pattern(/^[0-9A-Z]{6,12}$/);
const addressLine = text(38);

const columns = [
  required("personne_id", "member_id", id),
  column("num_adherent", "member_number", memberNumber),
  column("num_affilie", "affiliate_number", memberNumber),
  column("nir13", undefined, pattern(/^[0-9AB]{13}$/, "E_NIR"), { secret: true }),
  column("nir_cle", undefined, pattern(/^\d{2}$/, "E_NIR"), { secret: true }),
  column("nir_provisoire", "nir_provisional", flag, { fallback: 0 }),
  column("civilite", "title", text(20)),
  required("nom_naissance", "birth_name", text(100)),
  column("nom_usage", "usual_name", text(100)),
  required("prenoms", "first_names", text(100)),
  required("date_naissance", "birth_date", day),
  column("rang_naissance", "birth_rank", integer(1, 9), { fallback: 1 }),
  column("email", "email", special("E_FORMAT", readEmail), { leniency: "W_EMAIL" }),
  column("telephone", "phone", special("E_FORMAT", readPhone), { leniency: "W_TELEPHONE" }),
  column("adr_l1", "address_1", addressLine),
  column("adr_l2", "address_2", addressLine),
  column("adr_l3", "address_3", addressLine),
  column("adr_l4", "address_4", addressLine),
  column("adr_l5", "address_5", addressLine),
  column("adr_l6", "address_6", addressLine),
  column("pays", "country", pattern(/^[A-Z]{2}$/)),
  required("est_affilie", "is_affiliate", flag),
  required("est_adherent", "is_subscriber", flag),
  column("date_inscription", "joined_on", day),
  column("decede", "deceased", flag, { fallback: 0 }),
] as const;

const at = positions(columns);

/** People: the only entity that others all depend on, and the one that fires invitations. */
export const personnes: Entity = {
  name: "personnes",
  table: "members",
  key: ["personne_id"],
  columns: [...columns],
  parents: [],
  check,
  complete(cells) {
    const nir = readNir(cells);
    // Numbers that begin with 5 to 8 will be replaced, whether the feed says so or not.
    if (nir && isProvisional(nir)) cells[at.nir_provisoire] = 1;
  },
  secret: {
    columns: ["nir_sealed", "nir_hash"],
    hashColumn: "nir_hash",
    hash: hashOfNir,
    sealed(seal, cells, hash) {
      const nir = readNir(cells);
      return [nir ? seal.seal("members.nir", nir.number + nir.key) : null, hash];
    },
  },
  baseRules,
};

function check(cells: Cell[], today: string): Fault[] {
  const faults: Fault[] = [];
  if (cells[at.num_adherent] === null && cells[at.num_affilie] === null) {
    faults.push({ code: "E_NUMERO", column: "num_adherent" });
  }
  const nir = readNir(cells);
  if (cells[at.nir13] === null ? cells[at.nir_cle] !== null : !nir) faults.push({ code: "E_NIR", column: "nir13" });
  const birth = cells[at.date_naissance] as string;
  if (birth > today) faults.push({ code: "E_DATE_FUTURE", column: "date_naissance", value: birth });
  return faults;
}

function readNir(cells: Cell[]): Nir | undefined {
  const number = cells[at.nir13];
  return number === null ? undefined : parseNir(`${number}${cells[at.nir_cle] ?? ""}`);
}

function baseRules({ db, seal, invite, identityChanged }: Surroundings): BaseRules {
  const sameNumber = db.$client.prepare<[Cell, Cell, Cell, Cell, Cell], { num: string }>(
    `SELECT coalesce(member_number, affiliate_number) AS num FROM members
     WHERE (member_number IN (?, ?) OR affiliate_number IN (?, ?)) AND member_id <> ? LIMIT 1`,
  );
  const names = createNameIndex(db);
  return {
    reads: ["joined_on", "email", "deceased", "birth_date", "nir_provisional", ...foundBy],
    refuse(row) {
      const subscriber = row.cells[at.num_adherent]!;
      const affiliate = row.cells[at.num_affilie]!;
      const other = sameNumber.get(subscriber, affiliate, subscriber, affiliate, row.cells[at.personne_id]!);
      return other && { code: "E_DOUBLON", column: "num_adherent", value: String(subscriber ?? affiliate) };
    },
    written(row, stored) {
      if (!stored || isFoundOtherwise(row, stored)) names.keep(namedPerson(row));
      const changed = stored ? identityChanges(row, stored, hashOfNir(seal, row.cells)) : [];
      if (changed.length > 0) identityChanged(row.cells[at.personne_id] as string, changed);
      if (!mayBeInvited(row) || wasInvitable(stored)) return false;
      return invite(row.cells[at.personne_id] as string);
    },
  };
}

/** What people are found by, beside the day of birth. */
const foundBy = ["birth_name", "usual_name", "first_names"];

function isFoundOtherwise({ cells }: FeedRow, stored: Stored): boolean {
  return (
    stored.birth_name !== cells[at.nom_naissance] ||
    stored.usual_name !== cells[at.nom_usage] ||
    stored.first_names !== cells[at.prenoms] ||
    stored.birth_date !== cells[at.date_naissance]
  );
}

function namedPerson({ cells }: FeedRow): NamedPerson {
  return {
    memberId: cells[at.personne_id] as string,
    birthName: cells[at.nom_naissance] as string,
    usualName: cells[at.nom_usage] as string | null,
    firstNames: cells[at.prenoms] as string,
    birthDate: cells[at.date_naissance] as string,
  };
}

function hashOfNir(seal: Seal, cells: Cell[]): Buffer | null {
  const nir = readNir(cells);
  return nir ? seal.hash("members.nir", nir.number) : null;
}

/** What now contradicts what was known. A first number is none, nor is the one that replaces a provisional one. */
function identityChanges({ cells }: FeedRow, stored: Stored, nirHash: Buffer | null): IdentityChange[] {
  const changes: IdentityChange[] = [];
  if (stored.birth_date !== cells[at.date_naissance]) changes.push("birth date");
  const wasFinal = stored.hash !== null && stored.nir_provisional === 0;
  if (wasFinal && nirHash !== null && !nirHash.equals(stored.hash!)) changes.push("social security number");
  return changes;
}

function mayBeInvited({ ends, cells }: FeedRow): boolean {
  return !ends && cells[at.date_inscription] !== null && cells[at.email] !== null && cells[at.decede] === 0;
}

function wasInvitable(stored: Stored | undefined): boolean {
  if (!stored || stored.ended === 1) return false;
  return stored.joined_on !== null && stored.email !== null && stored.deceased === 0;
}

function readEmail(value: string): string | undefined {
  return value.length <= 254 && /^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\.]{2,}$/.test(value)
    ? value
    : undefined;
}

/** In the international form; ten digits are a French number. */
function readPhone(value: string): string | undefined {
  const compact = value.replace(/[\s.\-()\u00a0]/g, "");
  if (/^0[1-9]\d{8}$/.test(compact)) return `+33${compact.slice(1)}`;
  const international = compact.replace(/^00/, "+");
  return /^\+[1-9]\d{6,14}$/.test(international) ? international : undefined;
}
