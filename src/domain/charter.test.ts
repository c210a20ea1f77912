import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { productRoot } from "../platform/config.ts";
import { type Db, migrate, openDatabase } from "../platform/database.ts";
import { charterHistory, currentCharter, ensureCharter, findCharter, lastCharter } from "./charter.ts";
import { charterChanges } from "./charter-changes.ts";

let db: Db;
let now: number;
const clock = () => now;
beforeEach(() => {
  db = openDatabase(":memory:");
  migrate(db);
  now = Date.parse("2026-11-23T09:00:00+01:00");
});
afterEach(() => db.$client.close());

const versions = () => db.$client.prepare("SELECT number, text FROM charter_versions ORDER BY number").all();
const publish = (number: number, text: string, effectiveOn = "2026-01-01") =>
  db.$client
    .prepare("INSERT INTO charter_versions (number, effective_on, text, sha256) VALUES (?, ?, ?, 'x')")
    .run(number, effectiveOn, text);

test("P6 a new base is given version 4, whole, in force since 18 April 2016", () => {
  ensureCharter(db);
  const text = readFileSync(join(productRoot, "db", "charter", "4.fr.md"), "utf8");
  expect(currentCharter(db, clock)).toEqual({
    number: 4,
    effectiveOn: "2016-04-18",
    text,
    sha256: createHash("sha256").update(text).digest("hex"),
    publishedAt: 0,
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

test("10.1 the version in force is the newest, and the older ones stay, replaced", () => {
  ensureCharter(db);
  publish(10, "ten");
  publish(9, "nine");
  expect(currentCharter(db, clock).text).toBe("ten");
  ensureCharter(db);
  expect(charterHistory(db, clock).map(({ number, standing }) => [number, standing])).toEqual([
    [10, "inForce"],
    [9, "replaced"],
    [4, "replaced"],
  ]);
});

test.each([
  ["2026-12-31T22:59:59Z", 4, "coming"],
  ["2026-12-31T23:00:00Z", 5, "inForce"],
  ["2026-12-31T23:00:01Z", 5, "inForce"],
])(
  "10.1 a version of 1 January 2027 comes into force at midnight in Paris: at %s version %d is, and 5 is %s",
  (at, inForce, standing) => {
    ensureCharter(db);
    publish(5, "five", "2027-01-01");
    now = Date.parse(at);
    expect(currentCharter(db, clock).number).toBe(inForce);
    expect(charterHistory(db, clock)[0]).toMatchObject({ number: 5, standing });
    expect(lastCharter(db)?.number).toBe(5);
  },
);

test("10.1 a version overtaken before its day never comes into force", () => {
  ensureCharter(db);
  publish(5, "five", "2027-01-01");
  publish(6, "six", "2026-12-01");
  const standings = () => charterHistory(db, clock).map(({ number, standing }) => [number, standing]);
  expect(standings()).toEqual([
    [6, "coming"],
    [5, "replaced"],
    [4, "inForce"],
  ]);
  now = Date.parse("2027-02-01T12:00:00Z");
  expect(currentCharter(db, clock).number).toBe(6);
  expect(standings()).toEqual([
    [6, "inForce"],
    [5, "replaced"],
    [4, "replaced"],
  ]);
});

test("P6 a version is a record for ever: neither changed, nor removed, nor published twice", () => {
  ensureCharter(db);
  const { $client } = db;
  expect(() => publish(4, "another text")).toThrow("never changes");
  const replacing = "INSERT OR REPLACE INTO charter_versions (number, effective_on, text, sha256)";
  for (const insert of [replacing, replacing.replace("INSERT OR ", "")])
    expect(() => $client.exec(`${insert} VALUES (4, '2016-04-18', 'x', 'x')`)).toThrow("never changes");
  expect(() => $client.exec("UPDATE charter_versions SET text = 'x'")).toThrow("never changes");
  expect(() => $client.exec("UPDATE charter_versions SET published_at = 1")).toThrow("never changes");
  expect(() => $client.exec("DELETE FROM charter_versions")).toThrow("never removed");
  expect(findCharter(db, 4)?.text).toContain("Charte d’utilisation");
  expect(findCharter(db, 5)).toBeUndefined();
});

test("a base without a charter is a fault that is not passed over in silence", () => {
  expect(() => currentCharter(db, clock)).toThrow("the base holds no charter");
});

test("what changes is told part by part, by the headings", () => {
  const before = "# Charter\n\nOne.\n\n## 1. Old\n\nText.\n\n## 2. Same\n\nText.\n\n## 3. Gone\n\nText.\n";
  const after =
    "# Charter\r\n\r\nTwo.\r\n\r\n## 1. Old\r\n\r\nOther.\r\n\r\n## 2. Same\r\n\r\nText.\r\n\r\n## 4. New\r\n\r\nText.";
  expect(charterChanges(before, after)).toEqual({ added: ["4. New"], changed: ["", "1. Old"], removed: ["3. Gone"] });
  expect(charterChanges(before, before)).toEqual({ added: [], changed: [], removed: [] });
});
