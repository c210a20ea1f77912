import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import { hashToken, newId, newToken } from "../platform/tokens.ts";
import { urls } from "../web/urls.ts";
import { closeCase, openCase } from "./cases.ts";
import { openChallenge } from "./challenges.ts";
import { rememberDevice } from "./devices.ts";
import { keepDraft } from "./drafts.ts";
import { record, recordReading } from "./evidence.ts";
import { evidenceRecord } from "./evidence-record.ts";
import { openFile } from "./file-openings.ts";
import { issueLink } from "./one-time-links.ts";
import { queueOutbound } from "./outbound.ts";
import { queueMail } from "./outbox.ts";
import { type PersonalTable, personalData } from "./personal-data.ts";
import { heldTables, isHeld } from "./personal-tables.ts";
import { findStaff } from "./staff.ts";
import { queueText } from "./text-outbox.ts";
import { addMessage, addThread } from "./threads.ts";

const accountOf = (portal: Portal, memberId: string) =>
  portal.db.$client.prepare("SELECT id FROM accounts WHERE member_id = ?").pluck().get(memberId) as string;

function dataOf(portal: Portal, memberId: string): Record<string, PersonalTable["rows"]> {
  const person = { memberId, accountId: accountOf(portal, memberId) };
  return Object.fromEntries(personalData(portal, person).map(({ name, rows }) => [name, rows]));
}

const body = { subject: "Objet", text: "Un texte à elle", html: "<p>Un texte</p>" };

