import { addDays, addMonths, type Day } from "../lib/dates.ts";

/** What of a contract tells whom it covers and when; `isOwn` when the member pays for it. */
export type Cover = {
  isOwn: 0 | 1;
  startsOn: Day;
  endsOn: Day | null;
  status: "actif" | "suspendu" | "resilie" | "a_venir";
  insured: { isSelf: 0 | 1; startsOn: Day; endsOn: Day | null }[];
};

/** Where a day stands in a period; its last day is within. */
export function periodState(from: Day, to: Day | null, today: Day): "open" | "ended" | "notYet" {
  if (today < from) return "notYet";
  return to !== null && today > to ? "ended" : "open";
}

export type ContractState = "active" | "suspended" | "toCome" | "ending" | "ended";

/** The days a contract covers the member: its own, within them those of a member who is on somebody else's. */
export function coverOf({ isOwn, startsOn, endsOn, insured }: Cover): { from: Day; to: Day | null } {
  const self = isOwn ? undefined : insured.find(({ isSelf }) => isSelf);
  if (!self) return { from: startsOn, to: endsOn };
  const to = endsOn === null || (self.endsOn !== null && self.endsOn < endsOn) ? self.endsOn : endsOn;
  return { from: self.startsOn > startsOn ? self.startsOn : startsOn, to };
}

/** What a contract is to the member today. A date that has passed weighs more than a status that is late. */
export function contractState(contract: Cover, today: Day): ContractState {
  const { from, to } = coverOf(contract);
  if (to !== null && to < today) return "ended";
  if (contract.status === "resilie") return to === null ? "ended" : "ending";
  if (contract.status === "suspendu") return "suspended";
  return contract.status === "a_venir" || from > today ? "toCome" : "active";
}

export type Years = { from: Day; to: Day };

/** The year of a contract that a day is in, from one anniversary to the next: the first before it begins, the last after its end. */
export function contractYear({ startsOn, endsOn }: Pick<Cover, "startsOn" | "endsOn">, today: Day): Years {
  const within = endsOn !== null && today > endsOn ? endsOn : today;
  let years = Math.max(0, Number(within.slice(0, 4)) - Number(startsOn.slice(0, 4)));
  // Of somebody who joined on 29 February, the years begin on the 28th.
  if (years > 0 && addMonths(startsOn, 12 * years) > within) years--;
  const to = addDays(addMonths(startsOn, 12 * (years + 1)), -1);
  return { from: addMonths(startsOn, 12 * years), to: endsOn !== null && endsOn < to ? endsOn : to };
}
