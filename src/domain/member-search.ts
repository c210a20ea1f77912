import { type Day, isDay } from "../lib/dates.ts";
import { compactIdentifier, parseNir } from "../lib/nir.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import type { AccountStatus } from "./accounts.ts";
import { wordOfDay, wordsOf } from "./member-names.ts";
import { type NameVocabulary, nameVocabulary } from "./name-vocabulary.ts";

/** What a search tells of a person: enough to know them from another, nothing of their file. */
export type FoundPerson = {
  memberId: string;
  firstNames: string;
  birthName: string;
  usualName: string | null;
  birthYear: string;
  /** Member number, or that of an affiliate. */
  number: string;
  /** The last line of the address, without its postcode. */
  city: string | undefined;
  /** Undefined for somebody without an account. */
  account: AccountStatus | undefined;
};

export type FoundPeople = {
  people: FoundPerson[];
  /** There are others: the search says too little. */
  more: boolean;
  /** What was typed looks like a social security number, and is none. */
  badNir: boolean;
};

export const mostFound = 20;
/** Characters and words of a search that are looked at. */
export const longestSearch = 200;
const mostWords = 8;
/** Words of the base that one typed word may stand for: beyond, the answer would be "refine" anyway. */
const [mostBeginnings, mostResembling] = [100, 60];
/** A beginning of one letter is that of half the base. */
const shortestBeginning = 2;

/**
 * Finds people by what somebody of the mutual typed: a number (member, affiliate, social security), an e-mail (of the
 * account or of the file), or names in any order, with or without accents, with a typing error in words of four
 * letters or more and two in words of eight or more, cut short or not; a day of birth narrows.
 */
export async function findPeople(deps: Pick<Deps, "db" | "seal">, typed: string): Promise<FoundPeople> {
  const text = typed.slice(0, longestSearch).normalize("NFKC").trim();
  const found = (ids: Iterable<string>): FoundPeople => {
    const all = [...new Set(ids)];
    return { people: readPeople(deps, all.slice(0, mostFound)), more: all.length > mostFound, badNir: false };
  };
  if (text.includes("@")) return found(idsByEmail(deps, text));
  const number = compactIdentifier(text);
  if (looksLikeNir(text)) return { ...found(idsByNir(deps, number)), badNir: parseNir(number) === undefined };
  const numbered = /^[0-9A-Z]{6,12}$/.test(number) ? statements(deps.db).byNumber.all({ number }) : [];
  if (numbered.length > 0 && /\d/.test(number)) return found(numbered);
  return found([...numbered, ...(await idsByName(deps, text))]);
}

/** Thirteen characters or more of a number, however it is grouped: never taken for a name. */
export function looksLikeNir(text: string): boolean {
  return /^\d[0-9AB]{11,}$/.test(compactIdentifier(text));
}

const statements = perBase(({ $client }) => {
  const ids = <Values extends object>(sql: string) => $client.prepare<[Values], string>(sql).pluck();
  const most = `LIMIT ${mostFound + 1}`;
  return {
    byNumber: ids<{ number: string }>(
      "SELECT member_id FROM members WHERE member_number = @number OR affiliate_number = @number",
    ),
    byNir: ids<{ hash: Buffer }>(`SELECT member_id FROM members WHERE nir_hash = @hash ORDER BY birth_date ${most}`),
    byEmail: ids<{ email: string }>(
      `SELECT member_id FROM accounts WHERE email = @email COLLATE NOCASE
       UNION SELECT member_id FROM members WHERE email = @email COLLATE NOCASE ${most}`,
    ),
    byWords: $client.prepare<[{ words: string; most: number }], { personId: number; memberId: string }>(
      `SELECT p.person_id AS personId, p.member_id AS memberId
       FROM (SELECT rowid AS person_id FROM name_index WHERE name_index MATCH @words LIMIT @most) f
       JOIN people_found p ON p.person_id = f.person_id`,
    ),
    read: $client.prepare<[{ memberId: string }], FoundRow>(
      `SELECT m.member_id AS memberId, m.first_names AS firstNames, m.birth_name AS birthName,
         m.usual_name AS usualName, substr(m.birth_date, 1, 4) AS birthYear,
         coalesce(m.member_number, m.affiliate_number) AS number, m.address_6 AS lastLine, a.status
       FROM members m LEFT JOIN accounts a ON a.member_id = m.member_id WHERE m.member_id = @memberId`,
    ),
  };
});

