import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { demoPassword } from "../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { purgeCommand } from "../cli-purge.ts";
import { write } from "../platform/database.ts";
import { urls } from "../web/urls.ts";
import { deleteWithReceipt } from "./account-deletion.ts";
import { findAccountHolder } from "./accounts.ts";
import { closeCase, openCase } from "./cases.ts";
import { isWhole, verifyEvidence } from "./evidence.ts";
import { queueMail } from "./outbox.ts";
import { purge } from "./purge.ts";
import { purgeDaily } from "./purge-daily.ts";
import { purgeRules } from "./purge-rules.ts";
import { addMessage, addThread } from "./threads.ts";

const day = 24 * 3600;
const now = (portal: Portal) => Math.floor(portal.clock() / 1000);
const run = (portal: Portal, sql: string, ...values: unknown[]) => portal.db.$client.prepare(sql).run(...values);
const count = (portal: Portal, rows: string) =>
  portal.db.$client.prepare<[], number>(`SELECT count(*) FROM ${rows}`).pluck().get()!;
const accountOf = (portal: Portal) =>
  portal.db.$client.prepare<[], string>("SELECT id FROM accounts WHERE member_id = 'P0001'").pluck().get()!;

async function purged(portal: Portal, name: string) {
  return (await purge(portal)).find((rule) => rule.name === name)!;
}

type Case = {
  rule: string;
  /** Puts one row that the rule will take, as of now, and tells where it is. */
  put(portal: Portal): string;
  /** The moment it is due, after `put` (seconds). */
  due: (start: number) => number;
};

const monthsLater = (months: number) => (start: number) => {
  const date = new Date(start * 1000);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime() / 1000;
};
const after = (seconds: number) => (start: number) => start + seconds;

