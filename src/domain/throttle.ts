import { and, eq, lte, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { mailboxOf } from "../lib/email.ts";
import { perBase, write, writeLightly } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { knownAddresses, throttles } from "../platform/schema.ts";

/**
 * How failed sign-ins slow down, in the base so that a restart forgets nothing. Three counters:
 * - this account from this address: 5 tries, then a wait of 1 minute that doubles up to 15;
 * - this address, whatever the account: 30 tries in 15 minutes;
 * - this account from anywhere: 25 tries in 24 hours. Addresses the account was signed in from before do not count
 *   in the last one, nor are stopped by it: strangers cannot lock the owner out.
 * A try counts before the password is looked at, so that a hundred at once weigh a hundred.
 */
const limits = {
  pair: { free: 5, windowSeconds: 24 * 3600, firstWait: 60, longestWait: 15 * 60 },
  address: { free: 30, windowSeconds: 15 * 60, firstWait: 60, longestWait: 15 * 60 },
  account: { free: 25, windowSeconds: 24 * 3600, firstWait: 15 * 60, longestWait: 3600 },
  recoveryAddress: { free: 20, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  recoveryAccount: { free: 3, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  registrationAddress: { free: 20, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  mailbox: { free: 5, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  reportAddress: { free: 10, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  dataAccount: { free: 5, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  signInCode: { free: 5, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  formAccount: { free: 120, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  certificateAccount: { free: 120, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  checkAddress: { free: 30, windowSeconds: 15 * 60, firstWait: 60, longestWait: 15 * 60 },
  cardAccount: { free: 10, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  messageAccount: { free: 10, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  changeAccount: { free: 10, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  changeAlert: { free: 1, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  changeMail: { free: 5, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  changeCode: { free: 5, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  changeNumber: { free: 5, windowSeconds: 3600, firstWait: 3600, longestWait: 3600 },
  // A post of a machine: good for five minutes before and after its own time, and taken once.
  signedPost: { free: 1, windowSeconds: 900, firstWait: 900, longestWait: 900 },
  staffSearch: { free: 300, windowSeconds: 3600, firstWait: 600, longestWait: 3600 },
  staffPair: { free: 5, windowSeconds: 3600, firstWait: 60, longestWait: 15 * 60 },
  staffAddress: { free: 30, windowSeconds: 15 * 60, firstWait: 60, longestWait: 15 * 60 },
} as const;

type Scope = keyof typeof limits;
/** What is limited on its own: an address that asks, an account or a mailbox that is written to. */
export type UseScope =
  | "changeAccount"
  | "changeAlert"
  | "cardAccount"
  | "changeCode"
  | "changeMail"
  | "changeNumber"
  | "certificateAccount"
  | "checkAddress"
  | "dataAccount"
  | "formAccount"
  | "recoveryAddress"
  | "recoveryAccount"
  | "registrationAddress"
  | "mailbox"
  | "messageAccount"
  | "reportAddress"
  | "signInCode"
  | "signedPost"
  | "staffAddress"
  | "staffPair"
  | "staffSearch";
type ThrottleDeps = Pick<Deps, "db" | "clock" | "seal">;
type Counter = { failures: number; windowEndsAt: number; blockedUntil: number };

export type Attempt = {
  /** The account when the number belongs to one, else the number typed: both are slowed down alike. */
  subject: string;
  accountId: string | undefined;
  address: string;
  /** How many tries a sign-in took that went well: one, and one more for a second factor. */
  tries?: number;
};

/**
 * Counts a try. A power cut may forget the last ones: no try waits for the disk.
 * @returns the seconds to wait, or 0 when the try may go on.
 */
export function countAttempt(deps: ThrottleDeps, attempt: Attempt): number {
  const { db, clock } = deps;
  return writeLightly(db, () => {
    const now = seconds(clock);
    const counters = keysOf(deps, attempt).map(({ scope, key }) => ({ scope, key, counter: read(deps, key, now) }));
    const blocked = Math.max(...counters.map(({ counter }) => counter.blockedUntil));
    // A try during the wait is neither looked at nor counted: the wait does not grow by asking.
    if (blocked > now) return blocked - now;
    for (const { scope, key, counter } of counters) save(deps, key, next(scope, counter, now));
    return 0;
  });
}

/**
 * The mails of an hour are counted apart for a person of the base and for an address that anybody may have typed: whoever
 * knows an address alone cannot use up the mails its owner needs.
 */
export const ownersMailbox = (memberId: string) => `member ${memberId}`;
export const typedMailbox = (address: string) => `typed ${mailboxOf(address)}`;
export const guardiansMailbox = (address: string) => `guardian ${mailboxOf(address)}`;

/**
 * Counts one use of something limited on its own.
 * @returns the seconds to wait, or 0 when this use is within the limit.
 */
export function countUse(deps: ThrottleDeps, scope: UseScope, subject: string): number {
  return write(deps.db, () => {
    const now = seconds(deps.clock);
    const key = deps.seal.hash(`throttles.${scope}`, subject);
    const counter = read(deps, key, now);
    if (counter.blockedUntil > now) return counter.blockedUntil - now;
    save(deps, key, next(scope, counter, now));
    return 0;
  });
}

/** Forgets the uses of something limited on its own: who has proven to be its owner starts anew. */
export function forgetUses(deps: ThrottleDeps, scope: UseScope, subject: string): void {
  write(deps.db, () => statements(deps.db).forget.run({ key: deps.seal.hash(`throttles.${scope}`, subject) }));
}

/** A right password: this address owes nothing any more, and is known from now on. */
export function forgiveAttempts(deps: ThrottleDeps, attempt: Attempt & { accountId: string }): void {
  const { db, clock, seal } = deps;
  const { accountId, address, tries = 1 } = attempt;
  const { forget, giveBack, know } = statements(db);
  write(db, () => {
    for (const { scope, key } of keysOf(deps, attempt)) {
      if (scope === "pair") forget.run({ key });
      else giveBack.run({ key, tries });
    }
    know.run({ accountId, addressHash: seal.hash("known_addresses", address), now: seconds(clock) });
  });
}

/** A right password for an account that cannot be used yet: its own try is given back, the earlier ones stay counted. */
export function giveBackAttempt(deps: ThrottleDeps, attempt: Attempt): void {
  const { giveBack } = statements(deps.db);
  write(deps.db, () => {
    for (const { key } of keysOf(deps, attempt)) giveBack.run({ key, tries: 1 });
  });
}

const addressMemorySeconds = 90 * 24 * 3600;

/** Forgets what no longer slows anybody down. */
export function sweepThrottles({ db, clock }: Pick<Deps, "db" | "clock">): void {
  const now = seconds(clock);
  write(db, () => {
    db.delete(throttles)
      .where(and(lte(throttles.windowEndsAt, now), lte(throttles.blockedUntil, now)))
      .run();
    db.delete(knownAddresses)
      .where(lte(knownAddresses.lastUsedAt, now - addressMemorySeconds))
      .run();
  });
}

function keysOf(deps: ThrottleDeps, { subject, accountId, address }: Attempt): { scope: Scope; key: Buffer }[] {
  const key = (scope: Scope, text: string) => ({ scope, key: deps.seal.hash(`throttles.${scope}`, text) });
  const keys = [key("pair", `${subject} ${address}`), key("address", address)];
  return isKnown(deps, accountId, address) ? keys : [...keys, key("account", subject)];
}

const statements = perBase((db) => {
  const { key, failures, windowEndsAt, blockedUntil } = throttles;
  const { accountId, addressHash, lastUsedAt } = knownAddresses;
  const isKey = eq(key, sql.placeholder("key"));
  const given = (name: string) => sql`${sql.placeholder(name)}`;
  const counter = {
    failures: given("failures"),
    windowEndsAt: given("windowEndsAt"),
    blockedUntil: given("blockedUntil"),
  };
  return {
    read: db.select({ failures, windowEndsAt, blockedUntil }).from(throttles).where(isKey).prepare(),
    save: db
      .insert(throttles)
      .values({ key: sql.placeholder("key"), ...counter })
      .onConflictDoUpdate({ target: key, set: counter })
      .prepare(),
    forget: db.delete(throttles).where(isKey).prepare(),
    giveBack: db
      .update(throttles)
      .set({ failures: sql`max(0, ${failures} - ${sql.placeholder("tries")})`, blockedUntil: 0 })
      .where(isKey)
      .prepare(),
    findKnown: db
      .select({ lastUsedAt })
      .from(knownAddresses)
      .where(and(eq(accountId, sql.placeholder("accountId")), eq(addressHash, sql.placeholder("addressHash"))))
      .prepare(),
    know: db
      .insert(knownAddresses)
      .values({
        accountId: sql.placeholder("accountId"),
        addressHash: sql.placeholder("addressHash"),
        lastUsedAt: sql.placeholder("now"),
      })
      .onConflictDoUpdate({ target: [accountId, addressHash], set: { lastUsedAt: given("now") } })
      .prepare(),
  };
});

function isKnown({ db, seal }: ThrottleDeps, accountId: string | undefined, address: string): boolean {
  const addressHash = seal.hash("known_addresses", address);
  // An unknown account asks too: the time taken tells nothing.
  return statements(db).findKnown.get({ accountId: accountId ?? "", addressHash }) !== undefined;
}

function read({ db }: ThrottleDeps, key: Buffer, now: number): Counter {
  const counter = statements(db).read.get({ key });
  return counter && counter.windowEndsAt > now ? counter : { failures: 0, windowEndsAt: 0, blockedUntil: 0 };
}

function next(scope: Scope, counter: Counter, now: number): Counter {
  const { free, windowSeconds, firstWait, longestWait } = limits[scope];
  const failures = counter.failures + 1;
  const wait = failures < free ? 0 : Math.min(firstWait * 2 ** (failures - free), longestWait);
  const windowEndsAt = counter.windowEndsAt || now + windowSeconds;
  return { failures, windowEndsAt: Math.max(windowEndsAt, now + wait), blockedUntil: wait === 0 ? 0 : now + wait };
}

function save({ db }: ThrottleDeps, key: Buffer, counter: Counter): void {
  statements(db).save.run({ key, ...counter });
}
