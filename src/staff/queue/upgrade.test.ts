import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { migrate, openDatabase, shippedMigrations } from "../../platform/database.ts";

test("a base from before the queues: what waits is found, and nobody who has opened an account is invited again", () => {
  const folder = mkdtempSync(join(tmpdir(), "espace-queues-"));
  const db = openDatabase(join(folder, "espace.db"));
  onTestFinished(() => {
    db.$client.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const shipped = shippedMigrations();
  migrate(db, shipped.slice(0, 6));
  const messages = [
    [1, "member", 10],
    [2, "member", 11],
    [2, "staff", 12],
    [3, "member", 13],
    [3, "staff", 14],
    [3, "member", 15],
    [3, "member", 16],
    [4, "member", 17],
  ];
  db.$client.exec(`
    INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate, is_subscriber,
      version, digest)
      SELECT value, 'N' || value, 'X', 'Y', '2000-01-01', 1, 1, 1, x'00' FROM json_each('["A","B","C","D"]');
    INSERT INTO invitations (member_id, first_invited_at, last_invited_at)
      VALUES ('A', 100, 100), ('B', 100, 100), ('C', 100, 300), ('D', 100, 100);
    INSERT INTO accounts (id, member_id, status, email, created_at, activated_at)
      VALUES ('a', 'A', 'active', 'a@demo.example', 150, 150);
    INSERT INTO evidence (sequence, at, kind, member_id, actor, details, previous_hash, hash)
      VALUES (1, 200, 'account.opened', 'B', 'member', '{}', x'00', x'01'),
             (2, 200, 'account.opened', 'C', 'member', '{}', x'01', x'02');
    INSERT INTO threads (thread_id, member_id, topic, subject_sealed, opened_at, closed_at)
      VALUES (1, 'A', 'file', x'00', 10, NULL), (2, 'A', 'file', x'00', 11, NULL), (3, 'A', 'file', x'00', 13, NULL),
             (4, 'A', 'file', x'00', 17, 18);
    INSERT INTO messages (thread_id, author, body_sealed, sent_at)
      SELECT value ->> 0, value ->> 1, x'00', value ->> 2 FROM json_each('${JSON.stringify(messages)}')`);
  migrate(db, shipped);
  const column = (sql: string) => db.$client.prepare(sql).pluck().all();
  expect(column("SELECT waiting_since FROM threads ORDER BY thread_id")).toEqual([10, null, 15, null]);
  // B opened and deleted an account; C's was replaced and the invitation sent after it waits.
  expect(column("SELECT used_at FROM invitations ORDER BY member_id")).toEqual([150, 200, null, null]);
});
