import { contractState, contractYear, type Years } from "../../domain/cover.ts";
import type { Day } from "../../lib/dates.ts";
import type { Contract, Instalment, Person } from "./queries.ts";

/** Which parts of the file somebody has. */
export type Situation = { amo: boolean; amc: boolean };

/** From what the feed says of the person, and from what it has brought: ended cover is still told. */
export function situationOf(
  person: { isAffiliate: number; isSubscriber: number },
  has: { rights: boolean; contracts: boolean },
): Situation {
  return { amo: person.isAffiliate === 1 || has.rights, amc: person.isSubscriber === 1 || has.contracts };
}

/** The contracts told in full, and the former ones named alone; when all are over, the latest is told in full. */
export function sortContracts(contracts: Contract[], today: Day): { told: Contract[]; former: Contract[] } {
  const told = contracts.filter((contract) => contractState(contract, today) !== "ended").reverse();
  const shown = told.length > 0 ? told : contracts.slice(0, 1);
  return { told: shown, former: contracts.filter((contract) => !shown.includes(contract)) };
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

/** The lines of an address that say something, at most six. */
export function addressLines(person: Person): string[] {
  const { address1, address2, address3, address4, address5, address6 } = person;
  return [address1, address2, address3, address4, address5, address6].flatMap((line) => line || []);
}
