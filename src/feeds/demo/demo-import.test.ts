import { createSecretKey, randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { migrate, openDatabase } from "../../platform/database.ts";
import { createSeal } from "../../platform/seal.ts";
import { type ImportReport, importFeed } from "../import.ts";
import { makeDemoFeed } from "./demo-feed.ts";
import { makeSyntheticFeed } from "./synthetic-feed.ts";
import { temporaryFolder } from "./test-kit.ts";

const today = "2026-11-23";
const temporary = temporaryFolder();
afterAll(temporary.remove);

/** Imports a folder twice into a new base: what the first and the replay report, and who was invited. */
async function importTwice(folder: string): Promise<{ first: ImportReport; replay: ImportReport; invited: string[] }> {
  const db = openDatabase(`${folder}.db`, { durability: "normal" });
  migrate(db);
  const invited: string[] = [];
  const invite = (memberId: string) => invited.push(memberId) > 0;
  const seal = createSeal([createSecretKey(randomBytes(32))]);
  const deps = {
    db,
    seal,
    clock: () => Date.parse(`${today}T08:00:00Z`),
    invite,
    identityChanged: () => {},
    changeAnswered: () => {},
  };
  const options = { paths: [folder], inbox: join(temporary.path, "inbox"), rejectsDir: `${folder}-rejects` };
  try {
    return { first: await importFeed(deps, options), replay: await importFeed(deps, options), invited };
  } finally {
    db.$client.close();
  }
}

const refusalsAndReports = ({ files }: ImportReport) =>
  files.flatMap(({ refusal, report }) => [refusal, report]).filter(Boolean);

test("the importer takes the whole demo without a reject nor a doubt, invites four people, and a replay changes nothing", async () => {
  const folder = join(temporary.path, "demo");
  const { rows } = await makeDemoFeed({ folder, today, seed: "demo" });
  const { first, replay, invited } = await importTwice(folder);
  expect(refusalsAndReports(first)).toEqual([]);
  expect(first).toMatchObject({ applied: rows, unchanged: 0, ignored: 0, rejected: 0, invited: 4 });
  expect(invited).toEqual(["P0004", "P0020", "P0028", "P0037"]);
  expect(replay).toMatchObject({ applied: 0, rejected: 0, invited: 0 });
});

test("the importer takes a synthetic feed without a reject nor a doubt", async () => {
  const folder = join(temporary.path, "synthetic");
  const { rows } = await makeSyntheticFeed({ folder, members: 200, payments: 1500, today, seed: "demo" });
  const { first } = await importTwice(folder);
  expect(refusalsAndReports(first)).toEqual([]);
  expect(first).toMatchObject({ applied: rows, rejected: 0, invited: 0 });
});
