import { and, count, eq, gt } from "drizzle-orm";
import { findAccount } from "../../domain/accounts.ts";
import { type Choices, readChoices } from "../../domain/preferences.ts";
import { seconds } from "../../lib/clock.ts";
import type { Language } from "../../lib/languages.ts";
import type { Deps } from "../../platform/deps.ts";
import { accounts, devices, invitations, members, secondFactors } from "../../platform/schema.ts";
import type { Seen } from "./member-view.ts";

/** Who a page of the member is drawn for; of somebody without an account, as if they had one. */
export function readSeen({ db }: Pick<Deps, "db">, memberId: string, language: Language): Seen | undefined {
  const { firstNames, usualName, birthName, isAffiliate, isSubscriber } = members;
  const row = db
    .select({ firstNames, usualName, birthName, isAffiliate, isSubscriber, accountId: accounts.id })
    .from(members)
    .leftJoin(accounts, eq(accounts.memberId, members.memberId))
    .where(eq(members.memberId, memberId))
    .get();
  if (!row) return undefined;
  return {
    memberId,
    language,
    accountId: row.accountId ?? "",
    firstNames: row.firstNames,
    lastName: row.usualName ?? row.birthName,
    isAffiliate: row.isAffiliate as 0 | 1,
    isSubscriber: row.isSubscriber as 0 | 1,
  };
}

/** An account as staff may know it: moments in seconds, `lastSeenAt` 0 when it was never used. */
export type SeenAccount = Pick<
  typeof accounts.$inferSelect,
  "status" | "email" | "mobile" | "mobileVerifiedAt" | "language" | "createdAt" | "activatedAt" | "lastSeenAt"
> & { choices: Choices; devices: number; secondFactors: number };

export function readAccount(deps: Pick<Deps, "db" | "clock">, memberId: string): SeenAccount | undefined {
  const { db, clock } = deps;
  const account = findAccount(deps, memberId);
  if (!account) return undefined;
  const { accountId } = account;
  const row = db.select().from(accounts).where(eq(accounts.id, accountId)).get()!;
  const living = and(eq(devices.accountId, accountId), gt(devices.expiresAt, seconds(clock)));
  const remembered = db.select({ count: count() }).from(devices).where(living).get()!;
  const factors = db
    .select({ count: count() })
    .from(secondFactors)
    .where(eq(secondFactors.accountId, accountId))
    .get()!;
  const { status, email, mobile, mobileVerifiedAt, language, createdAt, activatedAt, lastSeenAt } = row;
  return {
    status,
    email,
    mobile,
    mobileVerifiedAt,
    language,
    createdAt,
    activatedAt,
    lastSeenAt,
    choices: readChoices(deps, accountId),
    devices: remembered.count,
    secondFactors: factors.count,
  };
}

/** Of somebody without an account: the address on file, and when they were invited last (seconds). */
export function readInvitation({ db }: Pick<Deps, "db">, memberId: string) {
  return db
    .select({ email: members.email, lastInvitedAt: invitations.lastInvitedAt })
    .from(members)
    .leftJoin(invitations, eq(invitations.memberId, members.memberId))
    .where(eq(members.memberId, memberId))
    .get();
}
