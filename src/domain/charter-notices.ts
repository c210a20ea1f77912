import { and, desc, eq, gte, isNull, lte, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { overtakenVersions } from "../platform/charter-versions.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, charterNotices, charterVersions, evidence } from "../platform/schema.ts";
import { currentCharter, isOvertaken } from "./charter.ts";
import { record } from "./evidence.ts";

/**
 * Charter, introduction: a change is held to be approved by use, or when it is not contested in writing within 30 days
 * of being announced. The days are 24 hours each, counted for each account from its own announcement.
 */
export const contestSeconds = 30 * 24 * 3600;

type NoticeDeps = Pick<Deps, "db" | "clock" | "seal">;
type AccountKey = { accountId: string; memberId: string };
type Row = typeof charterNotices.$inferSelect;

/**
 * How an account stands with a version announced to it; moments in seconds, `contestableUntil` excluded. One that was
 * overtaken since is announced no more and silence does not approve it; it can be contested as its mail promised.
 */
export type Notice = Omit<Row, "accountId"> & {
  effectiveOn: string;
  sha256: string;
  contestableUntil: number;
  isOvertaken: boolean;
};

/** The notice of one version to an account, or its newest, as it stands now. */
export function noticeOf(deps: Pick<Deps, "db" | "clock">, accountId: string, number?: number): Notice | undefined {
  return noticesOf(deps, accountId).find((notice) => number === undefined || notice.number === number);
}

/** What an account is offered to contest now, the newest first: several versions may be announced at once. */
export function contestableNotices(deps: Pick<Deps, "db" | "clock">, accountId: string): Notice[] {
  return noticesOf(deps, accountId).filter((notice) => !notice.isOvertaken && isContestable(deps, notice));
}

/**
 * `none`: nothing was announced to the account; `unannounced`: this version was not, but another; `contested` before;
 * `late` from the first second after the 30 days, or then `overtaken`, for a version that never applies.
 */
export type NotContestable = "none" | "unannounced" | "contested" | "late" | "overtaken";

/** The notice to contest, of one version or of the newest that can be contested, or why there is none. */
export function noticeToContest(
  deps: Pick<Deps, "db" | "clock">,
  accountId: string,
  number: number | undefined,
): Result<Notice, NotContestable> {
  const newest = noticeOf(deps, accountId);
  if (!newest) return fail("none");
  const open = () => contestableNotices(deps, accountId)[0] ?? newest;
  const notice = number === undefined ? open() : noticeOf(deps, accountId, number);
  if (!notice) return fail("unannounced");
  if (notice.state === "contested") return fail("contested");
  if (isContestable(deps, notice)) return ok(notice);
  return fail(notice.isOvertaken ? "overtaken" : "late");
}

/** Every notice of an account as it stands now, the newest first. */
function noticesOf(deps: Pick<Deps, "db" | "clock">, accountId: string): Notice[] {
  const now = seconds(deps.clock);
  return deps.db
    .select({
      number: charterNotices.number,
      state: charterNotices.state,
      notifiedAt: charterNotices.notifiedAt,
      seenAt: charterNotices.seenAt,
      settledAt: charterNotices.settledAt,
      effectiveOn: charterVersions.effectiveOn,
      sha256: charterVersions.sha256,
    })
    .from(charterNotices)
    .innerJoin(charterVersions, eq(charterVersions.number, charterNotices.number))
    .where(eq(charterNotices.accountId, accountId))
    .orderBy(desc(charterNotices.number))
    .all()
    .map((row) => {
      const contestableUntil = row.notifiedAt + contestSeconds;
      const never = isOvertaken(deps.db, row.number);
      // Silence approves at this very second, whenever the job that writes it down comes by.
      const isTacit = row.state === "notified" && !never && now >= contestableUntil;
      const tacit = isTacit && { state: "approved_tacitly" as const, settledAt: contestableUntil };
      return { ...row, ...tacit, contestableUntil, isOvertaken: never };
    });
}

/**
 * The charter gives both: use approves, and 30 days to contest in writing. Whoever must sign in to contest has used the
 * service: within the 30 days, the written word wins.
 */
function isContestable({ clock }: Pick<Deps, "clock">, { state, contestableUntil }: Notice): boolean {
  return state !== "contested" && seconds(clock) < contestableUntil;
}

/** How an account stands with a version of the charter: one announced to it, or the one it accepted when it opened. */
export type CharterState =
  | { state: "accepted"; number: number; at: number }
  | { state: Notice["state"]; number: number; at: number; effectiveOn: string; contestableUntil: number | undefined };

/**
 * For the member's own account page: the newest version announced, and each earlier one whose 30 days still run, but
 * for those overtaken; else the one accepted, when it is known. `at` in seconds, `contestableUntil` only as long as it can be contested.
 */
export function charterStates(deps: Pick<Deps, "db" | "clock">, account: AccountKey): CharterState[] {
  const now = seconds(deps.clock);
  const notices = noticesOf(deps, account.accountId).filter((notice) => !notice.isOvertaken);
  if (notices.length === 0) {
    const accepted = acceptance(deps, account.memberId, 0);
    return accepted ? [{ state: "accepted", ...accepted }] : [];
  }
  return notices
    .filter(({ contestableUntil }, index) => index === 0 || now < contestableUntil)
    .map((notice) => {
      const { state, number, effectiveOn, settledAt, notifiedAt } = notice;
      const until = isContestable(deps, notice) ? notice.contestableUntil : undefined;
      return { state, number, at: settledAt ?? notifiedAt, effectiveOn, contestableUntil: until };
    });
}

/** The last acceptance of the charter by a person since a moment (seconds), as it was proven. */
export function acceptance(
  { db }: Pick<Deps, "db">,
  memberId: string,
  since: number,
): { number: number; at: number } | undefined {
  const row = db
    .select({ at: evidence.at, details: evidence.details })
    .from(evidence)
    .where(and(eq(evidence.memberId, memberId), eq(evidence.kind, "charter.accepted"), gte(evidence.at, since)))
    .orderBy(desc(evidence.sequence))
    .limit(1)
    .get();
  return row && { number: (JSON.parse(row.details) as { version: number }).version, at: row.at };
}

/**
 * The use of the service: it approves the version in force, unless silence has approved it already. Called where a
 * session opens, in its transaction.
 */
export function approveByUse(deps: NoticeDeps, account: AccountKey): void {
  const { db, clock } = deps;
  const open = db
    .select({ number: charterNotices.number, notifiedAt: charterNotices.notifiedAt })
    .from(charterNotices)
    .where(and(eq(charterNotices.accountId, account.accountId), eq(charterNotices.state, "notified")))
    .all();
  if (open.length === 0) return;
  const inForce = currentCharter(db, clock).number;
  for (const notice of open) {
    if (isOvertaken(db, notice.number)) continue;
    if (seconds(clock) >= notice.notifiedAt + contestSeconds) approveTacitly(deps, { ...account, ...notice });
    else if (notice.number === inForce) approve(deps, { ...account, ...notice }, "use", seconds(clock));
  }
}

const approvalsAtOnce = 50;

/** Writes down what silence has approved, some accounts at a time: what is read meanwhile is right all the same. */
export function settleTacitApprovals(deps: NoticeDeps): void {
  const { db, clock } = deps;
  const { accountId, number, notifiedAt, state } = charterNotices;
  // Those of a version overtaken stay open for good, and are passed over each time: looking holds up no other writer.
  const due = db
    .select({ accountId, memberId: accounts.memberId, number, notifiedAt })
    .from(charterNotices)
    .innerJoin(accounts, eq(accounts.id, accountId))
    .where(
      and(
        eq(state, "notified"),
        lte(notifiedAt, seconds(clock) - contestSeconds),
        sql`${number} NOT IN (${sql.raw(overtakenVersions)})`,
      ),
    )
    .limit(approvalsAtOnce)
    .all();
  if (due.length === 0) return;
  write(db, () => {
    for (const notice of due) approveTacitly(deps, notice);
  });
}

type Open = AccountKey & { number: number; notifiedAt: number };

function approveTacitly(deps: NoticeDeps, notice: Open): void {
  approve(deps, notice, "silence", notice.notifiedAt + contestSeconds);
}

function approve(deps: NoticeDeps, { accountId, memberId, number }: Open, by: "use" | "silence", at: number): void {
  const state = by === "use" ? "approved_by_use" : "approved_tacitly";
  const { changes } = deps.db
    .update(charterNotices)
    .set({ state, settledAt: at })
    .where(
      and(
        eq(charterNotices.accountId, accountId),
        eq(charterNotices.number, number),
        eq(charterNotices.state, "notified"),
      ),
    )
    .run();
  if (changes === 0) return;
  const actor = by === "use" ? "member" : "system";
  record(deps, { kind: "charter.approved", memberId, actor, details: { version: number, by, since: at } });
}

/** The owner of an account has seen the announcement of a version: its pages stop announcing this one. */
export function seeCharter(deps: NoticeDeps, account: AccountKey, version: number): void {
  const { db, clock } = deps;
  write(db, () => {
    const seen = db
      .update(charterNotices)
      .set({ seenAt: seconds(clock) })
      .where(
        and(
          eq(charterNotices.accountId, account.accountId),
          eq(charterNotices.number, version),
          isNull(charterNotices.seenAt),
        ),
      )
      .returning({ number: charterNotices.number })
      .all();
    for (const { number } of seen) {
      record(deps, { kind: "charter.seen", memberId: account.memberId, actor: "member", details: { version: number } });
    }
    if (seen.length > 0) approveByUse(deps, account);
  });
}

/**
 * Contests a version, or the newest one that can be contested, in the caller's transaction.
 * @returns the notice as it stood.
 */
export function contestNotice(
  deps: NoticeDeps,
  account: AccountKey,
  version: number | undefined,
): Result<Notice, NotContestable> {
  const { db, clock } = deps;
  const found = noticeToContest(deps, account.accountId, version);
  if (!found.ok) return found;
  const notice = found.value;
  const now = seconds(clock);
  db.update(charterNotices)
    .set({ state: "contested", settledAt: now, seenAt: notice.seenAt ?? now })
    .where(and(eq(charterNotices.accountId, account.accountId), eq(charterNotices.number, notice.number)))
    .run();
  return found;
}
