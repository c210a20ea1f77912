import { createHash } from "node:crypto";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";
import { makeFolder, productRoot } from "./config.ts";

type Sqlite = BetterSqlite3.Database;

/**
 * One open handle on the base: Drizzle for typed queries, `$client` (better-sqlite3) where bulk or heat wants
 * statements prepared by hand. Every handle of the product comes from openDatabase.
 */
export type Db = BetterSQLite3Database & { $client: Sqlite };

/** The base cannot be used as it is; the message is one line for the operator. */
export class DatabaseError extends Error {}

const migrationsFolder = join(productRoot, "db", "migrations");

export type Opening = {
  readonly?: boolean;
  /**
   * `full` (default): what is committed survives a power cut, for all that is acknowledged to a person.
   * `normal`: the last moments may be lost with the power, never the consistency; for what can be made again.
   */
  durability?: "full" | "normal";
  cacheMegabytes?: number;
  /** How long a statement outside `write` waits for another process. */
  busyTimeoutMs?: number;
};

/**
 * How long the log may grow before who commits brings it into the file: longer than an import lets it grow, or each
 * small write of the server beside it would do the import's work, and wait for the disk.
 */
const logPages = 16_000;

/** Opens the base with the pragmas that server, command line and tests share. `:memory:` is for tests. */
export function openDatabase(
  file: string,
  { readonly = false, durability = "full", cacheMegabytes = 16, busyTimeoutMs = 5_000 }: Opening = {},
): Db {
  if (file !== ":memory:") makeFolder(dirname(file));
  const isNew = file !== ":memory:" && !existsSync(file);
  const sqlite = openFile(file, readonly);
  if (isNew) chmodSync(file, 0o600);
  if (!readonly) {
    sqlite.pragma("journal_mode = WAL");
    sqlite.pragma(`synchronous = ${durability}`);
    // What is deleted is overwritten: an erased person leaves no trace in free pages.
    sqlite.pragma("secure_delete = on");
    sqlite.pragma(`wal_autocheckpoint = ${logPages}`);
  }
  sqlite.pragma("foreign_keys = on");
  sqlite.pragma("trusted_schema = off");
  sqlite.pragma("temp_store = memory");
  sqlite.pragma(`cache_size = ${-cacheMegabytes * 1024}`);
  sqlite.pragma(`busy_timeout = ${busyTimeoutMs}`);
  return drizzle(sqlite);
}

function openFile(file: string, readonly: boolean): Sqlite {
  try {
    const sqlite = new BetterSqlite3(file, { readonly, timeout: 5_000 });
    sqlite.pragma("schema_version");
    return sqlite;
  } catch (error) {
    const code = error instanceof BetterSqlite3.SqliteError ? error.code : "";
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
      throw new DatabaseError(`${file} is damaged or is not a database of this portal. Restore a backup in its place.`);
    }
    throw new DatabaseError(`${file} cannot be opened. Check that DATA_DIR exists and that this user may write there.`);
  }
}

type Transactions = Record<"begin" | "commit" | "rollback", BetterSqlite3.Statement> & {
  busyTimeoutMs: number;
  isFull: boolean;
};

const transactions = new WeakMap<Sqlite, Transactions>();

function transactionsOf({ $client }: Db): Transactions {
  let own = transactions.get($client);
  if (!own) {
    own = {
      begin: $client.prepare("BEGIN IMMEDIATE"),
      commit: $client.prepare("COMMIT"),
      rollback: $client.prepare("ROLLBACK"),
      busyTimeoutMs: $client.pragma("busy_timeout", { simple: true }) as number,
      isFull: $client.pragma("synchronous", { simple: true }) === 2,
    };
    transactions.set($client, own);
  }
  return own;
}

/**
 * What is made once for each handle and kept with it: the statements of a hot path, which Drizzle would otherwise build
 * anew at each use, at ten times the cost of running them.
 */
export function perBase<T>(make: (db: Db) => T): (db: Db) => T {
  const made = new WeakMap<Sqlite, T>();
  return (db) => {
    let own = made.get(db.$client);
    if (!own) {
      own = make(db);
      made.set(db.$client, own);
    }
    return own;
  };
}

/**
 * Runs `work` in one write transaction: all of it is kept, or nothing. Inside another one it simply takes part.
 * Waits for another process by asking every millisecond: SQLite's own waiting doubles its sleeps, and would keep
 * the server standing long after an import has made room.
 */
export function write<T>(db: Db, work: () => T): T {
  return inTransaction(db, work, busyLimitMs);
}

function inTransaction<T>(db: Db, work: () => T, longestWaitMs: number): T {
  if (db.$client.inTransaction) return work();
  const own = transactionsOf(db);
  begin(db, own, longestWaitMs);
  try {
    const result = work();
    if (result instanceof Promise) throw new Error("a write transaction cannot wait for a promise");
    own.commit.run();
    return result;
  } catch (error) {
    // SQLite has already rolled back on some errors (disk full, for one).
    if (db.$client.inTransaction) own.rollback.run();
    throw error;
  }
}

