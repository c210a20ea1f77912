import { toCardLetters } from "../lib/card-letters.ts";
import { addDays, addMonths, type Day, isDay, parisDay } from "../lib/dates.ts";
import type { Organisation } from "../platform/organisation.ts";
import { type CardRequest, isOpen } from "./card-requests.ts";
import type { EhicPerson } from "./ehic-people.ts";

/** Why a card or a provisional certificate is not to be had now; days are those the reason speaks of. */
export type EhicRefusal =
  /** The caisse answers for it, not the mutual. */
  | { why: "relayed" }
  /** The mutual knows a complementary cover alone. */
  | { why: "notAffiliate" }
  | { why: "noRights" }
  | { why: "rightsEnded"; day: Day }
  | { why: "rightsNotYet"; day: Day }
  | { why: "rightsEndBefore"; day: Day }
  /** Somebody in the member's charge who is not their child. */
  | { why: "notParent" }
  | { why: "provisionalNumber" }
  | { why: "noNumber" }
  | { why: "identity" }
  | { why: "name" }
  | { why: "address" }
  | { why: "pending" }
  /** A card has more than three months left; `day` is its last one, `from` when to ask again, each when it is known. */
  | { why: "liveCard"; day: Day | null; from: Day | null };

/** A card that somebody has, or that is on its way. */
export type LiveCard = {
  /** False while it is in the post. */
  isInHand: boolean;
  cardNumber: string | null;
  expiresOn: Day | null;
  /** Until when it counts as one; of a card whose end is not known, the longest it may last. */
  until: Day | null;
};

type Asked = {
  /** `certificate`: counts from today on, and needs no address. */
  what: "card" | "certificate";
  today: Day;
  /** Undefined as long as nobody has said when. */
  departsOn?: Day | undefined;
  /** The card that was there is lost or stolen. */
  lost: boolean;
  mode: Organisation["amoMode"];
  /** Those for this person, and maybe for others. */
  requests: CardRequest[];
};

/** A card may be renewed this long before it ends. */
const renewalMonths = 3;
/** No card lasts longer. */
const longestMonths = 24;

/** Every reason why this person cannot have what is asked for, the first to be settled first; none when they can. */
export function ehicRefusals(person: EhicPerson, asked: Asked): EhicRefusal[] {
  const { what, today, mode, requests } = asked;
  if (mode === "relayed") return [{ why: "relayed" }];
  if (person.rightsFrom === null && person.isAffiliate === 0) return [{ why: "notAffiliate" }];
  // What is still in the post does not help who leaves today; of another one, it is enough that it comes.
  const card = liveCards(person, requests).find(({ isInHand }) => isInHand || what === "card");
  const hasTime = card !== undefined && (card.until === null || card.until > addMonths(today, renewalMonths));
  const isLost = asked.lost || (what === "certificate" && isToldLost(person, requests));
  return [
    ...rightsRefusals(person, asked),
    ...(person.isSelf === 0 && person.quality !== 3 ? [{ why: "notParent" } as const] : []),
    ...numberRefusals(person),
    ...identityRefusals(person, today),
    ...(what === "card" && !hasAddress(person) ? [{ why: "address" } as const] : []),
    ...(what === "card" && isPending(person, requests) ? [{ why: "pending" } as const] : []),
    ...(hasTime && !isLost ? [{ why: "liveCard", day: card.expiresOn, from: renewalDay(card.until) } as const] : []),
  ];
}

function rightsRefusals({ rightsFrom, rightsTo }: EhicPerson, { what, today, departsOn }: Asked): EhicRefusal[] {
  if (rightsFrom === null || rightsTo === null) return [{ why: "noRights" }];
  if (rightsTo < today) return [{ why: "rightsEnded", day: rightsTo }];
  const day = what === "certificate" ? today : departsOn;
  if (day === undefined) return [];
  if (rightsFrom > day) return [{ why: "rightsNotYet", day: rightsFrom }];
  return rightsTo < day ? [{ why: "rightsEndBefore", day: rightsTo }] : [];
}

function numberRefusals({ nir, isNirProvisional }: EhicPerson): EhicRefusal[] {
  if (nir === undefined) return [{ why: "noNumber" }];
  return isNirProvisional ? [{ why: "provisionalNumber" }] : [];
}

function identityRefusals({ firstNames, lastName, birthDate }: EhicPerson, today: Day): EhicRefusal[] {
  const names = [firstNames, lastName];
  const isComplete = names.every((name) => /\p{L}/u.test(name)) && isDay(birthDate) && birthDate <= today;
  if (!isComplete) return [{ why: "identity" }];
  return names.every((name) => /\p{L}/u.test(toCardLetters(name) ?? "")) ? [] : [{ why: "name" }];
}

/** The place to deliver to and the town; who lives there and in which flat may be missing. */
function hasAddress({ street, place, town }: EhicPerson): boolean {
  const isThere = (line: string | null) => line !== null && line.trim() !== "";
  return isThere(town) && (isThere(street) || isThere(place));
}

const awaited: readonly string[] = ["demandee", "transmise", "en_fabrication"];
const arrived: readonly string[] = ["expediee", "recue"];

/** Whether a card of this person is being asked for or made, here or elsewhere. */
export function isPending({ memberId, cards }: EhicPerson, requests: CardRequest[]): boolean {
  const own = requests.filter((request) => request.memberId === memberId);
  if (own.some(isOpen)) return true;
  // Of a request made here, its own state is the one that counts: the feed may be behind.
  return cards.some(
    ({ requestId, status }) => awaited.includes(status) && !own.some((one) => one.requestId === requestId),
  );
}

/** Who has asked for another card because theirs is lost has said so, as long as the other one is not there. */
function isToldLost({ memberId }: EhicPerson, requests: CardRequest[]): boolean {
  const isAwaited = (one: CardRequest) => isOpen(one) || one.state === "shipped" || one.state === "returned";
  return requests.some((one) => one.memberId === memberId && one.lost === 1 && isAwaited(one));
}

/** The first day on which a card that counts to `until` may be renewed; months have not all as many days. */
function renewalDay(until: Day | null): Day | null {
  if (until === null) return null;
  let day = addMonths(until, -renewalMonths);
  while (addMonths(day, renewalMonths) < until) day = addDays(day, 1);
  return day;
}

/** The card of this person that lasts longest, if there is one. */
export function liveCard(person: EhicPerson, requests: CardRequest[]): LiveCard | undefined {
  return liveCards(person, requests)[0];
}

/** The cards of this person, the one that lasts longest first. */
function liveCards({ memberId, cards }: EhicPerson, requests: CardRequest[]): LiveCard[] {
  const fed = cards
    .filter(({ status }) => arrived.includes(status))
    .map(({ status, cardNumber, expiresOn, updatedAt }) => ({
      isInHand: status === "recue",
      cardNumber,
      expiresOn,
      until: expiresOn ?? (updatedAt && addMonths(updatedAt.slice(0, 10), longestMonths)),
    }));
  const told = requests
    .filter(({ state }) => state === "shipped" || state === "received")
    .filter((one) => one.memberId === memberId && !cards.some(({ requestId }) => requestId === one.requestId))
    .map(({ state, stateAt }) => ({
      isInHand: state === "received",
      cardNumber: null,
      expiresOn: null,
      until: addMonths(parisDay(stateAt * 1000), longestMonths),
    }));
  // What has no known end lasts longest of all.
  return [...fed, ...told].toSorted((a, b) => ((a.until ?? "~") < (b.until ?? "~") ? 1 : -1));
}