/** A row of hers in every table that the demo leaves empty. */
async function fill(portal: Portal, memberId: string, email: string): Promise<void> {
  const { db, clock } = portal;
  const account = { accountId: accountOf(portal, memberId), memberId };
  const client = { label: "firefox/linux", network: "192.0.2.x" };
  const now = seconds(clock);
  await portal.browser().signIn(memberId === "P0001" ? "alice" : "bob");
  write(db, () => {
    rememberDevice(portal, account, client);
    openChallenge(portal, "second_factor", account.accountId, { state: { code: "12345678" } });
    issueLink(portal, "freeze", memberId, 3600);
    keepDraft(portal, account.accountId, "/contact", [["message", `brouillon de ${memberId}`]]);
    const content = { message: `dossier de ${memberId}`, email, stranger: "inconnu@elsewhere.example" };
    const number = openCase(portal, { kind: "lost", memberId, actor: "visitor", content });
    closeCase(portal, number, `résultat pour ${memberId}`);
    queueOutbound(portal, { entity: "suppressions", memberId, row: { personne_id: memberId } });
    queueMail(portal, { kind: "test", memberId, to: email, language: "fr", body });
    recordReading(portal, { memberId, staff: "adviser@demo.example", what: "payments" });
    const { staffId, email: colleague } = findStaff(portal, "adviser@demo.example")!;
    openFile(portal, { id: "session", staffId, email: colleague }, { memberId, reason: "call", note: "Une note" });
    record(portal, { kind: "registration.received", memberId, actor: "visitor", details: { address: "203.0.113.9" } });
    const insert = (sql: string, ...values: unknown[]) => db.$client.prepare(sql).run(...values);
    insert(
      "INSERT INTO second_factors (factor_id, account_id, kind, label, secret_sealed, credential_id, public_key, created_at) VALUES (?, ?, 'totp', 'Téléphone', ?, ?, x'0102', ?)",
      newId(),
      account.accountId,
      portal.seal.seal("second_factors.secret", "JBSWY3DPEHPK3PXP"),
      `credential-${memberId}`,
      now,
    );
    insert("INSERT INTO recovery_codes VALUES (?, ?)", account.accountId, hashToken(newToken()));
    insert(
      "INSERT OR REPLACE INTO preferences (account_id, offers, changed_at) VALUES (?, 1, ?)",
      account.accountId,
      now,
    );
    insert(
      "INSERT INTO guardian_consents (account_id, guardian_name, guardian_email, asked_at) VALUES (?, 'Mère', ?, ?)",
      account.accountId,
      `mere-${memberId}@demo.example`,
      now,
    );
    insert(
      `INSERT INTO changes (change_id, member_id, kind, state, content_sealed, requested_at, due_at)
       VALUES (?, ?, 'email', 'unconfirmed', ?, ?, 0)`,
      `change of ${memberId}`,
      memberId,
      portal.seal.seal("changes.content", JSON.stringify({ kind: "email", email: `neuf-${memberId}@demo.example` })),
      now,
    );
    queueText(portal, {
      kind: "change.code",
      memberId,
      to: "+33698765430",
      text: `le code est 123456, ${memberId}`,
      goodUntil: now + 600,
    });
    insert("INSERT INTO alerts VALUES (?, 'email', ?, ?, ?)", memberId, `PAY-${memberId}`, now, now);
    insert(
      `INSERT OR IGNORE INTO notices (notice_id, kind, digest, subject_fr, text_fr, subject_en, text_en, starts_at, ends_at,
         sent_by, sent_at) VALUES (1, 'change', x'00', 'a', 'b', 'c', 'd', 1, 2, 'operator', 1)`,
    );
    insert("INSERT INTO notice_deliveries VALUES (1, ?, ?)", account.accountId, now);
    insert(
      `INSERT INTO bounces (message_id, member_id, recipient, kind, reason, bounced_at)
       VALUES (?, ?, ?, 'hard', '5.1.1 no such user', ?)`,
      `bounced ${memberId}`,
      memberId,
      email,
      now,
    );
    insert(
      "INSERT INTO charter_notices (account_id, number, state, notified_at) VALUES (?, 4, 'notified', ?)",
      account.accountId,
      now,
    );
    insert(
      `INSERT INTO certificates (certificate_id, member_id, kind, code_hash, content_hash, content_sealed, issued_on,
         issued_at, valid_from, valid_to)
       VALUES (?, ?, 'rights', randomblob(32), x'0102', x'0102', '2026-11-23', ?, '2026-11-23', '2027-11-22')`,
      `AD-${memberId}`,
      memberId,
      now,
    );
    insert(
      `INSERT INTO vitale_declarations (declaration_id, declared_by, bearer_id, card_number, reason, content_sealed,
         declared_at)
       VALUES (?, ?, ?, '1', 'vol', ?, ?)`,
      `V-${memberId}`,
      memberId,
      memberId,
      portal.seal.seal("vitale_declarations.content", JSON.stringify({ place: `lieu de ${memberId}` })),
      now,
    );
    insert(
      `INSERT INTO rights_requests (member_id, kind, channel, received_on, reference, due_on, content_sealed, recorded_by,
         recorded_at) VALUES (?, 'access', 'post', '2026-11-20', 'SCAN-1', '2026-12-20', ?, 'dpo@demo.example', 1)`,
      memberId,
      portal.seal.seal("rights_requests.content", JSON.stringify({ note: `note of ${memberId}`, stopped: [] })),
    );
    insert("INSERT OR REPLACE INTO invitations VALUES (?, ?, ?, NULL)", memberId, now, now);
    const openedAt = Math.floor(clock() / 1000);
    const threadId = addThread(portal, { memberId, topic: "other", about: null, openedAt, subject: "[objet" });
    addMessage(portal, { thread: { threadId, memberId }, text: `{"message" : "de ${memberId}"}` });
    insert(
      "INSERT INTO ehic_requests (request_id, member_id, status, version, digest) VALUES (?, ?, 'recue', 1, x'00')",
      `CEAM-${memberId}`,
      memberId,
    );
    insert(
      `INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, state, requested_at,
         state_at) VALUES (?, ?, ?, 'ES', '2027-01-20', '2027-02-03', 'requested', 1, 1)`,
      `asked by ${memberId}`,
      memberId,
      memberId,
    );
    insert(
      "INSERT INTO card_request_steps (request_id, version, state, at) VALUES (?, 1, 'requested', 1)",
      `asked by ${memberId}`,
    );
    insert(
      "INSERT OR IGNORE INTO vitale_cards (member_id, card_number, status, status_on, version, digest) VALUES (?, ?, 'active', '2026-01-01', 1, x'00')",
      memberId,
      `80250000${memberId}`,
    );
  });
}

