// How long the pages of the back office take with 100 thousand people waiting in each of its queues. Prints one JSON
// object.
//   node scripts/bench/staff-queues.ts
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { openBase } from "../../src/platform/base.ts";
import { readConfig } from "../../src/platform/config.ts";
import { load, productServer, startServer, stopServer } from "./process.ts";

const port = 8196;
const people = 100_000;
const loadSeconds = 3;
const pages = ["", "/ehic", "/changes", "/messages", "/cases", "/invitations", "/bounces"] as const;

/** The slowest answers of each page, in milliseconds: one in a hundred is slower. */
export type StaffQueueFigures = { p99: number; perPage: Record<string, number> };

export async function benchStaffQueues(): Promise<StaffQueueFigures> {
  const dataDir = mkdtempSync(join(tmpdir(), "espace-bench-queues-"));
  try {
    const cookie = fill(dataDir);
    const server = await startServer(
      productServer,
      port,
      "/healthz",
      { DATA_DIR: dataDir, PORT: String(port), ESPACE_ENV: "demo", LOG_LEVEL: "error" },
      join(dataDir, "queues.log"),
    );
    const timeOf = (page: string) => load(`${server.url}/staff${page}`, [cookie], 1, loadSeconds).p99;
    for (const page of pages) load(`${server.url}/staff${page}`, [cookie], 1, 1);
    const perPage = Object.fromEntries(pages.map((page) => [`/staff${page}`, timeOf(page)]));
    await stopServer(server);
    return { p99: Math.max(...Object.values(perPage)), perPage };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Each person has asked for a card and a change, has written, has a case, a mail that came back and an invitation. */
function fill(dataDir: string): string {
  const { db } = openBase(readConfig({ DATA_DIR: dataDir, ESPACE_ENV: "demo" }, dataDir));
  const token = randomBytes(32).toString("base64url");
  const id = createHash("sha256").update(token).digest("hex");
  const each = `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < ${people})`;
  const at = "unixepoch() - 3000000 + i";
  db.$client.exec(`BEGIN;
    INSERT INTO staff (staff_id, email, role, password_hash, totp_sealed, created_at)
      VALUES ('s', 'bench@demo.example', 'adviser', 'x', x'00', 0);
    INSERT INTO staff_sessions (id, staff_id, expires_at, absolute_at, created_at, label, network)
      VALUES ('${id}', 's', unixepoch() + 900, unixepoch() + 36000, unixepoch(), '', '');
    ${each} INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
      is_subscriber, joined_on, version, digest, email)
      SELECT 'P' || i, 'N' || i, 'NOM' || i, 'Prénom' || i, '2003-05-17', 1, 1, '2026-01-01', 1, x'00',
        'm' || i || '@bench.example' FROM n;
    ${each} INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, state,
      requested_at, state_at)
      SELECT 'R' || i, 'P' || i, 'P' || i, 'ES', '2027-01-20', '2027-02-03', 'requested', ${at}, ${at} FROM n;
    ${each} INSERT INTO changes (change_id, member_id, kind, state, content_sealed, requested_at, due_at)
      SELECT 'C' || i, 'P' || i, 'address', 'pending', zeroblob(300), ${at}, 0 FROM n;
    ${each} INSERT INTO threads (thread_id, member_id, topic, subject_sealed, opened_at, waiting_since)
      SELECT i, 'P' || i, 'file', zeroblob(60), ${at}, ${at} FROM n;
    ${each} INSERT INTO messages (thread_id, author, body_sealed, sent_at) SELECT i, 'member', zeroblob(500), ${at} FROM n;
    ${each} INSERT INTO cases (kind, member_id, opened_at, content_sealed)
      SELECT 'email_check', 'P' || i, ${at}, zeroblob(300) FROM n;
    ${each} INSERT INTO bounces (message_id, member_id, recipient, kind, reason, bounced_at)
      SELECT 'B' || i, 'P' || i, 'm' || i || '@bench.example', 'hard', '5.1.1', ${at} FROM n;
    ${each} INSERT INTO invitations (member_id, first_invited_at, last_invited_at) SELECT 'P' || i, ${at}, ${at} FROM n;
    COMMIT`);
  db.$client.pragma("wal_checkpoint(TRUNCATE)");
  db.$client.close();
  return `staff=${token}`;
}

if (argv[1] === import.meta.filename) stdout.write(`${JSON.stringify(await benchStaffQueues(), null, 2)}\n`);
