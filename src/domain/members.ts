import { and, asc, desc, eq, or, sql } from "drizzle-orm";
import { compactIdentifier, parseNir } from "../lib/nir.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, amoRights, credentials, members } from "../platform/schema.ts";

const longestIdentifier = 40;

/**
 * The account, in whatever state, behind a member number, an affiliate number or a social security number (13 or 15 characters, spaces
 * and dots anywhere). A child may carry the number of the parent who insures it: the insured person comes first.
 */
export function findSignInTarget({ db, seal }: Pick<Deps, "db" | "seal">, identifier: string) {
  const number = compactIdentifier(identifier).slice(0, longestIdentifier);
  // One statement whatever was typed: the time taken tells nothing.
  const nirHash = seal.hash("members.nir", parseNir(number)?.number ?? number);
  return signInTarget(db).get({ number, nirHash });
}

const signInTarget = perBase((db) => {
  const { memberNumber, affiliateNumber, nirHash, birthDate } = members;
  const { id, memberId, status } = accounts;
  const number = sql.placeholder("number");
  return db
    .select({ accountId: id, memberId, status, birthDate, passwordHash: credentials.passwordHash })
    .from(members)
    .innerJoin(accounts, eq(accounts.memberId, members.memberId))
    .innerJoin(credentials, eq(credentials.accountId, accounts.id))
    .leftJoin(amoRights, eq(amoRights.memberId, members.memberId))
    .where(or(eq(memberNumber, number), eq(affiliateNumber, number), eq(nirHash, sql.placeholder("nirHash"))))
    .orderBy(desc(sql`${amoRights.quality} = 1`), asc(members.birthDate))
    .limit(1)
    .prepare();
});

/** What the page of an invitation says of the person, and what a password must not contain. */
export type Invitee = NonNullable<ReturnType<typeof findInvitee>>;

export function findInvitee({ db }: Pick<Deps, "db">, memberId: string) {
  const { firstNames, birthName, usualName, birthDate, email, memberNumber, affiliateNumber } = members;
  return db
    .select({ firstNames, birthName, usualName, birthDate, email, memberNumber, affiliateNumber })
    .from(members)
    .where(and(eq(members.memberId, memberId), eq(members.deceased, 0), eq(members.ended, 0)))
    .get();
}
