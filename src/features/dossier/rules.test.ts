import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractState, contractYear, coverOf, periodState } from "../../domain/cover.ts";
import { transmissionOf } from "../../domain/transmission.ts";
import { addDays } from "../../lib/dates.ts";
import type { Contract, Instalment, Insured, Person } from "./queries.ts";
import { addressLines, scheduleOf, situationOf, sortContracts } from "./rules.ts";

const today = "2026-11-23";

const insured = (changes: Partial<Insured> = {}): Insured => ({
  name: "Alice LEFÈVRE",
  isSelf: 1,
  link: "assure",
  startsOn: "2024-03-01",
  endsOn: null,
  noemieStatus: "active",
  noemieCode: "33",
  noemieOn: "2024-03-15",
  ...changes,
});

const contract = (changes: Partial<Contract> = {}): Contract => ({
  contractId: "C1",
  productName: "Essentielle",
  responsible: 1,
  startsOn: "2024-03-01",
  endsOn: null,
  status: "actif",
  periodicity: "mensuelle",
  isOwn: 1,
  subscriber: "Alice LEFÈVRE",
  insured: [insured()],
  ...changes,
});

const instalment = (changes: Partial<Instalment> = {}): Instalment => ({
  contractId: "C1",
  dueOn: "2026-11-05",
  amountCents: 1_890,
  mode: "prelevement",
  status: "preleve",
  paidOn: null,
  rejectReason: null,
  ...changes,
});

test("a situation is told by the person's flags, or by what the feed has brought", () => {
  const nothing = { rights: false, contracts: false };
  expect(situationOf({ isAffiliate: 1, isSubscriber: 0 }, nothing)).toEqual({ amo: true, amc: false });
  expect(situationOf({ isAffiliate: 0, isSubscriber: 1 }, nothing)).toEqual({ amo: false, amc: true });
  expect(situationOf({ isAffiliate: 0, isSubscriber: 0 }, nothing)).toEqual({ amo: false, amc: false });
  expect(situationOf({ isAffiliate: 0, isSubscriber: 0 }, { rights: true, contracts: true })).toEqual({
    amo: true,
    amc: true,
  });
});

test.each([
  ["2026-11-22", "ended"],
  ["2026-11-23", "open"],
  ["2026-11-24", "open"],
] as const)("a period whose last day is %s is %s on 23 November: the last day is within", (to, state) => {
  expect(periodState("2026-01-01", to, today)).toBe(state);
});

test.each([
  ["2026-11-22", "open"],
  ["2026-11-23", "open"],
  ["2026-11-24", "notYet"],
] as const)("a period that begins on %s is %s on 23 November", (from, state) => {
  expect(periodState(from, null, today)).toBe(state);
});

describe("what a contract is today:", () => {
  test.each([
    ["in force", {}, "active"],
    ["in force until today", { endsOn: today }, "active"],
    ["still called active, but over since yesterday", { endsOn: "2026-11-22" }, "ended"],
    ["called active, but it begins tomorrow", { startsOn: "2026-11-24" }, "toCome"],
    ["to come", { status: "a_venir", startsOn: "2026-12-01" }, "toCome"],
    ["to come, and its day has passed without a word", { status: "a_venir", startsOn: "2026-11-01" }, "toCome"],
    ["suspended", { status: "suspendu" }, "suspended"],
    ["suspended, then over", { status: "suspendu", endsOn: "2026-11-22" }, "ended"],
    ["terminated for later", { status: "resilie", endsOn: "2026-12-31" }, "ending"],
    ["terminated with today as its last day", { status: "resilie", endsOn: today }, "ending"],
    ["terminated since yesterday", { status: "resilie", endsOn: "2026-11-22" }, "ended"],
    ["terminated without a day", { status: "resilie" }, "ended"],
  ] as const)("%s", (_what, changes, state) => {
    expect(contractState(contract(changes), today)).toBe(state);
  });

  test("somebody who left another's contract is covered no longer, whatever became of it since", () => {
    const left = contract({ isOwn: 0, status: "suspendu", insured: [insured({ endsOn: "2026-11-22" })] });
    expect(contractState(left, today)).toBe("ended");
    expect(contractState({ ...left, isOwn: 1 }, today)).toBe("suspended");
  });

  test("somebody on another's contract is covered between their own days, and within those of the contract", () => {
    const cover = (own: Partial<Insured>, whole: Partial<Contract>) =>
      coverOf(contract({ isOwn: 0, insured: [insured(own)], ...whole }));
    expect(cover({ startsOn: "2025-01-01", endsOn: "2026-01-31" }, {})).toEqual({
      from: "2025-01-01",
      to: "2026-01-31",
    });
    expect(cover({ startsOn: "2023-01-01" }, { endsOn: "2026-06-30" })).toEqual({
      from: "2024-03-01",
      to: "2026-06-30",
    });
    expect(cover({ endsOn: "2027-12-31" }, { endsOn: "2026-06-30" }).to).toBe("2026-06-30");
    expect(cover({ endsOn: "2025-12-31" }, { endsOn: "2026-06-30" }).to).toBe("2025-12-31");
    expect(coverOf(contract({ isOwn: 0, insured: [] }))).toEqual({ from: "2024-03-01", to: null });
  });
});

