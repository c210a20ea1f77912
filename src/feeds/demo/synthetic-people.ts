import { type Day, makeDay } from "../../lib/dates.ts";
import { nirKey } from "../../lib/nir.ts";
import { makeFrenchIban } from "./identifiers.ts";

/** A person made up from a rank alone: nothing has to be kept in memory to meet the same one again. */
export type SyntheticPerson = {
  id: string;
  number: string;
  contractId: string;
  isWoman: boolean;
  lastName: string;
  firstName: string;
  birth: Day;
  nir: string;
  nirKey: string;
  iban: string;
};

const lastNames =
  "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefèvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont Lambert Bonnet François Martinez L’Hermitte".split(
    " ",
  );
const women = "Emma Léa Manon Chloé Camille Inès Sarah Zoé Maëlys Anaïs Océane Clémence Noémie Yasmine Louise".split(
  " ",
);
const men = "Lucas Hugo Théo Nathan Louis Enzo Noé Rémi Gaël Jérôme Kévin Loïc Maxime Yanis Paul".split(" ");

/** A well-mixed whole number of 32 bits from a seed and two ranks. */
export function mix(seed: number, rank: number, salt: number): number {
  let value = Math.imul(seed ^ Math.imul(rank + 0x9e3779b9, 0x85ebca6b), 0xc2b2ae35) ^ Math.imul(salt + 1, 0x27d4eb2f);
  value = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  value = Math.imul(value ^ (value >>> 15), 0x846ca68b);
  return (value ^ (value >>> 16)) >>> 0;
}

/** The person of a rank (from 0), of age for more than three years in the year given. */
export function syntheticPerson(seed: number, rank: number, year: number): SyntheticPerson {
  const chance = mix(seed, rank, 0);
  const isWoman = (chance & 1) === 1;
  const born = {
    year: year - 22 - ((chance >>> 1) % 10),
    month: 1 + ((chance >>> 5) % 12),
    day: 1 + ((chance >>> 9) % 28),
  };
  const birth = makeDay(born.year, born.month, born.day);
  // The rank makes the number unique within its year and month: commune of five digits, order of three.
  const place = String((59 - (Math.floor(rank / 720_000) % 50)) * 1000 + 1 + (Math.floor(rank / 900) % 800));
  const order = String(1 + (rank % 900)).padStart(3, "0");
  const nir = `${isWoman ? 2 : 1}${birth.slice(2, 4)}${birth.slice(5, 7)}${place.padStart(5, "0")}${order}`;
  const names = mix(seed, rank, 1);
  return {
    id: `S${String(rank + 1).padStart(8, "0")}`,
    number: String(20_000_001 + rank),
    contractId: `SC${String(rank + 1).padStart(8, "0")}`,
    isWoman,
    lastName: lastNames[names % lastNames.length]!,
    firstName: isWoman ? women[(names >>> 8) % women.length]! : men[(names >>> 8) % men.length]!,
    birth,
    nir,
    nirKey: nirKey(nir),
    iban: makeFrenchIban(20_041, 1_005, 1_000_000_000 + rank),
  };
}
