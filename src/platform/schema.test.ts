import { is } from "drizzle-orm";
import { getTableConfig, SQLiteTable } from "drizzle-orm/sqlite-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Db, migrate, openDatabase } from "./database.ts";
import * as schema from "./schema.ts";

let db: Db;
beforeAll(() => {
  db = openDatabase(":memory:");
  migrate(db);
});
afterAll(() => db.$client.close());

const tables = Object.values(schema)
  .filter((value) => is(value, SQLiteTable))
  .map((table) => getTableConfig(table));

type Column = { name: string; type: string; notnull: 0 | 1; dflt_value: string | null; pk: number };
const columnsOf = (table: string) =>
  db.$client.prepare<[string], Column>("SELECT * FROM pragma_table_xinfo(?) ORDER BY cid").all(table);

const sqlOf = (table: string) =>
  db.$client.prepare<[string], string>("SELECT sql FROM sqlite_master WHERE name = ?").pluck().get(table)!;

/** Columns that are unique by themselves, beside the primary key. */
function uniqueColumns(table: string): string[] {
  const sql = `SELECT group_concat(c.name) FROM pragma_index_list(?) i, pragma_index_info(i.name) c
    WHERE i.origin = 'u' GROUP BY i.name HAVING count(*) = 1`;
  return db.$client.prepare<[string], string>(sql).pluck().all(table).sort();
}

/** The words a CHECK allows in each column: `status TEXT NOT NULL CHECK (status IN ('a', 'b'))`. */
function allowedWords(table: string): Record<string, string[]> {
  const checks = sqlOf(table).matchAll(/CHECK \((\w+) IN \(('[^)]*')\)\)/g);
  return Object.fromEntries([...checks].map(([, column, words]) => [column, words!.replaceAll("'", "").split(", ")]));
}

test("the schema names every table of a migrated base, and no other", () => {
  const inBase = db.$client
    .prepare(
      // The full-text index and the tables it keeps itself are not ours to write.
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'",
    )
    .pluck()
    .all();
  expect(tables.map(({ name }) => name).sort()).toEqual(inBase.sort());
});

test("every table is STRICT: a text in a column of cents is refused", () => {
  const loose = db.$client
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  expect(loose).toEqual([]);
});

test("every reference is to a column that can be found without a scan", () => {
  expect(db.$client.pragma("foreign_key_check")).toEqual([]);
  const references = db.$client
    .prepare<[], { child: string; parent: string; columns: string | null }>(
      `SELECT t.name AS child, f."table" AS parent, group_concat(f."to" ORDER BY f.seq) AS columns
       FROM pragma_table_list t, pragma_foreign_key_list(t.name) f WHERE t.schema = 'main' GROUP BY t.name, f.id`,
    )
    .all();
  expect(references.length).toBeGreaterThan(10);
  for (const { child, parent, columns } of references) {
    const keys = db.$client
      .prepare<[string, string], string>(
        `SELECT group_concat(name ORDER BY pk) FROM pragma_table_info(?) WHERE pk > 0
         UNION SELECT group_concat(c.name ORDER BY c.seqno) FROM pragma_index_list(?) i, pragma_index_info(i.name) c
         WHERE i."unique" = 1 AND i.partial = 0 GROUP BY i.name`,
      )
      .pluck()
      .all(parent, parent);
    expect(keys, `${child} refers to ${parent}`).toContain(columns);
  }
});

describe.each(tables.map((table) => [table.name, table] as const))("the table %s", (name, table) => {
  test("has in the schema the columns of the base, in their order, with the same type, default and need", () => {
    const inSchema = table.columns.map((column) => ({
      name: column.name,
      type: column.getSQLType().toUpperCase(),
      needed: column.notNull,
      default: column.default === undefined ? null : literal(column.default),
    }));
    const inBase = columnsOf(name).map(({ name, type, notnull, dflt_value, pk }) => ({
      name,
      type,
      // The number that stands for the row itself is never empty, said or not.
      needed: notnull === 1 || (pk === 1 && type === "INTEGER"),
      default: dflt_value,
    }));
    expect(inSchema).toEqual(inBase);
  });

  test("has in the schema the primary key of the base", () => {
    const composite = table.primaryKeys.flatMap(({ columns }) => columns.map((column) => column.name));
    const single = table.columns.filter((column) => column.primary).map((column) => column.name);
    const inBase = columnsOf(name)
      .filter(({ pk }) => pk > 0)
      .sort((one, other) => one.pk - other.pk)
      .map((column) => column.name);
    expect([...composite, ...single]).toEqual(inBase);
  });

  test("has in the schema what is unique in the base", () => {
    const inSchema = table.columns.filter((column) => column.isUnique).map((column) => column.name);
    expect(inSchema.sort()).toEqual(uniqueColumns(name));
  });

  test("allows in the schema the words that the base allows", () => {
    const inSchema = table.columns.flatMap(({ name, enumValues }) =>
      enumValues?.length ? [[name, [...enumValues].sort()]] : [],
    );
    const inBase = Object.entries(allowedWords(name)).map(([column, words]) => [column, words.sort()]);
    expect(Object.fromEntries(inSchema)).toEqual(Object.fromEntries(inBase));
  });
});

function literal(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}
