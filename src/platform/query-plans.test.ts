import { describe, expect, test, vi } from "vitest";
import { startPortal } from "../../test/kit/portal.ts";
import { createReimbursementQueries, type Scope } from "../features/reimbursements/list-queries.ts";

type Queries = ReturnType<typeof createReimbursementQueries>;

/** What SQLite does, step by step, for each statement that the work prepares. */
async function planOf(work: (queries: Queries) => unknown): Promise<string[]> {
  const { db } = await startPortal();
  const queries = createReimbursementQueries(db);
  const prepare = vi.spyOn(db.$client, "prepare");
  work(queries);
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(statements.length).toBeGreaterThan(0);
  // The plan does not depend on the values.
  return statements.flatMap((sql) =>
    db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, "'x'")}`)
      .all()
      .map(({ detail }) => detail),
  );
}

const scope = (filters: Scope["filters"] = {}): Scope => ({ memberId: "M1", since: "2023-11-23", filters });
const cursor = { paidOn: "2026-01-01", paymentId: "P1", lineId: "L1" };

describe("the list of reimbursements reads by key, in the order the rows lie, and nothing more than it shows:", () => {
  test.each([
    ["the first page", {}, undefined],
    ["an older page", {}, { before: cursor }],
    ["a newer page", {}, { after: cursor }],
    ["a period", { from: "2026-01-01", to: "2026-06-30" }, { before: cursor }],
    ["one payer", { payer: "amo" as const }, { before: cursor }],
    ["one person", { beneficiary: "M2" }, { after: cursor }],
    ["words", { q: "dentiste" }, { before: cursor }],
  ])("%s", async (_what, filters, from) => {
    const plan = await planOf((queries) => queries.list(scope(filters), 26, from));
    expect(plan.filter((step) => /^SCAN|TEMP B-TREE|AUTOMATIC/.test(step))).toEqual([]);
    // Person and date together lead to the payments, so that a page costs the same however large the base is.
    expect(plan[0]).toMatch(/^SEARCH p USING PRIMARY KEY \(member_id=\? AND (?:paid_on|\(paid_on,payment_id\))[<>]/);
  });
});

test("the totals of the months shown read one stretch of payments", async () => {
  const plan = await planOf((queries) => queries.monthTotals(scope(), "2026-01-01", "2026-03-31"));
  expect(plan[0]).toMatch(/^SEARCH p USING PRIMARY KEY \(member_id=\? AND paid_on[<>]/);
  expect(plan.filter((step) => /^SCAN|AUTOMATIC/.test(step))).toEqual([]);
});

test("the family of a member and the date of the data are found by key", async () => {
  const plan = await planOf((queries) => [queries.family("M1"), queries.dataAsOf()]);
  expect(plan.filter((step) => /^SCAN [a-z]+\b/.test(step) || step.includes("AUTOMATIC"))).toEqual([]);
});
