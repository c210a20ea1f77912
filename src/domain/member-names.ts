import type { Day } from "../lib/dates.ts";
import { toLatin } from "../lib/latin.ts";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";

/** What a person is found by, as the feed names them. */
export type NamedPerson = {
  memberId: string;
  birthName: string;
  usualName: string | null;
  firstNames: string;
  birthDate: Day;
};

/** A word of a name is rarely longer: the rest tells nobody apart. */
const longestWord = 40;
/** Letters that no accent was put on: they are written otherwise where they are not known. */
const spelled: Record<string, string> = { œ: "oe", æ: "ae", ß: "ss", ø: "o", ł: "l", đ: "d", ð: "d", þ: "th", ı: "i" };

/** The words of a text as they are compared: in Latin letters, small, without accents. */
export function wordsOf(text: string): string[] {
  const bare = toLatin(text)
    .normalize("NFKD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[œæßøłđðþı]/g, (letter) => spelled[letter]!);
  return (bare.match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => word.slice(0, longestWord));
}

/** A day of birth as a word of the index. */
export const wordOfDay = (day: Day) => day.replaceAll("-", "");

/** The words somebody is found by. A name of several words is one word too: `Le Goff` is also typed `Legoff`. */
export function nameWordsOf({ birthName, usualName, firstNames }: Omit<NamedPerson, "memberId" | "birthDate">) {
  // First names are separate ones; those that belong together have a hyphen between.
  const names = [birthName, usualName ?? "", ...firstNames.split(/[\s,]+/)].map(wordsOf);
  const joined = names.flatMap((words) => (words.length > 1 ? words.join("").slice(0, longestWord) : []));
  return new Set([...names.flat(), ...joined]);
}

/**
 * Keeps what finds people by name, in the caller's transaction: for a new person, and for one whose name or day of
 * birth has changed.
 */
export function createNameIndex({ $client }: Db) {
  const find = $client.prepare<[string], number>("SELECT person_id FROM people_found WHERE member_id = ?").pluck();
  const add = $client.prepare<[string]>("INSERT INTO people_found (member_id) VALUES (?)");
  const know = $client.prepare<[string]>("INSERT INTO name_words (word) VALUES (?) ON CONFLICT DO NOTHING");
  const forget = $client.prepare<[number]>("DELETE FROM name_index WHERE rowid = ?");
  const put = $client.prepare<[number | bigint, string]>("INSERT INTO name_index (rowid, words) VALUES (?, ?)");
  return {
    keep(person: NamedPerson): void {
      const known = find.get(person.memberId);
      if (known !== undefined) forget.run(known);
      const words = nameWordsOf(person);
      for (const word of words) know.run(word);
      const text = [...words, wordOfDay(person.birthDate)].join(" ");
      put.run(known ?? add.run(person.memberId).lastInsertRowid, text);
    },
  };
}

/** The row of the settings that says how far people of before the index are in it: a member_id, or that all are. */
const filledSetting = "people_found";
const allFilled = "all";
const peopleAtOnce = 250;

/** True once everybody can be found by name. */
export function isNameIndexFilled({ $client }: Db): boolean {
  return filledUpTo($client) === allFilled;
}

function filledUpTo($client: Db["$client"]): string | undefined {
  return $client.prepare<[string], string>("SELECT value FROM settings WHERE name = ?").pluck().get(filledSetting);
}

/**
 * Puts people who were in the base before the index into it, some at a time in one short transaction; stopped at any
 * moment, it goes on where it was.
 * @returns true when nobody is left.
 */
export function fillNameIndex({ db }: Pick<Deps, "db">): boolean {
  const { $client } = db;
  if (isNameIndexFilled(db)) return true;
  const next = $client.prepare<[string], NamedPerson & { known: 0 | 1 }>(
    `SELECT m.member_id AS memberId, m.birth_name AS birthName, m.usual_name AS usualName,
       m.first_names AS firstNames, m.birth_date AS birthDate,
       EXISTS (SELECT 1 FROM people_found p WHERE p.member_id = m.member_id) AS known
     FROM members m WHERE m.member_id > ? ORDER BY m.member_id LIMIT ${peopleAtOnce}`,
  );
  const mark = $client.prepare<[string, string]>(
    "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
  );
  return write(db, () => {
    const from = filledUpTo($client) ?? "";
    if (from === allFilled) return true;
    const people = next.all(from === "" ? "" : from.slice(1));
    const index = createNameIndex(db);
    for (const { known, ...person } of people) if (known === 0) index.keep(person);
    const last = people.at(-1);
    // Marked, so that no member_id is taken for the word that says all are in.
    mark.run(filledSetting, last ? `>${last.memberId}` : allFilled);
    return last === undefined;
  });
}

/** How long one turn of the job may take of a process that also answers people. */
const turnMs = 100;

/** A job: goes on filling, in several short transactions. */
export async function fillNameIndexStep(deps: Pick<Deps, "db">): Promise<void> {
  const end = performance.now() + turnMs;
  while (!fillNameIndex(deps) && performance.now() < end) await new Promise(setImmediate);
}

const wordsAtOnce = 500;

/** Forgets words of names that nobody bears any more. Yields how many each step removed. */
export function* removeUnusedWords({ db }: Pick<Deps, "db">): Generator<number> {
  const { $client } = db;
  const remove = $client.prepare<[number]>("DELETE FROM name_words WHERE word_id = ?");
  for (const words of wordSlices(db)) {
    yield write(db, () => {
      const unused = words.filter(unusedIn($client));
      for (const { wordId } of unused) remove.run(wordId);
      return unused.length;
    });
  }
}

export function* countUnusedWords({ db }: Pick<Deps, "db">): Generator<number> {
  for (const words of wordSlices(db)) yield words.filter(unusedIn(db.$client)).length;
}

type Word = { wordId: number; word: string };

function unusedIn($client: Db["$client"]) {
  const borne = $client.prepare<[string]>("SELECT 1 FROM name_index WHERE name_index MATCH ? LIMIT 1");
  return ({ word }: Word) => borne.get(`"${word}"`) === undefined;
}

/** All words but the last, whose number the next new word would take: who reads the words by number would miss it. */
function* wordSlices({ $client }: Db): Generator<Word[]> {
  const next = $client.prepare<[number], Word>(
    `SELECT word_id AS wordId, word FROM name_words
     WHERE word_id > ? AND word_id < (SELECT max(word_id) FROM name_words) ORDER BY word_id LIMIT ${wordsAtOnce}`,
  );
  for (let after = 0; ; ) {
    const words = next.all(after);
    const last = words.at(-1);
    if (!last) return;
    yield words;
    after = last.wordId;
  }
}