const cases: Case[] = [
  {
    rule: "conversations with members",
    due: monthsLater(60),
    put(portal) {
      const openedAt = now(portal) - 100 * day;
      const thread = { memberId: "P0001", topic: "other", about: null, openedAt, subject: "a" } as const;
      const threadId = write(portal.db, () => addThread(portal, thread));
      run(portal, "INSERT INTO messages VALUES (1, ?, 'member', x'01', ?, NULL, NULL)", threadId, openedAt);
      // The last one keeps the first.
      addMessage(portal, { thread: { threadId, memberId: "P0001" }, text: "b", staff: "adviser@demo.example" });
      return "messages WHERE message_id = 1";
    },
  },
  {
    rule: "one-time links",
    due: after(1800 + 30 * day),
    put(portal) {
      run(
        portal,
        "INSERT INTO one_time_links VALUES (x'01', 'freeze', 'P0001', ?, ?)",
        now(portal),
        now(portal) + 1800,
      );
      return "one_time_links WHERE token_hash = x'01'";
    },
  },
  {
    rule: "sessions",
    due: after(day),
    put(portal) {
      run(
        portal,
        "INSERT INTO sessions (id, user_id, expires_at, absolute_at, created_at) VALUES ('s', ?, ?, ?, ?)",
        accountOf(portal),
        now(portal) + 600,
        now(portal) + 43_200,
        now(portal),
      );
      return "sessions WHERE id = 's'";
    },
  },
  {
    rule: "remembered devices",
    due: after(30 * day),
    put(portal) {
      const start = now(portal);
      run(
        portal,
        "INSERT INTO devices VALUES ('d', ?, '', '', ?, ?, ?)",
        accountOf(portal),
        start,
        start,
        start + 30 * day,
      );
      run(portal, "INSERT INTO device_tokens (token_hash, device_id) VALUES (x'02', 'd')");
      return "devices WHERE device_id = 'd'";
    },
  },
  {
    rule: "sign-ins in two steps under way",
    due: after(600),
    put(portal) {
      run(
        portal,
        "INSERT INTO challenges (token_hash, account_id, purpose, created_at, expires_at) VALUES (x'03', ?, 'setup', ?, ?)",
        accountOf(portal),
        now(portal),
        now(portal) + 600,
      );
      return "challenges";
    },
  },
  {
    rule: "half-filled forms",
    due: after(600),
    put(portal) {
      run(portal, "INSERT INTO drafts VALUES (?, '/contact', x'04', ?)", accountOf(portal), now(portal) + 600);
      return "drafts";
    },
  },
  {
    rule: "half-filled forms of staff",
    due: after(600),
    put(portal) {
      run(portal, "INSERT INTO staff (staff_id, email, role, created_at) VALUES ('s', 's@demo.example', 'adviser', 1)");
      run(portal, "INSERT INTO staff_drafts VALUES ('s', '/staff/ehic/1', x'04', ?)", now(portal) + 600);
      return "staff_drafts";
    },
  },
  {
    rule: "counters of failed tries",
    due: after(900),
    put(portal) {
      run(portal, "INSERT INTO throttles VALUES (x'05', 1, ?, ?)", now(portal) + 60, now(portal) + 900);
      return "throttles WHERE key = x'05'";
    },
  },
  {
    rule: "addresses signed in from",
    due: after(90 * day),
    put(portal) {
      run(portal, "INSERT INTO known_addresses VALUES (?, x'06', ?)", accountOf(portal), now(portal));
      return "known_addresses";
    },
  },
  {
    rule: "deferred work that failed",
    due: after(30 * day),
    put(portal) {
      run(
        portal,
        "INSERT INTO deferred (kind, payload_sealed, queued_at, attempts) VALUES ('password.forgotten', x'07', ?, 5)",
        now(portal),
      );
      return "deferred";
    },
  },
  {
    rule: "rows of the feed without their parent",
    due: after(7 * day),
    put(portal) {
      run(portal, "INSERT INTO feed_orphans VALUES ('lignes', 'k', 1, 'paiements', 'p', x'08', ?)", now(portal));
      return "feed_orphans";
    },
  },
  {
    rule: "mails sent or given up",
    due: monthsLater(60),
    put(portal) {
      const body = { subject: "s", text: "t", html: "h" };
      const mail = { kind: "probe", memberId: "P0001", to: "a@b.example", language: "fr", body } as const;
      write(portal.db, () => queueMail(portal, mail));
      run(portal, "UPDATE mails SET state = 'sent', settled_at = ? WHERE kind = 'probe'", now(portal));
      return "mails WHERE kind = 'probe'";
    },
  },
  {
    rule: "cases closed",
    due: monthsLater(60),
    put(portal) {
      write(portal.db, () => {
        const number = openCase(portal, { kind: "phishing", memberId: "P0001", actor: "visitor", content: {} });
        closeCase(portal, number, "nothing found");
      });
      return "cases WHERE closed_at IS NOT NULL";
    },
  },
  {
    rule: "cases never closed",
    due: monthsLater(60),
    put(portal) {
      write(portal.db, () => openCase(portal, { kind: "phishing", memberId: "P0002", actor: "visitor", content: {} }));
      return "cases WHERE member_id = 'P0002'";
    },
  },
  {
    rule: "text messages sent or given up",
    due: monthsLater(60),
    put(portal) {
      run(
        portal,
        `INSERT INTO texts (message_id, kind, member_id, recipient, content_sealed, state, queued_at, due_at, settled_at)
         VALUES ('t', 'change.code', 'P0001', '+33612345678', x'0c', 'sent', 0, 0, ?)`,
        now(portal),
      );
      return "texts";
    },
  },
  {
    rule: "payments told by an alert",
    due: monthsLater(60),
    put(portal) {
      run(portal, "INSERT INTO alerts VALUES ('P0001', 'email', 'PAY1', 0, ?)", now(portal));
      return "alerts";
    },
  },
  {
    rule: "requests for a change",
    due: monthsLater(60),
    put(portal) {
      run(
        portal,
        `INSERT INTO changes (change_id, member_id, kind, state, content_sealed, requested_at, due_at, settled_at)
         VALUES ('c', 'P0001', 'email', 'applied', x'0c', 0, 1, ?)`,
        now(portal),
      );
      return "changes";
    },
  },
  {
    rule: "certificates and their codes",
    due: () => Date.parse("2028-11-23T00:00:00Z") / 1000,
    put(portal) {
      run(
        portal,
        `INSERT INTO certificates (certificate_id, member_id, kind, code_hash, content_hash, content_sealed, issued_on,
           issued_at, valid_from, valid_to)
         VALUES ('c', 'P0001', 'rights', x'0a', x'0b', x'0c', '2026-11-23', ?, '2026-11-23', '2027-11-22')`,
        now(portal),
      );
      return "certificates";
    },
  },
  {
    rule: "declarations about Vitale cards",
    due: monthsLater(60),
    put(portal) {
      run(
        portal,
        `INSERT INTO vitale_declarations (declaration_id, declared_by, bearer_id, card_number, reason, content_sealed,
           declared_at)
         VALUES ('d', 'P0001', 'P0001', '1', 'perte', x'0c', ?)`,
        now(portal),
      );
      return "vitale_declarations";
    },
  },
  {
    rule: "requests for a European card, with their steps",
    due: monthsLater(60),
    put(portal) {
      run(
        portal,
        `INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, state,
           requested_at, state_at)
         VALUES ('e', 'P0007', 'P0001', 'ES', '2027-01-20', '2027-02-03', 'received', ?, ?)`,
        now(portal) - 100 * day,
        now(portal),
      );
      run(portal, "INSERT INTO card_request_steps (request_id, version, state, at) VALUES ('e', 1, 'requested', 1)");
      return "card_request_steps";
    },
  },
  {
    rule: "rows told to the back office",
    due: monthsLater(12),
    put(portal) {
      run(portal, "INSERT INTO outbound_exports VALUES (1, ?, 'f', 1)", now(portal));
      run(
        portal,
        "INSERT INTO outbound (entity, member_id, content_sealed, queued_at, due_at, export_sequence) VALUES ('suppressions', 'P0001', x'09', 0, 0, 1)",
      );
      return "outbound WHERE export_sequence = 1";
    },
  },
];

