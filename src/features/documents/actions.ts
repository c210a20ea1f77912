import {
  type CertificateFacts,
  type CertificateKind,
  initialsOf,
  issueCertificate,
} from "../../domain/certificates.ts";
import { type ContractState, contractState } from "../../domain/cover.ts";
import { countUse } from "../../domain/throttle.ts";
import { type Day, parisDay } from "../../lib/dates.ts";
import { toLatin } from "../../lib/latin.ts";
import type { Deps } from "../../platform/deps.ts";
import { undrawable } from "../../platform/pdf-text.ts";
import type { Session } from "../../platform/sessions.ts";
import { cardBlocks, mutualBlocks } from "./cover-document.ts";
import { type Body, bodyOf } from "./document.ts";
import type { Contract, DocumentQueries, Insured, Owner } from "./queries.ts";
import { rightsBlocks } from "./rights-document.ts";
import {
  type Certifiable,
  type Choosable,
  chosenOf,
  contractOn,
  coverValidTo,
  fullName,
  type LeftOut,
  type Refusal,
  rightsOn,
  rightsValidTo,
} from "./rules.ts";
import type { Words } from "./words.ts";

type DocumentDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** What the person asks for; nobody named means everybody who may stand on it. */
export type Choice = { beneficiaries: string[]; withoutExemptions: boolean; contract: string | undefined };

export type Ready = {
  kind: CertificateKind;
  body: Body;
  facts: CertificateFacts;
  choosable: Choosable[];
  chosen: string[];
  leftOut: LeftOut[];
  contractId: string | undefined;
  /** Others than the member stand on it: their password is asked for anew. */
  isAboutOthers: boolean;
};

type Prepared = { refusal: Refusal } | { ready: Ready };

/**
 * What a certificate says today, or why there is none.
 * @returns undefined for somebody or a contract that is not the member's to ask for.
 */
export function prepareCertificate(
  deps: DocumentDeps,
  queries: DocumentQueries,
  asked: { kind: CertificateKind; session: Session; choice: Choice; words: Words },
): Prepared | undefined {
  const { memberId } = asked.session;
  const owner = queries.owner(memberId);
  const today = parisDay(deps.clock());
  if (!owner) return undefined;
  return asked.kind === "rights"
    ? prepareRights(deps, queries, { ...asked, owner, today })
    : prepareCover(deps, queries, { ...asked, kind: asked.kind, owner, today });
}

type Asked<K extends CertificateKind> = {
  kind: K;
  session: Session;
  choice: Choice;
  words: Words;
  owner: Owner;
  today: Day;
};

function prepareRights(
  { seal }: DocumentDeps,
  queries: DocumentQueries,
  { session, choice, words, owner, today, kind }: Asked<CertificateKind>,
): Prepared | undefined {
  const found = rightsOn(queries.rights(session.memberId, today), session.isAffiliate === 1, today);
  if ("refusal" in found) return found;
  const own = found.people.find(({ isSelf }) => isSelf === 1)!;
  const people = chosenOf(found.people, choice.beneficiaries);
  if (!people) return undefined;
  const withExemptions = !choice.withoutExemptions;
  const blocks = rightsBlocks(words, { seal, owner, own, people, withExemptions, issuedOn: today });
  const body = bodyOf(words, kind, { validTo: rightsValidTo(people, today), blocks });
  return ready({ kind, body, all: found.people, people, leftOut: found.leftOut, contractId: undefined });
}

const coverBlocks = { mutual: mutualBlocks, card: cardBlocks };

function prepareCover(
  { seal }: DocumentDeps,
  queries: DocumentQueries,
  { kind, session, choice, words, owner, today }: Asked<"mutual" | "card">,
): Prepared | undefined {
  const situation = { isSubscriber: session.isSubscriber === 1, today };
  const found = contractOn(queries.contracts(session.memberId, today), choice.contract, situation);
  if (!found || "refusal" in found) return found;
  const { contract } = found;
  const people = chosenOf(found.people, choice.beneficiaries);
  if (!people) return undefined;
  const validTo = coverValidTo(contract, people, today);
  const guarantees = queries.guarantees(contract.contractId);
  const blocks = coverBlocks[kind](words, { seal, owner, contract, people, guarantees, validTo });
  const body = bodyOf(words, kind, { validTo, blocks });
  return ready({ kind, body, all: found.people, people, leftOut: [], contractId: contract.contractId });
}

type Person = Certifiable | Insured;
type Found = Pick<Ready, "kind" | "body" | "leftOut" | "contractId"> & { all: Person[]; people: Person[] };

function ready({ kind, body, all, people, leftOut, contractId }: Found): Prepared {
  const sign = undrawable(body);
  if (sign !== undefined) return { refusal: { why: "undrawable", sign } };
  const facts: CertificateFacts = {
    people: people.map((person) => ({
      memberId: person.memberId,
      initials: initialsOf({ firstNames: toLatin(person.firstNames), lastName: toLatin(person.lastName) }),
      birthYear: person.isShown === 1 ? person.birthDate.slice(0, 4) : undefined,
    })),
    ...(contractId === undefined ? {} : { contractId }),
  };
  return {
    ready: {
      kind,
      body,
      facts,
      choosable: all.map((person) => ({ memberId: person.memberId, name: fullName(person) })),
      chosen: people.map(({ memberId }) => memberId),
      leftOut,
      contractId,
      isAboutOthers: people.some(({ isSelf }) => isSelf === 0),
    },
  };
}

/** Gives a certificate its number and its code; a new one counts against the limit of the account. */
export function issue(
  deps: DocumentDeps,
  { memberId, accountId }: Session,
  { kind, body, facts }: Ready,
): ReturnType<typeof issueCertificate> {
  const content = JSON.stringify(body);
  const draft = { ...facts, kind, memberId, accountId, validTo: body.validTo, content };
  return issueCertificate(deps, draft, () => countUse(deps, "certificateAccount", accountId));
}

/** The documents of a person's situation, for the list; those of a contract by contract when there are several. */
export function documentsOf(
  deps: DocumentDeps,
  queries: DocumentQueries,
  { memberId, isAffiliate, isSubscriber }: Session,
): { rights: boolean; cover: boolean; contracts: { contract: Contract; state: ContractState }[] } {
  const today = parisDay(deps.clock());
  const contracts = queries.contracts(memberId, today);
  const hasRights = queries.rights(memberId, today).some(({ isSelf }) => isSelf === 1);
  return {
    rights: isAffiliate === 1 || hasRights,
    cover: isSubscriber === 1 || contracts.length > 0,
    contracts: contracts.map((contract) => ({ contract, state: contractState(contract, today) })),
  };
}
