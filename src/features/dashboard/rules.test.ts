import { describe, expect, test } from "vitest";
import { type FileFacts, fileAlerts } from "./rules.ts";

const today = "2026-11-23";
const fine: FileFacts = {
  ...{ rightsTo: "2027-08-31", isDependant: 0, unpaidCount: 0, unpaidCents: 0 },
  ...{ hasAmoBank: 1, hasAmcBank: 1, hasContract: 1 },
};
const alertsOf = (facts: Partial<FileFacts>, given: string[] = []) => fileAlerts({ ...fine, ...facts }, given, today);
const kindsOf = (facts: Partial<FileFacts>) => alertsOf(facts).map(({ kind }) => kind);

test("a file in order asks nothing", () => {
  expect(kindsOf({})).toEqual([]);
  expect(kindsOf({ rightsTo: null })).toEqual([]);
});

describe("the end of the rights is told", () => {
  test.each([
    ["2026-12-24", []],
    ["2026-12-23", ["rightsEnding"]],
    ["2026-11-23", ["rightsEnding"]],
    ["2026-11-22", ["rightsEnded"]],
    ["2025-11-23", ["rightsEnded"]],
    ["2025-11-22", []],
  ])("when it is %s: %j", (rightsTo, kinds) => {
    expect(kindsOf({ rightsTo })).toEqual(kinds);
  });
});

describe("an account that is missing is asked for", () => {
  const usagesOf = (facts: Partial<FileFacts>, given?: string[]) =>
    alertsOf(facts, given).flatMap((alert) => (alert.kind === "noBank" ? [alert.usage] : []));

  test("for each payer that would pay, and no other", () => {
    expect(usagesOf({ hasAmoBank: 0 })).toEqual(["amo"]);
    expect(usagesOf({ hasAmcBank: 0 })).toEqual(["amc"]);
    expect(usagesOf({ hasAmoBank: 0, hasAmcBank: 0 })).toEqual(["amo", "amc"]);
  });

  test("not from who is insured through somebody else, nor where nothing is paid any more", () => {
    expect(usagesOf({ hasAmoBank: 0, isDependant: 1 })).toEqual([]);
    expect(usagesOf({ hasAmoBank: 0, rightsTo: null })).toEqual([]);
    expect(usagesOf({ hasAmoBank: 0, rightsTo: "2026-11-22" })).toEqual([]);
    expect(usagesOf({ hasAmoBank: 0, rightsTo: "2026-11-23" })).toEqual(["amo"]);
    expect(usagesOf({ hasAmcBank: 0, hasContract: 0 })).toEqual([]);
  });

  test("no more once it was given", () => {
    expect(usagesOf({ hasAmoBank: 0, hasAmcBank: 0 }, ["amc"])).toEqual(["amo"]);
  });
});

test("what costs money comes first", () => {
  expect(alertsOf({ rightsTo: "2026-11-30", hasAmcBank: 0, unpaidCount: 2, unpaidCents: 4_200 })).toEqual([
    { kind: "unpaid", count: 2, cents: 4_200 },
    { kind: "noBank", usage: "amc" },
    { kind: "rightsEnding", on: "2026-11-30" },
  ]);
});