/**
 * A write that may be lost with the power in the last moments, and costs no wait for the disk: the next use of a
 * session says the same again. On the same handle as the reading, whose page cache another one would empty.
 */
export function writeLightly<T>(db: Db, work: () => T): T {
  return lightly(db, () => write(db, work));
}

/**
 * The same when the base is free at this moment, or within some milliseconds.
 * @returns false when another process holds it.
 */
export function writeIfFree(db: Db, work: () => void, waitMs = 0): boolean {
  try {
    lightly(db, () => inTransaction(db, work, waitMs));
    return true;
  } catch (error) {
    if (isBusy(error)) return false;
    throw error;
  }
}

function lightly<T>(db: Db, work: () => T): T {
  const { isFull } = transactionsOf(db);
  if (!isFull || db.$client.inTransaction) return work();
  db.$client.pragma("synchronous = normal");
  try {
    return work();
  } finally {
    db.$client.pragma("synchronous = full");
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));
const busyLimitMs = 5_000;

function begin(db: Db, { begin, busyTimeoutMs }: Transactions, longestWaitMs: number): void {
  if (busyTimeoutMs > 0) db.$client.pragma("busy_timeout = 0");
  try {
    for (let waited = 0; ; waited++) {
      try {
        begin.run();
        return;
      } catch (error) {
        if (!isBusy(error) || waited >= longestWaitMs) throw error;
        Atomics.wait(pause, 0, 0, 1);
      }
    }
  } finally {
    if (busyTimeoutMs > 0) db.$client.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && error.code.startsWith("SQLITE_BUSY");
}

/** The disk is full or failing, or the base locked: the fault is not of the request, and may pass. */
export function isOutage(error: unknown): boolean {
  return error instanceof BetterSqlite3.SqliteError && /^SQLITE_(FULL|IOERR|READONLY|BUSY|CANTOPEN)/.test(error.code);
}

/**
 * Writes what was changed into the file itself and cuts its log to nothing: until then the log holds what was
 * deleted. Left for the next time when somebody is reading.
 */
export function truncateLog(db: Db): void {
  const { busyTimeoutMs } = transactionsOf(db);
  db.$client.pragma("busy_timeout = 0");
  try {
    db.$client.pragma("wal_checkpoint(TRUNCATE)");
  } finally {
    db.$client.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }
}

type Migration = { name: string; sql: string; sha256: string };

/** The migrations shipped with this version, in their order. */
export function shippedMigrations(folder = migrationsFolder): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(folder, name), "utf8");
      return { name, sql, sha256: createHash("sha256").update(sql).digest("hex") };
    });
}

/**
 * Brings the base to this version: forward only, each file in its own transaction, once.
 * @param onApplied called in the transaction of each file, after its SQL: what it writes is kept with it.
 * @returns the names applied now.
 * @throws DatabaseError when the base was made by a newer version, or a shipped file was edited.
 */
export function migrate(db: Db, shipped = shippedMigrations(), onApplied: (name: string) => void = () => {}): string[] {
  write(db, () => {
    db.$client.exec(
      "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY, sha256 TEXT NOT NULL) STRICT",
    );
  });
  const applied = new Map(
    db.$client
      .prepare<[], { name: string; sha256: string }>("SELECT name, sha256 FROM migrations")
      .all()
      .map((row) => [row.name, row.sha256]),
  );
  const unknown = [...applied.keys()].filter((name) => !shipped.some((migration) => migration.name === name));
  if (unknown.length > 0) {
    throw new DatabaseError(
      `The database ${db.$client.name} was made by a newer version (${unknown.join(", ")}). Start that version, or restore a backup of this one.`,
    );
  }
  for (const { name, sha256 } of shipped) {
    if (applied.has(name) && applied.get(name) !== sha256) {
      throw new DatabaseError(
        `The migration ${name} is not the one this database was made with. Install an unaltered copy of this version.`,
      );
    }
  }
  const pending = shipped.filter(({ name }) => !applied.has(name));
  if (pending.length === 0) return [];
  // With foreign keys on, rebuilding a table would empty those that refer to it.
  db.$client.pragma("foreign_keys = off");
  try {
    for (const { name, sql, sha256 } of pending) {
      write(db, () => {
        // Another process may have applied it while this one waited.
        if (db.$client.prepare("SELECT 1 FROM migrations WHERE name = ?").get(name)) return;
        db.$client.exec(sql);
        const broken = db.$client.pragma("foreign_key_check") as unknown[];
        if (broken.length > 0)
          throw new DatabaseError(
            `The migration ${name} would leave ${broken.length} rows without their parent; nothing was changed.`,
          );
        db.$client.prepare("INSERT INTO migrations (name, sha256) VALUES (?, ?)").run(name, sha256);
        onApplied(name);
      });
    }
  } finally {
    db.$client.pragma("foreign_keys = on");
  }
  return pending.map(({ name }) => name);
}
