import { and, eq, gt, lt, lte, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { challenges } from "../platform/schema.ts";
import { hashToken, newToken } from "../platform/tokens.ts";

export type ChallengePurpose = (typeof challenges.$inferSelect)["purpose"];
export type Challenge = typeof challenges.$inferSelect;

/** Ten minutes to find a code, five tries. */
export const challengeSeconds = 600;
const mostAttempts = 5;

type ChallengeDeps = Pick<Deps, "db" | "clock">;

/**
 * Somebody gave a right password and must do one more thing before a session: this keeps who, until then. An older
 * one of the same purpose dies.
 * @returns the token for a cookie; the base keeps its hash.
 */
export function openChallenge(
  { db, clock }: ChallengeDeps,
  purpose: ChallengePurpose,
  accountId: string,
  { remember = false, state = {} }: { remember?: boolean; state?: object } = {},
): string {
  return write(db, () => {
    const token = newToken();
    const now = seconds(clock);
    db.delete(challenges)
      .where(and(eq(challenges.accountId, accountId), eq(challenges.purpose, purpose)))
      .run();
    db.insert(challenges)
      .values({
        tokenHash: hashToken(token),
        accountId,
        purpose,
        remember: remember ? 1 : 0,
        state: JSON.stringify(state),
        createdAt: now,
        expiresAt: now + challengeSeconds,
      })
      .run();
    return token;
  });
}

/** A living challenge, without counting a try. */
export function findChallenge(deps: ChallengeDeps, purpose: ChallengePurpose, token: string): Challenge | undefined {
  return deps.db
    .select()
    .from(challenges)
    .where(living(deps, purpose, token))
    .get();
}

/** Counts a try before it is looked at. @returns undefined when the challenge is over or its tries are used up. */
export function tryChallenge(deps: ChallengeDeps, purpose: ChallengePurpose, token: string): Challenge | undefined {
  return write(deps.db, () =>
    deps.db
      .update(challenges)
      .set({ attempts: sql`${challenges.attempts} + 1` })
      .where(and(living(deps, purpose, token), lt(challenges.attempts, mostAttempts)))
      .returning()
      .get(),
  );
}

/**
 * Keeps what a challenge must know of its next page, in the caller's transaction. A code has just been sent: its ten
 * minutes begin, the tries stay counted.
 */
export function saveChallenge({ db, clock }: ChallengeDeps, { tokenHash }: Challenge, state: object): void {
  db.update(challenges)
    .set({ state: JSON.stringify(state), expiresAt: seconds(clock) + challengeSeconds })
    .where(eq(challenges.tokenHash, tokenHash))
    .run();
}

/** Ends a challenge. @returns false when another request has used it up first. */
export function closeChallenge({ db }: Pick<Deps, "db">, { tokenHash }: Challenge): boolean {
  return db.delete(challenges).where(eq(challenges.tokenHash, tokenHash)).run().changes === 1;
}

/** Ends the open challenges of an account, in the caller's transaction: its password changed, or it was blocked. */
export function endChallenges({ db }: Pick<Deps, "db">, accountId: string): void {
  db.delete(challenges).where(eq(challenges.accountId, accountId)).run();
}

export function sweepChallenges({ db, clock }: ChallengeDeps): void {
  write(db, () =>
    db
      .delete(challenges)
      .where(lte(challenges.expiresAt, seconds(clock)))
      .run(),
  );
}

function living({ clock }: ChallengeDeps, purpose: ChallengePurpose, token: string) {
  const { tokenHash, expiresAt } = challenges;
  return and(eq(tokenHash, hashToken(token)), eq(challenges.purpose, purpose), gt(expiresAt, seconds(clock)));
}