describe("14.2.7 each thing is kept as long as the table says, to the second", () => {
  test.each(cases)("$rule", async ({ rule, put, due }) => {
    const portal = await startPortal();
    const start = now(portal);
    const rows = put(portal);
    expect(count(portal, rows)).toBe(1);
    portal.setTime((due(start) - 1) * 1000);
    await purge(portal);
    expect(count(portal, rows)).toBe(1);
    portal.setTime(due(start) * 1000);
    const result = await purged(portal, rule);
    expect([result.removed >= 1, result.left]).toEqual([true, 0]);
    expect(count(portal, rows)).toBe(0);
    portal.setTime((due(start) + 1) * 1000);
    expect(await purged(portal, rule)).toMatchObject({ removed: 0, left: 0 });
  });

  test.each([
    ["a mail that waits", "mails WHERE kind = 'probe'", "UPDATE mails SET state = 'queued', settled_at = NULL"],
    [
      "a row the back office has not been told",
      "outbound WHERE entity = 'suppressions'",
      "UPDATE outbound SET export_sequence = NULL",
    ],
    [
      "a row of a feed being written",
      "outbound WHERE entity = 'suppressions'",
      "UPDATE outbound_exports SET exported_at = 0",
    ],
    ["work that will be tried again", "deferred", "UPDATE deferred SET attempts = 4"],
  ])("%s is never too old", async (_, rows, change) => {
    const portal = await startPortal();
    for (const { put } of cases) put(portal);
    portal.db.$client.exec(change);
    const before = count(portal, rows);
    portal.advance({ days: 20 * 365 });
    await purge(portal);
    expect(before).toBeGreaterThan(0);
    expect(count(portal, rows)).toBe(before);
  });
});

