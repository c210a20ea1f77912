import { findAccountHolder } from "../../domain/accounts.ts";
import { cardsAskedMail } from "../../domain/card-mails.ts";
import {
  addCardRequest,
  type CardRequest,
  cardRequestsFor,
  isOpen,
  stepsOf,
  type Trip,
} from "../../domain/card-requests.ts";
import { initialsOf } from "../../domain/certificates.ts";
import { type EhicRefusal, ehicRefusals, liveCard } from "../../domain/ehic-gate.ts";
import { type EhicPerson, ehicPeople } from "../../domain/ehic-people.ts";
import { queueMail } from "../../domain/outbox.ts";
import { issueProvisional, liveCertificates, type Provisional } from "../../domain/provisional-certificates.ts";
import { countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { addDays, type Day, parisDay } from "../../lib/dates.ts";
import { toLatin } from "../../lib/latin.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { ehicInstitution } from "../../platform/organisation.ts";
import type { Session } from "../../platform/sessions.ts";
import { certificateModel } from "./document.ts";
import { type CertificateBoxes, certificateBoxes, certificateEnd } from "./rules.ts";

type EhicDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** A request with its steps, as somebody of the file sees it. */
export type ShownRequest = CardRequest & {
  steps: ReturnType<typeof stepsOf>;
  /** Made by who reads it. */
  isOwn: boolean;
  /** The card is to be there before this day, and whether that day has come. */
  expectedOn: Day;
  isLate: boolean;
};

/** A person of the file with all that is shown of their card. */
export type Situation = {
  person: EhicPerson;
  requests: ShownRequest[];
  certificate: Provisional | undefined;
  /** Another certificate would say something else: the file was corrected, or the rights are longer. */
  isOutdated: boolean;
  /** Why a card cannot be asked for, whenever they leave and even if the present one is lost. */
  card: EhicRefusal[];
  /** A card has time left: it must be lost for another one to be asked for. */
  needsLoss: EhicRefusal | undefined;
  /** Why no provisional certificate can be issued, as things stand, and if the card is lost. */
  provisional: EhicRefusal[];
  provisionalIfLost: EhicRefusal[];
};

/** Who is in the file, and how each stands; the names of the dependants who see to their card themselves. */
export function situations(deps: EhicDeps, memberId: string): { people: Situation[]; others: { name: string }[] } {
  const today = parisDay(deps.clock());
  const { people, others } = ehicPeople(deps, memberId, today);
  const ids = people.map((person) => person.memberId);
  const requests = cardRequestsFor(deps, ids);
  const certificates = liveCertificates(deps, ids);
  const { organisation } = deps.config;
  const known = { today, mode: organisation.amoMode, requests };
  const shown = (request: CardRequest): ShownRequest => {
    const expectedOn = addDays(parisDay(request.requestedAt * 1000), organisation.ehicDelayDays);
    return {
      ...request,
      steps: stepsOf(deps, request.requestId),
      isOwn: request.askedBy === memberId,
      expectedOn,
      isLate: isOpen(request) && today >= expectedOn,
    };
  };
  return {
    others,
    people: people.map((person) => {
      const refusals = (what: "card" | "certificate", lost: boolean) => ehicRefusals(person, { ...known, what, lost });
      const certificate = certificates.find(({ beneficiaryId }) => beneficiaryId === person.memberId);
      const provisionalIfLost = refusals("certificate", true);
      return {
        person,
        requests: requests.filter((request) => request.memberId === person.memberId).map(shown),
        certificate,
        isOutdated:
          certificate !== undefined &&
          provisionalIfLost.length === 0 &&
          isOutdated(deps, certificate, { person, requests }),
        card: refusals("card", true),
        needsLoss: refusals("card", false).find(({ why }) => why === "liveCard"),
        provisional: refusals("certificate", false),
        provisionalIfLost,
      };
    }),
  };
}

/** What became of a form for several people: all of it is kept, or nothing. */
export type Asked =
  | { kind: "asked" }
  /** Somebody is not in the file. */
  | { kind: "unknown" }
  | { kind: "refused"; refusals: Map<string, EhicRefusal[]> }
  | { kind: "tooMany"; waitSeconds: number }
  /** The account is gone. */
  | { kind: "ended" };

/**
 * Asks for a card for each of these people, tells the back office and mails the receipt. Each is judged apart.
 * @param losses those of the file whose present card is lost; of who is not asked for, it says nothing.
 */
export function askForCards(
  deps: EhicDeps,
  { memberId, accountId }: Session,
  { beneficiaries, losses, trip }: { beneficiaries: string[]; losses: string[]; trip: Omit<Trip, "lost"> },
): Asked {
  const { db, clock, config } = deps;
  return write(db, () => {
    const today = parisDay(clock());
    const { people } = ehicPeople(deps, memberId, today);
    const chosen = [...new Set(beneficiaries)].map((id) => people.find((person) => person.memberId === id));
    if (!chosen.every((person) => person !== undefined)) return { kind: "unknown" };
    if (!losses.every((id) => people.some((person) => person.memberId === id))) return { kind: "unknown" };
    const isLost = (id: string) => losses.includes(id);
    const ids = chosen.map((person) => person.memberId);
    const { departsOn } = trip;
    const mode = config.organisation.amoMode;
    const asked = { what: "card", today, departsOn, mode, requests: cardRequestsFor(deps, ids) } as const;
    const refusals = new Map(
      chosen
        .map((person) => [person.memberId, ehicRefusals(person, { ...asked, lost: isLost(person.memberId) })] as const)
        .filter(([, reasons]) => reasons.length > 0),
    );
    if (refusals.size > 0) return { kind: "refused", refusals };
    const holder = findAccountHolder(deps, memberId);
    if (!holder) return { kind: "ended" };
    const waitSeconds = countUse(deps, "cardAccount", accountId);
    if (waitSeconds > 0) return { kind: "tooMany", waitSeconds };
    for (const id of ids) {
      const requestId = addCardRequest(deps, { memberId: id, askedBy: memberId }, { ...trip, lost: isLost(id) });
      if (requestId === undefined) throw new Error("a request was open that the gate did not see");
    }
    const names = chosen.map(({ firstNames }) => firstNames.split(" ")[0]!);
    const body = cardsAskedMail(config, holder, { names, trip, at: seconds(clock) });
    const { email: to, language } = holder;
    queueMail(deps, { kind: "ehic.requested", memberId, to, language, body, urgent: true });
    return { kind: "asked" };
  });
}

export type IssuedCertificate =
  | { kind: "issued"; number: string }
  | { kind: "unknown" }
  | { kind: "refused"; refusals: EhicRefusal[]; name: string }
  | { kind: "tooMany"; waitSeconds: number };

/** What a certificate issued on a day says of a person: its boxes, and its last day. */
function contentOn(
  { config }: Pick<EhicDeps, "config">,
  { person, requests }: { person: EhicPerson; requests: CardRequest[] },
  today: Day,
): { boxes: CertificateBoxes; validTo: Day } {
  const validTo = certificateEnd(today, person.rightsTo!);
  const [card, institution] = [liveCard(person, requests), ehicInstitution(config.organisation)];
  return { boxes: certificateBoxes(person, { today, validTo, card, institution }), validTo };
}

/** Whether a certificate, were it issued on its day from the file of now, would say something else. */
function isOutdated(
  deps: EhicDeps,
  certificate: Provisional,
  of: { person: EhicPerson; requests: CardRequest[] },
): boolean {
  return JSON.stringify(contentOn(deps, of, certificate.issuedOn).boxes) !== certificate.boxes;
}

/**
 * The provisional certificate of a person: the one that counts and says what the file says, or a new one when the gate
 * allows it, which ends the other.
 * @param addressOf where anyone checks a code.
 */
export function issueCertificate(
  deps: EhicDeps,
  { memberId, accountId }: Session,
  { beneficiary, lost, addressOf }: { beneficiary: string; lost: boolean; addressOf: (code: string) => string },
): IssuedCertificate {
  const { db, clock, config } = deps;
  const { organisation } = config;
  return write(db, () => {
    const today = parisDay(clock());
    const person = ehicPeople(deps, memberId, today).people.find((one) => one.memberId === beneficiary);
    if (!person) return { kind: "unknown" };
    const requests = cardRequestsFor(deps, [beneficiary]);
    const asked = { what: "certificate", today, lost, mode: organisation.amoMode, requests } as const;
    const [known] = liveCertificates(deps, [beneficiary]);
    const refusals = ehicRefusals(person, { ...asked, lost: lost || known !== undefined });
    const name = `${person.firstNames} ${person.lastName}`;
    if (refusals.length > 0) return { kind: "refused", refusals, name };
    if (known && !isOutdated(deps, known, { person, requests })) return { kind: "issued", number: known.number };
    const waitSeconds = countUse(deps, "cardAccount", accountId);
    if (waitSeconds > 0) return { kind: "tooMany", waitSeconds };
    const { boxes, validTo } = contentOn(deps, { person, requests }, today);
    const number = issueProvisional(deps, {
      memberId,
      beneficiaryId: beneficiary,
      validTo,
      facts: { people: [factsOf(person)] },
      boxes: JSON.stringify(boxes),
      draw: ({ number, code }) => certificateModel(organisation, boxes, { number, code, address: addressOf(code) }),
    });
    return { kind: "issued", number };
  });
}

function factsOf({ memberId, firstNames, lastName, birthDate }: EhicPerson) {
  const initials = initialsOf({ firstNames: toLatin(firstNames), lastName: toLatin(lastName) });
  return { memberId, initials, birthYear: birthDate.slice(0, 4) };
}

/** Whose certificate it is, when that is the member or a child below 16. */
export function ownPerson(deps: EhicDeps, memberId: string, beneficiaryId: string, today: Day): EhicPerson | undefined {
  return ehicPeople(deps, memberId, today).people.find((person) => person.memberId === beneficiaryId);
}
