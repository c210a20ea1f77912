import { and, eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { parisDay } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, credentials, invitations, members } from "../platform/schema.ts";
import { newId } from "../platform/tokens.ts";
import { announceUnaccepted } from "./charter-announcing.ts";
import { record } from "./evidence.ts";
import { revokeLinks } from "./one-time-links.ts";
import { queueOutbound } from "./outbound.ts";
import { type Choices, keepChoicesForLater, proveChoices } from "./preferences.ts";

export type AccountStatus = (typeof accounts.$inferSelect)["status"];

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
  return holders(db)
    .where(and(eq(accounts.memberId, memberId), eq(accounts.status, "active")))
    .get();
}

/** The account of a member in whatever state, if there is one. */
export function findAccount(
  { db }: Pick<Deps, "db">,
  memberId: string,
): (AccountHolder & { status: AccountStatus }) | undefined {
  return holders(db).where(eq(accounts.memberId, memberId)).get();
}

/**
 * The account whose forgotten password may be replaced: a usable one, or one whose owner waits for a legal
 * representative, which a new password does not open.
 */
export function findRecoverable(deps: Pick<Deps, "db">, memberId: string): AccountHolder | undefined {
  const account = findAccount(deps, memberId);
  return account?.status === "active" || account?.status === "awaiting_guardian" ? account : undefined;
}

/** An account in whatever state, by its own id. */
export function findAccountById({ db }: Pick<Deps, "db">, accountId: string) {
  return holders(db).where(eq(accounts.id, accountId)).get();
}

/** What an account begins with. */
export type NewAccount = {
  memberId: string;
  email: string;
  language: Language;
  /** E.164. */
  mobile: string | undefined;
  passwordHash: string;
  choices: Choices;
};

/** Keeps an account that cannot be used yet, for a person who has none; in the caller's transaction. */
export function addAccount(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { memberId, email, language, mobile, passwordHash, choices }: NewAccount,
): AccountHolder {
  const { db, clock } = deps;
  const now = seconds(clock);
  const id = newId();
  db.insert(accounts)
    .values({ id, memberId, status: "unconfirmed", email, language, mobile, createdAt: now, activatedAt: 0 })
    .run();
  db.insert(credentials).values({ accountId: id, passwordHash, changedAt: now }).run();
  keepChoicesForLater(deps, id, choices);
  return findAccount(deps, memberId)!;
}

/**
 * Makes an account usable, in the caller's transaction: what was chosen for it holds from now on, and no link that
 * opens it is left. Charter article 5: statements no longer come by post; the back office is told once.
 */
export function activateAccount(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  { accountId, memberId }: { accountId: string; memberId: string },
  by: "invitation" | "registration" | "guardian" | "majority" | "demo",
): void {
  const { db, clock } = deps;
  const now = seconds(clock);
  db.update(accounts)
    .set({ status: "active", activatedAt: now, lastSeenAt: now })
    .where(eq(accounts.id, accountId))
    .run();
  const actor = by === "guardian" ? "guardian" : by === "majority" ? "system" : by === "demo" ? "operator" : "member";
  record(deps, { kind: "account.opened", memberId, actor, details: { by } });
  proveChoices(deps, { accountId, memberId });
  for (const purpose of ["invitation", "confirmation", "guardian"] as const) revokeLinks(deps, purpose, memberId);
  db.update(invitations).set({ usedAt: now }).where(eq(invitations.memberId, memberId)).run();
  tellPaper(deps, memberId, false);
  announceUnaccepted(deps, { accountId, memberId });
}

/** Tells the back office whether statements go by post from today on, in the caller's transaction. */
export function tellPaper(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string, byPost: boolean): void {
  const from = parisDay(deps.clock());
  queueOutbound(deps, {
    entity: "preferences_papier",
    memberId,
    row: { personne_id: memberId, papier: byPost ? "O" : "N", date_effet: from },
  });
  record(deps, { kind: byPost ? "paper.restored" : "paper.stopped", memberId, actor: "system", details: { from } });
}

function holders(db: Deps["db"]) {
  const { id, memberId, email, language, status } = accounts;
  return db
    .select({ accountId: id, memberId, email, language, status, firstNames: members.firstNames })
    .from(accounts)
    .innerJoin(members, eq(members.memberId, memberId));
}