async function filled() {
  const portal = await startPortal();
  await fill(portal, "P0001", "alice@demo.example");
  await fill(portal, "P0002", "bob@demo.example");
  return portal;
}

test("6.4a no table and no column of the base is forgotten", async () => {
  const portal = await startPortal();
  const all = portal.db.$client
    .prepare(
      // The tables that a full-text index keeps itself are not ours.
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all() as string[];
  expect(Object.keys(heldTables).sort()).toEqual(all.sort());
  for (const [name, table] of Object.entries(heldTables)) {
    if (!isHeld(table)) {
      expect([name, table.none.length > 10]).toEqual([name, true]);
      continue;
    }
    const columns = portal.db.$client.prepare("SELECT name FROM pragma_table_info(?)").pluck().all(name) as string[];
    const told = [...table.shown, ...(table.sealed ?? []), ...Object.keys(table.left ?? {})];
    expect([name, told.sort()]).toEqual([name, columns.sort()]);
  }
});

test("whatever is kept in bytes is opened, or left out with its reason; whatever is a hash is left out", async () => {
  const portal = await startPortal();
  for (const [name, table] of Object.entries(heldTables)) {
    if (!isHeld(table)) continue;
    const bytes = portal.db.$client
      .prepare("SELECT name FROM pragma_table_info(?) WHERE type = 'BLOB' OR name LIKE '%hash%'")
      .pluck()
      .all(name) as string[];
    expect([name, bytes.filter((column) => table.shown.includes(column))]).toEqual([name, []]);
    expect([name, (table.sealed ?? []).filter((column) => !column.endsWith("_sealed"))]).toEqual([name, []]);
  }
});

test("6.4a a person has rows in every table that can hold some, and each is complete", async () => {
  const portal = await filled();
  const data = dataOf(portal, "P0001");
  const empty = Object.keys(data).filter((name) => data[name]!.length === 0);
  expect(empty).toEqual([]);
  for (const [name, rows] of Object.entries(data)) {
    const table = heldTables[name]!;
    if (!isHeld(table)) throw new Error(`${name} holds nobody`);
    const columns = [...table.shown, ...(table.sealed ?? []).map((column) => column.replace("_sealed", ""))];
    for (const row of rows) expect(Object.keys(row).sort()).toEqual(columns.sort());
  }
});

test("6.4a as many rows as the base holds, sealed columns opened, moments in Paris time", async () => {
  const portal = await filled();
  const data = dataOf(portal, "P0001");
  const count = (sql: string) => portal.db.$client.prepare(sql).pluck().get();
  for (const table of ["payments", "line_payments", "mails", "evidence", "bank_accounts", "beneficiaries"])
    expect([table, data[table]!.length]).toEqual([
      table,
      count(`SELECT count(*) FROM ${table} WHERE member_id = 'P0001'`),
    ]);
  expect(data.lines!.length).toBe(
    count(`SELECT count(DISTINCT l.line_id) FROM lines l LEFT JOIN line_payments p USING (beneficiary_id, line_id)
      WHERE l.beneficiary_id = 'P0001' OR p.member_id = 'P0001'`),
  );
  expect(data.members![0]).toMatchObject({ member_number: "10000001", email: "alice@demo.example" });
  expect(data.members![0]!.nir).toMatch(/^\d{15}$/);
  for (const row of data.bank_accounts!) expect(row.iban).toMatch(new RegExp(`^[A-Z]{2}\\d{2}.+${row.iban_last4}$`));
  expect(data.mails!.at(-1)!.content).toEqual({ ...body, headers: {} });
  expect(data.drafts![0]!.fields).toEqual([["message", "brouillon de P0001"]]);
  expect(data.cases![0]).toMatchObject({ result: "résultat pour P0001", opened_at: "2026-11-23T09:00:00+01:00" });
  // To the letter, though it looks like data.
  expect(data.threads![0]).toMatchObject({ subject: "[objet", opened_at: "2026-11-23T09:00:00+01:00" });
  expect(data.messages![0]).toMatchObject({ body: '{"message" : "de P0001"}', author: "member", read_at: null });
  expect(data.outbound!.map(({ content }) => content)).toContainEqual({ personne_id: "P0001" });
  expect(data.accounts![0]).toMatchObject({ email: "alice@demo.example", inactivity_warned_at: null });
});

describe("nothing of anybody else:", () => {
  test("X1 no number, name, mailbox, IBAN, payment or line of Bob is in what Alice gets", async () => {
    const portal = await filled();
    const text = JSON.stringify(dataOf(portal, "P0001"));
    const other = dataOf(portal, "P0002");
    const bob = other.members![0]!;
    const marks = [
      "P0002",
      bob.member_number,
      bob.affiliate_number,
      bob.email,
      bob.birth_name,
      bob.nir,
      bob.phone,
      bob.address_4,
      accountOf(portal, "P0002"),
      ...other.bank_accounts!.map(({ iban }) => iban),
      ...other.payments!.map(({ payment_id }) => payment_id),
      ...other.lines!.map(({ line_id }) => line_id),
      ...other.devices!.map(({ device_id }) => device_id),
      ...other.mails!.map(({ message_id }) => message_id),
      "mere-P0002@demo.example",
    ].filter((mark): mark is string => typeof mark === "string");
    expect(marks.length).toBeGreaterThan(15);
    expect(marks.filter((mark) => text.includes(`"${mark}`) || text.includes(` ${mark}`))).toEqual([]);
  });

  test("X1 of her child, what she is paid for and no more: no number, no right, no birth date", async () => {
    const portal = await filled();
    const data = dataOf(portal, "P0001");
    const others = portal.db.$client
      .prepare<[], Record<string, string | null>>(
        `SELECT m.* FROM members m WHERE m.member_id <> 'P0001'
         AND m.member_id IN (SELECT beneficiary_id FROM line_payments WHERE member_id = 'P0001')`,
      )
      .all();
    expect(others.length).toBeGreaterThan(0);
    const names = new Set(data.lines!.map(({ beneficiary_id }) => beneficiary_id));
    expect(names.size).toBe(1 + others.length);
    const text = JSON.stringify(data);
    for (const other of others) {
      expect(names).toContain(other.first_names);
      for (const column of ["member_id", "birth_date", "member_number", "affiliate_number", "email", "phone"])
        if (other[column]) expect([column, text.includes(other[column])]).toEqual([column, false]);
    }
  });

  test("a child gets the care it had, and neither the number nor the payments of the parent", async () => {
    const portal = await filled();
    const child = portal.db.$client
      .prepare("SELECT member_id FROM amo_rights WHERE holder_id = 'P0001' AND member_id <> 'P0001'")
      .pluck()
      .get() as string;
    const data = Object.fromEntries(
      personalData(portal, { memberId: child, accountId: "" }).map(({ name, rows }) => [name, rows]),
    );
    expect(data.amo_rights![0]).toMatchObject({ member_id: child, holder_id: null });
    expect(data.lines!.length).toBeGreaterThan(0);
    for (const line of data.lines!) expect([line.amo_payment_id, line.amc_payment_id]).toEqual([null, null]);
    expect(data.payments).toEqual([]);
    expect(JSON.stringify(data)).not.toMatch(/P0001|10000001|alice@demo\.example/);
  });

  test("the mailbox of a stranger, the address of a visitor and the name of staff are left out", async () => {
    const portal = await filled();
    const data = dataOf(portal, "P0001");
    expect(data.cases![0]!.content).toEqual({
      message: "dossier de P0001",
      email: "alice@demo.example",
      stranger: "…",
    });
    const text = JSON.stringify(data);
    expect(text).not.toContain("adviser@demo.example");
    expect(text).not.toContain("203.0.113.9");
    expect(data.evidence).toContainEqual(expect.objectContaining({ kind: "file.read", details: { what: "payments" } }));
  });
});

test("what the person typed while signed in stays, and so does the mail sent to it; what a visitor typed does not", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const typed = { kind: "phishing", email: "autre@elsewhere.example", message: "Écrivez à tiers@third.example." };
  expect((await alice.post(urls.helpCredentials, typed)).status).toBe(303);
  const visitor = { ...typed, identifier: "10000001", email: "visitor@stranger.example", message: "x" };
  await portal.browser().post(urls.helpCredentials, visitor);
  await new Promise(setImmediate);
  const data = dataOf(portal, "P0001");
  expect(data.cases!.map(({ content }) => content)).toMatchObject([
    { by: "member", email: typed.email, message: typed.message },
    { by: "visitor", email: "…" },
  ]);
  const receipts = data.mails!.filter(({ kind }) => kind === "report.receipt");
  expect(receipts.map(({ recipient }) => recipient)).toEqual([typed.email]);
  expect(JSON.stringify(data)).not.toContain("visitor@stranger.example");
  const { mails } = evidenceRecord(portal, "P0001");
  expect(mails.filter(({ kind }) => kind === "report.receipt").map(({ recipient }) => recipient)).toEqual([
    typed.email,
  ]);
});

