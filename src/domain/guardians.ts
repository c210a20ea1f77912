import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { ageOn, parisDay } from "../lib/dates.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, guardianConsents, members } from "../platform/schema.ts";
import { deleteAccount } from "./account-deletion.ts";
import { type AccountHolder, type AccountStatus, activateAccount, findAccount } from "./accounts.ts";
import { record } from "./evidence.ts";
import { acceptedMail, guardianMail, refusedMail } from "./guardian-mails.ts";
import { issueLink, peekLink, takeLink } from "./one-time-links.ts";
import { queueMail } from "./outbox.ts";
import { countUse, guardiansMailbox } from "./throttle.ts";

/** Charter article 1: a minor needs the agreement of a legal representative; nobody does from the day of turning 18. */
export const majority = 18;

/** The legal representative may answer for 15 days. */
export const guardianSeconds = 15 * 24 * 3600;

export type Guardian = { name: string; email: string };
export type Decision = "accept" | "refuse";

type GuardianDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** True for a person under 18 today, in Paris. `birthDate` is YYYY-MM-DD. */
export function isMinor({ clock }: Pick<Deps, "clock">, birthDate: string): boolean {
  return ageOn(birthDate, parisDay(clock())) < majority;
}

/** The state of an account today: who has turned 18 waits for nobody any more. In the caller's transaction. */
export function statusNow(
  deps: GuardianDeps,
  account: { accountId: string; memberId: string; status: AccountStatus; birthDate: string },
): AccountStatus {
  if (account.status !== "awaiting_guardian" || isMinor(deps, account.birthDate)) return account.status;
  activateAccount(deps, account, "majority");
  return "active";
}

/** Keeps who answers for a minor, in place of whom was named before, and asks them; in the caller's transaction. */
export function askGuardian(deps: GuardianDeps, account: AccountHolder, { name, email }: Guardian): void {
  const { db, clock } = deps;
  const isFull = countUse(deps, "mailbox", guardiansMailbox(email)) > 0;
  // Whoever was asked before may still answer, as long as nobody else can be asked.
  if (isFull && findConsent(deps, account.accountId)) return;
  const row = { guardianName: name, guardianEmail: email, askedAt: seconds(clock), decision: null, decidedAt: null };
  db.insert(guardianConsents)
    .values({ accountId: account.accountId, ...row })
    .onConflictDoUpdate({ target: guardianConsents.accountId, set: row })
    .run();
  if (!isFull) sendQuestion(deps, account, { name, email });
}

/** Sends the question again to whom it was sent first; nothing once it is answered. In the caller's transaction. */
export function askGuardianAgain(deps: GuardianDeps, account: AccountHolder): void {
  const asked = findConsent(deps, account.accountId);
  if (!asked || asked.decision !== null) return;
  if (countUse(deps, "mailbox", guardiansMailbox(asked.guardianEmail)) > 0) return;
  sendQuestion(deps, account, { name: asked.guardianName, email: asked.guardianEmail });
}

function sendQuestion(deps: GuardianDeps, account: AccountHolder, guardian: Guardian): void {
  const { memberId, language } = account;
  const link = issueLink(deps, "guardian", memberId, guardianSeconds);
  const body = guardianMail(deps.config, language, link);
  queueMail(deps, { kind: "guardian.asked", memberId, to: guardian.email, language, body, urgent: true });
  const details = { ...guardian, expiresAt: link.expiresAt };
  record(deps, { kind: "guardian.asked", memberId, actor: "member", details });
}

/** True when the legal representative has agreed to the account. */
export function isAccepted(deps: Pick<Deps, "db">, accountId: string): boolean {
  return findConsent(deps, accountId)?.decision === "accept";
}

/** What the page of a living link says: for whom, to whom, and until when (seconds). */
export type Question = { firstNames: string; initial: string; guardianName: string; expiresAt: number };

/** The question behind a living link, while there is somebody under 18 to answer for. */
export function findQuestion(deps: Pick<Deps, "db" | "clock">, token: string): Question | undefined {
  const link = peekLink(deps, "guardian", token);
  const ward = link && findWard(deps, link.memberId);
  if (!link || !ward) return undefined;
  const { firstNames, birthName, usualName, guardianName } = ward;
  const [initial = ""] = usualName ?? birthName;
  return { firstNames, initial, guardianName, expiresAt: link.expiresAt };
}

/**
 * Uses the link up. An agreement opens the account, at once when its owner has confirmed it already, else when they do;
 * a refusal closes it, and tells its owner.
 */
export function decide(
  deps: GuardianDeps,
  { token, decision, address }: { token: string; decision: Decision; address: string },
): Result<Decision, "lapsed"> {
  const { db, clock } = deps;
  return write(db, () => {
    const memberId = takeLink(deps, "guardian", token);
    const ward = memberId === undefined ? undefined : findWard(deps, memberId);
    const account = memberId === undefined ? undefined : findAccount(deps, memberId);
    if (!ward || !account) return fail("lapsed");
    db.update(guardianConsents)
      .set({ decision, decidedAt: seconds(clock) })
      .where(eq(guardianConsents.accountId, account.accountId))
      .run();
    const kind = decision === "accept" ? "guardian.accepted" : "guardian.refused";
    const details = { name: ward.guardianName, email: ward.guardianEmail, address };
    record(deps, { kind, memberId: account.memberId, actor: "guardian", details });
    if (decision === "refuse") close(deps, account);
    else if (account.status === "awaiting_guardian") open(deps, account);
    return ok(decision);
  });
}

function open(deps: GuardianDeps, account: AccountHolder): void {
  const { memberId, email, language } = account;
  activateAccount(deps, account, "guardian");
  const body = acceptedMail(deps.config, language);
  queueMail(deps, { kind: "account.opened", memberId, to: email, language, body, urgent: true });
}

function close(deps: GuardianDeps, account: AccountHolder): void {
  const { memberId, email, language } = account;
  deleteAccount(deps, account, { kind: "account.annulled", actor: "guardian", by: "guardian" });
  const body = refusedMail(deps.config, language);
  queueMail(deps, { kind: "account.annulled", memberId, to: email, language, body, urgent: true });
}

function findConsent({ db }: Pick<Deps, "db">, accountId: string) {
  return db.select().from(guardianConsents).where(eq(guardianConsents.accountId, accountId)).get();
}

/** The minor whose account waits for an answer, or will once it is confirmed. Nobody answers for who has turned 18. */
function findWard(deps: Pick<Deps, "db" | "clock">, memberId: string) {
  const { firstNames, birthName, usualName, birthDate, deceased, ended } = members;
  const { guardianName, guardianEmail } = guardianConsents;
  const { status } = accounts;
  const ward = deps.db
    .select({ firstNames, birthName, usualName, birthDate, deceased, ended, guardianName, guardianEmail, status })
    .from(accounts)
    .innerJoin(members, eq(members.memberId, accounts.memberId))
    .innerJoin(guardianConsents, eq(guardianConsents.accountId, accounts.id))
    .where(eq(accounts.memberId, memberId))
    .get();
  if (!ward || ward.deceased === 1 || ward.ended === 1) return undefined;
  const waits = ward.status === "unconfirmed" || ward.status === "awaiting_guardian";
  return waits && isMinor(deps, ward.birthDate) ? ward : undefined;
}
