import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { and, desc, eq, lt, lte } from "drizzle-orm";
import type { Clock } from "../lib/clock.ts";
import { parisDay } from "../lib/dates.ts";
import { overtakenVersions } from "../platform/charter-versions.ts";
import { productRoot } from "../platform/config.ts";
import { type Db, perBase, write } from "../platform/database.ts";
import { charterVersions } from "../platform/schema.ts";

/** A version as it was published: `effectiveOn` a day in Paris, `publishedAt` in seconds, 0 when it came with the product. */
export type Charter = typeof charterVersions.$inferSelect;

/** What a version is today. Charter article 10: it prevails over the earlier ones. */
export type CharterStanding = "coming" | "inForce" | "replaced";

/** The version the product is delivered with. */
const delivered = { number: 4, effectiveOn: "2016-04-18", file: join(productRoot, "db", "charter", "4.fr.md") };

/** Puts the delivered charter in a base that has none. A version is never changed once it is there. */
export function ensureCharter(db: Db): void {
  write(db, () => {
    if (lastCharter(db)) return;
    const { number, effectiveOn, file } = delivered;
    const text = readFileSync(file, "utf8");
    db.insert(charterVersions)
      .values({ number, effectiveOn, text, sha256: sha256Of(text) })
      .run();
  });
}

/** True for the version the product is delivered with, as it is delivered. */
export function isDelivered({ number, effectiveOn, text }: Charter): boolean {
  const isIt = number === delivered.number && effectiveOn === delivered.effectiveOn;
  return isIt && text === readFileSync(delivered.file, "utf8");
}

/** The hash that proves the text of a version: SHA-256 of its UTF-8 bytes, in hexadecimal. */
export function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The version in force: the highest number whose day has come in Paris. */
export function currentCharter(db: Db, clock: Clock): Charter {
  const charter = db
    .select()
    .from(charterVersions)
    .where(lte(charterVersions.effectiveOn, parisDay(clock())))
    .orderBy(desc(charterVersions.number))
    .limit(1)
    .get();
  if (!charter) throw new Error("the base holds no charter in force");
  return charter;
}

/** The version of the highest number, in force or to come. */
export function lastCharter(db: Db): Charter | undefined {
  return db.select().from(charterVersions).orderBy(desc(charterVersions.number)).limit(1).get();
}

export function findCharter(db: Db, number: number): Charter | undefined {
  return db.select().from(charterVersions).where(eq(charterVersions.number, number)).get();
}

const findOvertaken = perBase(({ $client }) =>
  $client.prepare<[number], 0 | 1>(`SELECT ? IN (${overtakenVersions})`).pluck(),
);

/** True for a version that never comes into force, as a higher one applies by its day. */
export function isOvertaken(db: Db, number: number): boolean {
  return findOvertaken(db).get(number) === 1;
}

/** The version in force the day before another comes into force: the one it replaces. */
export function charterBefore(db: Db, { number, effectiveOn }: Charter): Charter | undefined {
  return db
    .select()
    .from(charterVersions)
    .where(and(lt(charterVersions.number, number), lt(charterVersions.effectiveOn, effectiveOn)))
    .orderBy(desc(charterVersions.number))
    .limit(1)
    .get();
}

/** Every version with what it is today, newest first. */
export function charterHistory(db: Db, clock: Clock): (Charter & { standing: CharterStanding })[] {
  const { number: inForce } = currentCharter(db, clock);
  return db
    .select()
    .from(charterVersions)
    .orderBy(desc(charterVersions.number))
    .all()
    .map((charter) => ({ ...charter, standing: standingOf(db, charter.number, inForce) }));
}

function standingOf(db: Db, number: number, inForce: number): CharterStanding {
  if (number === inForce) return "inForce";
  return number > inForce && !isOvertaken(db, number) ? "coming" : "replaced";
}
