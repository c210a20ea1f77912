import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { productRoot } from "../platform/config.ts";
import { type Db, write } from "../platform/database.ts";

export type Charter = { number: number; effectiveOn: string; text: string; sha256: string };

/** The version the product is delivered with. */
const delivered = { number: 4, effectiveOn: "2016-04-18", file: join(productRoot, "db", "charter", "4.fr.md") };

/** Puts the delivered charter in a base that has none. A version is never changed once it is there. */
export function ensureCharter(db: Db): void {
  write(db, () => {
    if (db.$client.prepare("SELECT 1 FROM charter_versions").get()) return;
    const text = readFileSync(delivered.file, "utf8");
    db.$client
      .prepare("INSERT INTO charter_versions (number, effective_on, text, sha256) VALUES (?, ?, ?, ?)")
      .run(delivered.number, delivered.effectiveOn, text, createHash("sha256").update(text).digest("hex"));
  });
}

/** The version in force: the highest number. */
export function currentCharter(db: Db): Charter {
  const sql =
    "SELECT number, effective_on AS effectiveOn, text, sha256 FROM charter_versions ORDER BY number DESC LIMIT 1";
  const charter = db.$client.prepare<[], Charter>(sql).get();
  if (!charter) throw new Error("the base holds no charter");
  return charter;
}
