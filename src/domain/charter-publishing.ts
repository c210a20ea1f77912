import { setTimeout as sleep } from "node:timers/promises";
import { seconds } from "../lib/clock.ts";
import { parisDay } from "../lib/dates.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { charterVersions } from "../platform/schema.ts";
import { ensureCharter, findCharter, lastCharter, sha256Of } from "./charter.ts";
import {
  type Announced,
  type Announcement,
  announceCharter,
  announcedCharter,
  writeAnnouncement,
} from "./charter-announcing.ts";
import type { Told } from "./charter-mails.ts";
import { record } from "./evidence.ts";

export type PublishDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
export type Version = { number: number; effectiveOn: string; text: string };

/** `last` is the number a new version must be above. */
type Refusal = "notAbove" | "past" | "otherText" | "otherDay";

/** Accounts whose mails are written before the base is taken for them. */
const accountsAtOnce = 30;
/** How long the base is taken: a server that waits for it does not feel it. */
const mostHeldMs = 8;
/** What the others have of the base between two transactions. */
const pauseMs = 5;

/**
 * Publishes a version and announces it to every account that was usable then. A run cut short is continued by the same
 * call, and two runs at once share the work: each account has its one notice and its one mail.
 * @param onProgress called after each transaction.
 * @returns how many accounts were told now.
 */
export async function publishCharter(
  deps: PublishDeps,
  version: Version,
  onProgress: (told: number) => void = () => {},
): Promise<Result<{ told: number; sha256: string }, Refusal>> {
  ensureCharter(deps.db);
  const kept = keepVersion(deps, version, "operator");
  return kept.ok ? ok(await announceVersion(deps, version.number, onProgress)) : kept;
}

/** Announces a version that is published to every account that has not been told yet. */
export async function announceVersion(
  deps: PublishDeps,
  number: number,
  onProgress: (told: number) => void = () => {},
): Promise<{ told: number; sha256: string }> {
  const charter = announcedCharter(deps, number);
  if (!charter) throw new Error("a version that was just published is not there");
  let told = 0;
  for (let after = ""; ; ) {
    const waiting = nextAnnouncements(deps, charter, after);
    const last = waiting.at(-1);
    if (!last) return { told, sha256: charter.sha256 };
    after = last.accountId;
    while (waiting.length > 0) {
      told += announceSome(deps, waiting);
      onProgress(told);
      await sleep(pauseMs);
    }
  }
}

/**
 * Keeps the version, once; the same one again goes on where a run was cut short.
 * @param publishedBy for the mutual alone: an address, or `operator` for the command line.
 */
export function keepVersion(
  deps: PublishDeps,
  { number, effectiveOn, text }: Version,
  publishedBy: string,
): Result<undefined, Refusal> {
  const { db, clock } = deps;
  return write(db, () => {
    const sha256 = sha256Of(text);
    const present = findCharter(db, number);
    // What came with the product was never announced, and is not now.
    if (present && present.publishedAt > 0) {
      if (present.sha256 !== sha256) return fail("otherText");
      return present.effectiveOn === effectiveOn ? ok(undefined) : fail("otherDay");
    }
    if (number <= (lastCharter(db)?.number ?? 0)) return fail("notAbove");
    if (effectiveOn < parisDay(clock())) return fail("past");
    db.insert(charterVersions)
      .values({ number, effectiveOn, text, sha256, publishedAt: seconds(clock) })
      .run();
    const actor = publishedBy === "operator" ? "operator" : "staff";
    const details = { version: number, effectiveOn, sha256, ...(actor === "staff" && { staff: publishedBy }) };
    record(deps, { kind: "charter.published", actor, details });
    return ok(undefined);
  });
}

type Candidate = Told & { accountId: string; memberId: string };

/** What the next accounts after one are to be told; empty when there are no more. */
function nextAnnouncements(deps: PublishDeps, charter: Announced, after: string): Announcement[] {
  // Who was usable when it was published. Who became so later was told at that moment, or accepted this version. Read
  // before the base is taken: a run that goes on passes over all those told already.
  return deps.db.$client
    .prepare<[string, number, number, number], Candidate>(
      `SELECT a.id AS accountId, a.member_id AS memberId, a.email, a.language, m.first_names AS firstNames
       FROM accounts a JOIN members m ON m.member_id = a.member_id
       WHERE a.id > ? AND a.status IN ('active', 'frozen') AND a.activated_at <= ?
         AND NOT EXISTS (SELECT 1 FROM charter_notices n WHERE n.account_id = a.id AND n.number = ?)
       ORDER BY a.id LIMIT ?`,
    )
    .all(after, charter.publishedAt, charter.number, accountsAtOnce)
    .map((account) => writeAnnouncement(deps, account, charter));
}

/** Announces in one transaction, takes what is done off the list, and says how many were told now. */
function announceSome(deps: PublishDeps, waiting: Announcement[]): number {
  const { db } = deps;
  const isThere = db.$client.prepare<[string], 1>("SELECT 1 FROM accounts WHERE id = ?").pluck();
  return write(db, () => {
    const until = performance.now() + mostHeldMs;
    let told = 0;
    do {
      const announcement = waiting.shift()!;
      // Its owner may have ended it a moment ago.
      const present = isThere.get(announcement.accountId) === 1;
      if (present && announceCharter(deps, announcement, "operator")) told++;
    } while (waiting.length > 0 && performance.now() < until);
    return told;
  });
}
