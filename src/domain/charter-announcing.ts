import { and, asc, eq, gt, gte } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, charterNotices, charterVersions, members } from "../platform/schema.ts";
import { type Charter, charterBefore, currentCharter, findCharter, isOvertaken } from "./charter.ts";
import { type CharterChanges, charterChanges } from "./charter-changes.ts";
import { charterMail, type Told } from "./charter-mails.ts";
import { acceptance, contestSeconds } from "./charter-notices.ts";
import { record } from "./evidence.ts";
import type { MailBody } from "./mail-layout.ts";
import { queueMail } from "./outbox.ts";

type NoticeDeps = Pick<Deps, "db" | "clock" | "seal">;
type AccountKey = { accountId: string; memberId: string };

/** A version to be announced, with what it changes of the one it replaces. */
export type Announced = Charter & { changes: CharterChanges; previous: number };

/** A version with what a mail says of it, or undefined when there is none of this number. */
export function announcedCharter({ db }: Pick<Deps, "db">, number: number): Announced | undefined {
  const charter = findCharter(db, number);
  const previous = charter && charterBefore(db, charter);
  if (!previous) return undefined;
  return { ...charter, changes: charterChanges(previous.text, charter.text), previous: previous.number };
}

/** What an account is told of a version, written before the base is taken: the 30 days run from `notifiedAt` (seconds). */
export type Announcement = AccountKey & Told & { charter: Announced; notifiedAt: number; body: MailBody };

export function writeAnnouncement(
  { config, clock }: Pick<Deps, "config" | "clock">,
  told: AccountKey & Told,
  charter: Announced,
): Announcement {
  const notifiedAt = seconds(clock);
  return { ...told, charter, notifiedAt, body: charterMail(config, told, charter, notifiedAt + contestSeconds) };
}

/**
 * Announces a version to an account, in the caller's transaction: the notice that counts the 30 days, its evidence, and
 * the mail, all once for ever.
 * @returns false when it was announced to this account before, or will never apply: a higher version was published
 *   while accounts were being told.
 */
export function announceCharter(
  deps: NoticeDeps,
  { accountId, memberId, email, language, charter, notifiedAt, body }: Announcement,
  actor: "operator" | "system",
): boolean {
  const { number, sha256 } = charter;
  if (isOvertaken(deps.db, number)) return false;
  const { changes } = deps.db
    .insert(charterNotices)
    .values({ accountId, number, state: "notified", notifiedAt })
    .onConflictDoNothing()
    .run();
  if (changes === 0) return false;
  record(deps, { kind: "charter.notified", memberId, actor, details: { version: number, sha256 } });
  queueMail(deps, {
    kind: "charter.notified",
    memberId,
    to: email,
    language,
    body,
    // Of the account, not of the person: who deletes an account and comes back is told anew.
    uniqueKey: `charter ${number} ${accountId}`,
  });
  return true;
}

/**
 * Announces to an account that has just become usable the versions it has not accepted: one that is to come, or one
 * that came into force between the registration and its confirmation. In the caller's transaction.
 */
export function announceUnaccepted(deps: NoticeDeps & Pick<Deps, "config">, { accountId, memberId }: AccountKey): void {
  const { db, clock } = deps;
  const inForce = currentCharter(db, clock).number;
  const newer = db
    .select({ number: charterVersions.number })
    .from(charterVersions)
    .where(and(gte(charterVersions.number, inForce), gt(charterVersions.publishedAt, 0)))
    .orderBy(asc(charterVersions.number))
    .all();
  if (newer.length === 0) return;
  const account = db
    .select({
      email: accounts.email,
      language: accounts.language,
      createdAt: accounts.createdAt,
      firstNames: members.firstNames,
    })
    .from(accounts)
    .innerJoin(members, eq(members.memberId, accounts.memberId))
    .where(eq(accounts.id, accountId))
    .get();
  if (!account) return;
  const accepted = acceptance(deps, memberId, account.createdAt)?.number ?? inForce;
  for (const { number } of newer) {
    const charter = number > accepted ? announcedCharter(deps, number) : undefined;
    if (!charter) continue;
    announceCharter(deps, writeAnnouncement(deps, { ...account, accountId, memberId }, charter), "system");
  }
}