test("nothing that opens the account is in it: no hash, no token, no secret, no code", async () => {
  const portal = await filled();
  const text = JSON.stringify(dataOf(portal, "P0001"));
  expect(text).not.toMatch(/argon2|JBSWY3DPEHPK3PXP|12345678|"type":"Buffer"/);
  const hashes = portal.db.$client
    .prepare(
      `SELECT lower(hex(token_hash)) FROM one_time_links UNION SELECT lower(hex(token_hash)) FROM device_tokens
       UNION SELECT id FROM sessions UNION SELECT lower(hex(code_hash)) FROM recovery_codes
       UNION SELECT lower(hex(hash)) FROM evidence UNION SELECT lower(hex(nir_hash)) FROM members WHERE nir_hash IS NOT NULL`,
    )
    .pluck()
    .all() as string[];
  expect(hashes.length).toBeGreaterThan(10);
  expect(hashes.filter((hash) => text.toLowerCase().includes(hash))).toEqual([]);
});

test("rows are found by an index, however large the base", async () => {
  const portal = await startPortal();
  const person = { memberId: "P0001", accountId: accountOf(portal, "P0001") };
  for (const [name, table] of Object.entries(heldTables)) {
    if (!isHeld(table)) continue;
    const plan = portal.db.$client
      .prepare<[object], { detail: string }>(`EXPLAIN QUERY PLAN SELECT * FROM ${name} t WHERE ${table.where}`)
      .all(person);
    expect([name, plan.filter(({ detail }) => /^SCAN (?!\(?subquery|SUBQUERY)/.test(detail))]).toEqual([name, []]);
  }
});

test("a code sent by text message is not read here while it may serve, and is shown afterwards", async () => {
  const portal = await filled();
  const [text] = dataOf(portal, "P0001").texts!;
  expect(text!.content).toMatchObject({ text: "le code est ••••••, P••••" });
  portal.advance({ minutes: 10 });
  expect(dataOf(portal, "P0001").texts![0]!.content).toMatchObject({ text: "le code est 123456, P0001" });
});
