import { afterEach, beforeEach, expect, test } from "vitest";
import { type Db, migrate, openDatabase, write } from "../platform/database.ts";
import { record, verifyEvidence } from "./evidence.ts";

let db: Db;
let now: number;
const clock = () => now;

beforeEach(() => {
  db = openDatabase(":memory:");
  migrate(db);
  now = Date.parse("2026-11-23T09:00:00+01:00");
});
afterEach(() => db.$client.close());

/** Five facts, a second apart. */
function fiveFacts(): void {
  for (let index = 1; index <= 5; index++) {
    now += 1000;
    record({ db, clock }, { kind: "session.started", memberId: `M${index}`, actor: "member", details: { index } });
  }
}

/** What someone with the whole file in their hands could do: the guard of the table goes first. */
function tamper(sql: string): void {
  db.$client.exec(`DROP TRIGGER IF EXISTS evidence_keeps_its_rows; ${sql}`);
}

const rows = () => db.$client.prepare("SELECT * FROM evidence ORDER BY sequence").all() as Record<string, unknown>[];

test("a fact is kept with its time, its person and its details", () => {
  record({ db, clock }, { kind: "sign-in.refused", actor: "visitor" });
  record(
    { db, clock },
    { kind: "charter.accepted", memberId: "M1", actor: "member", details: { version: 4, by: "l’été" } },
  );
  expect(rows()).toMatchObject([
    { sequence: 1, at: 1_795_420_800, kind: "sign-in.refused", member_id: null, actor: "visitor", details: "{}" },
    { sequence: 2, kind: "charter.accepted", member_id: "M1", details: '{"version":4,"by":"l’été"}' },
  ]);
});

test("an empty journal and an untouched one hold", () => {
  expect(verifyEvidence(db).brokenAt).toBeUndefined();
  fiveFacts();
  expect(verifyEvidence(db).brokenAt).toBeUndefined();
});

test.each([
  ["sequence", "UPDATE evidence SET sequence = 9 WHERE sequence = 3", 4],
  ["time", "UPDATE evidence SET at = at - 1 WHERE sequence = 3", 3],
  ["kind", "UPDATE evidence SET kind = 'session.ended' WHERE sequence = 3", 3],
  ["person", "UPDATE evidence SET member_id = 'M9' WHERE sequence = 3", 3],
  ["person, taken away", "UPDATE evidence SET member_id = NULL WHERE sequence = 3", 3],
  ["actor", "UPDATE evidence SET actor = 'operator' WHERE sequence = 3", 3],
  ["details", `UPDATE evidence SET details = '{"index":33}' WHERE sequence = 3`, 3],
  ["hash", "UPDATE evidence SET hash = zeroblob(32) WHERE sequence = 3", 3],
  ["hash of the one before", "UPDATE evidence SET previous_hash = zeroblob(32) WHERE sequence = 3", 3],
])("a row altered in its %s is found", (_column, sql, broken) => {
  fiveFacts();
  tamper(sql);
  expect(verifyEvidence(db).brokenAt).toBe(broken);
});

test("a first row altered is found too", () => {
  fiveFacts();
  tamper("UPDATE evidence SET at = at + 1 WHERE sequence = 1");
  expect(verifyEvidence(db).brokenAt).toBe(1);
});

test("a row removed is found at the one after it, the first row too", () => {
  fiveFacts();
  tamper("DELETE FROM evidence WHERE sequence = 3");
  expect(verifyEvidence(db).brokenAt).toBe(4);
  tamper("DELETE FROM evidence WHERE sequence IN (1, 2)");
  expect(verifyEvidence(db).brokenAt).toBe(4);
});

test("rows removed and the rest numbered anew are found", () => {
  fiveFacts();
  tamper("DELETE FROM evidence WHERE sequence = 3; UPDATE evidence SET sequence = sequence - 1 WHERE sequence > 3");
  expect(verifyEvidence(db).brokenAt).toBe(3);
});

test("two rows that changed places are found", () => {
  fiveFacts();
  tamper(`UPDATE evidence SET sequence = 99 WHERE sequence = 2;
    UPDATE evidence SET sequence = 2 WHERE sequence = 3;
    UPDATE evidence SET sequence = 3 WHERE sequence = 99`);
  expect(verifyEvidence(db).brokenAt).toBe(2);
});

test("a row slipped in is found", () => {
  fiveFacts();
  tamper(`INSERT INTO evidence SELECT 6, at, kind, member_id, actor, details, previous_hash, hash
    FROM evidence WHERE sequence = 5`);
  expect(verifyEvidence(db).brokenAt).toBe(6);
});

test("the base itself refuses to change a row", () => {
  fiveFacts();
  expect(() => db.$client.exec("UPDATE evidence SET actor = 'operator' WHERE sequence = 3")).toThrow(
    "evidence is append only",
  );
  expect(() => db.$client.exec("UPDATE evidence SET member_id = NULL")).toThrow("evidence is append only");
  expect(verifyEvidence(db).brokenAt).toBeUndefined();
});

test("a fact is forgotten with the transaction that fails, and the chain goes on from the one before", () => {
  fiveFacts();
  expect(() =>
    write(db, () => {
      record({ db, clock }, { kind: "account.opened", memberId: "M1", actor: "member" });
      throw new Error("no account after all");
    }),
  ).toThrow("no account after all");
  expect(rows()).toHaveLength(5);
  fiveFacts();
  expect(rows()).toHaveLength(10);
  expect(verifyEvidence(db).brokenAt).toBeUndefined();
});

test("the same fact written twice makes two rows with two hashes", () => {
  for (let time = 0; time < 2; time++)
    record({ db, clock }, { kind: "session.ended", memberId: "M1", actor: "member" });
  const [one, two] = rows();
  expect(Buffer.compare(one!.hash as Buffer, two!.hash as Buffer)).not.toBe(0);
  expect(verifyEvidence(db).brokenAt).toBeUndefined();
});
