import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { upgrade } from "../../test/kit/upgrade.ts";
import { type Db, openDatabase, write } from "../platform/database.ts";
import { evidence, mails } from "../platform/schema.ts";
import { createSeal, type Seal } from "../platform/seal.ts";
import { openMailContent } from "./mail-content.ts";
import { type OutboxDeps, onMailQueued, type QueuedMail, queueMail } from "./outbox.ts";

const link = "https://espace.example/activate/secret-token-1234567890";
const mail: QueuedMail = {
  kind: "invitation",
  to: "alice@demo.example",
  language: "fr",
  body: { subject: "Créez votre accès", text: `Suivez ${link}\n`, html: `<a href="${link}">Suivre</a>` },
};

let folder: string;
let db: Db;
let seal: Seal;
let deps: OutboxDeps;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-outbox-"));
  db = openDatabase(join(folder, "espace.db"));
  seal = createSeal([createSecretKey(randomBytes(32))]);
  upgrade(db, seal);
  deps = { db, seal, clock: () => 1_768_464_000_000 };
});
afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true });
});

const nextTurn = () => new Promise((done) => setImmediate(done));
const rows = () => db.select().from(mails).all();

test("a mail is queued, due at once, its content sealed", () => {
  expect(write(db, () => queueMail(deps, { ...mail, headers: { "List-Unsubscribe": "<https://x.example>" } }))).toBe(
    true,
  );
  const [row] = rows();
  expect(row).toMatchObject({
    kind: "invitation",
    recipient: "alice@demo.example",
    language: "fr",
    state: "queued",
    attempts: 0,
    queuedAt: 1_768_464_000,
    dueAt: 1_768_464_000,
  });
  expect(row!.messageId).toMatch(/^1768464000000\.[\w-]{20}$/);
  expect(openMailContent(deps, row!.contentSealed)).toEqual({
    ...mail.body,
    headers: { "List-Unsubscribe": "<https://x.example>" },
  });
});

test("no file of the base holds the link or the words of a mail", () => {
  write(db, () => queueMail(deps, mail));
  for (const name of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, name));
    expect([name, bytes.includes("secret-token"), bytes.includes("Créez votre")]).toEqual([name, false, false]);
  }
});

test("a mail of a transaction that fails is not queued", () => {
  expect(() =>
    write(db, () => {
      queueMail(deps, mail);
      throw new Error("the change did not take place");
    }),
  ).toThrow("did not take place");
  expect(rows()).toEqual([]);
});

test("a mail cannot be queued outside a transaction", () => {
  expect(() => queueMail(deps, mail)).toThrow("transaction");
});

test("a unique key is told once, even after the mail was sent", () => {
  const alert = { ...mail, uniqueKey: "alert:P1:email" };
  expect(write(db, () => queueMail(deps, alert))).toBe(true);
  db.update(mails).set({ state: "sent" }).run();
  expect(write(db, () => queueMail(deps, alert))).toBe(false);
  expect(write(db, () => queueMail(deps, { ...alert, uniqueKey: "alert:P2:email" }))).toBe(true);
  expect(rows()).toHaveLength(2);
});

test("a wrong address on file stops nothing: the mail is kept, dead, with the reason", () => {
  for (const to of ["no address", "a@x.example, b@x.example", "a@x.example\r\nBcc: b@x.example"]) {
    expect(write(db, () => queueMail(deps, { ...mail, to }))).toBe(true);
  }
  expect(rows().map(({ state, answer }) => [state, answer])).toEqual(
    Array(3).fill(["dead", "EENVELOPE not an e-mail address"]),
  );
  const told = db.select().from(evidence).all();
  expect(told.map(({ kind }) => kind)).toEqual(Array(3).fill("mail.dead"));
  expect(JSON.parse(told[0]!.details)).toMatchObject({
    messageId: rows()[0]!.messageId,
    mail: "invitation",
    answer: "EENVELOPE not an e-mail address",
  });
  expect(
    rows()
      .map(({ recipient }) => recipient)
      .join(),
  ).not.toMatch(/[\r\n]/);
});

test("line ends never reach a header", () => {
  const body = { ...mail.body, subject: "Bonjour\r\nBcc: b@x.example\0" };
  write(db, () => queueMail(deps, { ...mail, body, headers: { "X-Kind": "a\r\nBcc: b@x.example" } }));
  const content = openMailContent(deps, rows()[0]!.contentSealed);
  expect(content.subject).toBe("Bonjour Bcc: b@x.example");
  expect(content.headers).toEqual({ "X-Kind": "a Bcc: b@x.example" });
  expect(() => write(db, () => queueMail(deps, { ...mail, headers: { Bcc: "b@x.example" } }))).toThrow("Bcc");
});

test("listeners are woken after the commit, not before, and no more once they stopped listening", async () => {
  await nextTurn();
  const seen: number[] = [];
  const stop = onMailQueued(() => seen.push(rows().length));
  write(db, () => {
    queueMail(deps, mail);
    queueMail(deps, mail);
    expect(seen).toEqual([]);
  });
  await nextTurn();
  expect(seen).toEqual([2]);
  stop();
  write(db, () => queueMail(deps, mail));
  await nextTurn();
  expect(seen).toEqual([2]);
});

test("an urgent mail has the lower priority number, by which the queue is read", () => {
  write(db, () => queueMail(deps, mail));
  write(db, () => queueMail(deps, { ...mail, urgent: true }));
  const [ordinary, urgent] = rows();
  expect(urgent!.priority).toBeLessThan(ordinary!.priority);
});
