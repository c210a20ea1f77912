import { and, asc, eq, gt, inArray, lte, ne, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { staffDrafts, staffSessions } from "../platform/schema.ts";
import { type DraftFields, draftSeconds, keptText, mostDrafts } from "./drafts.ts";

const fieldsPlace = "staff_drafts.fields";

type DraftDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Keeps what somebody of the mutual typed in the form of a page, as `keepDraft` does for members: sealed, for ten
 * minutes, for them alone.
 * @param path of the page, without its query.
 * @returns whether something was kept.
 */
export function keepStaffDraft(
  { db, clock, seal }: DraftDeps,
  staffId: string,
  path: string,
  fields: DraftFields,
): boolean {
  const text = keptText(path, fields);
  if (text === undefined) return false;
  const fieldsSealed = seal.seal(fieldsPlace, text);
  const expiresAt = seconds(clock) + draftSeconds;
  write(db, () => {
    db.insert(staffDrafts)
      .values({ staffId, path, fieldsSealed, expiresAt })
      .onConflictDoUpdate({ target: [staffDrafts.staffId, staffDrafts.path], set: { fieldsSealed, expiresAt } })
      .run();
    const others = db
      .select({ path: staffDrafts.path })
      .from(staffDrafts)
      .where(and(eq(staffDrafts.staffId, staffId), ne(staffDrafts.path, path)))
      .orderBy(asc(staffDrafts.expiresAt))
      .all();
    const tooMany = others.slice(0, Math.max(0, others.length + 1 - mostDrafts)).map((draft) => draft.path);
    if (tooMany.length > 0) dropStaffDrafts({ db }, staffId, tooMany);
  });
  return true;
}

/** What was kept of a page, for a session of the same person that began since then. */
export function findStaffDraft({ db, clock, seal }: DraftDeps, sessionId: string, path: string): DraftFields {
  const { fieldsSealed, expiresAt } = staffDrafts;
  const found = db
    .select({ fieldsSealed })
    .from(staffDrafts)
    .innerJoin(staffSessions, eq(staffSessions.staffId, staffDrafts.staffId))
    .where(
      and(
        eq(staffSessions.id, sessionId),
        eq(staffDrafts.path, path),
        gt(expiresAt, seconds(clock)),
        sql`${staffSessions.createdAt} >= ${expiresAt} - ${draftSeconds}`,
      ),
    )
    .get();
  return found ? (JSON.parse(seal.open(fieldsPlace, found.fieldsSealed)) as DraftFields) : [];
}

/** Forgets what was kept of these pages: the form has been sent. */
export function dropStaffDrafts({ db }: Pick<Deps, "db">, staffId: string, paths: string[]): void {
  const ofForm = and(eq(staffDrafts.staffId, staffId), inArray(staffDrafts.path, paths));
  if (!db.select({ path: staffDrafts.path }).from(staffDrafts).where(ofForm).get()) return;
  write(db, () => db.delete(staffDrafts).where(ofForm).run());
}

/** Forgets what nobody came back for. */
export function sweepStaffDrafts({ db, clock }: Pick<Deps, "db" | "clock">): void {
  write(db, () =>
    db
      .delete(staffDrafts)
      .where(lte(staffDrafts.expiresAt, seconds(clock)))
      .run(),
  );
}
