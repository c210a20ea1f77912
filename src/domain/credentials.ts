import { and, eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import type { Deps } from "../platform/deps.ts";
import type { ErrorKey } from "../platform/i18n.ts";
import { accounts, credentials, members } from "../platform/schema.ts";
import { endSessions } from "../platform/sessions.ts";
import { revokeLinks } from "./one-time-links.ts";
import { passwordFault } from "./password-rules.ts";

/** An account, with what a mail to its owner needs. */
export type AccountHolder = {
  accountId: string;
  memberId: string;
  email: string;
  language: Language;
  firstNames: string;
};

/** The active account of a member, if there is one. */
export function findAccountHolder({ db }: Pick<Deps, "db">, memberId: string): AccountHolder | undefined {
  const { id, email, language } = accounts;
  return db
    .select({ accountId: id, memberId: accounts.memberId, email, language, firstNames: members.firstNames })
    .from(accounts)
    .innerJoin(members, eq(members.memberId, accounts.memberId))
    .where(and(eq(accounts.memberId, memberId), eq(accounts.status, "active")))
    .get();
}

export function findPasswordHash({ db }: Pick<Deps, "db">, accountId: string): string | undefined {
  return db.select().from(credentials).where(eq(credentials.accountId, accountId)).get()?.passwordHash;
}

/** What a password must not contain, of the person who chooses it. */
type Chooser = Record<"firstNames" | "birthName" | "birthDate", string> &
  Record<"usualName" | "memberNumber" | "affiliateNumber" | "email", string | null>;

/** The message a password gets from this person, or undefined when it is good. */
export function passwordFaultFor(
  { config }: Pick<Deps, "config">,
  person: Chooser,
  password: string,
): ErrorKey | undefined {
  const { firstNames, birthName, usualName, memberNumber, affiliateNumber, email, birthDate } = person;
  const mailbox = email?.split("@")[0];
  const words = [firstNames, birthName, usualName, memberNumber, affiliateNumber, mailbox, config.organisation.name];
  return passwordFault(password, { words, birthDate });
}

/**
 * Changes the password of an account, in the caller's transaction: links to reset it die, and every session but the
 * one to keep ends.
 */
export function replacePassword(
  deps: Pick<Deps, "db" | "clock">,
  holder: AccountHolder,
  passwordHash: string,
  keepSession?: string,
): void {
  const { db, clock } = deps;
  db.update(credentials)
    .set({ passwordHash, changedAt: seconds(clock) })
    .where(eq(credentials.accountId, holder.accountId))
    .run();
  revokeLinks(deps, "password_reset", holder.memberId);
  endSessions(db, holder.accountId, keepSession);
}
