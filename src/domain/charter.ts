import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { desc } from "drizzle-orm";
import { productRoot } from "../platform/config.ts";
import { type Db, write } from "../platform/database.ts";
import { charterVersions } from "../platform/schema.ts";

export type Charter = typeof charterVersions.$inferSelect;

/** The version the product is delivered with. */
const delivered = { number: 4, effectiveOn: "2016-04-18", file: join(productRoot, "db", "charter", "4.fr.md") };

/** Puts the delivered charter in a base that has none. A version is never changed once it is there. */
export function ensureCharter(db: Db): void {
  write(db, () => {
    if (newest(db)) return;
    const { number, effectiveOn, file } = delivered;
    const text = readFileSync(file, "utf8");
    const sha256 = createHash("sha256").update(text).digest("hex");
    db.insert(charterVersions).values({ number, effectiveOn, text, sha256 }).run();
  });
}

/** The version in force: the highest number. */
export function currentCharter(db: Db): Charter {
  const charter = newest(db);
  if (!charter) throw new Error("the base holds no charter");
  return charter;
}

function newest(db: Db): Charter | undefined {
  return db.select().from(charterVersions).orderBy(desc(charterVersions.number)).limit(1).get();
}
