import { createHash, randomBytes } from "node:crypto";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openBase } from "../../src/platform/base.ts";
import { makeFolder, readConfig } from "../../src/platform/config.ts";
import { openDatabase } from "../../src/platform/database.ts";

const linesAMember = 100;
const visitors = 200;

/**
 * A base of that many lines, 100 a member over three years up to today, kept for the next run of the day. Half of the
 * lines are paid by both payers. Written by SQL in the order of the tables: the importer has a measure of its own.
 * @returns its folder, a DATA_DIR.
 */
export function makePageBase(parent: string, lines: number): string {
  const today = new Date().toISOString().slice(0, 10);
  const dataDir = join(parent, `page-${lines}`);
  const stamp = join(dataDir, `made-${today}`);
  if (existsSync(stamp)) return dataDir;
  rmSync(dataDir, { recursive: true, force: true });
  makeFolder(dataDir);
  const config = readConfig({ DATA_DIR: dataDir, LOG_LEVEL: "info" }, dataDir);
  openBase(config).db.$client.close();
  const { $client: sql } = openDatabase(config.databaseFile, { durability: "normal", cacheMegabytes: 512 });
  sql.pragma("synchronous = off");
  sql.pragma("foreign_keys = off");
  const members = lines / linesAMember;
  const serial = (count: number, name: string) =>
    `WITH RECURSIVE ${name} (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM ${name} WHERE i < ${count} - 1)`;
  const memberOf = "printf('P%08d', i / 100)";
  const nth = "(i % 100)";
  const payment = "printf('AMO%010d', i)";
  const mutual = "printf('AMC%010d', i)";
  const paidOn = `date('${today}', '-' || (${nth} * 10 + 3) || ' days')`;
  const mutualPaidOn = `date('${today}', '-' || (${nth} * 10) || ' days')`;
  const name = "printf('Prénom%d', i % 997)";
  sql.exec(`BEGIN;
    ${serial(members, "m")} INSERT INTO members (member_id, member_number, affiliate_number, birth_name, first_names,
      birth_date, is_affiliate, is_subscriber, version, digest, email)
      SELECT printf('P%08d', i), printf('%08d', 30000000 + i), NULL, 'NOM' || i, ${name}, '2003-05-17', 1, 1, 1, x'00',
        'm' || i || '@bench.example' FROM m;
    ${serial(lines, "l")} INSERT INTO payments (member_id, paid_on, payment_id, payer, nature, amount_cents, recipient,
      mode, iban_last4, status, statement_ref, version, digest)
      SELECT ${memberOf}, ${paidOn}, ${payment}, 'AMO', 'REMBOURSEMENT_SOINS', 1900, 'assure', 'virement', '1234', 'emis',
        'D' || i, 1, x'00' FROM l;
    ${serial(lines, "l")} INSERT INTO payments (member_id, paid_on, payment_id, payer, nature, amount_cents, recipient,
      mode, iban_last4, status, statement_ref, version, digest)
      SELECT ${memberOf}, ${mutualPaidOn}, ${mutual}, 'AMC', 'REMBOURSEMENT_SOINS', 900, 'assure', 'virement', '1234',
        'emis', 'D' || i, 1, x'00' FROM l WHERE i % 2 = 0;
    ${serial(lines, "l")} INSERT INTO lines (beneficiary_id, line_id, amo_payment_id, amc_payment_id, care_from, provider,
      specialty, act_code, label, quantity, expense_cents, base_cents, rate, amo_gross_cents, pf_cents, deductible_cents,
      amo_cents, amc_cents, rest_cents, amo_recipient, amc_recipient, pathway, type, version)
      SELECT ${memberOf}, printf('L%010d', i), ${payment}, CASE WHEN i % 2 = 0 THEN ${mutual} END,
        date('${today}', '-' || (${nth} * 10 + 9) || ' days'), 'Dr Hélène Lefèvre ' || (i % 37), 'Médecine générale', 'G',
        'Consultation médecine générale', 1, 3000, 3000, 7000, 2100, 200, 0, 1900,
        CASE WHEN i % 2 = 0 THEN 900 ELSE 0 END, CASE WHEN i % 2 = 0 THEN 200 ELSE 1100 END, 'assure', 'assure', 'O',
        'NORMALE', 1 FROM l;
    ${serial(lines, "l")} INSERT INTO line_payments (member_id, paid_on, payment_id, line_id, beneficiary_id, payer, amount_cents)
      SELECT ${memberOf}, ${paidOn}, ${payment}, printf('L%010d', i), ${memberOf}, 'AMO', 1900 FROM l;
    ${serial(lines, "l")} INSERT INTO line_payments (member_id, paid_on, payment_id, line_id, beneficiary_id, payer, amount_cents)
      SELECT ${memberOf}, ${mutualPaidOn}, ${mutual}, printf('L%010d', i), ${memberOf}, 'AMC', 900 FROM l WHERE i % 2 = 0;
    INSERT INTO data_freshness (entity, as_of) VALUES ('paiements', unixepoch());
    COMMIT;`);
  sql.pragma("wal_checkpoint(TRUNCATE)");
  sql.close();
  writeFileSync(stamp, "");
  return dataDir;
}

/** Cookies of living sessions of members spread over the whole base. */
export function openVisitors(dataDir: string, lines: number): string[] {
  const { $client: sql } = openDatabase(join(dataDir, "espace.db"), { durability: "normal" });
  const now = Math.floor(Date.now() / 1000);
  const members = lines / linesAMember;
  const cookies: string[] = [];
  sql.exec("BEGIN; DELETE FROM sessions");
  for (let index = 0; index < visitors; index++) {
    const member = `P${String(Math.floor((index * members) / visitors)).padStart(8, "0")}`;
    const token = randomBytes(32).toString("base64url");
    sql
      .prepare(
        `INSERT INTO accounts (id, member_id, status, email, created_at, activated_at) VALUES (?, ?, 'active', 'x@bench.example', ?, ?)
         ON CONFLICT DO NOTHING`,
      )
      .run(member, member, now, now);
    sql
      .prepare("INSERT INTO sessions (id, user_id, expires_at, absolute_at, created_at) VALUES (?, ?, ?, ?, ?)")
      .run(createHash("sha256").update(token).digest("hex"), member, now + 600, now + 43_200, now);
    cookies.push(`session=${token}`);
  }
  sql.exec("COMMIT");
  sql.close();
  return cookies;
}
