import { eq } from "drizzle-orm";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { settings } from "../platform/schema.ts";
import { announceVersion, keepVersion, type Version } from "./charter-publishing.ts";
import { listNotices, sendNotice } from "./notice-sending.ts";
import type { NoticeText } from "./notices.ts";

type AnnounceDeps = Pick<Deps, "db" | "clock" | "seal" | "config" | "log">;

/** Which version staff has published and not every account has been told of: what a new start goes on with. */
const settingName = "charter_announced";
const running = perBase(() => ({ work: undefined as Promise<void> | undefined }));

/**
 * Publishes a version for staff, and tells the accounts after the answer.
 * @returns as `publishCharter` refuses.
 */
export function publishInBackground(deps: AnnounceDeps, version: Version, staff: string) {
  const kept = write(deps.db, () => {
    const done = keepVersion(deps, version, staff);
    const value = String(version.number);
    if (done.ok)
      deps.db
        .insert(settings)
        .values({ name: settingName, value })
        .onConflictDoUpdate({ target: settings.name, set: { value } })
        .run();
    return done;
  });
  if (kept.ok) void continueAnnouncing(deps);
  return kept;
}

/** Sends a notice for staff: it is there at once, and the accounts are told after the answer. */
export function noticeInBackground(deps: AnnounceDeps, notice: NoticeText, staff: string): void {
  // Its first step, before the first pause, keeps the notice.
  const sent = sendNotice(deps, notice, { sentBy: staff });
  sent.catch((error: unknown) => deps.log.error({ error: String(error) }, "telling a notice failed"));
}

/**
 * Goes on with what was being told when the process ended, or when a fault stopped it: versions of the charter and
 * notices. One run at a time in this process; a run elsewhere shares the work.
 */
export function continueAnnouncing(deps: AnnounceDeps): Promise<void> {
  const own = running(deps.db);
  own.work ??= announceAll(deps)
    .catch((error: unknown) => deps.log.error({ error: String(error) }, "announcing failed"))
    .finally(() => {
      own.work = undefined;
    });
  return own.work;
}

/** True while this process tells accounts. */
export function isAnnouncing({ db }: Pick<Deps, "db">): boolean {
  return running(db).work !== undefined;
}

async function announceAll(deps: AnnounceDeps): Promise<void> {
  for (let number = announcedNumber(deps); number !== undefined; number = announcedNumber(deps)) {
    await announceVersion(deps, number);
    const told = String(number);
    // A higher one may have been published meanwhile.
    write(deps.db, () =>
      deps.db.$client.prepare("DELETE FROM settings WHERE name = ? AND value = ?").run(settingName, told),
    );
  }
  const unfinished = deps.db.$client.prepare("SELECT 1 FROM notices WHERE finished_at IS NULL LIMIT 1");
  if (!unfinished.get()) return;
  for (const notice of listNotices(deps).filter(({ finishedAt }) => finishedAt === null)) {
    await sendNotice(deps, notice, { sentBy: notice.sentBy });
  }
}

function announcedNumber({ db }: Pick<Deps, "db">): number | undefined {
  const row = db.select({ value: settings.value }).from(settings).where(eq(settings.name, settingName)).get();
  return row && Number(row.value);
}

export type CharterProgress = { told: number; total: number; isUnderWay: boolean };

/** How many accounts have been told of a version, of how many that were usable when it was published. */
export function charterProgress({ db }: Pick<Deps, "db">, number: number): CharterProgress {
  const counts = db.$client
    .prepare<[{ number: number }], { told: number; waiting: number }>(
      `SELECT (SELECT count(*) FROM charter_notices WHERE number = @number) AS told,
         (SELECT count(*) FROM accounts a JOIN charter_versions v ON v.number = @number
          WHERE a.status IN ('active', 'frozen') AND a.activated_at <= v.published_at AND NOT EXISTS (
            SELECT 1 FROM charter_notices n WHERE n.account_id = a.id AND n.number = @number)) AS waiting`,
    )
    .get({ number })!;
  return { told: counts.told, total: counts.told + counts.waiting, isUnderWay: announcedNumber({ db }) === number };
}

/** How many accounts have contested a version. */
export function contestationsOf({ db }: Pick<Deps, "db">, number: number): number {
  const sql = "SELECT count(*) FROM charter_notices WHERE number = ? AND state = 'contested'";
  return db.$client.prepare<[number], number>(sql).pluck().get(number)!;
}
