import { describe, expect, test } from "vitest";
import { addDays } from "../lib/dates.ts";
import type { CardRequest, CardState } from "./card-requests.ts";
import { ehicRefusals, liveCard } from "./ehic-gate.ts";
import type { EhicCard, EhicPerson } from "./ehic-people.ts";

const today = "2026-11-23";

const person = (more: Partial<EhicPerson> = {}): EhicPerson => ({
  memberId: "P1",
  firstNames: "Alice Marie",
  lastName: "LEFÈVRE",
  isSelf: 1,
  birthDate: "2002-03-14",
  isAffiliate: 1,
  nir: { number: "2020359350123", key: "50" },
  isNirProvisional: false,
  street: "12 RUE DE L HOPITAL MILITAIRE",
  place: null,
  town: "59800 LILLE",
  rightsFrom: "2020-01-01",
  rightsTo: "2027-08-31",
  fundName: "CPAM",
  quality: 1,
  cards: [],
  ...more,
});

const card = (more: Partial<EhicCard> = {}): EhicCard => ({
  requestId: "CEAM1",
  memberId: "P1",
  status: "recue",
  cardNumber: "80250000590000000123",
  expiresOn: "2028-01-01",
  reason: null,
  updatedAt: "2026-01-01",
  ...more,
});

const request = (state: CardState, more: Partial<CardRequest> = {}): CardRequest => ({
  requestId: "R1",
  memberId: "P1",
  name: "Alice",
  askedBy: "P1",
  country: "ES",
  departsOn: "2027-01-20",
  returnsOn: "2027-02-03",
  lost: 0,
  state,
  reason: null,
  requestedAt: Date.parse(today) / 1000,
  stateAt: Date.parse(today) / 1000,
  version: 1,
  canCancel: false,
  ...more,
});

type Asked = Partial<Parameters<typeof ehicRefusals>[1]>;
const usual: Parameters<typeof ehicRefusals>[1] = {
  what: "card",
  today,
  departsOn: "2027-01-20",
  lost: false,
  mode: "delegated",
  requests: [],
};
const reasons = (who: Partial<EhicPerson>, asked: Asked = {}) =>
  ehicRefusals(person(who), { ...usual, ...asked }).map((refusal) =>
    "day" in refusal ? `${refusal.why} ${refusal.day}` : refusal.why,
  );

test("somebody with rights, a number, a name and an address may have a card, and a certificate", () => {
  expect(reasons({})).toEqual([]);
  expect(reasons({}, { what: "certificate" })).toEqual([]);
});

describe("each reason by itself:", () => {
  test.each<[string, Partial<EhicPerson>, Asked, string[]]>([
    ["the caisse answers", {}, { mode: "relayed" }, ["relayed"]],
    ["a complementary cover alone", { isAffiliate: 0, rightsFrom: null, rightsTo: null }, {}, ["notAffiliate"]],
    ["no rights yet", { rightsFrom: null, rightsTo: null }, {}, ["noRights"]],
    ["rights over since yesterday", { rightsTo: "2026-11-22" }, {}, ["rightsEnded 2026-11-22"]],
    ["rights that end the day before departure", { rightsTo: "2027-01-19" }, {}, ["rightsEndBefore 2027-01-19"]],
    ["rights that begin the day after departure", { rightsFrom: "2027-01-21" }, {}, ["rightsNotYet 2027-01-21"]],
    ["a brother in charge", { isSelf: 0, quality: 4 }, {}, ["notParent"]],
    ["a provisional number", { isNirProvisional: true }, {}, ["provisionalNumber"]],
    ["no number", { nir: undefined }, {}, ["noNumber"]],
    ["no first name", { firstNames: " " }, {}, ["identity"]],
    ["a name of signs", { lastName: "???" }, {}, ["identity"]],
    ["a birth to come", { birthDate: "2026-11-24" }, {}, ["identity"]],
    ["no day of birth", { birthDate: "2002-00-00" }, {}, ["identity"]],
    ["a name that no Latin letter can write", { lastName: "DUPONT 😀" }, {}, ["name"]],
    ["no town", { town: null }, {}, ["address"]],
    ["no street nor place", { street: " " }, {}, ["address"]],
    ["a request under way", {}, { requests: [request("in_production")] }, ["pending"]],
    [
      "a request under way elsewhere",
      { cards: [card({ status: "transmise", cardNumber: null, expiresOn: null })] },
      {},
      ["pending"],
    ],
    ["a card with time left", { cards: [card()] }, {}, ["liveCard 2028-01-01"]],
  ])("%s", (_, who, asked, expected) => {
    expect(reasons(who, asked)).toEqual(expected);
  });

  test("and all of them together, the first to settle first", () => {
    const worst = {
      rightsTo: "2026-11-22",
      isSelf: 0,
      quality: 4,
      isNirProvisional: true,
      firstNames: "",
      town: null,
      cards: [card()],
    } as const;
    expect(reasons({ ...worst, cards: [card()] }, { requests: [request("sent")] })).toEqual([
      "rightsEnded 2026-11-22",
      "notParent",
      "provisionalNumber",
      "identity",
      "address",
      "pending",
      "liveCard 2028-01-01",
    ]);
  });
});