type FoundRow = Omit<FoundPerson, "city" | "account"> & { lastLine: string | null; status: AccountStatus | null };

function readPeople({ db }: Pick<Deps, "db">, ids: string[]): FoundPerson[] {
  return ids.flatMap((memberId) => {
    const row = statements(db).read.get({ memberId });
    if (!row) return [];
    const { lastLine, status, ...person } = row;
    const city = lastLine?.replace(/^\s*[\dA-Z-]*\d[\dA-Z-]*\s+/, "").trim();
    return { ...person, city: city || undefined, account: status ?? undefined };
  });
}

/** What is known of one person before their file is opened; undefined for nobody. */
export function findPerson(deps: Pick<Deps, "db">, memberId: string): FoundPerson | undefined {
  return readPeople(deps, [memberId])[0];
}

const idsByEmail = ({ db }: Pick<Deps, "db">, email: string) => statements(db).byEmail.all({ email });

function idsByNir({ db, seal }: Pick<Deps, "db" | "seal">, number: string): string[] {
  const nir = parseNir(number);
  return nir ? statements(db).byNir.all({ hash: seal.hash("members.nir", nir.number) }) : [];
}

const days = /(?<!\d)(?:(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2}))(?!\d)/g;

/** Takes the days of birth out of what was typed; one that does not exist is nobody's. */
function readDays(text: string): { rest: string; births: Day[] } {
  const births: Day[] = [];
  const rest = text.replace(days, (_, day = "", month = "", year = "", isoYear = "", isoMonth = "", isoDay = "") => {
    births.push(
      isoYear ? `${isoYear}-${isoMonth}-${isoDay}` : `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`,
    );
    return " ";
  });
  return { rest, births };
}

/** The people of a name: those of these very words first, then of words that go on, then of words that resemble. */
async function idsByName({ db }: Pick<Deps, "db">, text: string): Promise<string[]> {
  const { rest, births } = readDays(text);
  const words = [...new Set(wordsOf(rest))].slice(0, mostWords);
  if (words.length + births.length === 0 || !births.every(isDay)) return [];
  const vocabulary = nameVocabulary(db);
  await vocabulary.refresh();
  const found = new Set<string>();
  const search = (groups: string[][]) => {
    if (groups.some((group) => group.length === 0)) return;
    const asked = groups.map((group) => `(${group.map((word) => `"${word}"`).join(" OR ")})`).join(" AND ");
    const most = mostFound + 1 + found.size;
    for (const { memberId } of statements(db).byWords.all({ words: asked, most })) found.add(memberId);
  };
  const born = births.map((day) => [wordOfDay(day)]);
  const steps = [exactly, orGoingOn, orResembling];
  for (const step of steps) {
    if (found.size > mostFound) break;
    search([...born, ...words.map((word) => [...step(vocabulary, word)])]);
  }
  return [...found];
}

const exactly = (_: NameVocabulary, word: string) => new Set([word]);

function orGoingOn(vocabulary: NameVocabulary, word: string): Set<string> {
  const going = word.length < shortestBeginning ? [] : vocabulary.beginningWith(word, mostBeginnings);
  return new Set([word, ...going]);
}

function orResembling(vocabulary: NameVocabulary, word: string): Set<string> {
  const errors = word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0;
  const resembling = errors === 0 ? [] : vocabulary.resembling(word, errors, mostResembling);
  return new Set([...resembling, ...orGoingOn(vocabulary, word)]);
}