describe("registrations never finished", () => {
  const rule = "registrations never finished";
  const register = (portal: Portal, status: string) => {
    run(
      portal,
      "INSERT INTO accounts (id, member_id, status, email, created_at, activated_at) VALUES ('new', 'P0005', ?, 'e@demo.example', ?, 0)",
      status,
      now(portal),
    );
    run(portal, "INSERT INTO credentials VALUES ('new', 'hash', ?)", now(portal));
  };
  const link = (portal: Portal, purpose: string, life: number) =>
    run(
      portal,
      "INSERT INTO one_time_links VALUES (randomblob(32), ?, 'P0005', ?, ?)",
      purpose,
      now(portal),
      now(portal) + life,
    );
  const isThere = (portal: Portal) => count(portal, "accounts WHERE id = 'new'") === 1;

  test.each([
    ["unconfirmed", "confirmation", 2 * day],
    ["awaiting_guardian", "guardian", 15 * day],
  ])("%s: 30 days after the last link lapsed, without a word to the back office", async (status, purpose, life) => {
    const portal = await startPortal();
    const start = now(portal);
    register(portal, status);
    link(portal, purpose, life);
    const outbound = count(portal, "outbound");
    portal.setTime((start + life + 30 * day - 1) * 1000);
    await purge(portal);
    expect(isThere(portal)).toBe(true);
    portal.setTime((start + life + 30 * day) * 1000);
    expect(await purged(portal, rule)).toMatchObject({ removed: 1, left: 0 });
    expect(isThere(portal)).toBe(false);
    expect(count(portal, "credentials WHERE account_id = 'new'")).toBe(0);
    expect(count(portal, "outbound")).toBe(outbound);
    expect(count(portal, "evidence WHERE kind = 'account.annulled' AND member_id = 'P0005'")).toBe(1);
  });

  test("a link sent again counts from its own end, and an account in use is none of it", async () => {
    const portal = await startPortal();
    register(portal, "unconfirmed");
    link(portal, "confirmation", 2 * day);
    portal.advance({ days: 31 });
    link(portal, "confirmation", 2 * day);
    portal.advance({ days: 31 });
    await purge(portal);
    expect(isThere(portal)).toBe(true);
    portal.advance({ days: 1 });
    expect((await purged(portal, rule)).removed).toBe(1);
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
  });
});

