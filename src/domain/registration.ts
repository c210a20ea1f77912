import { and, eq, or } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Day } from "../lib/dates.ts";
import { isSameMailbox } from "../lib/email.ts";
import type { Language } from "../lib/languages.ts";
import { compactIdentifier, parseNir } from "../lib/nir.ts";
import type { Deps } from "../platform/deps.ts";
import { isMailAddress } from "../platform/mailer-message.ts";
import { accounts, credentials, members } from "../platform/schema.ts";
import type { Opening } from "./account-form.ts";
import { type AccountHolder, type AccountStatus, addAccount, findAccount } from "./accounts.ts";
import { findOpenCases, openCase, readCase } from "./cases.ts";
import { endChallenges } from "./challenges.ts";
import { record } from "./evidence.ts";
import { askGuardian, isMinor } from "./guardians.ts";
import { queueMail } from "./outbox.ts";
import { keepChoicesForLater } from "./preferences.ts";
import { sendConfirmation } from "./registration-links.ts";
import { elsewhereMail, existingMail, ownGuardianMail, unmatchedMail } from "./registration-mails.ts";
import { countUse, ownersMailbox, typedMailbox } from "./throttle.ts";

type RegistrationDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** What was typed to open an account, with the hash of the password in its place. */
export type RegistrationRequest = Opening & {
  identifier: string;
  birthDate: Day;
  email: string;
  passwordHash: string;
  language: Language;
  address: string;
  /** When the form came (seconds), and the version of the charter it stood beside. */
  at: number;
  charter: { version: number; sha256: string };
};

type Registrant = { memberId: string; birthDate: Day; emailOnFile: string | undefined };

/**
 * Looks at a request after its answer, which is the same for everybody: the mails tell the rest, each to who may know
 * it. A mailbox that has had its mails of the hour gets none, and what it would have told of does not happen. In the
 * caller's transaction.
 */
export function receiveRegistration(deps: RegistrationDeps, request: RegistrationRequest): void {
  const registrant = findRegistrant(deps, request);
  const existing = registrant && findAccount(deps, registrant.memberId);
  if (!registrant) tellTyped(deps, request, "registration.unmatched", unmatchedMail);
  else if (existing && existing.status !== "unconfirmed") tellOwner(deps, request, existing);
  else receiveFrom(deps, request, registrant, existing);
}

/** @param existing what an earlier request of this person has left, never confirmed. */
function receiveFrom(
  deps: RegistrationDeps,
  request: RegistrationRequest,
  { memberId, birthDate, emailOnFile }: Registrant,
  existing: AccountHolder | undefined,
): void {
  const email = emailOnFile ?? request.email;
  if (countUse(deps, "mailbox", ownersMailbox(memberId)) > 0) return;
  const minor = isMinor(deps, birthDate);
  const guardian = minor ? request.guardian : undefined;
  if (minor && !guardian) return;
  const typedElsewhere = !isSameMailbox(email, request.email);
  if (typedElsewhere) tellTyped(deps, request, "registration.elsewhere", elsewhereMail);
  if (guardian && isSameMailbox(guardian.email, email)) {
    const { language } = request;
    const body = ownGuardianMail(deps.config, language);
    queueMail(deps, { kind: "registration.refused", memberId, to: email, language, body, urgent: true });
    return;
  }
  const account = existing
    ? replaceRequest(deps, existing, request, email)
    : addAccount(deps, { ...request, memberId, email });
  recordRequest(deps, request, memberId);
  sendConfirmation(deps, account, { requestedAt: request.at, typedElsewhere, replaces: existing !== undefined });
  if (guardian) askGuardian(deps, account, guardian);
  if (emailOnFile === undefined) openCheck(deps, memberId, email);
}

/**
 * The one person, living, in the base and covered, whom number and birth date belong to. Twins may share both when
 * the number is that of the parent who insures them: then nobody is meant.
 */
function findRegistrant({ db, seal }: RegistrationDeps, request: RegistrationRequest): Registrant | undefined {
  const number = compactIdentifier(request.identifier);
  const nirHash = seal.hash("members.nir", parseNir(number)?.number ?? number);
  const { memberId, memberNumber, affiliateNumber, birthDate, email, isAffiliate, isSubscriber } = members;
  const found = db
    .select({ memberId, birthDate, email })
    .from(members)
    .where(
      and(
        or(eq(memberNumber, number), eq(affiliateNumber, number), eq(members.nirHash, nirHash)),
        eq(birthDate, request.birthDate),
        eq(members.deceased, 0),
        eq(members.ended, 0),
        or(eq(isAffiliate, 1), eq(isSubscriber, 1)),
      ),
    )
    .limit(2)
    .all();
  const [person, other] = found;
  if (!person || other) return undefined;
  const emailOnFile = person.email && isMailAddress(person.email) ? person.email : undefined;
  return { memberId: person.memberId, birthDate: person.birthDate, emailOnFile };
}

/** The newest request counts: its password, its choices, its representative. */
function replaceRequest(
  deps: RegistrationDeps,
  { accountId, memberId }: AccountHolder,
  { language, mobile, choices, passwordHash }: RegistrationRequest,
  email: string,
): AccountHolder {
  const { db, clock } = deps;
  const now = seconds(clock);
  db.update(accounts)
    .set({ email, language, mobile: mobile ?? null, createdAt: now })
    .where(eq(accounts.id, accountId))
    .run();
  db.update(credentials).set({ passwordHash, changedAt: now }).where(eq(credentials.accountId, accountId)).run();
  endChallenges(deps, accountId);
  keepChoicesForLater(deps, accountId, choices);
  return findAccount(deps, memberId)!;
}

/** By a visitor: whose request it was is known once it is confirmed. */
function recordRequest(deps: RegistrationDeps, { at, address, charter }: RegistrationRequest, memberId: string): void {
  record(deps, { kind: "registration.received", memberId, actor: "visitor", details: { at, address } });
  record(deps, { kind: "charter.accepted", memberId, actor: "visitor", details: { ...charter, at, address } });
}

/** Nothing on file says that the typed address is the person's: somebody of the mutual looks, once an address. */
function openCheck(deps: RegistrationDeps, memberId: string, email: string): void {
  const isOpen = findOpenCases(deps, "email_check", memberId).some((caseId) => {
    const known = readCase(deps, caseId)?.content.email;
    return typeof known === "string" && isSameMailbox(known, email);
  });
  if (isOpen) return;
  openCase(deps, { kind: "email_check", memberId, actor: "visitor", content: { email } });
}

/** Whoever typed the number of an account may be its owner, who has forgotten it. */
function tellOwner(
  deps: RegistrationDeps,
  request: RegistrationRequest,
  owner: AccountHolder & { status: AccountStatus },
): void {
  const { memberId, email, language } = owner;
  if (countUse(deps, "mailbox", ownersMailbox(memberId)) === 0) {
    const body = existingMail(deps.config, language, owner.status === "frozen");
    queueMail(deps, { kind: "registration.existing", memberId, to: email, language, body, urgent: true });
  }
  if (!isSameMailbox(email, request.email)) tellTyped(deps, request, "registration.elsewhere", elsewhereMail);
}

/** To the address that was typed, which may be anybody's: nothing of the base is in it. */
function tellTyped(
  deps: RegistrationDeps,
  { email, language }: RegistrationRequest,
  kind: string,
  compose: typeof unmatchedMail,
): void {
  if (countUse(deps, "mailbox", typedMailbox(email)) > 0) return;
  queueMail(deps, { kind, to: email, language, body: compose(deps.config, language), urgent: true });
}
