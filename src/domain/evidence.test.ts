import { createHash, createSecretKey } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { upgrade } from "../../test/kit/upgrade.ts";
import { type Db, migrate, openDatabase, shippedMigrations, write } from "../platform/database.ts";
import { adoptingMigration } from "../platform/journal.ts";
import { createSeal } from "../platform/seal.ts";
import { type EvidenceFault, record, recordReading, verifyEvidence } from "./evidence.ts";

let db: Db;
let now: number;
const clock = () => now;
const seal = createSeal([createSecretKey(Buffer.alloc(32, 7))]);
const deps = () => ({ db, clock, seal });

beforeEach(() => {
  db = openDatabase(":memory:");
  upgrade(db, seal);
  now = Date.parse("2026-11-23T09:00:00+01:00");
});
afterEach(() => db.$client.close());

/** Five facts, a second apart. */
function fiveFacts(): void {
  for (let index = 1; index <= 5; index++) {
    now += 1000;
    record(deps(), { kind: "session.started", memberId: `M${index}`, actor: "member", details: { index } });
  }
}

/** What someone with the whole file in their hands could do: the guards of the table go first. */
function tamper(sql: string, base = db): void {
  base.$client.exec(
    `DROP TRIGGER IF EXISTS evidence_keeps_its_rows; DROP TRIGGER IF EXISTS evidence_is_never_removed; ${sql}`,
  );
}

type Stored = {
  sequence: number;
  at: number;
  kind: string;
  member_id: string | null;
  actor: string;
  details: string;
  previous_hash: Buffer;
  hash: Buffer;
};
const rows = () => db.$client.prepare("SELECT * FROM evidence ORDER BY sequence").all() as Stored[];
const broken = (noted?: { sequence: number; hash: string }): [number | undefined, EvidenceFault | undefined] => {
  const { brokenAt, fault } = verifyEvidence(deps(), noted);
  return [brokenAt, fault];
};
const whole = [undefined, undefined];

