import { type Db, migrate } from "../../src/platform/database.ts";
import { adoptingMigration, adoptJournal } from "../../src/platform/journal.ts";
import type { Seal } from "../../src/platform/seal.ts";

/** A base as the product opens it: brought to this version, its journal under the seal. */
export function upgrade(db: Db, seal: Seal, now = 1_795_000_000): void {
  migrate(db, undefined, (name) => {
    if (name === adoptingMigration) adoptJournal({ db, seal }, now);
  });
}
