import { describe, expect, test } from "vitest";
import { type FileFacts, fileAlerts } from "./rules.ts";

const today = "2026-11-23";
const fine: FileFacts = { rightsTo: "2027-08-31", isDependant: 0, hasBank: 1, unpaidCount: 0, unpaidCents: 0 };
const kindsOf = (facts: Partial<FileFacts>) => fileAlerts({ ...fine, ...facts }, today).map(({ kind }) => kind);

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

test("without an account nothing can be paid, but to who is insured through somebody else", () => {
  expect(kindsOf({ hasBank: 0 })).toEqual(["noBank"]);
  expect(kindsOf({ hasBank: 0, isDependant: 1 })).toEqual([]);
});

test("what costs money comes first", () => {
  expect(
    fileAlerts({ rightsTo: "2026-11-30", isDependant: 0, hasBank: 0, unpaidCount: 2, unpaidCents: 4_200 }, today),
  ).toEqual([
    { kind: "unpaid", count: 2, cents: 4_200 },
    { kind: "noBank" },
    { kind: "rightsEnding", on: "2026-11-30" },
  ]);
});