describe("the day decides:", () => {
  test.each([
    ["2027-01-19", ["rightsEndBefore 2027-01-19"]],
    ["2027-01-20", []],
    ["2027-01-21", []],
  ])("rights to %s, departure on 20 January", (rightsTo, expected) => {
    expect(reasons({ rightsTo })).toEqual(expected);
  });

  test.each([
    ["2026-11-22", ["rightsEnded 2026-11-22"]],
    ["2026-11-23", []],
  ])("a certificate counts from today on: rights to %s", (rightsTo, expected) => {
    expect(reasons({ rightsTo }, { what: "certificate" })).toEqual(expected);
  });

  test.each([
    ["2026-11-23", []],
    ["2026-11-24", ["rightsNotYet 2026-11-24"]],
  ])("rights from %s, and a certificate of today", (rightsFrom, expected) => {
    expect(reasons({ rightsFrom }, { what: "certificate" })).toEqual(expected);
  });

  test.each([
    ["2027-02-22", []],
    ["2027-02-23", []],
    ["2027-02-24", ["liveCard 2027-02-24"]],
  ])("a card to %s, three months from 23 November or one day aside", (expiresOn, expected) => {
    expect(reasons({ cards: [card({ expiresOn })] })).toEqual(expected);
  });

  test("of a journey without dates yet, only what is over is told", () => {
    expect(reasons({ rightsTo: "2026-12-01" }, { departsOn: undefined })).toEqual([]);
    expect(reasons({ rightsFrom: "2027-12-01", rightsTo: "2028-12-01" }, { departsOn: undefined })).toEqual([]);
  });
});

describe("a certificate", () => {
  test("needs no address, and may be had while a request is under way", () => {
    expect(reasons({ town: null }, { what: "certificate", requests: [request("sent")] })).toEqual([]);
  });

  test("is not for who has a card, unless it is lost", () => {
    expect(reasons({ cards: [card()] }, { what: "certificate" })).toEqual(["liveCard 2028-01-01"]);
    expect(reasons({ cards: [card()] }, { what: "certificate", lost: true })).toEqual([]);
  });
});

describe("a card on its way", () => {
  const posted = { cards: [card({ status: "expediee" })] };
  test("is not in hand: a certificate may be had, another card may not", () => {
    expect(reasons(posted, { what: "certificate" })).toEqual([]);
    expect(reasons(posted)).toEqual(["liveCard 2028-01-01"]);
    expect(reasons({}, { what: "certificate", requests: [request("shipped")] })).toEqual([]);
    expect(reasons({}, { what: "certificate", requests: [request("received")] })).toEqual(["liveCard null"]);
  });

  test.each<[CardState, boolean]>([
    ["requested", true],
    ["sent", true],
    ["in_production", true],
    ["shipped", true],
    ["returned", true],
    ["received", false],
    ["refused", false],
    ["cancelled", false],
  ])("because the other was lost, says so for the certificate: %s, %s", (state, isSaid) => {
    const requests = [request(state, { lost: 1 })];
    expect(reasons({ cards: [card()] }, { what: "certificate", requests }).length === 0).toBe(isSaid);
    const others = [request(state, { lost: 1, memberId: "P2" })];
    expect(reasons({ cards: [card()] }, { what: "certificate", requests: others })).toEqual(["liveCard 2028-01-01"]);
  });
});

