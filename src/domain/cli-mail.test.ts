import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Db, migrate, openDatabase, write } from "../platform/database.ts";
import { createMailer } from "../platform/mailer.ts";
import { startSmtpServer } from "../platform/mailer-test-server.ts";
import { builtInOrganisation } from "../platform/organisation.ts";
import { mails } from "../platform/schema.ts";
import { createSeal } from "../platform/seal.ts";
import { mailCommand } from "./cli-mail.ts";
import { queueMail } from "./outbox.ts";
import { queueText } from "./text-outbox.ts";

const now = 1_768_464_000;
const clock = () => now * 1000;
const seal = createSeal([createSecretKey(randomBytes(32))]);
let folder: string;
let db: Db;
let smtpUrl: string | undefined;
let out: string[];
let faults: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-cli-mail-"));
  db = openDatabase(join(folder, "espace.db"));
  migrate(db);
  [smtpUrl, out, faults] = [undefined, [], []];
});
afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true });
});

function run(...argv: string[]): Promise<number> {
  return mailCommand(
    {
      db,
      clock,
      seal: createSeal([createSecretKey(randomBytes(32))]),
      config: { organisation: builtInOrganisation, origin: "https://espace.example", dataDir: folder },
      createMailer: () => createMailer({ smtpUrl, mailFrom: "SMENO <espace@smeno.example>", dataDir: folder }),
      print: (line) => out.push(line),
      complain: (line) => faults.push(line),
    },
    argv,
  );
}

function queue(to: string, values: Partial<typeof mails.$inferInsert> = {}): void {
  write(db, () => {
    queueMail(
      { db, seal, clock },
      { kind: "invitation", to, language: "fr", body: { subject: "s", text: "t", html: "h" } },
    );
    const [last] = db.select({ id: mails.mailId }).from(mails).all().slice(-1);
    if (Object.keys(values).length > 0)
      db.$client
        .prepare("UPDATE mails SET state = ?, attempts = ?, settled_at = ?, answer = ?, due_at = ? WHERE mail_id = ?")
        .run(
          values.state ?? "queued",
          values.attempts ?? 0,
          values.settledAt ?? null,
          values.answer ?? null,
          values.dueAt ?? now,
          last!.id,
        );
  });
}

const dead = {
  state: "dead" as const,
  attempts: 25,
  settledAt: now + 60,
  answer: "550 5.1.1 <gone@demo.example> unknown",
};

test("mail test writes a real mail and says where it went", async () => {
  expect(await run("test", "operator@demo.example")).toBe(0);
  expect(out.join()).toMatch(/^Sent through files in .*: 250 written to .*\.eml$/);
  const [file] = readdirSync(join(folder, "mail"));
  const mail = await simpleParser(readFileSync(join(folder, "mail", file!)));
  expect(mail.subject).toBe("Essai d’envoi de l’Espace Personnel");
  expect(mail.text).toContain("https://espace.example/preferences");
});

test("mail test prints the server's answer, and fails with it when the server refuses", async () => {
  const server = await startSmtpServer((to) =>
    to.startsWith("gone") ? { code: 550, text: "No such user" } : undefined,
  );
  smtpUrl = server.url;
  expect(await run("test", "operator@demo.example", "--json", "--language", "en")).toBe(0);
  expect(JSON.parse(out[0]!)).toEqual({ outcome: "sent", answer: expect.stringMatching(/^250 /), via: server.url });
  expect(server.received[0]!.mail.subject).toBe("Test message from Espace Personnel");
  expect(await run("test", "gone@demo.example")).toBe(1);
  expect(faults).toEqual([`The mail was not accepted by ${server.url}: 550 No such user`]);
  await server.stop();
});

test("mail queue counts by state and shows the dead without their address", async () => {
  queue("alice@demo.example", { dueAt: now + 120 });
  queue("bob@demo.example", { dueAt: now + 60 });
  queue("gone@demo.example", dead);
  queue("not an address");
  db.$client.pragma("foreign_keys = off");
  write(db, () =>
    queueText({ db, seal, clock }, { kind: "change.code", memberId: "P1", to: "+33612345678", text: "Bonjour" }),
  );
  expect(await run("queue")).toBe(0);
  expect(out[0]!.split("\n")).toEqual([
    "queued 2, the first due 2026-01-15 09:01 (Paris)",
    "sent 0",
    "dead 2",
    "  #3 invitation to g***@demo.example, given up 2026-01-15 09:01 after 25 tries: 550 5.1.1 <g***@demo.example> unknown",
    "  #4 invitation to ***, given up 2026-01-15 09:00 after 0 tries: EENVELOPE not an e-mail address",
    "text messages",
    "  queued 1, the first due 2026-01-15 09:00 (Paris)",
    "  sent 0",
    "  dead 0",
  ]);
  await run("queue", "--json");
  expect(JSON.parse(out[1]!)).toMatchObject({
    queued: 2,
    sent: 0,
    dead: 2,
    oldestDue: "2026-01-15 09:01",
    deadMails: [{ mailId: 3, to: "g***@demo.example" }, {}],
    texts: { queued: 1, sent: 0, dead: 0, oldestDue: "2026-01-15 09:00" },
  });
  expect(out.join()).not.toContain("gone@");
});

test("an empty queue is told as such", async () => {
  expect(await run("queue")).toBe(0);
  expect(out[0]).toBe("queued 0\nsent 0\ndead 0\ntext messages\n  queued 0\n  sent 0\n  dead 0");
});

test("mail retry queues the dead again from their first try, and the waiting ones only when asked", async () => {
  queue("gone@demo.example", dead);
  queue("alice@demo.example", { attempts: 3, dueAt: now + 480 });
  expect(await run("retry")).toBe(0);
  expect(out).toEqual(["queued again: 1 mail, 0 text messages"]);
  expect(db.select().from(mails).all()).toMatchObject([
    { state: "queued", attempts: 0, dueAt: now, settledAt: null },
    { state: "queued", attempts: 3, dueAt: now + 480 },
  ]);
  expect(await run("retry", "--all", "--json")).toBe(0);
  expect(JSON.parse(out[1]!)).toEqual({ queued: 1, texts: 0 });
  expect(db.select().from(mails).all()[1]).toMatchObject({ attempts: 3, dueAt: now });
});

test("wrong usage exits 2 with the help, and asking for help exits 0", async () => {
  for (const argv of [
    [],
    ["send"],
    ["test"],
    ["test", "not an address"],
    ["test", "a@b.fr", "--language", "de"],
    ["queue", "--what"],
    ["retry", "3"],
  ]) {
    expect([argv, await run(...argv)]).toEqual([argv, 2]);
  }
  expect(faults).toHaveLength(7);
  expect(faults.every((fault) => fault.includes("Usage:"))).toBe(true);
  expect(out).toEqual([]);
  expect(await run("--help")).toBe(0);
  expect(out[0]).toContain("espace mail queue");
});
