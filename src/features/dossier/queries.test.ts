import { expect, test, vi } from "vitest";
import { signInAs } from "../../../test/kit/member.ts";
import { startPortal } from "../../../test/kit/portal.ts";
import type { Db } from "../../platform/database.ts";
import { createDossierQueries } from "./queries.ts";

/** The texts of the statements that some work prepares. */
function preparedBy(db: Db, work: () => unknown): string[] {
  const prepare = vi.spyOn(db.$client, "prepare");
  work();
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  return statements;
}

test("a file costs five statements, prepared once, each of which finds its rows by a key", async () => {
  const { db } = await startPortal();
  const statements = preparedBy(db, () => createDossierQueries(db));
  expect(statements).toHaveLength(5);
  for (const sql of statements) {
    const plan = db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, "'x'")}`)
      .all()
      .map(({ detail }) => detail);
    // The small table of days is read whole, and so are lists of keys made for the moment.
    const read = plan.filter((step) => !/data_freshness|SCAN v$/.test(step));
    expect(read.filter((step) => /^SCAN|AUTOMATIC/.test(step))).toEqual([]);
    expect(read.some((step) => /^SEARCH/.test(step))).toBe(true);
  }
});

test("a page prepares nothing more", async () => {
  const portal = await startPortal();
  const alice = await signInAs(portal, "P0001");
  await alice.get("/dossier");
  const prepare = vi.spyOn(portal.db.$client, "prepare");
  expect((await alice.get("/dossier")).status).toBe(200);
  expect((await alice.get("/vitale")).status).toBe(200);
  expect(prepare).not.toHaveBeenCalled();
  prepare.mockRestore();
});

test("what is somebody else's alone is not even read", async () => {
  const { db } = await startPortal();
  const queries = createDossierQueries(db);
  const today = "2026-11-23";
  expect(queries.person("P0001", today)?.dependants).toEqual([
    { name: "Léo LEFÈVRE-ROUSSEL", birthDate: "2023-09-23", rank: 2 },
    { name: "Jules LEFÈVRE", birthDate: null, rank: null },
  ]);
  const [, brother] = queries.contracts("P0001", today)[0]!.insured;
  expect(brother).toMatchObject({ name: "Jules LEFÈVRE", noemieStatus: null, noemieCode: null, noemieOn: null });
  // A spouse: the contract and its guarantees, but not what Sarah pays.
  expect(queries.contracts("P0030", today).map(({ isOwn, insured }) => [isOwn, insured.length])).toEqual([[0, 1]]);
  expect(queries.guarantees("P0030").length).toBe(11);
  expect(queries.instalments("P0030")).toEqual([]);
  expect(new Set(queries.instalments("P0029").map(({ contractId }) => contractId))).toEqual(new Set(["C0029"]));
});

test("of whom nothing is known, nothing is found", async () => {
  const { db } = await startPortal();
  const queries = createDossierQueries(db);
  for (const memberId of ["P0002", "nobody", ""]) {
    const found = [
      queries.contracts(memberId, "2026-11-23"),
      queries.guarantees(memberId),
      queries.instalments(memberId),
    ];
    expect(found).toEqual([[], [], []]);
  }
  expect(queries.person("nobody", "2026-11-23")).toBeUndefined();
});