describe("14.2.7 what the feed has ended", () => {
  const rows = "rights, accounts, cards and contracts that ended";
  const people = "people who ended, without account and without payment shown";
  /** Five years after the end, the first moment of the day in Paris. */
  const end = "2026-12-01";
  const due = Date.parse("2031-12-01T00:00:00+01:00");

  /** Somebody without account and without payment, with rights and an account, who ended with them that day. */
  function putPerson(portal: Portal, updatedAt: string | null = `${end}T08:00:00+01:00`): void {
    run(
      portal,
      `INSERT INTO members (member_id, member_number, nir_sealed, nir_hash, birth_name, first_names, birth_date, email,
         address_4, is_affiliate, is_subscriber, version, updated_at, ended, digest)
       VALUES ('Q1', '777', x'01', x'02', 'Martin', 'Paul', '2000-01-01', 'paul@demo.example', '1 rue', 1, 1, 3, ?, 1, x'')`,
      updatedAt,
    );
    run(
      portal,
      `INSERT INTO amo_rights (member_id, scheme, fund, centre, fund_name, holder_id, quality, rank, rights_from,
         rights_to, treating_doctor, version, digest)
       VALUES ('Q1', '01', '1', '1', 'c', 'Q1', 1, 1, '2020-01-01', '2026-11-30', 'N', 1, x'')`,
    );
    run(
      portal,
      `INSERT INTO bank_accounts (member_id, usage, iban_sealed, iban_hash, iban_last4, holder, version, digest)
       VALUES ('Q1', 'prestations_amo', x'01', x'02', '1234', 'Paul', 1, x'')`,
    );
    run(portal, "INSERT INTO invitations VALUES ('Q1', 1, 1, NULL)");
  }
  const all = (portal: Portal) =>
    ["members", "amo_rights", "bank_accounts", "invitations"].map((table) =>
      count(portal, `${table} WHERE member_id = 'Q1'`),
    );
  const purgeAt = (portal: Portal, time: number) => {
    portal.setTime(time);
    return purge(portal);
  };
  const nir = (portal: Portal) => count(portal, "members WHERE member_id = 'Q1' AND nir_sealed IS NOT NULL");

  test("goes five years after its end, to the second, with the person", async () => {
    const portal = await startPortal();
    putPerson(portal);
    await purgeAt(portal, due - 1000);
    expect(all(portal)).toEqual([1, 1, 1, 1]);
    const done = await purgeAt(portal, due);
    expect(done.filter(({ name }) => [rows, people].includes(name))).toMatchObject([
      { removed: 2, left: 0 },
      { removed: 1, left: 0 },
    ]);
    expect(all(portal)).toEqual([0, 0, 0, 0]);
    const again = await purgeAt(portal, due + 1000);
    expect(again.filter(({ name, removed }) => [rows, people].includes(name) && removed > 0)).toEqual([]);
  });

  test.each<[string, (portal: Portal) => void]>([
    ["that has not ended", (portal) => run(portal, "UPDATE members SET ended = 0 WHERE member_id = 'Q1'")],
    [
      "with an account",
      (portal) =>
        run(
          portal,
          "INSERT INTO accounts (id, member_id, status, email, created_at, activated_at, last_seen_at) VALUES ('q', 'Q1', 'active', 'q@b.example', 1, 1, ?)",
          due / 1000,
        ),
    ],
    [
      "with a payment that is shown",
      (portal) =>
        run(
          portal,
          `INSERT INTO payments (member_id, paid_on, payment_id, payer, nature, amount_cents, recipient, status, version, digest)
           VALUES ('Q1', '2028-12-01', 'q', 'AMO', 'x', 1, 'assure', 'emis', 1, x'')`,
        ),
    ],
  ])("somebody %s keeps everything", async (_who, change) => {
    const portal = await startPortal();
    putPerson(portal);
    change(portal);
    await purgeAt(portal, due);
    expect(all(portal)).toEqual([1, 1, 1, 1]);
    expect(nir(portal)).toBe(1);
  });

  test("somebody to whom a kept row refers stays without number, IBAN and address, and goes when that row has gone", async () => {
    const portal = await startPortal();
    putPerson(portal);
    portal.setTime(due - 365 * day * 1000);
    const body = { subject: "s", text: "t", html: "h" };
    write(portal.db, () => queueMail(portal, { kind: "probe", memberId: "Q1", to: "nobody", language: "fr", body }));
    const done = await purgeAt(portal, due);
    expect(done.filter(({ left }) => left > 0)).toEqual([]);
    expect(all(portal)).toEqual([1, 0, 0, 1]);
    expect(nir(portal)).toBe(0);
    expect(count(portal, "members WHERE member_id = 'Q1' AND (email IS NOT NULL OR address_4 IS NOT NULL)")).toBe(0);
    await purgeAt(portal, due + 5 * 366 * day * 1000);
    expect(all(portal)).toEqual([0, 0, 0, 0]);
    expect(isWhole(verifyEvidence(portal))).toBe(true);
  });

  test("somebody whose moment of end is not known stays", async () => {
    const portal = await startPortal();
    putPerson(portal, null);
    await purgeAt(portal, due);
    expect(all(portal)).toEqual([1, 1, 1, 1]);
  });

  test("a right and an account that ended go, of somebody who has not ended too, and a contract with what hangs on it", async () => {
    const portal = await startPortal();
    const old = "updated_at = '2026-12-01', ended = 1";
    portal.db.$client.exec(`UPDATE amo_rights SET ${old} WHERE member_id = 'P0001';
      UPDATE bank_accounts SET ${old} WHERE member_id = 'P0001' AND usage = 'prestations_amc';
      UPDATE contracts SET ${old} WHERE subscriber_id = 'P0001'`);
    const contracts = "(SELECT contract_id FROM contracts WHERE subscriber_id = 'P0001')";
    const hanging = ["guarantees", "instalments", "beneficiaries"].map(
      (table) => `${table} WHERE contract_id IN ${contracts}`,
    );
    const others = count(portal, "contracts WHERE subscriber_id <> 'P0001'");
    for (const rows of hanging) expect(count(portal, rows)).toBeGreaterThan(0);
    const ids = portal.db.$client
      .prepare(`SELECT contract_id FROM contracts WHERE subscriber_id = 'P0001'`)
      .pluck()
      .all();
    await purgeAt(portal, due);
    expect(count(portal, "amo_rights WHERE member_id = 'P0001'")).toBe(0);
    expect(count(portal, "bank_accounts WHERE member_id = 'P0001' AND usage = 'prestations_amc'")).toBe(0);
    for (const table of ["contracts", "guarantees", "instalments", "beneficiaries"])
      expect([table, count(portal, `${table} WHERE contract_id IN ('${ids.join("','")}')`)]).toEqual([table, 0]);
    expect(count(portal, "contracts WHERE subscriber_id <> 'P0001'")).toBe(others);
    expect(count(portal, "members WHERE member_id = 'P0001'")).toBe(1);
  });

  test("nothing goes while an import is under way", async () => {
    const portal = await startPortal();
    putPerson(portal);
    run(portal, "INSERT INTO feed_runs (mode, started_at) VALUES ('delta', ?)", due / 1000);
    await purgeAt(portal, due);
    expect(all(portal)).toEqual([1, 1, 1, 1]);
  });
});

