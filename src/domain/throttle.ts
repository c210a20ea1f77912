import { and, eq, lte, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
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
} as const;

type Scope = keyof typeof limits;
type ThrottleDeps = Pick<Deps, "db" | "clock" | "seal">;
type Counter = { failures: number; windowEndsAt: number; blockedUntil: number };

export type Attempt = {
  /** The account when the number belongs to one, else the number typed: both are slowed down alike. */
  subject: string;
  accountId: string | undefined;
  address: string;
};

/**
 * Counts a try.
 * @returns the seconds to wait, or 0 when the try may go on.
 */
export function countAttempt(deps: ThrottleDeps, attempt: Attempt): number {
  const { db, clock } = deps;
  return write(db, () => {
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
 * Counts one use of something limited on its own: recovery asked from an address, or for an account.
 * @returns the seconds to wait, or 0 when this use is within the limit.
 */
export function countUse(deps: ThrottleDeps, scope: "recoveryAddress" | "recoveryAccount", subject: string): number {
  return write(deps.db, () => {
    const now = seconds(deps.clock);
    const key = deps.seal.hash(`throttles.${scope}`, subject);
    const counter = read(deps, key, now);
    if (counter.blockedUntil > now) return counter.blockedUntil - now;
    save(deps, key, next(scope, counter, now));
    return 0;
  });
}

/** A right password: this address owes nothing any more, and is known from now on. */
export function forgiveAttempts(deps: ThrottleDeps, attempt: Attempt & { accountId: string }): void {
  const { db, clock, seal } = deps;
  write(db, () => {
    for (const { scope, key } of keysOf(deps, attempt)) {
      if (scope === "pair") db.delete(throttles).where(eq(throttles.key, key)).run();
      else giveBack(deps, key);
    }
    const lastUsedAt = seconds(clock);
    db.insert(knownAddresses)
      .values({ accountId: attempt.accountId, addressHash: seal.hash("known_addresses", attempt.address), lastUsedAt })
      .onConflictDoUpdate({ target: [knownAddresses.accountId, knownAddresses.addressHash], set: { lastUsedAt } })
      .run();
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

function isKnown({ db, seal }: ThrottleDeps, accountId: string | undefined, address: string): boolean {
  const addressHash = seal.hash("known_addresses", address);
  const found = db
    .select({ lastUsedAt: knownAddresses.lastUsedAt })
    .from(knownAddresses)
    // An unknown account asks too: the time taken tells nothing.
    .where(and(eq(knownAddresses.accountId, accountId ?? ""), eq(knownAddresses.addressHash, addressHash)))
    .get();
  return found !== undefined;
}

function read({ db }: ThrottleDeps, key: Buffer, now: number): Counter {
  const { failures, windowEndsAt, blockedUntil } = throttles;
  const counter = db
    .select({ failures, windowEndsAt, blockedUntil })
    .from(throttles)
    .where(eq(throttles.key, key))
    .get();
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
  db.insert(throttles)
    .values({ key, ...counter })
    .onConflictDoUpdate({ target: throttles.key, set: counter })
    .run();
}

function giveBack({ db }: ThrottleDeps, key: Buffer): void {
  db.update(throttles)
    .set({ failures: sql`max(0, ${throttles.failures} - 1)`, blockedUntil: 0 })
    .where(eq(throttles.key, key))
    .run();
}
