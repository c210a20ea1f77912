import { type ContractState, contractState, contractYear, coverOf, periodState } from "../../domain/cover.ts";
import { addDays, addMonths, type Day } from "../../lib/dates.ts";
import type { Contract, Insured, RightsHolder } from "./queries.ts";

/** Rights that may be certified: the member's own, or those of somebody below 16 insured through the member. */
export type Certifiable = Extract<RightsHolder, { isShown: 1 }>;

/** Why there is no certificate. `notYours`: the person's situation has no such document. */
export type Refusal =
  | { why: "notYours" }
  | { why: "noRights" }
  | { why: "rightsEnded"; day: Day; fund: string }
  | { why: "rightsNotYet"; day: Day; fund: string }
  | { why: "noContract" }
  | { why: "suspended" }
  | { why: "contractEnded"; day: Day | null }
  | { why: "contractToCome"; day: Day }
  | { why: "nobodyCovered" }
  /** `sign` is in no font: a document with a hole in a name is none. */
  | { why: "undrawable"; sign: string };

/** Somebody to choose, and why somebody cannot be chosen. */
export type Choosable = { memberId: string; name: string };
export type LeftOut = { name: string; why: "own16" | "closed" };

/** What the certificate of rights may say of whom on a day. */
export function rightsOn(
  all: RightsHolder[],
  isAffiliate: boolean,
  today: Day,
): { refusal: Refusal } | { people: Certifiable[]; leftOut: LeftOut[] } {
  const own = all.find(isOwn);
  if (!own) return { refusal: { why: isAffiliate ? "noRights" : "notYours" } };
  const state = periodState(own.rightsFrom, own.rightsTo, today);
  const fund = own.fundName;
  if (state === "ended") return { refusal: { why: "rightsEnded", day: own.rightsTo, fund } };
  if (state === "notYet") return { refusal: { why: "rightsNotYet", day: own.rightsFrom, fund } };
  const people: Certifiable[] = [];
  const leftOut: LeftOut[] = [];
  for (const person of all) {
    const name = fullName(person);
    if (person.isShown === 0) leftOut.push({ name, why: "own16" });
    else if (periodState(person.rightsFrom, person.rightsTo, today) === "open") people.push(person);
    else leftOut.push({ name, why: "closed" });
  }
  return { people, leftOut };
}

const isOwn = (person: RightsHolder): person is Certifiable => person.isShown === 1 && person.isSelf === 1;

const order: ContractState[] = ["active", "ending", "suspended", "toCome", "ended"];

/** The contract of a certificate: the one asked for, or the one that covers today, the latest first. */
export function contractOn(
  contracts: Contract[],
  asked: string | undefined,
  { isSubscriber, today }: { isSubscriber: boolean; today: Day },
): { refusal: Refusal } | { contract: Contract; people: Insured[] } | undefined {
  if (contracts.length === 0 && asked === undefined) {
    return { refusal: { why: isSubscriber ? "noContract" : "notYours" } };
  }
  const rank = (contract: Contract) => order.indexOf(contractState(contract, today));
  const sorted = contracts.toSorted((a, b) => rank(a) - rank(b));
  const contract = asked === undefined ? sorted[0] : contracts.find(({ contractId }) => contractId === asked);
  if (!contract) return undefined;
  const { from, to } = coverOf(contract);
  const state = contractState(contract, today);
  if (state === "suspended") return { refusal: { why: "suspended" } };
  if (state === "toCome") return { refusal: { why: "contractToCome", day: from } };
  if (state === "ended") return { refusal: { why: "contractEnded", day: to } };
  const people = contract.insured.filter(({ startsOn, endsOn }) => periodState(startsOn, endsOn, today) === "open");
  return people.length === 0 ? { refusal: { why: "nobodyCovered" } } : { contract, people };
}

/** Those chosen; undefined when somebody was asked for who cannot stand on it. Everybody, when nobody was asked for. */
export function chosenOf<P extends { memberId: string }>(people: P[], asked: string[]): P[] | undefined {
  if (asked.length === 0) return people;
  if (!asked.every((id) => people.some(({ memberId }) => memberId === id))) return undefined;
  return people.filter(({ memberId }) => asked.includes(memberId));
}

/** A year from the day of issue, and never past the end of anybody's rights. */
export function rightsValidTo(people: Certifiable[], today: Day): Day {
  return earliest([addDays(addMonths(today, 12), -1), ...people.map(({ rightsTo }) => rightsTo)]);
}

/** To the end of the cover, or of the contract's year when no end is known; never past anybody's own end. */
export function coverValidTo(contract: Contract, people: Insured[], today: Day): Day {
  const { to } = contractYear(contract, today);
  return earliest([to, ...people.flatMap(({ endsOn }) => endsOn ?? [])]);
}

function earliest(days: Day[]): Day {
  return days.toSorted()[0]!;
}

export function fullName({ firstNames, lastName }: { firstNames: string; lastName: string }): string {
  return `${firstNames} ${lastName}`;
}
