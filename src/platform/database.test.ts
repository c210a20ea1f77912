import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { productRoot } from "./config.ts";
import { DatabaseError, type Db, isBusy, migrate, openDatabase, shippedMigrations, write } from "./database.ts";

let folder: string;
let file: string;
let opened: Db[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-database-"));
  file = join(folder, "state", "espace.db");
  opened = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const db of opened) db.$client.close();
  rmSync(folder, { recursive: true });
});

function open(options?: Parameters<typeof openDatabase>[1]): Db {
  const db = openDatabase(file, options);
  opened.push(db);
  return db;
}

const pragma = (db: Db, name: string) => db.$client.pragma(name, { simple: true });

describe("a handle", () => {
  test("keeps what is committed through a power cut, overwrites what is deleted and keeps references true", () => {
    const db = open();
    const names = ["journal_mode", "synchronous", "secure_delete", "foreign_keys", "trusted_schema", "temp_store"];
    expect(Object.fromEntries(names.map((name) => [name, pragma(db, name)]))).toEqual({
      journal_mode: "wal",
      synchronous: 2,
      secure_delete: 1,
      foreign_keys: 1,
      trusted_schema: 0,
      temp_store: 2,
    });
    expect(pragma(db, "cache_size")).toBe(-16 * 1024);
    expect(pragma(db, "busy_timeout")).toBe(5_000);
  });

  test("may give up the last moments for what can be made again, and wait less", () => {
    const db = open({ durability: "normal", cacheMegabytes: 2, busyTimeoutMs: 0 });
    expect([pragma(db, "synchronous"), pragma(db, "cache_size"), pragma(db, "busy_timeout")]).toEqual([1, -2048, 0]);
  });

  test("makes files that their owner alone can read", () => {
    const db = open();
    migrate(db);
    const files = readdirSync(join(folder, "state")).sort();
    expect(files).toEqual(["espace.db", "espace.db-shm", "espace.db-wal"]);
    for (const name of files) expect([name, statSync(join(folder, "state", name)).mode & 0o777]).toEqual([name, 0o600]);
    expect(statSync(join(folder, "state")).mode & 0o777).toBe(0o700);
  });

  test("that is read-only writes nothing", () => {
    migrate(open());
    const reader = open({ readonly: true });
    expect(() => reader.$client.exec("INSERT INTO settings (name, value) VALUES ('a', 'b')")).toThrow("readonly");
  });
});