/** Numbers and hashes every row anew from a row on, as a forger who knows how the chain is made would. */
function chainAnew(from: number, base = db): void {
  const all = base.$client.prepare("SELECT * FROM evidence ORDER BY sequence").all() as Stored[];
  base.$client.exec(`DELETE FROM evidence WHERE sequence >= ${from}`);
  let previous = all[from - 2]?.hash ?? Buffer.alloc(32);
  for (const [index, row] of all.slice(from - 1).entries()) {
    const text = JSON.stringify([from + index, row.at, row.kind, row.member_id, row.actor, row.details]);
    const hash = createHash("sha256").update(previous).update(text).digest();
    base.$client
      .prepare("INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
      .run(from + index, row.at, row.kind, row.member_id, row.actor, row.details, previous, hash);
    previous = hash;
  }
}

test("a fact is kept with its time, its person and its details", () => {
  record(deps(), { kind: "sign-in.refused", actor: "visitor" });
  record(deps(), {
    kind: "charter.accepted",
    memberId: "M1",
    actor: "member",
    details: { version: 4, by: "l’été" },
  });
  expect(rows()).toMatchObject([
    { sequence: 1, at: 1_795_420_800, kind: "sign-in.refused", member_id: null, actor: "visitor", details: "{}" },
    { sequence: 2, kind: "charter.accepted", member_id: "M1", details: '{"version":4,"by":"l’été"}' },
  ]);
});

test("a reading of a file by staff is kept with who read what", () => {
  recordReading(deps(), { memberId: "M1", staff: "adviser@demo.example", what: "payments" });
  recordReading(deps(), { memberId: "M1", staff: "operator", what: "journal" });
  expect(rows()).toMatchObject([
    {
      kind: "file.read",
      member_id: "M1",
      actor: "staff",
      details: '{"staff":"adviser@demo.example","what":"payments"}',
    },
    { kind: "evidence.exported", member_id: "M1", actor: "staff", details: '{"staff":"operator","what":"journal"}' },
  ]);
});

test("an empty journal and an untouched one hold, and the end of it can be noted", () => {
  expect(verifyEvidence(deps())).toEqual({
    rows: 0,
    purged: 0,
    head: undefined,
    sealedAt: undefined,
    brokenAt: undefined,
    fault: undefined,
    charters: [],
    mails: [],
  });
  fiveFacts();
  const { rows: count, head, ...found } = verifyEvidence(deps());
  expect([count, head]).toEqual([5, { sequence: 5, hash: rows()[4]!.hash.toString("hex") }]);
  expect(found).toMatchObject({ sealedAt: undefined, brokenAt: undefined });
});

describe("10.2 tampering:", () => {
  test.each<[string, string, [number, EvidenceFault]]>([
    ["sequence", "UPDATE evidence SET sequence = 9 WHERE sequence = 3", [4, "missing"]],
    ["time", "UPDATE evidence SET at = at - 1 WHERE sequence = 3", [3, "altered"]],
    ["kind", "UPDATE evidence SET kind = 'session.ended' WHERE sequence = 3", [3, "altered"]],
    ["person", "UPDATE evidence SET member_id = 'M9' WHERE sequence = 3", [3, "altered"]],
    ["person, taken away", "UPDATE evidence SET member_id = NULL WHERE sequence = 3", [3, "altered"]],
    ["actor", "UPDATE evidence SET actor = 'operator' WHERE sequence = 3", [3, "altered"]],
    ["details", `UPDATE evidence SET details = '{"index":33}' WHERE sequence = 3`, [3, "altered"]],
    ["hash", "UPDATE evidence SET hash = zeroblob(32) WHERE sequence = 3", [3, "altered"]],
    ["hash of the one before", "UPDATE evidence SET previous_hash = zeroblob(32) WHERE sequence = 3", [3, "altered"]],
  ])("a row altered in its %s is found", (_column, sql, found) => {
    fiveFacts();
    tamper(sql);
    expect(broken()).toEqual(found);
  });

  test("the first row altered, and the last one, are found too", () => {
    fiveFacts();
    tamper("UPDATE evidence SET at = at + 1 WHERE sequence = 5");
    expect(broken()).toEqual([5, "altered"]);
    tamper("UPDATE evidence SET at = at + 1 WHERE sequence = 1");
    expect(broken()).toEqual([1, "altered"]);
  });

  test("a row removed is found at the one after it, the first row too", () => {
    fiveFacts();
    tamper("DELETE FROM evidence WHERE sequence = 3");
    expect(broken()).toEqual([4, "missing"]);
    tamper("DELETE FROM evidence WHERE sequence IN (1, 2)");
    expect(broken()).toEqual([4, "missing"]);
  });

  test("rows removed and the rest numbered anew are found", () => {
    fiveFacts();
    tamper("DELETE FROM evidence WHERE sequence = 3; UPDATE evidence SET sequence = sequence - 1 WHERE sequence > 3");
    expect(broken()).toEqual([3, "altered"]);
  });

  test("two rows that changed places are found", () => {
    fiveFacts();
    tamper(`UPDATE evidence SET sequence = 99 WHERE sequence = 2;
      UPDATE evidence SET sequence = 2 WHERE sequence = 3;
      UPDATE evidence SET sequence = 3 WHERE sequence = 99`);
    expect(broken()).toEqual([2, "altered"]);
  });

  test("a row slipped in is found", () => {
    fiveFacts();
    tamper(`INSERT INTO evidence SELECT 6, at, kind, member_id, actor, details, previous_hash, hash
      FROM evidence WHERE sequence = 5`);
    expect(broken()).toEqual([6, "altered"]);
  });

  test("a row altered, and the whole chain made anew after it, is found by the sealed end", () => {
    fiveFacts();
    tamper("UPDATE evidence SET actor = 'operator' WHERE sequence = 3");
    chainAnew(3);
    expect(broken()).toEqual([5, "end"]);
  });

  test("a row added at the end by somebody without the key is found", () => {
    fiveFacts();
    tamper(`INSERT INTO evidence VALUES (6, 1, 'consent.given', 'M1', 'member', 'not JSON', x'', x'')`);
    chainAnew(6);
    expect(broken()).toEqual([6, "added"]);
  });

  test.each([1, 2, 4])("the last %i rows cut off are found, though the rest follows", (count) => {
    fiveFacts();
    tamper(`DELETE FROM evidence WHERE sequence > ${5 - count}`);
    expect(broken()).toEqual([6 - count, "cut"]);
  });

  test("all rows cut off are found", () => {
    fiveFacts();
    tamper("DELETE FROM evidence");
    expect(broken()).toEqual([1, "cut"]);
  });

  test("a missing head and a wrong one are found", () => {
    fiveFacts();
    tamper("UPDATE evidence_head SET mac = zeroblob(32)");
    expect(broken()).toEqual([5, "end"]);
    tamper("DELETE FROM evidence_head");
    expect(broken()).toEqual([5, "head"]);
  });

  test("a head made with another key is found", () => {
    fiveFacts();
    const other = createSeal([createSecretKey(Buffer.alloc(32, 8))]);
    expect(verifyEvidence({ db, clock, seal: other })).toMatchObject({ brokenAt: 5, fault: "end" });
  });

  test.each([
    ["rows cut off", "DELETE FROM evidence WHERE sequence > 3", 4],
    ["the head taken away", "DELETE FROM evidence_head", 6],
    ["rows and head", "DELETE FROM evidence WHERE sequence > 3; DELETE FROM evidence_head", 4],
    ["a head of another end", "UPDATE evidence_head SET sequence = 4", 6],
  ])("%s are found for ever, however many facts come after", (_what, sql, row) => {
    fiveFacts();
    tamper(sql);
    fiveFacts();
    expect(broken()).toEqual([row, "resealed"]);
    // Cutting off the row that tells of it is a cut again.
    tamper(`DELETE FROM evidence WHERE sequence >= ${row}`);
    fiveFacts();
    expect(broken()).toEqual([row, "resealed"]);
  });

  test("an older copy of the whole file is found by an end noted elsewhere", () => {
    fiveFacts();
    const noted = { sequence: 5, hash: rows()[4]!.hash.toString("hex").slice(0, 16) };
    fiveFacts();
    expect(broken(noted)).toEqual(whole);
    expect(broken({ ...noted, hash: "0000000000000000" })).toEqual([5, "noted"]);
    expect(broken({ ...noted, sequence: 11 })).toEqual([11, "cut"]);
  });
});

describe("rows kept long enough", () => {
  const hashOver = (sequences: number[]) => {
    const sha256 = createHash("sha256");
    for (const row of rows()) if (sequences.includes(row.sequence)) sha256.update(row.hash);
    return sha256.digest("hex");
  };
  /** Empties rows as the purge does, through the guard of the table. */
  const empty = (sequences: number[], told: number) =>
    db.$client.exec(
      `UPDATE evidence SET kind = 'purged', member_id = NULL, details = '', at = 0, actor = 'purge:${told}'
       WHERE sequence IN (${sequences})`,
    );
  const tell = (sequences: number[], details: Record<string, string | number> = {}) =>
    record(deps(), {
      kind: "evidence.purged",
      actor: "system",
      details: { rows: sequences.length, sha256: hashOver(sequences), ...details },
    });
  const purge = (sequences: number[]) =>
    write(db, () => {
      const told = rows().length + 1;
      tell(sequences);
      empty(sequences, told);
    });

  test("lose their words by right, and the journal still holds, one purge after another", () => {
    fiveFacts();
    purge([1, 2]);
    fiveFacts();
    purge([3, 5]);
    expect(verifyEvidence(deps())).toMatchObject({ rows: 12, purged: 4, brokenAt: undefined });
    expect(rows()[0]).toMatchObject({ kind: "purged", member_id: null, details: "", at: 0, actor: "purge:6" });
  });

  test.each<[string, () => void, [number, EvidenceFault]]>([
    ["without a fact that tells of it", () => empty([2], 3), [2, "purged"]],
    ["that name a fact that never came", () => empty([2], 99), [2, "purged"]],
    ["that name themselves", () => empty([2], 2), [2, "purged"]],
    [
      "that name an earlier fact",
      () => {
        purge([1]);
        empty([6], 6);
      },
      [6, "purged"],
    ],
    [
      "that name nothing",
      () => tamper("UPDATE evidence SET kind = 'purged', actor = '' WHERE sequence = 2"),
      [2, "purged"],
    ],
    [
      "one more than was told",
      () => {
        tell([1, 2]);
        empty([1, 2, 3], 6);
      },
      [6, "purge"],
    ],
    [
      "one less than was told",
      () => {
        tell([1, 2]);
        empty([1], 6);
      },
      [6, "purge"],
    ],
    [
      "others than was told",
      () => {
        tell([1, 2]);
        empty([1, 3], 6);
      },
      [6, "purge"],
    ],
    ["none, where some were told", () => tell([1, 2]), [6, "purge"]],
    [
      "as many as told, under another hash",
      () => {
        tell([1, 2], { sha256: "00" });
        empty([1, 2], 6);
      },
      [6, "purge"],
    ],
    [
      "after a fact added without the key",
      () => {
        tamper(`INSERT INTO evidence VALUES (6, 1, 'evidence.purged', NULL, 'system',
        '{"rows":1,"sha256":"${hashOver([2])}"}', x'', x'')`);
        chainAnew(6);
        empty([2], 6);
      },
      [6, "added"],
    ],
    [
      "with a word left in them",
      () => {
        purge([2]);
        tamper("UPDATE evidence SET member_id = 'M2' WHERE sequence = 2");
      },
      [2, "purged"],
    ],
    [
      "with their hash changed",
      () => {
        purge([2]);
        tamper("UPDATE evidence SET hash = zeroblob(32) WHERE sequence = 2");
      },
      [3, "altered"],
    ],
    [
      "and then removed",
      () => {
        purge([2]);
        tamper("DELETE FROM evidence WHERE sequence = 2");
      },
      [3, "missing"],
    ],
    [
      "whose fact was itself emptied",
      () => {
        purge([2]);
        fiveFacts();
        purge([6]);
      },
      [2, "purged"],
    ],
  ])("rows emptied %s are found", (_what, act, found) => {
    fiveFacts();
    act();
    expect(broken()).toEqual(found);
  });
});

describe("a base from before the head", () => {
  const migrateBefore = (name: string) =>
    migrate(
      db,
      shippedMigrations().filter((migration) => migration.name < name),
    );
  beforeEach(() => {
    db.$client.close();
    db = openDatabase(":memory:");
    migrateBefore("0004");
  });
  /** Two rows as the earlier version wrote them. */
  const oldRows = () => {
    db.$client.exec(`INSERT INTO evidence VALUES (1, 10, 'account.opened', 'M1', 'member', '{}', x'', x''),
      (2, 20, 'session.started', 'M1', 'member', '{}', x'', x'')`);
    chainAnew(1);
  };

  test("is sealed when it is upgraded, by a fact that says so", () => {
    oldRows();
    upgrade(db, seal);
    const sealed = { rows: 3, sealedAt: 3, fault: undefined };
    expect(verifyEvidence(deps())).toMatchObject(sealed);
    fiveFacts();
    expect(rows()[2]).toMatchObject({
      kind: "evidence.sealed",
      member_id: null,
      actor: "system",
      details: '{"rows":2}',
    });
    expect(verifyEvidence(deps())).toMatchObject({ ...sealed, rows: 8 });
  });

  test("with rows cut off after the head came and before it was sealed is found", () => {
    oldRows();
    migrateBefore(adoptingMigration);
    tamper("DELETE FROM evidence WHERE sequence = 2");
    upgrade(db, seal);
    expect(broken()).toEqual([2, "cut"]);
    fiveFacts();
    expect(broken()).toEqual([2, "resealed"]);
  });

  test("whose end was sealed already goes on as it is, and one whose seal is wrong stays wrong", () => {
    oldRows();
    migrateBefore(adoptingMigration);
    db.$client
      .prepare("UPDATE evidence_head SET mac = ?")
      .run(seal.hash("evidence.head", `2 ${rows()[1]!.hash.toString("hex")}`));
    upgrade(db, seal);
    expect(verifyEvidence(deps())).toMatchObject({ rows: 2, sealedAt: undefined, fault: undefined });
    db.$client.close();
    db = openDatabase(":memory:");
    migrateBefore("0004");
    oldRows();
    migrateBefore(adoptingMigration);
    tamper("UPDATE evidence_head SET mac = zeroblob(32)");
    upgrade(db, seal);
    expect(broken()).toEqual([2, "end"]);
  });

  test("without a row needs no sealing", () => {
    upgrade(db, seal);
    fiveFacts();
    expect(rows().map(({ kind }) => kind)).not.toContain("evidence.sealed");
    expect(broken()).toEqual(whole);
  });
});

describe("10.2 a journal made to look as one that was never sealed:", () => {
  const empty = (sequence: number) => tamper(`UPDATE evidence_head SET mac = x'', sequence = ${sequence}`);

  test("a row altered, the chain made anew and the seal emptied are found, before and after the next fact", () => {
    fiveFacts();
    tamper("UPDATE evidence SET actor = 'operator' WHERE sequence = 3");
    chainAnew(3);
    empty(5);
    expect(broken()).toEqual([5, "end"]);
    fiveFacts();
    expect(broken()).toEqual([6, "resealed"]);
  });

  test("the last rows cut off and the seal emptied are found, before and after the next fact", () => {
    fiveFacts();
    tamper("DELETE FROM evidence WHERE sequence > 2");
    empty(2);
    expect(broken()).toEqual([2, "end"]);
    fiveFacts();
    expect(broken()).toEqual([3, "resealed"]);
  });

  test("everything removed, the seal too, is found, before and after the next fact", () => {
    fiveFacts();
    tamper("DELETE FROM evidence; DELETE FROM evidence_head");
    expect(broken()).toEqual([1, "cut"]);
    fiveFacts();
    expect(broken()).toEqual([1, "resealed"]);
  });

  test("an empty journal under the seal of a new base is found in one that has accounts", () => {
    const head = db.$client.prepare("SELECT mac FROM evidence_head").pluck().get();
    fiveFacts();
    tamper("DELETE FROM evidence");
    db.$client.prepare("UPDATE evidence_head SET sequence = 0, mac = ?").run(head);
    expect(broken()).toEqual(whole);
    db.$client.exec(`INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
      is_subscriber, version, digest) VALUES ('M1', '1', 'A', 'B', '2000-01-01', 1, 1, 1, x'');
      INSERT INTO accounts (id, member_id, status, email, created_at, activated_at) VALUES ('a', 'M1', 'active', 'a@b.example', 1, 1)`);
    expect(broken()).toEqual([1, "cut"]);
  });

  test.each([
    ["taken away", "DELETE FROM settings WHERE name = 'evidence_adopted'"],
    ["that is not one", "UPDATE settings SET value = 'yes' WHERE name = 'evidence_adopted'"],
    ["of another moment", "UPDATE settings SET value = replace(value, '0:0:', '0:9:') WHERE name = 'evidence_adopted'"],
    ["of a later row", "UPDATE settings SET value = '9' || substr(value, 2) WHERE name = 'evidence_adopted'"],
    ["of another row", "UPDATE settings SET value = '4' || substr(value, 2) WHERE name = 'evidence_adopted'"],
  ])("what the base keeps of its first sealing, %s, is found, and the next facts do not mend it", (_what, sql) => {
    fiveFacts();
    tamper(sql);
    const { brokenAt, fault } = verifyEvidence(deps());
    expect([brokenAt, fault]).toSatisfy(([row, name]) => row > 0 && ["adopted", "cut"].includes(name));
    fiveFacts();
    expect(verifyEvidence(deps()).brokenAt).toBeDefined();
  });
});

test("the base itself refuses to change a row, or to remove one", () => {
  fiveFacts();
  for (const sql of [
    "UPDATE evidence SET actor = 'operator' WHERE sequence = 3",
    "UPDATE evidence SET member_id = NULL",
    "UPDATE evidence SET kind = 'purged', member_id = NULL, details = '', at = 0, hash = x'00' WHERE sequence = 3",
    "DELETE FROM evidence WHERE sequence = 5",
    "DELETE FROM evidence",
    "INSERT OR REPLACE INTO evidence SELECT sequence, at, kind, 'M9', actor, details, previous_hash, hash FROM evidence",
    "REPLACE INTO evidence SELECT * FROM evidence WHERE sequence = 5",
  ])
    expect(() => db.$client.exec(sql)).toThrow("evidence is append only");
  expect(broken()).toEqual(whole);
});

test("a fact is forgotten with the transaction that fails, and the chain goes on from the one before", () => {
  fiveFacts();
  expect(() =>
    write(db, () => {
      record(deps(), { kind: "account.opened", memberId: "M1", actor: "member" });
      throw new Error("no account after all");
    }),
  ).toThrow("no account after all");
  expect(rows()).toHaveLength(5);
  fiveFacts();
  expect(rows()).toHaveLength(10);
  expect(broken()).toEqual(whole);
});

test("the same fact written twice makes two rows with two hashes", () => {
  for (let time = 0; time < 2; time++) record(deps(), { kind: "session.ended", memberId: "M1", actor: "member" });
  const [one, two] = rows();
  expect(one!.hash.equals(two!.hash)).toBe(false);
  expect(broken()).toEqual(whole);
});