describe("the day to ask again", () => {
  test.each([
    ["2028-01-01", "2027-10-01"],
    ["2028-05-31", "2028-03-01"],
    ["2027-05-30", "2027-03-01"],
    ["2027-05-28", "2027-02-28"],
    ["2027-04-23", "2027-01-23"],
  ])("of a card to %s is %s, and the day before is too soon", (expiresOn, from) => {
    const who = { cards: [card({ expiresOn })], rightsTo: "2030-01-01" };
    const on = (day: string) => ehicRefusals(person(who), { ...usual, today: day, departsOn: undefined });
    expect(on(today)).toEqual([{ why: "liveCard", day: expiresOn, from }]);
    expect(on(from)).toEqual([]);
    expect(on(addDays(from, -1))).toHaveLength(1);
  });

  test("is known of a card whose end nobody said, when its last word is dated", () => {
    const of = (updatedAt: string | null) =>
      ehicRefusals(person({ cards: [card({ expiresOn: null, updatedAt })] }), usual);
    expect(of("2026-05-10")).toEqual([{ why: "liveCard", day: null, from: "2028-02-10" }]);
    expect(of(null)).toEqual([{ why: "liveCard", day: null, from: null }]);
  });
});

describe("a card that was there", () => {
  test.each(["retournee", "refusee", "annulee"])("%s is none", (status) => {
    expect(reasons({ cards: [card({ status })] })).toEqual([]);
  });

  test("lost, does not stand in the way; a request does", () => {
    expect(reasons({ cards: [card()] }, { lost: true })).toEqual([]);
    expect(reasons({ cards: [card()] }, { lost: true, requests: [request("requested")] })).toEqual(["pending"]);
  });

  test("whose end nobody said counts two years from the last word on it, or for good", () => {
    expect(reasons({ cards: [card({ expiresOn: null, updatedAt: "2025-02-23T08:00:00+01:00" })] })).toEqual([]);
    expect(reasons({ cards: [card({ expiresOn: null, updatedAt: "2025-02-24T08:00:00+01:00" })] })).toEqual([
      "liveCard null",
    ]);
    expect(reasons({ cards: [card({ expiresOn: null, updatedAt: null })] })).toEqual(["liveCard null"]);
  });

  test("sent by the mutual counts before the feed knows its number", () => {
    expect(reasons({}, { requests: [request("shipped")] })).toEqual(["liveCard null"]);
    expect(reasons({}, { requests: [request("returned")] })).toEqual([]);
    // Once the feed knows it, what the feed says counts.
    const known = { cards: [card({ requestId: "R1", expiresOn: "2026-12-31" })] };
    expect(reasons(known, { requests: [request("shipped")] })).toEqual([]);
  });

  test("is not that of somebody else", () => {
    expect(
      reasons({}, { requests: [request("shipped", { memberId: "P2" }), request("sent", { memberId: "P2" })] }),
    ).toEqual([]);
  });

  test("lasts longest among several", () => {
    const cards = [
      card({ expiresOn: "2027-01-01" }),
      card({ expiresOn: "2028-05-01", cardNumber: "8" }),
      card({ expiresOn: "2026-12-01" }),
    ];
    expect(liveCard(person({ cards }), [])).toMatchObject({ cardNumber: "8", expiresOn: "2028-05-01" });
  });
});

test("of a request made here, the feed's older word does not count: it was cancelled", () => {
  const cards = [card({ requestId: "R1", status: "transmise", cardNumber: null, expiresOn: null })];
  expect(reasons({ cards }, { requests: [request("cancelled")] })).toEqual([]);
});