describe("migrations", () => {
  test("are applied once, in their order", () => {
    const names = shippedMigrations().map(({ name }) => name);
    expect(migrate(open())).toEqual(names);
    expect(migrate(open())).toEqual([]);
    const kept = open().$client.prepare("SELECT name FROM migrations ORDER BY name").pluck().all();
    expect(kept).toEqual(names);
  });

  test("every file of the folder is one, numbered from 1 without a gap", () => {
    const files = readdirSync(join(productRoot, "db", "migrations")).sort();
    expect(files).toEqual(shippedMigrations().map(({ name }) => name));
    expect(files.length).toBeGreaterThan(0);
    for (const [index, name] of files.entries()) {
      expect(name).toMatch(new RegExp(`^${String(index + 1).padStart(4, "0")}_[a-z0-9_]+\\.sql$`));
    }
  });

  test("a file added to the folder is found, and applied to a base that has the others", () => {
    const more = join(folder, "more");
    openDatabase(join(more, "unused.db")).$client.close();
    writeFileSync(join(more, "0002_b.sql"), "CREATE TABLE b (x INTEGER) STRICT;");
    writeFileSync(join(more, "0001_a.sql"), "CREATE TABLE a (x INTEGER) STRICT;");
    const shipped = shippedMigrations(more);
    expect(shipped.map(({ name }) => name)).toEqual(["0001_a.sql", "0002_b.sql"]);
    const db = open();
    expect(migrate(db, shipped.slice(0, 1))).toEqual(["0001_a.sql"]);
    expect(migrate(db, shipped)).toEqual(["0002_b.sql"]);
  });

  test("a base made by a newer version is refused with one line that names what is unknown", () => {
    const db = open();
    migrate(db);
    db.$client.exec("INSERT INTO migrations (name, sha256) VALUES ('9999_future.sql', 'x')");
    expect(() => migrate(db)).toThrow(DatabaseError);
    expect(() => migrate(db)).toThrow(/^The database .* was made by a newer version \(9999_future\.sql\)\.[^\n]*$/);
  });

  test("a shipped file that was edited is refused, and what comes after it is not applied", () => {
    const db = open();
    migrate(db, [migration("0001_a.sql", "CREATE TABLE a (x INTEGER) STRICT")]);
    const edited = [
      migration("0001_a.sql", "CREATE TABLE a (x INTEGER, y INTEGER) STRICT"),
      migration("0002_b.sql", "CREATE TABLE b (x INTEGER) STRICT"),
    ];
    expect(() => migrate(db, edited)).toThrow(
      "The migration 0001_a.sql is not the one this database was made with. Install an unaltered copy of this version.",
    );
    expect(tablesOf(db)).toEqual(["a", "migrations"]);
  });

  test("one that fails half-way leaves nothing, and those before it stay", () => {
    const db = open();
    const shipped = [
      migration("0001_a.sql", "CREATE TABLE a (x INTEGER) STRICT"),
      migration("0002_b.sql", "CREATE TABLE b (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"),
    ];
    expect(() => migrate(db, shipped)).toThrow("no such table");
    expect(tablesOf(db)).toEqual(["a", "migrations"]);
    expect(pragma(db, "foreign_keys")).toBe(1);
    shipped[1] = migration("0002_b.sql", "CREATE TABLE b (x INTEGER) STRICT");
    expect(migrate(db, shipped)).toEqual(["0002_b.sql"]);
  });

  const family = migration(
    "0001_family.sql",
    `CREATE TABLE parents (id INTEGER PRIMARY KEY) STRICT;
     CREATE TABLE children (parent INTEGER NOT NULL REFERENCES parents (id) ON DELETE CASCADE) STRICT;
     INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1);`,
  );

  test("a table rebuilt keeps the rows that refer to it, and references are watched again afterwards", () => {
    const db = open();
    const rebuild = migration(
      "0002_rebuild.sql",
      `CREATE TABLE renewed (id INTEGER PRIMARY KEY, name TEXT) STRICT;
       INSERT INTO renewed (id) SELECT id FROM parents;
       DROP TABLE parents;
       ALTER TABLE renewed RENAME TO parents;`,
    );
    migrate(db, [family, rebuild]);
    expect(db.$client.prepare("SELECT count(*) FROM children").pluck().get()).toBe(1);
    expect(() => db.$client.exec("INSERT INTO children VALUES (2)")).toThrow("FOREIGN KEY");
  });

  test("one that would leave rows without their parent is refused and undone", () => {
    const db = open();
    const careless = migration("0002_careless.sql", "DELETE FROM parents");
    expect(() => migrate(db, [family, careless])).toThrow(
      "The migration 0002_careless.sql would leave 1 rows without their parent; nothing was changed.",
    );
    expect(db.$client.prepare("SELECT count(*) FROM parents").pluck().get()).toBe(1);
    expect(pragma(db, "foreign_keys")).toBe(1);
  });

  function migration(name: string, sql: string) {
    return { name, sql, sha256: sql };
  }
});

function tablesOf(db: Db) {
  return db.$client.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").pluck().all();
}

