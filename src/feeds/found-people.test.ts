import { expect, test } from "vitest";
import { findPeople } from "../domain/member-search.ts";
import { csv, openPlace, person, type Row } from "./import-kit.ts";

async function imported(...files: Row[]) {
  const place = openPlace();
  for (const [index, row] of files.entries())
    await place.rows("personnes", [person({ version: index + 1, ...row })], `personnes_20260302080000_${index}.csv`);
  const search = async (typed: string) => (await findPeople(place, typed)).people.map(({ memberId }) => memberId);
  return { place, search };
}

test("somebody whom a feed brings is found by name at once", async () => {
  const { search } = await imported({ prenoms: "Élodie Zoé" });
  expect(await search("martin elodie 17/05/1999")).toEqual(["P1"]);
});

test.each<[string, Row, string, string]>([
  ["name of birth", { nom_naissance: "DURAND" }, "durand", "martin"],
  ["name used", { nom_usage: "DURAND" }, "durand", "nobody"],
  ["first names", { prenoms: "Zoé" }, "zoe", "alice"],
  ["day of birth", { date_naissance: "2001-02-03" }, "03/02/2001", "17/05/1999"],
])("another %s is found from then on, the former one no more", async (_, row, found, former) => {
  const { search } = await imported({}, row);
  expect([await search(found), await search(former)]).toEqual([["P1"], []]);
});

test("a row that says the same of the name leaves the index as it is", async () => {
  const { place, search } = await imported({}, { email: "alice@demo.example" }, { telephone: "0612345678" });
  expect(await search("alice martin")).toEqual(["P1"]);
  expect(place.all("SELECT word FROM name_words")).toHaveLength(2);
  expect(place.all("SELECT person_id FROM people_found")).toHaveLength(1);
});

test("somebody whom a feed has ended is still found: their file is still asked about", async () => {
  const { search } = await imported({}, { op: "D" });
  expect(await search("alice martin")).toEqual(["P1"]);
});

test("a dry run leaves nothing in the index", async () => {
  const { place, search } = await imported({});
  const file = place.file("personnes_20260303080000_9.csv", csv([person({ version: 9, prenoms: "Zoé" })]));
  await place.import(file, { dryRun: true });
  expect([await search("zoe"), await search("alice")]).toEqual([[], ["P1"]]);
});