describe("8.1 accounts not used", () => {
  const warned = "accounts not used, their owners warned";
  const closed = "accounts not used, of people whose rights are over";
  const mails = (portal: Portal, kind: string) =>
    portal.mailsTo("alice@demo.example").filter((mail) => mail.kind === kind);
  const endRights = (portal: Portal) =>
    portal.db.$client.exec("UPDATE members SET ended = 1 WHERE member_id = 'P0001'");
  const see = (portal: Portal) => run(portal, "UPDATE accounts SET last_seen_at = ?", now(portal));

  test("after 24 months their owner is warned, once", async () => {
    const portal = await startPortal();
    see(portal);
    const start = now(portal);
    portal.setTime((monthsLater(24)(start) - 1) * 1000);
    expect((await purged(portal, warned)).removed).toBe(0);
    portal.setTime(monthsLater(24)(start) * 1000);
    const accounts = count(portal, "accounts");
    expect(await purged(portal, warned)).toMatchObject({ removed: accounts, left: 0 });
    portal.advance({ days: 40 });
    expect((await purged(portal, warned)).removed).toBe(0);
    expect(mails(portal, "account.inactive")).toHaveLength(1);
    expect(mails(portal, "account.inactive")[0]!.text.replace(/\s+/g, " ")).toContain("à partir du 23 novembre 2029");
  });

  test("signing in takes the warning back: the next one counts from there", async () => {
    const portal = await startPortal();
    see(portal);
    portal.advance({ days: 731 });
    await purge(portal);
    await portal.browser().signIn("alice");
    portal.advance({ days: 2 * 366 });
    await purge(portal);
    expect(mails(portal, "account.inactive")).toHaveLength(2);
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
  });

  test("after 36 months, they close when the rights are over, with a receipt", async () => {
    const portal = await startPortal();
    see(portal);
    const start = now(portal);
    endRights(portal);
    portal.setTime(monthsLater(24)(start) * 1000);
    await purge(portal);
    portal.setTime((monthsLater(36)(start) - 1) * 1000);
    expect((await purged(portal, closed)).removed).toBe(0);
    portal.setTime(monthsLater(36)(start) * 1000);
    expect(await purged(portal, closed)).toMatchObject({ removed: 1, left: 0 });
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(0);
    expect(mails(portal, "account.deleted")).toHaveLength(1);
    expect(mails(portal, "account.deleted")[0]!.text).toContain("n’a pas servi");
    expect(count(portal, "outbound WHERE member_id = 'P0001' AND entity = 'suppressions'")).toBe(1);
  });

  test("no account closes while the rights run, however old", async () => {
    const portal = await startPortal();
    see(portal);
    portal.advance({ days: 731 });
    await purge(portal);
    portal.advance({ days: 20 * 365 });
    expect((await purged(portal, closed)).removed).toBe(0);
    portal.db.$client.exec("UPDATE members SET is_affiliate = 0, is_subscriber = 0 WHERE member_id = 'P0001'");
    expect((await purged(portal, closed)).removed).toBe(1);
  });

  test("nobody is closed before 30 days have passed since the warning", async () => {
    const portal = await startPortal();
    see(portal);
    endRights(portal);
    portal.advance({ days: 4 * 366 });
    expect((await purged(portal, closed)).removed).toBe(0);
    const warnedAt = now(portal);
    portal.setTime((warnedAt + 30 * day - 1) * 1000);
    expect((await purged(portal, closed)).removed).toBe(0);
    portal.setTime((warnedAt + 30 * day) * 1000);
    expect((await purged(portal, closed)).removed).toBe(1);
  });
});