describe("a write", () => {
  let db: Db;
  beforeEach(() => {
    db = open();
    db.$client.exec("CREATE TABLE notes (text TEXT NOT NULL) STRICT");
  });
  const add = (text: string) => db.$client.prepare("INSERT INTO notes VALUES (?)").run(text);
  const notes = () => open().$client.prepare("SELECT text FROM notes ORDER BY rowid").pluck().all();

  test("keeps all of it and gives what the work gives", () => {
    const result = write(db, () => {
      add("a");
      add("b");
      return "done";
    });
    expect(result).toBe("done");
    expect(notes()).toEqual(["a", "b"]);
  });

  test("keeps nothing when the work fails", () => {
    expect(() =>
      write(db, () => {
        add("a");
        throw new Error("no more paper");
      }),
    ).toThrow("no more paper");
    expect(notes()).toEqual([]);
    expect(db.$client.inTransaction).toBe(false);
  });

  test("refuses a promise, and keeps nothing of it", () => {
    expect(() => write(db, async () => add("a"))).toThrow("a write transaction cannot wait for a promise");
    expect(notes()).toEqual([]);
    write(db, () => add("b"));
    expect(notes()).toEqual(["b"]);
  });

  test("inside another one takes part in it: kept with it, or forgotten with it", () => {
    write(db, () => {
      add("a");
      write(db, () => add("b"));
      expect(notes()).toEqual([]);
    });
    expect(notes()).toEqual(["a", "b"]);
    expect(() =>
      write(db, () => {
        write(db, () => add("c"));
        throw new Error("later");
      }),
    ).toThrow("later");
    expect(notes()).toEqual(["a", "b"]);
  });

  test("whose references do not hold at its end keeps nothing, and the next one goes on", () => {
    db.$client.exec(
      "CREATE TABLE replies (note INTEGER REFERENCES replies (rowid_) DEFERRABLE INITIALLY DEFERRED, rowid_ INTEGER PRIMARY KEY) STRICT",
    );
    expect(() => write(db, () => db.$client.exec("INSERT INTO replies (note) VALUES (7)"))).toThrow("FOREIGN KEY");
    expect(db.$client.inTransaction).toBe(false);
    write(db, () => add("next"));
    expect(notes()).toEqual(["next"]);
  });

  test("waits for another process that is writing, and comes after it", async () => {
    const code = `
      const { parentPort, workerData } = require("node:worker_threads");
      const db = require(workerData.driver)(workerData.file);
      db.exec("BEGIN IMMEDIATE; INSERT INTO notes VALUES ('theirs')");
      parentPort.postMessage("writing");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
      db.exec("COMMIT");
      db.close();`;
    const driver = createRequire(import.meta.url).resolve("better-sqlite3");
    const other = new Worker(code, { eval: true, workerData: { driver, file } });
    const ended = once(other, "exit");
    await once(other, "message");
    write(db, () => add("ours"));
    await ended;
    expect(notes()).toEqual(["theirs", "ours"]);
    expect(pragma(db, "busy_timeout")).toBe(5_000);
  });

  test("asks again every millisecond, and no more once the other is done", () => {
    const other = open();
    other.$client.exec("BEGIN IMMEDIATE");
    const wait = vi.spyOn(Atomics, "wait").mockImplementation(() => {
      if (wait.mock.calls.length === 3) other.$client.exec("ROLLBACK");
      return "timed-out";
    });
    write(db, () => add("ours"));
    expect(wait.mock.calls.map((call) => call[3])).toEqual([1, 1, 1]);
    expect(notes()).toEqual(["ours"]);
  });

  test("gives up after five seconds, with nothing written and its own patience as before", () => {
    const wait = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
    const other = open();
    other.$client.exec("BEGIN IMMEDIATE");
    let refusal: unknown;
    try {
      write(db, () => add("ours"));
    } catch (error) {
      refusal = error;
    }
    expect(isBusy(refusal)).toBe(true);
    expect(wait).toHaveBeenCalledTimes(5_000);
    expect(pragma(db, "busy_timeout")).toBe(5_000);
    other.$client.exec("ROLLBACK");
    expect(notes()).toEqual([]);
  });

  test("does not wait for what waiting cannot mend", () => {
    const wait = vi.spyOn(Atomics, "wait");
    expect(() => write(open({ readonly: true }), () => undefined)).not.toThrow();
    expect(() => write(db, () => db.$client.exec("INSERT INTO nowhere VALUES (1)"))).toThrow("no such table");
    expect(isBusy(new Error("SQLITE_BUSY"))).toBe(false);
    expect(wait).not.toHaveBeenCalled();
  });
});

test("a file that is no database, or a place that cannot be written, is one line for the operator", () => {
  const damaged = join(folder, "damaged.db");
  writeFileSync(damaged, "not a database, ".repeat(500));
  expect(() => openDatabase(damaged)).toThrow(
    new DatabaseError(`${damaged} is damaged or is not a database of this portal. Restore a backup in its place.`),
  );
  expect(() => openDatabase(folder)).toThrow(
    /cannot be opened\. Check that DATA_DIR exists and that this user may write there\./,
  );
});
