import { createSecretKey, randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { type Db, migrate, openDatabase, write } from "../platform/database.ts";
import { createSeal } from "../platform/seal.ts";
import {
  countUnusedWords,
  createNameIndex,
  fillNameIndex,
  isNameIndexFilled,
  nameWordsOf,
  removeUnusedWords,
  wordsOf,
} from "./member-names.ts";
import { findPeople, longestSearch, mostFound } from "./member-search.ts";

const seal = createSeal([createSecretKey(randomBytes(32))]);
const nir = "1990559350123";
let db: Db;

beforeEach(() => {
  db = openDatabase(":memory:");
  migrate(db);
});

type Person = { id: string; birthName: string; firstNames: string; usualName?: string; birthDate?: string };
type Row = Person & { email?: string; nir?: string; number?: string };

/** Puts somebody in the base; `isFound` puts them in the index too, as the importer does. */
function add({ id, birthName, firstNames, usualName, birthDate = "2003-05-17", ...more }: Row, isFound = true): void {
  const hash = more.nir ? seal.hash("members.nir", more.nir) : null;
  db.$client
    .prepare(
      `INSERT INTO members (member_id, member_number, birth_name, usual_name, first_names, birth_date, email, nir_hash,
         nir_sealed, address_6, is_affiliate, is_subscriber, version, digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '59000 LILLE', 1, 1, 1, x'00')`,
    )
    .run(
      id,
      more.number ?? `N${id}00000`,
      birthName,
      usualName ?? null,
      firstNames,
      birthDate,
      more.email ?? null,
      hash,
      hash,
    );
  if (isFound) keep({ id, birthName, firstNames, ...(usualName && { usualName }), birthDate });
}

function keep({ id, birthName, firstNames, usualName, birthDate = "2003-05-17" }: Person): void {
  const person = { memberId: id, birthName, firstNames, usualName: usualName ?? null, birthDate };
  write(db, () => createNameIndex(db).keep(person));
}

const search = async (typed: string) => {
  const { people } = await findPeople({ db, seal }, typed);
  return people.map(({ memberId }) => memberId);
};

describe("by name", () => {
  beforeEach(() => {
    add({ id: "A", birthName: "LEFÈVRE", usualName: "MARTIN", firstNames: "Alice Zoé" });
    add({ id: "B", birthName: "MARTIN", firstNames: "Léa", birthDate: "2001-02-03" });
    add({ id: "C", birthName: "LE GOFF", firstNames: "Jean-Pierre" });
    add({ id: "D", birthName: "D'Angelo", firstNames: "Chloë" });
    add({ id: "E", birthName: "Montgolfier", firstNames: "Anne" });
    add({ id: "F", birthName: "Иванов", firstNames: "Пётр" });
    add({ id: "G", birthName: "محمد", firstNames: "علي" });
    add({ id: "H", birthName: "Strauß", firstNames: "Søren" });
    add({ id: "I", birthName: "LI", firstNames: "Bo" });
  });

  test.each([
    ["alice martin", ["A"]],
    ["MARTIN ALICE", ["A"]],
    ["lefevre", ["A"]],
    ["Lefèvre Zoé", ["A"]],
    ["  léa,   Martin ", ["B"]],
    ["le goff", ["C"]],
    ["LEGOFF", ["C"]],
    ["jean pierre", ["C"]],
    ["jeanpierre legoff", ["C"]],
    ["d’angelo", ["D"]],
    ["dangelo chloe", ["D"]],
    ["Ivanov", ["F"]],
    ["Иванов", ["F"]],
    ["محمد", ["G"]],
    ["strauss soren", ["H"]],
    ["li bo", ["I"]],
  ])("%s finds whom it names, in any order, whatever the accents and capitals", async (typed, expected) => {
    expect(await search(typed)).toEqual(expected);
  });

  test.each([
    ["a letter wrong", "lefebre"],
    ["a letter missing", "lefvre"],
    ["a letter too many", "lefeevre"],
    ["two letters swapped", "lefever"],
    ["the first letter wrong", "jefevre"],
  ])("%s in a word of four letters or more still finds", async (_, typed) => {
    expect(await search(typed)).toEqual(["A"]);
  });

  test("two errors find in a word of eight letters or more, and not in a shorter one", async () => {
    expect(await search("mongolfiar")).toEqual(["E"]);
    expect(await search("mongolfiaz")).toEqual([]);
    expect(await search("lefebra")).toEqual([]);
  });

  test("a word of fewer than four letters is taken as it is", async () => {
    expect(await search("le")).toContain("C");
    expect(await search("bi")).toEqual([]);
    expect(await search("lia martin")).toEqual([]);
  });

  test("a word that goes on finds; the very word comes first", async () => {
    add({ id: "J", birthName: "Martinez", firstNames: "Ana" });
    expect(await search("montgol")).toEqual(["E"]);
    expect(await search("marti")).toEqual(expect.arrayContaining(["A", "B", "J"]));
    const found = await search("martin");
    expect(found.slice(0, 2).sort()).toEqual(["A", "B"]);
    expect(found[2]).toBe("J");
  });

  test("a day of birth narrows, however it is written; a day that does not exist is nobody's", async () => {
    for (const day of ["03/02/2001", "3.2.2001", "3-2-2001", "2001-02-03"])
      expect([day, await search(`martin ${day}`)]).toEqual([day, ["B"]]);
    expect(await search("17/05/2003 martin")).toEqual(["A"]);
    expect(await search("martin 31/02/2001")).toEqual([]);
    expect(await search("03/02/2001")).toEqual(["B"]);
  });

  test("somebody whose name or birth date changed is found by the new one alone", async () => {
    keep({ id: "E", birthName: "Durand", firstNames: "Anne", birthDate: "1999-01-01" });
    expect(await search("montgolfier")).toEqual([]);
    expect(await search("durand 01/01/1999")).toEqual(["E"]);
    expect(await search("durand 17/05/2003")).toEqual([]);
  });

  test("somebody who is gone from the base is found no more, nor are the words of their name kept", async () => {
    db.$client.exec("DELETE FROM members WHERE member_id = 'E'");
    expect(await search("montgolfier")).toEqual([]);
    const sum = (steps: Iterable<number>) => [...steps].reduce((total, count) => total + count, 0);
    expect(sum(countUnusedWords({ db }))).toBe(2);
    expect(sum(removeUnusedWords({ db }))).toBe(2);
    const words = db.$client.prepare("SELECT word FROM name_words").pluck().all();
    expect([words.includes("montgolfier"), words.includes("anne"), words.includes("martin")]).toEqual([
      false,
      false,
      true,
    ]);
    expect(sum(countUnusedWords({ db }))).toBe(0);
    add({ id: "E2", birthName: "Montgolfier", firstNames: "Luc" });
    expect(await search("montgolfer")).toEqual(["E2"]);
  });
});

test("more people than fit are told as more, and not counted", async () => {
  for (let index = 0; index < mostFound; index++) add({ id: `P${index}`, birthName: "Martin", firstNames: "Léa" });
  expect(await findPeople({ db, seal }, "martin")).toMatchObject({ more: false });
  add({ id: "LAST", birthName: "Martin", firstNames: "Léo" });
  const found = await findPeople({ db, seal }, "martin");
  expect([found.people.length, found.more]).toEqual([mostFound, true]);
});

describe("by number and e-mail", () => {
  beforeEach(() => {
    add({ id: "A", birthName: "Martin", firstNames: "Alice", number: "10000001", nir, email: "Alice@Demo.example" });
    add({ id: "B", birthName: "Martin", firstNames: "Léo", number: "10000002", nir });
    db.$client.exec(
      `INSERT INTO accounts (id, member_id, status, email, created_at, activated_at)
       VALUES ('a', 'B', 'frozen', 'leo+x@demo.example', 1, 1)`,
    );
  });

  test.each([
    ["10000001", ["A"]],
    ["10 000 001", ["A"]],
    ["alice@demo.EXAMPLE", ["A"]],
    [" LEO+X@demo.example ", ["B"]],
    ["leo@demo.example", []],
    ["1 99 05 59 350 123", ["A", "B"]],
    ["1 99.05.59-350 123 35", ["A", "B"]],
    ["10000003", []],
  ])("%s", async (typed, expected) => {
    expect((await search(typed)).sort()).toEqual(expected);
  });

  test("a social security number with a wrong key is said to be none, and is no name", async () => {
    const found = await findPeople({ db, seal }, "1 99 05 59 350 123 36");
    expect(found).toEqual({ people: [], more: false, badNir: true });
  });

  test("a person is told by name, year of birth, number, town and account, and by nothing else", async () => {
    const { people } = await findPeople({ db, seal }, "10000002");
    expect(people).toEqual([
      {
        memberId: "B",
        firstNames: "Léo",
        birthName: "Martin",
        usualName: null,
        birthYear: "2003",
        number: "10000002",
        city: "LILLE",
        account: "frozen",
      },
    ]);
  });
});

describe("odd searches", () => {
  test.each([
    ["NUL", "\0"],
    ["a quote", '"'],
    ["the words of a query", '" OR words:*'],
    ["its functions", "martin* NEAR(x)"],
    ["its operators", "AND OR NOT"],
    ["its signs", "^zoe"],
    ["brackets", "((("],
    ["an emoji", "😀"],
    ["SQL", "' OR 1=1 --"],
    ["a percent sign", "%"],
    ["an at sign", "@"],
    ["a hyphen", "-"],
    ["2,000 Arabic letters", "محمد".repeat(500)],
    ["5,000 words", "a ".repeat(5_000)],
    ["10,000 accents", "é".repeat(10_000)],
    ["invisible signs", "\u202e\u200b"],
    ["10,000 digits", "1".repeat(10_000)],
    ["a day that does not exist", "99/99/9999"],
    ["half a character", "\ud800"],
  ])("%s is answered", async (_, typed) => {
    add({ id: "A", birthName: "Martin", firstNames: "Alice" });
    expect(await search(typed)).toEqual([]);
  });

  test("what is looked at has an end", () => {
    expect(longestSearch).toBe(200);
    expect(wordsOf("x".repeat(1_000))[0]).toHaveLength(40);
  });
});

test("the words of a name are those people type", () => {
  const words = nameWordsOf({ birthName: "de La Fontaine", usualName: "Œuvrard", firstNames: "Anne-Marie, Zoé" });
  expect([...words].sort()).toEqual(
    ["anne", "annemarie", "de", "delafontaine", "fontaine", "la", "marie", "oeuvrard", "zoe"].sort(),
  );
});

describe("a base of before the index", () => {
  test("is put into it some at a time, goes on where it was stopped, and takes nobody twice", async () => {
    for (let index = 0; index < 600; index++)
      add({ id: `P${String(index).padStart(4, "0")}`, birthName: "Martin", firstNames: `Léa${index}` }, index === 0);
    expect(isNameIndexFilled(db)).toBe(false);
    expect(fillNameIndex({ db })).toBe(false);
    expect((await search("lea249"))[0]).toBe("P0249");
    // Some come in between, from an import.
    add({ id: "P0601", birthName: "Martin", firstNames: "Zoé" });
    add({ id: "A0000", birthName: "Martin", firstNames: "Ana" });
    while (!fillNameIndex({ db }));
    expect(isNameIndexFilled(db)).toBe(true);
    expect((await search("lea599"))[0]).toBe("P0599");
    const count = db.$client.prepare("SELECT count(*) FROM people_found").pluck().get();
    expect(count).toBe(602);
    expect((await search("martin zoe"))[0]).toBe("P0601");
  });

  test("an empty base is in it at once", () => {
    expect([fillNameIndex({ db }), fillNameIndex({ db })]).toEqual([true, true]);
  });
});
