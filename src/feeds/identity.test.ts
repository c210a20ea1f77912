import { expect, test } from "vitest";
import { csv, openPlace, person, type Row } from "./import-kit.ts";

const valid = { nir13: "2000899352117", nir_cle: "64" };
const provisional = { nir13: "7010999999001", nir_cle: "81" };

/** What is told of a person who is known as `first` and comes again as `then`. */
async function told(first: Row, ...then: Row[]): Promise<string[]> {
  const place = openPlace();
  await place.rows("personnes", [person(first)]);
  for (const [index, row] of then.entries()) {
    const report = await place.rows(
      "personnes",
      [person({ version: index + 2, ...row })],
      `personnes_20260302080000_${index}.csv`,
    );
    expect(report.rejected).toBe(0);
  }
  return place.changed;
}

test("1.5 another birth date or social security number of somebody known is told, once for one row", async () => {
  expect(await told({}, { date_naissance: "1999-05-18" })).toEqual(["P1 birth date"]);
  expect(await told({}, valid)).toEqual(["P1 social security number"]);
  expect(await told({}, { ...valid, date_naissance: "1999-05-18" })).toEqual(["P1 birth date, social security number"]);
});

test("each change is told once, however often its file is replayed", async () => {
  const changed = { version: 2, date_naissance: "1999-05-18" };
  expect(await told({}, changed, changed, changed)).toEqual(["P1 birth date"]);
  expect(await told({}, changed, { version: 3, date_naissance: "1999-05-18" })).toEqual(["P1 birth date"]);
  expect(await told({}, changed, { version: 3 })).toEqual(["P1 birth date", "P1 birth date"]);
});

test("a lower version, another name and somebody new tell nothing", async () => {
  expect(await told({ version: 5 }, { version: 4, date_naissance: "1999-05-18" })).toEqual([]);
  expect(await told({}, { nom_naissance: "DURAND", prenoms: "Alix", email: "a@b.example", rang_naissance: 2 })).toEqual(
    [],
  );
  expect(await told({})).toEqual([]);
});

test("a first number contradicts nothing, nor does the one that replaces a provisional one, nor one that is taken away", async () => {
  const none = { nir13: "", nir_cle: "" };
  expect(await told(none, {})).toEqual([]);
  expect(await told(provisional, {})).toEqual([]);
  expect(await told({ ...valid, nir_provisoire: "O" }, {})).toEqual([]);
  expect(await told({}, none)).toEqual([]);
});

test("a final number that gives way to a provisional one is told", async () => {
  expect(await told({}, provisional)).toEqual(["P1 social security number"]);
});

test("an end tells nothing; a return with another birth date does", async () => {
  expect(await told({}, { op: "D" }, {})).toEqual([]);
  expect(await told({}, { op: "D" }, { date_naissance: "1999-05-18" })).toEqual(["P1 birth date"]);
});

test("a dry run tells nothing", async () => {
  const place = openPlace();
  await place.rows("personnes", [person({})]);
  const file = place.file("personnes_20260302080000_1.csv", csv([person({ version: 2, ...valid })]));
  await place.import(file, { dryRun: true });
  expect(place.changed).toEqual([]);
});
