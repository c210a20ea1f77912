import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { productRoot } from "../platform/config.ts";
import { type Db, migrate, openDatabase } from "../platform/database.ts";
import { currentCharter, ensureCharter } from "./charter.ts";

let db: Db;
beforeEach(() => {
  db = openDatabase(":memory:");
  migrate(db);
});
afterEach(() => db.$client.close());

const versions = () => db.$client.prepare("SELECT number, text FROM charter_versions ORDER BY number").all();
const publish = (number: number, text: string) =>
  db.$client
    .prepare("INSERT INTO charter_versions (number, effective_on, text, sha256) VALUES (?, '2027-01-01', ?, 'x')")
    .run(number, text);

test("a new base is given version 4, whole, in force since 18 April 2016", () => {
  ensureCharter(db);
  const text = readFileSync(join(productRoot, "db", "charter", "4.fr.md"), "utf8");
  expect(currentCharter(db)).toEqual({
    number: 4,
    effectiveOn: "2016-04-18",
    text,
    sha256: createHash("sha256").update(text).digest("hex"),
  });
});

test("it is given once", () => {
  ensureCharter(db);
  const first = versions();
  ensureCharter(db);
  expect(versions()).toEqual(first);
  expect(versions()).toHaveLength(1);
});

test("a base that has a charter keeps it, whatever the product is delivered with", () => {
  publish(4, "the text that people accepted");
  ensureCharter(db);
  expect(versions()).toEqual([{ number: 4, text: "the text that people accepted" }]);
});

test("the version in force is the newest, and the older ones stay", () => {
  ensureCharter(db);
  publish(10, "ten");
  publish(9, "nine");
  expect(currentCharter(db).text).toBe("ten");
  ensureCharter(db);
  expect(versions()).toHaveLength(3);
});

test("a version cannot be published twice", () => {
  ensureCharter(db);
  expect(() => publish(4, "another text")).toThrow("UNIQUE");
});

test("a base without a charter is a fault that is not passed over in silence", () => {
  expect(() => currentCharter(db)).toThrow("the base holds no charter");
});