test("contracts in force and to come are told in full, the oldest first; those that are over are named", () => {
  const next = contract({ contractId: "next", status: "a_venir", startsOn: "2027-01-01" });
  const now = contract({ contractId: "now" });
  const old = contract({ contractId: "old", status: "resilie", startsOn: "2020-01-01", endsOn: "2024-02-29" });
  const older = contract({ contractId: "older", status: "resilie", startsOn: "2018-01-01", endsOn: "2019-12-31" });
  const ids = (contracts: Contract[]) => {
    const { told, former } = sortContracts(contracts, today);
    return [told, former].map((group) => group.map(({ contractId }) => contractId));
  };
  expect(ids([next, now, old, older])).toEqual([
    ["now", "next"],
    ["old", "older"],
  ]);
  expect(ids([old, older])).toEqual([["old"], ["older"]]);
  expect(ids([])).toEqual([[], []]);
});

describe("the year of a contract", () => {
  test.each([
    ["2026-02-28", "2025-03-01", "2026-02-28"],
    ["2026-03-01", "2026-03-01", "2027-02-28"],
    ["2024-03-01", "2024-03-01", "2025-02-28"],
    ["2023-12-01", "2024-03-01", "2025-02-28"],
  ])("is on %s the one from %s to %s", (day, from, to) => {
    expect(contractYear({ startsOn: "2024-03-01", endsOn: null }, day)).toEqual({ from, to });
  });

  test("ends with the contract, and stays the last one afterwards", () => {
    const ended = { startsOn: "2024-03-01", endsOn: "2026-08-31" };
    expect(contractYear(ended, "2026-08-31")).toEqual({ from: "2026-03-01", to: "2026-08-31" });
    expect(contractYear(ended, "2029-01-01")).toEqual({ from: "2026-03-01", to: "2026-08-31" });
  });

  test("of one that began on 29 February begins on the 28th in common years", () => {
    const leap = { startsOn: "2024-02-29", endsOn: null };
    expect(contractYear(leap, "2025-02-27")).toEqual({ from: "2024-02-29", to: "2025-02-27" });
    expect(contractYear(leap, "2025-02-28")).toEqual({ from: "2025-02-28", to: "2026-02-27" });
    expect(contractYear(leap, "2028-02-28")).toEqual({ from: "2027-02-28", to: "2028-02-28" });
  });

  test("holds the day it is asked for, whatever the day and the beginning, and years follow without a gap", () => {
    const days = fc.integer({ min: 0, max: 12_000 }).map((count) => addDays("2015-01-01", count));
    fc.assert(
      fc.property(days, days, (one, other) => {
        const [startsOn, day] = one < other ? [one, other] : [other, one];
        const { from, to } = contractYear({ startsOn, endsOn: null }, day);
        expect(from <= day && day <= to).toBe(true);
        expect(contractYear({ startsOn, endsOn: null }, addDays(to, 1)).from).toBe(addDays(to, 1));
      }),
    );
  });
});

