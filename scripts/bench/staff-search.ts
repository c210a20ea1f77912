// How long the back office takes to find a person among a million, by whatever is typed. Prints one JSON object.
//   node scripts/bench/staff-search.ts [--members 1000000]
import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { createNameIndex } from "../../src/domain/member-names.ts";
import { findPeople } from "../../src/domain/member-search.ts";
import { type Db, migrate, openDatabase, write } from "../../src/platform/database.ts";
import { createSeal } from "../../src/platform/seal.ts";

export type StaffSearchFigures = { searches: number; p50: number; p99: number; worst: number; perKind: Figures };
type Figures = Record<string, { p50: number; p99: number }>;

const common = {
  last: `Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David
    Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Faure André Mercier Blanc
    Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry Roussel
    Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard Giraud
    Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin Vidal
    Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey Leclerc
    Payet Rolland Leclercq Guillaume Lecomte López Jean Dupuy Guillot Hubert Berger Carpentier Sánchez`.split(/\s+/),
  first: `Léa Manon Camille Chloé Emma Marie Inès Sarah Clara Jade Lola Anaïs Lucie Océane Laura Mathilde Julie Pauline
    Louise Alice Juliette Zoé Eva Lisa Romane Margot Noémie Maëlys Thomas Lucas Théo Hugo Maxime Nathan Enzo Léo Louis
    Clément Alexandre Antoine Mathis Baptiste Quentin Arthur Nicolas Paul Romain Valentin Mohamed Gabriel Raphaël Jules
    Adam Noah Ethan Tom Axel Rayan Yanis Amine Mehdi Fatima Aya Sofia Yasmine Nour Imane Salma`.split(/\s+/),
};

// A small generator of its own: the same people each time.
let state = 20_261_123;
function chance(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
}
const pick = <T>(from: readonly T[]) => from[Math.floor(chance() * from.length)]!;
/** One person in three has a common name; the others spread over many. */
const skewed = (from: string[], head: number) =>
  chance() < 0.35 ? from[Math.floor(chance() ** 2 * head)]! : from[Math.floor(chance() ** 3 * from.length)]!;

function invent(known: string[], count: number): string[] {
  const parts =
    `ba be bo bu ca ce co da de di do du fa fe fi ga ge go la le li lo lu ma me mi mo mu na ne ni no pa pe pi
    ra re ri ro sa se si so ta te ti to va ve vi ar er in on an eau et ard ier ou oi qu ch ez ic ac`.split(/\s+/);
  const names = new Set(known);
  while (names.size < count) {
    let name = "";
    for (let left = 2 + Math.floor(chance() * 3); left > 0; left--) name += pick(parts);
    names.add(name[0]!.toUpperCase() + name.slice(1));
  }
  return [...names];
}

type Person = { memberId: string; number: string; birthName: string; firstNames: string; birthDate: string };

function fill(db: Db, count: number): Person[] {
  const [last, first] = [invent(common.last, 150_000), invent(common.first, 15_000)];
  const insert = db.$client.prepare(
    `INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, email, address_6, is_affiliate,
       is_subscriber, version, digest) VALUES (?, ?, ?, ?, ?, ?, '59000 LILLE', 1, 1, 1, x'00')`,
  );
  const index = createNameIndex(db);
  const kept: Person[] = [];
  for (let next = 0; next < count; ) {
    write(db, () => {
      for (const end = Math.min(next + 1_000, count); next < end; next++) {
        const number = String(10_000_000 + next);
        const firstNames = skewed(first, common.first.length) + (chance() < 0.5 ? ` ${skewed(first, 60)}` : "");
        const two = (most: number) => String(1 + Math.floor(chance() * most)).padStart(2, "0");
        const birthDate = `${1996 + Math.floor(chance() * 12)}-${two(12)}-${two(28)}`;
        const person = {
          memberId: `P${number}`,
          number,
          birthName: skewed(last, common.last.length),
          firstNames,
          birthDate,
        };
        const { memberId, birthName } = person;
        insert.run(memberId, number, birthName, firstNames, birthDate, `m${number}@demo.example`);
        index.keep({ ...person, usualName: null });
        if (next % 97 === 0) kept.push(person);
      }
    });
  }
  return kept;
}

function misspelled(word: string): string {
  const at = 1 + Math.floor(chance() * Math.max(word.length - 2, 1));
  const [start, end] = [word.slice(0, at), word.slice(at)];
  return pick([
    start + end.slice(1),
    `${start}x${end}`,
    `${start}e${end.slice(1)}`,
    start + (end[1] ?? "") + end[0]! + end.slice(2),
  ]);
}

const day = (birthDate: string) => birthDate.split("-").reverse().join("/");
const kinds: Record<string, (person: Person) => string> = {
  number: ({ number }) => number,
  email: ({ number }) => `M${number}@Demo.example`,
  names: ({ firstNames, birthName }) => `${firstNames} ${birthName}`,
  "first and last": ({ firstNames, birthName }) => `${birthName} ${firstNames.split(" ")[0]}`,
  "last name": ({ birthName }) => birthName,
  "last name and day": ({ birthName, birthDate }) => `${birthName} ${day(birthDate)}`,
  "misspelled last name": ({ firstNames, birthName }) => `${misspelled(birthName)} ${firstNames.split(" ")[0]}`,
  "all misspelled": ({ firstNames, birthName }) => firstNames.split(" ").concat(birthName).map(misspelled).join(" "),
  "misspelled and day": ({ birthName, birthDate }) => `${misspelled(birthName)} ${day(birthDate)}`,
  beginnings: ({ firstNames, birthName }) => `${birthName.slice(0, 3)} ${firstNames.slice(0, 3)}`,
  "common names misspelled": ({ birthDate }) =>
    `${misspelled(pick(common.last))} ${misspelled(pick(common.first))} ${day(birthDate)}`,
  nobody: () => "mar mar mat mat marc mari lea leo 01/01/1900",
};

const rank = (sorted: number[], share: number) =>
  sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]!;

/** Makes a base of so many people, and searches it. Milliseconds. */
export async function benchStaffSearch(members: number): Promise<StaffSearchFigures> {
  const folder = mkdtempSync(join(tmpdir(), "espace-bench-"));
  try {
    const db = openDatabase(join(folder, "espace.db"), { durability: "normal" });
    migrate(db);
    const people = fill(db, members);
    const deps = { db, seal: createSeal([createSecretKey(randomBytes(32))]) };
    await findPeople(deps, "Zzz");
    const took = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
    for (let turn = 0; turn < 200; turn++) {
      for (const [kind, typed] of Object.entries(kinds)) {
        const text = typed(pick(people));
        const started = performance.now();
        await findPeople(deps, text);
        took[kind]!.push(performance.now() - started);
      }
    }
    db.$client.close();
    const sort = (times: number[]) => times.sort((one, other) => one - other);
    const all = sort(Object.values(took).flat());
    const perKind = Object.fromEntries(
      Object.entries(took).map(([kind, times]) => [kind, { p50: rank(sort(times), 0.5), p99: rank(times, 0.99) }]),
    );
    return { searches: all.length, p50: rank(all, 0.5), p99: rank(all, 0.99), worst: all.at(-1)!, perKind };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ args: argv.slice(2), options: { members: { type: "string", default: "1000000" } } });
  stdout.write(`${JSON.stringify(await benchStaffSearch(Number(values.members)), null, 2)}\n`);
}
