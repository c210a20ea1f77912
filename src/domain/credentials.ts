import { eq, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import type { ErrorKey } from "../platform/i18n.ts";
import { credentials } from "../platform/schema.ts";
import { endSessions } from "../platform/sessions.ts";
import type { AccountHolder } from "./accounts.ts";
import { endChallenges } from "./challenges.ts";
import { endDevices } from "./devices.ts";
import { revokeLinks } from "./one-time-links.ts";
import { passwordFault } from "./password-rules.ts";

export function findPasswordHash({ db }: Pick<Deps, "db">, accountId: string): string | undefined {
  return passwordHashOf(db).get({ accountId })?.passwordHash;
}

const passwordHashOf = perBase((db) =>
  db
    .select({ passwordHash: credentials.passwordHash })
    .from(credentials)
    .where(eq(credentials.accountId, sql.placeholder("accountId")))
    .prepare(),
);

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
 * Changes the password of an account, in the caller's transaction: links to reset it die, every device is forgotten, and every
 * session but the one to keep ends.
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
  endChallenges(deps, holder.accountId);
  endDevices(deps, holder.accountId, keepSession);
  endSessions(db, holder.accountId, keepSession);
}
