import { addDays, addMonths, type Day, yearsBefore } from "../../lib/dates.ts";
import { builtInOrganisation } from "../../platform/organisation.ts";
import { cell, createFeedWriter, type FeedSummary, type FeedWriter } from "./feed-writer.ts";
import { createRandom } from "./random.ts";
import { type PricedCare, priceCares } from "./synthetic-care.ts";
import { mix, type SyntheticPerson, syntheticPerson } from "./synthetic-people.ts";

export type SyntheticOptions = {
  folder: string;
  members: number;
  payments: number;
  today: Day;
  seed: string;
  /** Called now and then with the share done, from 0 to 1. */
  onProgress?: (share: number) => void;
};

/** How many members one feed may count, so that their social security numbers are all different. */
export const mostSyntheticMembers = 10_000_000;

const careDelay = 6;
const breathEvery = 20_000;

/**
 * Payments come by two, AMO then AMC, over the same 1, 2 or 3 lines in turn; the last of an odd number is AMO alone.
 * @returns how many lines K payments hold: K itself, or one more or less.
 */
export function syntheticLineCount(payments: number): number {
  const pairs = Math.ceil(payments / 2);
  const rest = pairs % 3;
  return 2 * (pairs - rest) + (rest === 2 ? 3 : rest);
}

/**
 * Writes a feed of any size with flat memory: N members with both covers, and K payments over the three years to
 * `today` (a day in Paris), in the order of time. The same options give the same bytes. Two such feeds share their
 * identifiers, so a base takes one of them. Payments need at least one member.
 * @returns the files of the manifest and how many rows they hold together.
 */
export async function makeSyntheticFeed(options: SyntheticOptions): Promise<FeedSummary> {
  const { folder, members, payments, today, seed, onProgress } = options;
  const start = createRandom(seed).below(0x7fffffff);
  const year = Number(today.slice(0, 4));
  const writer = createFeedWriter(folder, today, `synthetic-${seed}`);
  const pairs = Math.ceil(payments / 2);
  const total = members + pairs;
  const progress = async (done: number) => {
    onProgress?.(total === 0 ? 1 : done / total);
    // Lets a signal or a timer in: all the writing here is synchronous.
    await new Promise((resolve) => setImmediate(resolve));
  };
  for (let rank = 0; rank < members; rank++) {
    writeMember(writer, syntheticPerson(start, rank, year), today);
    if (rank % breathEvery === 0) await progress(rank);
  }
  const first = yearsBefore(today, 3);
  const days = calendar(addDays(first, -careDelay - 1), today);
  const prices = new Map<Day, PricedCare[]>();
  const lastPay = days.length - 1;
  let lineNumber = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const amoIndex = careDelay + 1 + Math.floor((pair * (lastPay - careDelay)) / pairs);
    const isAlone = pair * 2 + 1 === payments;
    const chance = mix(start, pair, 2);
    const owner = id("S", (chance % members) + 1);
    const careDay = days[amoIndex - 1 - ((chance >>> 8) % careDelay)]!;
    const priced = prices.get(careDay) ?? priceCares(careDay);
    if (!prices.has(careDay)) prices.set(careDay, priced);
    lineNumber = writePair(writer, {
      pair,
      owner,
      careDay,
      amoOn: days[amoIndex]!,
      isAlone,
      chance,
      priced,
      lineNumber,
    });
    if (pair % breathEvery === 0) await progress(members + pair);
  }
  await progress(total);
  return writer.finish();
}

type Pair = {
  pair: number;
  owner: string;
  careDay: Day;
  amoOn: Day;
  isAlone: boolean;
  chance: number;
  priced: PricedCare[];
  lineNumber: number;
};

/** Both payments are ordered the same day, so that none is later than today. */
function writePair(
  writer: FeedWriter,
  { pair, owner, careDay, amoOn, isAlone, chance, priced, lineNumber }: Pair,
): number {
  const amoId = id("SA", pair + 1);
  const amcId = isAlone ? "" : id("SM", pair + 1);
  let amoCents = 0;
  let amcCents = 0;
  let last = lineNumber;
  for (let count = 1 + (pair % 3); count > 0; count--) {
    const care = priced[(chance >>> (4 * count)) % priced.length]!;
    last += 1;
    amoCents += care.amoPaidCents;
    amcCents += care.amcCents;
    const recipients = isAlone ? "assure;" : "assure;assure";
    writer.writeRecord(
      "lignes",
      `${id("SL", last)};${amoId};${amcId};${owner};${careDay};;${care.middle};${recipients};O;NORMALE;`,
    );
  }
  const shared = `${owner};REMBOURSEMENT_SOINS;${amoOn};;`;
  writer.writeRecord("paiements", `${amoId};AMO;${shared}${amoCents};assure;virement;;emis;${amoId}`);
  if (!isAlone) writer.writeRecord("paiements", `${amcId};AMC;${shared}${amcCents};assure;virement;;emis;${amcId}`);
  return last;
}

function writeMember(writer: FeedWriter, person: SyntheticPerson, today: Day): void {
  const { id: personId, number, contractId, isWoman, lastName, firstName, birth, nir, nirKey, iban } = person;
  const title = isWoman ? "MME" : "M";
  const contact = `${personId.toLowerCase()}@synthetic.example;`;
  const address = `${title} ${plain(firstName)} ${plain(lastName)};;;1 RUE DES ETUDIANTS;;59000 LILLE;FR`;
  writer.writeRecord(
    "personnes",
    `${personId};${number};;${nir};${nirKey};N;${title};${lastName};;${firstName};${birth};1;${contact};${address};O;O;;N`,
  );
  const from = addMonths(today, -40);
  const until = addMonths(today, 12);
  writer.writeRecord("amo", `${personId};01;595;1234;CPAM de Lille-Douai;${personId};1;1;${from};${until};O;;;`);
  const product = "ESS100;Essentielle Étudiant;O";
  writer.writeRecord(
    "contrats",
    `${contractId};${personId};${product};${from};;actif;${builtInOrganisation.amcNumber};mensuelle`,
  );
  writer.writeRecord("beneficiaires", `${contractId};${personId};assure;${from};;active;33;${from}`);
  writer.writeRecord("garanties", `${contractId};soins_courants;Consultations et soins courants;10000;;;O;1`);
  writer.writeRecord("garanties", `${contractId};dentaire;Soins dentaires;10000;;;O;2`);
  writer.writeRecord(
    "echeances",
    `${contractId}-1;${contractId};${addMonths(today, 1)};1890;prelevement;a_venir;;;${iban.slice(-4)}`,
  );
  const holder = cell(`${firstName} ${lastName}`);
  writer.writeRecord("coordonnees_bancaires", `${personId};prestations_amc;${iban};PSSTFRPPLIL;${holder};;${from}`);
  writer.writeRecord("vitale", `${personId};${number};active;;${from};${from};${from}`);
}

function id(prefix: string, rank: number): string {
  return prefix + String(rank).padStart(8, "0");
}

/** Capitals without accents nor apostrophes, as the post wants them. */
function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").replace("’", " ").toUpperCase();
}

function calendar(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) days.push(day);
  return days;
}
