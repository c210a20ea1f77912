import type { Config } from "./config.ts";
import { DatabaseError, type Db, migrate, openDatabase, write } from "./database.ts";
import { createSeal, type Seal } from "./seal.ts";

export type Base = { db: Db; seal: Seal };

/**
 * The base brought to this version, and the seal of its columns: what server and command line start from.
 * @throws DatabaseError when the base is newer, or when SECRET_KEY is not the one it was made with.
 */
export function openBase(config: Config, durability: "full" | "normal" = "full"): Base {
  const db = openDatabase(config.databaseFile, { durability });
  migrate(db);
  return { db, seal: sealOf(db, config) };
}

/** Lookup hashes stay under the key they were made with, whichever key seals today: the base remembers which. */
function sealOf(db: Db, { secretKeys }: Config): Seal {
  const find = db.$client.prepare<[], { value: string }>("SELECT value FROM settings WHERE name = 'hash_key'");
  const id = write(db, () => {
    const known = find.get()?.value;
    if (known === undefined) {
      db.$client.prepare("INSERT INTO settings (name, value) VALUES ('hash_key', ?)").run(secretKeys[0].id);
    }
    return known ?? secretKeys[0].id;
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
