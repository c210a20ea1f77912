import { addDays, addMonths, type Day } from "../../lib/dates.ts";
import type { Contract, Instalment, Insured, Person } from "./queries.ts";

/** Which parts of the file somebody has. */
export type Situation = { amo: boolean; amc: boolean };

/** From what the feed says of the person, and from what it has brought: ended cover is still told. */
export function situationOf(
  person: { isAffiliate: number; isSubscriber: number },
  has: { rights: boolean; contracts: boolean },
): Situation {
  return { amo: person.isAffiliate === 1 || has.rights, amc: person.isSubscriber === 1 || has.contracts };
}

/** Where a day stands in a period; its last day is within. */
export function periodState(from: Day, to: Day | null, today: Day): "open" | "ended" | "notYet" {
  if (today < from) return "notYet";
  return to !== null && today > to ? "ended" : "open";
}

export type ContractState = "active" | "suspended" | "toCome" | "ending" | "ended";

/** The days a contract covers the member: its own, within them those of a member who is on somebody else's. */
export function coverOf({ isOwn, startsOn, endsOn, insured }: Contract): { from: Day; to: Day | null } {
  const self = isOwn ? undefined : insured.find(({ isSelf }) => isSelf);
  if (!self) return { from: startsOn, to: endsOn };
  const to = endsOn === null || (self.endsOn !== null && self.endsOn < endsOn) ? self.endsOn : endsOn;
  return { from: self.startsOn > startsOn ? self.startsOn : startsOn, to };
}

/** What a contract is to the member today. A date that has passed weighs more than a status that is late. */
export function contractState(contract: Contract, today: Day): ContractState {
  const { from, to } = coverOf(contract);
  if (to !== null && to < today) return "ended";
  if (contract.status === "resilie") return to === null ? "ended" : "ending";
  if (contract.status === "suspendu") return "suspended";
  return contract.status === "a_venir" || from > today ? "toCome" : "active";
}

/** The contracts told in full, and the former ones named alone; when all are over, the latest is told in full. */
export function sortContracts(contracts: Contract[], today: Day): { told: Contract[]; former: Contract[] } {
  const told = contracts.filter((contract) => contractState(contract, today) !== "ended").reverse();
  const shown = told.length > 0 ? told : contracts.slice(0, 1);
  return { told: shown, former: contracts.filter((contract) => !shown.includes(contract)) };
}

type Years = { from: Day; to: Day };

/** The year of a contract that a day is in, from one anniversary to the next: the first before it begins, the last after its end. */
export function contractYear({ startsOn, endsOn }: Pick<Contract, "startsOn" | "endsOn">, today: Day): Years {
  const within = endsOn !== null && today > endsOn ? endsOn : today;
  let years = Math.max(0, Number(within.slice(0, 4)) - Number(startsOn.slice(0, 4)));
  // Of somebody who joined on 29 February, the years begin on the 28th.
  if (years > 0 && addMonths(startsOn, 12 * years) > within) years--;
  const to = addDays(addMonths(startsOn, 12 * (years + 1)), -1);
  return { from: addMonths(startsOn, 12 * years), to: endsOn !== null && endsOn < to ? endsOn : to };
}

export type Schedule = {
  year: Years;
  /** Sums in cents of the year: what is asked, what came, and what is left of it. */
  dueCents: number;
  paidCents: number;
  leftCents: number;
  next: Instalment | undefined;
  /** Rejected and not made good, of whatever year. */
  unpaidCents: number;
  unpaidCount: number;
  /** Of this year and later, then those before; oldest first. */
  current: Instalment[];
  earlier: Instalment[];
};

const paid: readonly Instalment["status"][] = ["preleve", "paye", "regularise"];

/** The instalments of one contract on a day, with their sums. */
export function scheduleOf(contract: Contract, all: Instalment[], today: Day): Schedule {
  const own = all.filter(({ contractId }) => contractId === contract.contractId);
  const year = contractYear(contract, today);
  const ofYear = own.filter(({ dueOn, status }) => dueOn >= year.from && dueOn <= year.to && status !== "annule");
  const unpaid = own.filter(({ status }) => status === "rejete");
  const dueCents = sum(ofYear);
  const paidCents = sum(ofYear.filter(({ status }) => paid.includes(status)));
  return {
    year,
    dueCents,
    paidCents,
    leftCents: dueCents - paidCents,
    next: own.find(({ dueOn, status }) => status === "a_venir" && dueOn >= today),
    unpaidCents: sum(unpaid),
    unpaidCount: unpaid.length,
    current: own.filter(({ dueOn }) => dueOn >= year.from),
    earlier: own.filter(({ dueOn }) => dueOn < year.from),
  };
}

function sum(instalments: Instalment[]): number {
  return instalments.reduce((total, { amountCents }) => total + amountCents, 0);
}

export type Remedy = "rights" | "identity" | "otherMutual" | "call" | "wait";

/** What helps against a télétransmission that does not work, by the code of the caisse's answer. */
const remedies = new Map<string | null, Remedy>([
  ["18", "rights"],
  ["20", "rights"],
  ["21", "rights"],
  ["38", "rights"],
  ["27", "identity"],
  ["30", "identity"],
  ["31", "identity"],
  ["40", "identity"],
  ["41", "identity"],
  ["53", "otherMutual"],
]);

/** The caisse has taken note that the link is over: the feed calls that active too. */
const stoppedCode = "34";

/** A state as the feed names it, `arretee` when the link was ended; and what to do unless it is active. */
export type Transmission = { status: string; remedy: Remedy | undefined };

/** What the state of a télétransmission means; undefined when it is not for the member to know. */
export function transmissionOf({ noemieStatus, noemieCode }: Insured): Transmission | undefined {
  if (noemieStatus === null) return undefined;
  if (noemieStatus === "en_attente") return { status: noemieStatus, remedy: "wait" };
  if (noemieStatus !== "active") return { status: noemieStatus, remedy: remedies.get(noemieCode) ?? "call" };
  return noemieCode === stoppedCode
    ? { status: "arretee", remedy: "call" }
    : { status: noemieStatus, remedy: undefined };
}

/** The lines of an address that say something, at most six. */
export function addressLines(person: Person): string[] {
  const { address1, address2, address3, address4, address5, address6 } = person;
  return [address1, address2, address3, address4, address5, address6].flatMap((line) => line || []);
}

/** A number of the international form as it is read: French ones by pairs, others as they are dialled. */
export function phoneText(phone: string): string {
  const french = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(phone);
  return french ? `0${french.slice(1).join(" ")}` : phone;
}