describe("the purge", () => {
  test("removes in steps and proves it: nothing is left of any rule", async () => {
    const portal = await startPortal();
    const insert = portal.db.$client.prepare("INSERT INTO throttles VALUES (randomblob(32), 1, 0, 0)");
    write(portal.db, () => {
      for (let index = 0; index < 1_700; index++) insert.run();
    });
    const rules = await purge(portal);
    expect(rules.map(({ name }) => name)).toEqual(purgeRules.map(({ name }) => name));
    expect(rules.filter(({ left }) => left > 0)).toEqual([]);
    expect(rules.find(({ name }) => name === "counters of failed tries")!.removed).toBe(1_700);
  });

  test("lets others in between its steps", async () => {
    const portal = await startPortal();
    const insert = portal.db.$client.prepare("INSERT INTO throttles VALUES (randomblob(32), 1, 0, 0)");
    write(portal.db, () => {
      for (let index = 0; index < 3_000; index++) insert.run();
    });
    let visits = 0;
    const visitor = setInterval(() => visits++, 0);
    const working = purge(portal);
    const page = await portal.browser().get("/login");
    await working;
    clearInterval(visitor);
    expect(page.status).toBe(200);
    expect(visits).toBeGreaterThan(1);
  });

  test("two at once remove nothing twice", async () => {
    const portal = await startPortal();
    for (const { put } of cases) put(portal);
    portal.advance({ days: 6 * 365 });
    const [one, other] = await Promise.all([purge(portal), purge(portal)]);
    const total = (name: string) =>
      one!.find((rule) => rule.name === name)!.removed + other!.find((rule) => rule.name === name)!.removed;
    expect(total("half-filled forms")).toBe(1);
    expect(total("cases closed")).toBe(1);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("a base that nobody needs any more holds nothing of an account, and the journal still stands", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    await alice.post(urls.accountDelete, { password: demoPassword, confirm: "on" });
    run(portal, "UPDATE mails SET state = 'sent', settled_at = ?", now(portal));
    portal.advance({ days: 5 * 366 });
    await purge(portal);
    await purge(portal);
    expect(count(portal, "mails WHERE member_id = 'P0001'")).toBe(0);
    expect(count(portal, "evidence WHERE member_id = 'P0001'")).toBe(0);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("C4 what was erased is in no page of the file, freed or not, nor in its log", async () => {
    const portal = await startPortal();
    const mobile = "+33699887766";
    const hash = "$argon2id$v=19$m=64,t=1,p=1$bWFycXVldXI$marqueur";
    run(portal, "UPDATE credentials SET password_hash = ? WHERE account_id = ?", hash, accountOf(portal));
    run(portal, "UPDATE accounts SET mobile = ? WHERE member_id = 'P0001'", mobile);
    run(
      portal,
      "INSERT INTO guardian_consents (account_id, guardian_name, guardian_email, asked_at) VALUES (?, 'Maman Marqueur', 'maman@marqueur.example', 0)",
      accountOf(portal),
    );
    const onDisk = () => {
      const { databaseFile } = portal.config;
      return Buffer.concat([readFileSync(databaseFile), readFileSync(`${databaseFile}-wal`)]).toString("latin1");
    };
    for (const secret of [mobile, hash, "Maman Marqueur"]) expect(onDisk()).toContain(secret);
    write(portal.db, () =>
      deleteWithReceipt(portal, findAccountHolder(portal, "P0001")!, { actor: "member", by: "member" }),
    );
    await purge(portal);
    for (const secret of [mobile, hash, "Maman Marqueur", "maman@marqueur.example"])
      expect(onDisk()).not.toContain(secret);
    // The address stays with the proof of the mails, and no longer than that.
    expect(onDisk()).toContain("alice@demo.example");
    run(portal, "UPDATE mails SET state = 'sent', settled_at = ? WHERE member_id = 'P0001'", now(portal));
    run(portal, "UPDATE members SET email = NULL WHERE member_id = 'P0001'");
    portal.advance({ days: 5 * 366 });
    await purge(portal);
    expect(onDisk()).not.toContain("alice@demo.example");
  });

  test("the job runs once a day, whoever purged last", async () => {
    const portal = await startPortal();
    const did = () => portal.logged.filter(({ message }) => message === "purged").length;
    await purgeDaily(portal);
    expect(did()).toBe(1);
    portal.advance({ hours: 23, minutes: 59, seconds: 59 });
    await purgeDaily(portal);
    expect(did()).toBe(1);
    portal.advance({ seconds: 1 });
    await Promise.all([purgeDaily(portal), purgeDaily(portal)]);
    expect(did()).toBe(2);
  });
});

describe("espace purge", () => {
  async function command(portal: Portal, args: string[]) {
    const [said, complained]: [string[], string[]] = [[], []];
    const spies = [
      vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0),
      vi.spyOn(process.stderr, "write").mockImplementation((text) => complained.push(String(text)) > 0),
    ];
    const code = await purgeCommand(portal, args);
    for (const spy of spies) spy.mockRestore();
    return { code, output: said.join(""), errors: complained.join("") };
  }

  test("--dry-run counts and changes nothing, then the purge removes that many, and says 0 left", async () => {
    const portal = await startPortal();
    for (const { put } of cases) put(portal);
    portal.advance({ days: 31 });
    const dry = JSON.parse((await command(portal, ["--dry-run", "--json"])).output);
    expect(dry.dryRun).toBe(true);
    expect(dry.left).toBeGreaterThan(5);
    expect(count(portal, "drafts")).toBe(1);
    const done = await command(portal, ["--json"]);
    const result = JSON.parse(done.output);
    expect([done.code, done.errors, result.left]).toEqual([0, "", 0]);
    for (const rule of dry.rules)
      expect(result.rules.find(({ name }: { name: string }) => name === rule.name).removed).toBeGreaterThanOrEqual(
        rule.left,
      );
    expect((await command(portal, [])).output).toContain(
      "half-filled forms (kept until they lapse): 0 removed, 0 left",
    );
  });

  test("wrong usage and help", async () => {
    const portal = await startPortal();
    expect((await command(portal, ["--dry"])).code).toBe(2);
    expect((await command(portal, ["now"])).code).toBe(2);
    expect((await command(portal, ["--help"])).output).toContain("espace purge [--dry-run] [--json]");
  });

  test("what is still due is told, and exits 1: an import under way keeps its payments", async () => {
    const portal = await startPortal();
    portal.advance({ days: 5 * 365 });
    run(portal, "INSERT INTO feed_runs (mode, started_at) VALUES ('delta', ?)", now(portal));
    const { code, errors } = await command(portal, []);
    expect(code).toBe(1);
    expect(errors).toContain("an import is running");
    portal.advance({ hours: 6 });
    expect((await command(portal, [])).code).toBe(0);
    expect(count(portal, "payments")).toBe(0);
  });
});
