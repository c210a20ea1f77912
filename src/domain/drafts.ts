import { and, asc, eq, gt, inArray, lte, ne, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { drafts, sessions } from "../platform/schema.ts";

/** How long a form that came after the end of its session waits for its owner. */
export const draftSeconds = 10 * 60;

export const mostDrafts = 10;
const mostFields = 100;
const mostBytes = 32 * 1024;
const longestPath = 200;

const fieldsPlace = "drafts.fields";
/** What is typed to prove who one is, and the token of a form, are for one sending only. */
const neverKept = /password|code|^formToken$/i;
/** Links of mails carry such a piece: their addresses stand nowhere in clear. */
const tokenPiece = /[\w-]{40}/;

/** The fields of a form in their order; a name may come several times. */
export type DraftFields = [name: string, value: string][];

type DraftDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Keeps what was typed in the form of a page for its owner, sealed, for ten minutes, in place of what was kept of that
 * page before. Never a password or a code; nothing when there is nothing else, or more than a person types.
 * @param path of the page, without its query.
 * @returns whether something was kept.
 */
export function keepDraft(deps: DraftDeps, accountId: string, path: string, fields: DraftFields): boolean {
  const { db, clock, seal } = deps;
  const text = keptText(path, fields);
  if (text === undefined) return false;
  const fieldsSealed = seal.seal(fieldsPlace, text);
  const expiresAt = seconds(clock) + draftSeconds;
  write(db, () => {
    db.insert(drafts)
      .values({ accountId, path, fieldsSealed, expiresAt })
      .onConflictDoUpdate({ target: [drafts.accountId, drafts.path], set: { fieldsSealed, expiresAt } })
      .run();
    forgetOldest(deps, accountId, path);
  });
  return true;
}

/** What is kept of a form, to be sealed; undefined when there is nothing, or more than a person types. */
export function keptText(path: string, fields: DraftFields): string | undefined {
  const kept = fields.filter(([name, value]) => !neverKept.test(name) && value !== "");
  const text = JSON.stringify(kept);
  if (kept.length === 0 || kept.length > mostFields || Buffer.byteLength(text) > mostBytes) return undefined;
  return path.length > longestPath || tokenPiece.test(path) ? undefined : text;
}

/** A script gone wrong, or a copied cookie, must not fill the base. */
function forgetOldest({ db }: DraftDeps, accountId: string, newest: string): void {
  const { path, expiresAt } = drafts;
  const others = db
    .select({ path })
    .from(drafts)
    .where(and(eq(drafts.accountId, accountId), ne(path, newest)))
    .orderBy(asc(expiresAt))
    .all();
  const tooMany = others.slice(0, Math.max(0, others.length + 1 - mostDrafts)).map((draft) => draft.path);
  if (tooMany.length > 0) dropDrafts({ db }, accountId, tooMany);
}

/**
 * What was kept of a page, for a session of the same account in which its owner has shown who they are since then: a
 * session that never ended has the form itself.
 */
export function findDraft({ db, clock, seal }: DraftDeps, sessionId: string, path: string): DraftFields {
  const { fieldsSealed, expiresAt } = drafts;
  const found = db
    .select({ fieldsSealed })
    .from(drafts)
    .innerJoin(sessions, eq(sessions.userId, drafts.accountId))
    .where(
      and(
        eq(sessions.id, sessionId),
        eq(drafts.path, path),
        gt(expiresAt, seconds(clock)),
        sql`max(${sessions.createdAt}, ${sessions.passwordAt}) >= ${expiresAt} - ${draftSeconds}`,
      ),
    )
    .get();
  return found ? (JSON.parse(seal.open(fieldsPlace, found.fieldsSealed)) as DraftFields) : [];
}

/** Forgets what was kept of these pages: the form has been sent. */
export function dropDrafts({ db }: Pick<Deps, "db">, accountId: string, paths: string[]): void {
  const ofForm = and(eq(drafts.accountId, accountId), inArray(drafts.path, paths));
  // Mostly there is none: looking does not wait for other writers.
  if (!db.select({ path: drafts.path }).from(drafts).where(ofForm).get()) return;
  write(db, () => db.delete(drafts).where(ofForm).run());
}

/** Forgets what nobody came back for. */
export function sweepDrafts({ db, clock }: Pick<Deps, "db" | "clock">): void {
  write(db, () =>
    db
      .delete(drafts)
      .where(lte(drafts.expiresAt, seconds(clock)))
      .run(),
  );
}
