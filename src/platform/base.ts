import { eq } from "drizzle-orm";
import { seconds, systemClock } from "../lib/clock.ts";
import type { Config } from "./config.ts";
import { DatabaseError, type Db, migrate, type Opening, openDatabase, write } from "./database.ts";
import { adoptingMigration, adoptJournal } from "./journal.ts";
import { settings } from "./schema.ts";
import { createSeal, type Seal } from "./seal.ts";

export type Base = { db: Db; seal: Seal };

/**
 * The base brought to this version, and the seal of its columns: what server and command line start from.
 * @throws DatabaseError when the base is newer, or when SECRET_KEY is not the one it was made with.
 */
export function openBase(config: Config, opening: Opening = {}): Base {
  const db = openDatabase(config.databaseFile, opening);
  migrate(db, undefined, (name) => {
    if (name === adoptingMigration) adoptJournal({ db, seal: sealOf(db, config) }, seconds(systemClock));
  });
  return { db, seal: sealOf(db, config) };
}

/** Lookup hashes stay under the key they were made with, whichever key seals today: the base remembers which. */
function sealOf(db: Db, { secretKeys }: Config): Seal {
  const id = write(db, () => {
    const known = db.select().from(settings).where(eq(settings.name, "hash_key")).get();
    if (known) return known.value;
    db.insert(settings).values({ name: "hash_key", value: secretKeys[0].id }).run();
    return secretKeys[0].id;
  });
  const hashKey = secretKeys.find((candidate) => candidate.id === id);
  if (!hashKey) {
    throw new DatabaseError(
      `${db.$client.name} was made with another secret key. Give that key back in SECRET_KEY, after the new one and a comma.`,
    );
  }
  return createSeal(
    secretKeys.map(({ key }) => key),
    hashKey.key,
  );
}