describe("D3d the schedule", () => {
  const all = [
    instalment({ dueOn: "2026-02-05", status: "rejete", amountCents: 100 }),
    instalment({ dueOn: "2026-03-01", status: "paye", amountCents: 1 }),
    instalment({ dueOn: "2026-04-05", status: "preleve", amountCents: 20 }),
    instalment({ dueOn: "2026-05-05", status: "regularise", amountCents: 300 }),
    instalment({ dueOn: "2026-06-05", status: "rejete", amountCents: 4_000 }),
    instalment({ dueOn: "2026-07-05", status: "annule", amountCents: 50_000 }),
    instalment({ dueOn: "2026-11-22", status: "a_venir", amountCents: 600_000 }),
    instalment({ dueOn: today, status: "a_venir", amountCents: 7_000_000 }),
    instalment({ dueOn: "2027-02-28", status: "a_venir", amountCents: 80_000_000 }),
    instalment({ dueOn: "2027-03-01", status: "a_venir", amountCents: 900_000_000 }),
    instalment({ contractId: "C2", dueOn: "2026-06-05", amountCents: 10_000_000_000 }),
  ];
  const schedule = scheduleOf(contract(), all, today);

  test("asks for all of its year but what was cancelled, counts what came, and what is left", () => {
    expect(schedule.year).toEqual({ from: "2026-03-01", to: "2027-02-28" });
    expect(schedule.dueCents).toBe(1 + 20 + 300 + 4_000 + 600_000 + 7_000_000 + 80_000_000);
    expect(schedule.paidCents).toBe(321);
    expect(schedule.leftCents).toBe(schedule.dueCents - 321);
  });

  test("has as next one that of today, and none that has passed", () => {
    expect(schedule.next?.dueOn).toBe(today);
    expect(scheduleOf(contract(), all, "2026-11-24").next?.dueOn).toBe("2027-02-28");
    expect(scheduleOf(contract(), [], today).next).toBeUndefined();
  });

  test("keeps in mind what was rejected in an earlier year", () => {
    expect([schedule.unpaidCount, schedule.unpaidCents]).toEqual([2, 4_100]);
  });

  test("tells those of this year and later, then those before", () => {
    expect(schedule.current.map(({ amountCents }) => amountCents)).toEqual(
      all.slice(1, 10).map(({ amountCents }) => amountCents),
    );
    expect(schedule.earlier.map(({ dueOn }) => dueOn)).toEqual(["2026-02-05"]);
  });
});

describe("a télétransmission", () => {
  const state = (noemieStatus: string | null, noemieCode: string | null) =>
    transmissionOf(insured({ noemieStatus, noemieCode }));

  test.each(["32", "33", null])("that is active with the answer %s asks for nothing", (code) => {
    expect(state("active", code)).toEqual({ status: "active", remedy: undefined });
  });

  test("whose end the caisse has noted is stopped, though the feed calls it active", () => {
    expect(state("active", "34")).toEqual({ status: "arretee", remedy: "call" });
  });

  test.each([
    ["en_attente", null, "wait"],
    ["rejetee", "18", "rights"],
    ["rejetee", "20", "rights"],
    ["rejetee", "21", "rights"],
    ["signalee", "38", "rights"],
    ["signalee", "27", "identity"],
    ["rejetee", "30", "identity"],
    ["rejetee", "31", "identity"],
    ["signalee", "40", "identity"],
    ["signalee", "41", "identity"],
    ["signalee", "53", "otherMutual"],
    ["rejetee", "14", "call"],
    ["rejetee", "25", "call"],
    ["signalee", "84", "call"],
    ["rejetee", null, "call"],
    ["toString", "constructor", "call"],
  ])("%s with the answer %s leads to: %s", (status, code, remedy) => {
    expect(state(status, code)).toEqual({ status, remedy });
  });

  test("of somebody else of 16 or more is not told", () => {
    expect(state(null, null)).toBeUndefined();
  });
});

test("an address keeps the order of its lines and leaves out the empty ones", () => {
  const person = { address1: "A", address2: null, address3: "", address4: "D", address5: null, address6: "F" };
  expect(addressLines(person as Person)).toEqual(["A", "D", "F"]);
});
