import { and, eq, gt } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { oneTimeLinks } from "../platform/schema.ts";
import { hashToken, newToken } from "../platform/tokens.ts";

export type LinkPurpose = (typeof oneTimeLinks.$inferSelect)["purpose"];

export const linkPurposes = oneTimeLinks.purpose.enumValues;

type LinkDeps = Pick<Deps, "db" | "clock">;

/**
 * A new link for a person, alive for `lifeSeconds`; older links of the same purpose die with it, but for those that
 * freeze an account: a stranger who has one sent must not disarm those of earlier mails.
 * @returns the token, which is nowhere but in the mail: the base keeps its hash.
 */
export function issueLink({ db, clock }: LinkDeps, purpose: LinkPurpose, memberId: string, lifeSeconds: number) {
  const token = newToken();
  const createdAt = seconds(clock);
  const expiresAt = createdAt + lifeSeconds;
  if (purpose !== "freeze") revokeLinks({ db }, purpose, memberId);
  db.insert(oneTimeLinks)
    .values({ tokenHash: hashToken(token), purpose, memberId, createdAt, expiresAt })
    .run();
  return { token, expiresAt };
}

/** Looks at a living link without using it: mail scanners open every address. */
export function peekLink(deps: LinkDeps, purpose: LinkPurpose, token: string) {
  const { memberId, expiresAt } = oneTimeLinks;
  return deps.db
    .select({ memberId, expiresAt })
    .from(oneTimeLinks)
    .where(living(deps, purpose, token))
    .get();
}

/** Uses a living link up: of any number of tries at once, one gets the member. */
export function takeLink(deps: LinkDeps, purpose: LinkPurpose, token: string): string | undefined {
  const { memberId } = oneTimeLinks;
  return deps.db
    .delete(oneTimeLinks)
    .where(living(deps, purpose, token))
    .returning({ memberId })
    .get()?.memberId;
}

/** Ends the links of a person for a purpose that no longer holds. */
export function revokeLinks({ db }: Pick<Deps, "db">, purpose: LinkPurpose, memberId: string): void {
  db.delete(oneTimeLinks)
    .where(and(eq(oneTimeLinks.memberId, memberId), eq(oneTimeLinks.purpose, purpose)))
    .run();
}

function living({ clock }: LinkDeps, purpose: LinkPurpose, token: string) {
  const { tokenHash, expiresAt } = oneTimeLinks;
  return and(eq(tokenHash, hashToken(token)), eq(oneTimeLinks.purpose, purpose), gt(expiresAt, seconds(clock)));
}
