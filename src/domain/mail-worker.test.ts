import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Db, migrate, openDatabase, write } from "../platform/database.ts";
import { createMailer, type Delivery, type Mailer, type OutgoingMail } from "../platform/mailer.ts";
import { cutAfterData, startRawServer, startSmtpServer } from "../platform/mailer-test-server.ts";
import { mails } from "../platform/schema.ts";
import { createSeal, type Seal } from "../platform/seal.ts";
import { openMailContent } from "./mail-content.ts";
import { type MailWorkerDeps, type SettledMail, startMailWorker } from "./mail-worker.ts";
import { type QueuedMail, queueMail } from "./outbox.ts";
import { leaseSeconds, retryDelay } from "./sending-queue.ts";

const start = 1_768_464_000;
const link = "https://espace.example/activate/secret-token-1234567890";

let folder: string;
let db: Db;
let seal: Seal;
let now: number;
let logged: string[];
let closing: (() => unknown)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-worker-"));
  db = openDatabase(join(folder, "espace.db"));
  migrate(db);
  seal = createSeal([createSecretKey(randomBytes(32))]);
  now = start;
  logged = [];
  closing = [() => db.$client.close(), () => rmSync(folder, { recursive: true })];
});
afterEach(async () => {
  for (const close of closing) await close();
});

const clock = () => now * 1000;
const note = (level: string) => (fields: object, message: string) => {
  logged.push(JSON.stringify({ level, message, ...fields }));
};
const log = { info: note("info"), warn: note("warn"), error: note("error") };

function worker(mailer: Mailer, more: Partial<MailWorkerDeps> = {}) {
  const started = startMailWorker({ db, seal, clock, mailer, log, pollMs: 0, ...more });
  closing.unshift(() => started.stop());
  return started;
}

/** Long enough for a busy machine; `hasty` for servers that hang. */
const [patient, hasty] = [10_000, 150];

function smtp(smtpUrl: string, wait = patient): Mailer {
  const timeouts = { connect: patient, greeting: wait, silence: wait, whole: patient };
  const mailer = createMailer({ smtpUrl, mailFrom: "SMENO <espace@smeno.example>", dataDir: folder }, timeouts);
  closing.unshift(() => mailer.close());
  return mailer;
}

async function server(refuse?: Parameters<typeof startSmtpServer>[0]) {
  const started = await startSmtpServer(refuse);
  closing.push(started.stop);
  return started;
}

/** A mailer whose answers the test gives, when it wants. */
function handMailer() {
  const asked: { mail: OutgoingMail; answer: (delivery: Delivery) => void }[] = [];
  const mailer: Mailer = {
    send: (mail) => new Promise((answer) => asked.push({ mail, answer })),
    verify: async () => sent,
    close: async () => {},
    description: "by hand",
  };
  return { asked, mailer };
}

const sent: Delivery = { outcome: "sent", answer: "250 2.0.0 taken" };
const later: Delivery = { outcome: "later", answer: "ECONNECTION down" };

function queue(mail: Partial<QueuedMail> = {}): boolean {
  const body = { subject: "Créez votre accès", text: `Suivez\n${link}\n`, html: `<p><a href="${link}">Suivre</a></p>` };
  return write(db, () =>
    queueMail({ db, seal, clock }, { kind: "invitation", to: "alice@demo.example", language: "fr", body, ...mail }),
  );
}

const rows = () => db.select().from(mails).all();
const row = () => rows()[0]!;
const turn = (ms = 0) => new Promise((done) => setTimeout(done, ms));
async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 20_000) throw new Error("waited in vain");
    await turn(5);
  }
}

describe("against a real SMTP server", () => {
  test("a queued mail is delivered once, and the server's answer kept with its content", async () => {
    const smtpServer = await server();
    const mailWorker = worker(smtp(smtpServer.url));
    queue();
    expect(await mailWorker.runOnce()).toBe(1);
    expect(await mailWorker.runOnce()).toBe(0);
    expect(smtpServer.received).toHaveLength(1);
    const { mail } = smtpServer.received[0]!;
    expect(mail.subject).toBe("Créez votre accès");
    expect(mail.text).toContain(link);
    expect(mail.html).toContain(link);
    expect(mail.messageId).toBe(`<${row().messageId}@smeno.example>`);
    expect(row()).toMatchObject({
      state: "sent",
      attempts: 1,
      settledAt: start,
      answer: expect.stringMatching(/^250 /),
    });
    expect(openMailContent({ db, seal }, row().contentSealed).text).toContain(link);
  });

  test("a mail of a transaction rolled back is never sent", async () => {
    const smtpServer = await server();
    const mailWorker = worker(smtp(smtpServer.url));
    expect(() =>
      write(db, () => {
        queue();
        throw new Error("no");
      }),
    ).toThrow("no");
    queue({ to: "bob@demo.example" });
    await mailWorker.runOnce();
    expect(smtpServer.received.map(({ to }) => to)).toEqual([["bob@demo.example"]]);
  });

  test("what a replay queues again under its key is not sent again", async () => {
    const smtpServer = await server();
    const mailWorker = worker(smtp(smtpServer.url));
    for (let replay = 0; replay < 3; replay++) {
      queue({ uniqueKey: "alert:P1" });
      await mailWorker.runOnce();
    }
    expect(smtpServer.received).toHaveLength(1);
  });

  test("a mail refused with 550 is given up at once", async () => {
    const smtpServer = await server(() => ({ code: 550, text: "5.1.1 alice@demo.example unknown" }));
    const mailWorker = worker(smtp(smtpServer.url));
    queue();
    expect(await mailWorker.runOnce()).toBe(1);
    expect(row()).toMatchObject({
      state: "dead",
      attempts: 1,
      settledAt: start,
      answer: expect.stringMatching(/^550 /),
    });
    now += 86_400;
    expect(await mailWorker.runOnce()).toBe(0);
  });

  test("a greylisted mail is tried again after 1 and 2 minutes, not before, and delivered once", async () => {
    const tries: number[] = [];
    const smtpServer = await server((_, stage) => {
      if (stage === "recipient") tries.push(now - start);
      return tries.length <= 2 ? { code: 451, text: "4.7.1 wait" } : undefined;
    });
    const mailWorker = worker(smtp(smtpServer.url));
    queue();
    for (; now < start + 600; now++) await mailWorker.runOnce();
    const [first, second] = [retryDelay(1, row().mailId), retryDelay(2, row().mailId)];
    expect(tries).toEqual([0, first, first + second]);
    expect(first).toBeGreaterThanOrEqual(60);
    expect(second).toBeGreaterThanOrEqual(120);
    expect(smtpServer.received).toHaveLength(1);
    expect(row()).toMatchObject({ state: "sent", attempts: 3 });
  });

  test("a line cut after DATA means another try, under the same Message-ID", async () => {
    let whole = 0;
    const cutting = await startRawServer(cutAfterData(() => whole++));
    closing.push(cutting.stop);
    queue();
    const first = worker(smtp(cutting.url));
    await first.runOnce();
    await first.stop();
    expect(whole).toBe(1);
    expect(row()).toMatchObject({ state: "queued", attempts: 1 });
    const smtpServer = await server();
    now += 70;
    await worker(smtp(smtpServer.url)).runOnce();
    expect(smtpServer.received.map(({ mail }) => mail.messageId)).toEqual([`<${row().messageId}@smeno.example>`]);
  });

  test("a server that hangs, or is down, costs one short try a mail; all arrive when it is back", async () => {
    const hanging = await startRawServer(() => {});
    closing.push(hanging.stop);
    const down = await startSmtpServer();
    await down.stop();
    for (let count = 0; count < 6; count++) queue();
    const first = worker(smtp(hanging.url, hasty));
    expect(await first.runOnce()).toBe(6);
    await first.stop();
    expect(hanging.connections()).toBe(6);
    now += 70;
    const second = worker(smtp(down.url));
    expect(await second.runOnce()).toBe(6);
    await second.stop();
    expect(rows().map(({ state, attempts }) => [state, attempts])).toEqual(Array(6).fill(["queued", 2]));
    const smtpServer = await server();
    now += 140;
    expect(await worker(smtp(smtpServer.url)).runOnce()).toBe(6);
    expect(smtpServer.received).toHaveLength(6);
  });

  test("headers asked for arrive, and those of the content cannot add a recipient", async () => {
    const smtpServer = await server();
    const mailWorker = worker(smtp(smtpServer.url));
    const body = { subject: "Bonjour\r\nBcc: victim@demo.example", text: "t", html: "<p>t</p>" };
    queue({ body, headers: { "List-Unsubscribe": "<https://x.example>\r\nBcc: victim@demo.example" } });
    await mailWorker.runOnce();
    const { to, mail } = smtpServer.received[0]!;
    expect(to).toEqual(["alice@demo.example"]);
    expect(mail.headers.has("bcc")).toBe(false);
    expect(mail.headers.has("list")).toBe(true);
  });

  test("no log line holds an address, a subject or a link", async () => {
    const smtpServer = await server((to) =>
      to === "gone@demo.example" ? { code: 550, text: `5.1.1 <${to}> unknown` } : undefined,
    );
    const mailWorker = worker(smtp(smtpServer.url));
    queue();
    queue({ to: "gone@demo.example" });
    await mailWorker.runOnce();
    expect(logged).toHaveLength(2);
    expect(logged.join("\n")).toContain('"code":"550 5.1.1"');
    expect(logged.join("\n")).not.toMatch(/demo\.example|Créez|secret-token/);
  });
});

test("a worker killed between sending and settling: the next one sends again after the lease, same Message-ID", async () => {
  queue();
  const killed = handMailer();
  const dead = worker(killed.mailer);
  void dead.runOnce();
  await until(() => killed.asked.length === 1);

  const next = handMailer();
  const second = worker(next.mailer);
  now += leaseSeconds - 1;
  expect(await second.runOnce()).toBe(0);
  now += 1;
  const run = second.runOnce();
  expect(next.asked).toHaveLength(1);
  expect(next.asked[0]!.mail.messageId).toBe(killed.asked[0]!.mail.messageId);
  next.asked[0]!.answer(sent);
  expect(await run).toBe(1);
  killed.asked[0]!.answer(later);
  await turn();
  expect(row()).toMatchObject({ state: "sent", attempts: 2, answer: sent.answer });
});

test("two workers at once send each mail once", async () => {
  for (let count = 0; count < 40; count++) queue({ to: `m${count}@demo.example` });
  const smtpServer = await server();
  await Promise.all([worker(smtp(smtpServer.url)).runOnce(), worker(smtp(smtpServer.url)).runOnce()]);
  await until(() => rows().every(({ state }) => state === "sent"));
  expect(new Set(smtpServer.received.map(({ to }) => to[0])).size).toBe(40);
  expect(smtpServer.received).toHaveLength(40);
});

test("while another process holds the base nobody stands still, and each mail is sent and settled once it is free", async () => {
  const other = openDatabase(join(folder, "espace.db"));
  closing.unshift(() => other.$client.close());
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer);
  queue();
  other.$client.exec("BEGIN IMMEDIATE");
  const run = mailWorker.runOnce();
  await turn(50);
  expect(asked).toHaveLength(0);
  other.$client.exec("COMMIT");
  await until(() => asked.length === 1);
  other.$client.exec("BEGIN IMMEDIATE");
  asked[0]!.answer(sent);
  await turn(50);
  expect([row().state, mailWorker.isAlive()]).toEqual(["queued", true]);
  other.$client.exec("COMMIT");
  expect(await run).toBe(1);
  expect(row()).toMatchObject({ state: "sent", attempts: 1 });
  expect([asked.length, logged.filter((line) => line.includes("cannot be used"))]).toEqual([1, []]);
});

test.each([
  ["its lease runs out meanwhile", 40],
  ["the clock is set back", -3_600],
])("a mail on its way is not sent a second time when %s", async (_what, moved) => {
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer);
  queue();
  const run = mailWorker.runOnce();
  now += moved;
  void mailWorker.runOnce();
  void mailWorker.runOnce();
  expect(asked).toHaveLength(1);
  asked[0]!.answer(sent);
  await run;
  expect(row()).toMatchObject({ state: "sent", attempts: 1 });
});

test("what a clock ahead of time has queued leaves as soon as the clock is right", async () => {
  now += 5 * 3_600;
  queue({ urgent: true });
  now -= 5 * 3_600;
  const { asked, mailer } = handMailer();
  const run = worker(mailer).runOnce();
  expect(asked).toHaveLength(1);
  asked[0]!.answer(sent);
  expect(await run).toBe(1);
});

test("a base that is held for seconds holds up nobody, though mails are due and on their way", async () => {
  const other = openDatabase(join(folder, "espace.db"));
  closing.unshift(() => other.$client.close());
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer);
  queue();
  const run = mailWorker.runOnce();
  queue();
  other.$client.exec("BEGIN IMMEDIATE");
  asked[0]!.answer(sent);
  // Past the second after which the base is waited for, a moment each time.
  await turn(2_500);
  other.$client.exec("COMMIT");
  await until(() => asked.length === 2);
  asked[1]!.answer(sent);
  await run;
  expect(rows().map(({ state }) => state)).toEqual(["sent", "sent"]);
  expect(logged.filter((line) => line.includes("cannot be used"))).toEqual([]);
});

test("at most four mails are on their way at once, and an urgent one takes the next place", async () => {
  for (let count = 0; count < 6; count++) queue({ kind: `newsletter-${count}` });
  const { asked, mailer } = handMailer();
  const run = worker(mailer).runOnce();
  await until(() => asked.length > 0);
  expect(asked).toHaveLength(4);
  queue({ to: "urgent@demo.example", urgent: true });
  asked[0]!.answer(sent);
  await until(() => asked.length === 5);
  expect(asked[4]!.mail.to).toBe("urgent@demo.example");
  for (let index = 1; index < 7; index++) {
    await until(() => asked.length > index);
    asked[index]!.answer(sent);
  }
  expect(await run).toBe(7);
});

test("an urgent mail behind ten thousand bulk ones leaves at once, though the server hangs on three of them", async () => {
  for (let count = 0; count < 20; count++) queue({ kind: "alert", to: `m${count}@demo.example`, bulk: true });
  db.$client.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
    INSERT INTO mails (message_id, kind, recipient, language, content_sealed, priority, queued_at, due_at)
    SELECT message_id || i, kind, recipient, language, content_sealed, priority, queued_at, due_at FROM mails, n`);
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer, { pollMs: 20 });
  await until(() => asked.length === 3);
  await turn(60);
  expect(asked).toHaveLength(3);
  queue({ to: "urgent@demo.example", urgent: true });
  await until(() => asked.length === 4);
  expect(asked[3]!.mail.to).toBe("urgent@demo.example");
  for (const { answer } of asked.splice(0)) answer(sent);
  await until(() => asked.length === 3);
  const stopping = mailWorker.stop();
  for (const { answer } of asked) answer(sent);
  await stopping;
});

test("while pages are asked for, bulk mails are taken up one by one, and the others do not wait for them", async () => {
  let serving = true;
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer, { isServing: () => serving });
  for (let count = 0; count < 6; count++) queue({ kind: `notice-${count}`, bulk: true });
  const kinds = () => rows().flatMap(({ kind, leasedUntil }) => (leasedUntil > 0 ? [kind] : []));
  const run = mailWorker.runOnce();
  expect(kinds()).toEqual(["notice-0"]);
  queue({ kind: "password.reset", urgent: true });
  void mailWorker.runOnce();
  expect(kinds()).toEqual(["notice-0", "password.reset"]);
  await until(() => kinds().length === 4);
  expect(kinds()).toEqual(["notice-0", "notice-1", "notice-2", "password.reset"]);
  serving = false;
  for (let next = 0; next < 7; next++) {
    await until(() => asked.length > next);
    asked[next]!.answer(sent);
  }
  await run;
  expect(rows().every(({ state }) => state === "sent")).toBe(true);
});

test("bulk mails keep to the number of a minute, others do not wait for them", async () => {
  for (let count = 0; count < 10; count++) queue({ kind: "alert", to: `m${count}@demo.example`, bulk: true });
  const { mailer } = handMailer();
  const mailWorker = worker({ ...mailer, send: async () => sent }, { mailPerMinute: 4 });
  await mailWorker.runOnce();
  expect(rows().filter(({ state }) => state === "sent")).toHaveLength(4);
  queue({ to: "bob@demo.example" });
  now += 59;
  expect(await mailWorker.runOnce()).toBe(1);
  now += 1;
  expect(await mailWorker.runOnce()).toBe(4);
  expect(rows().filter(({ state }) => state === "queued")).toHaveLength(2);
});

test("a mail queued in this process leaves at once; one queued by another process at the next look", async () => {
  const { asked, mailer } = handMailer();
  worker(mailer, { pollMs: 40 });
  queue();
  await until(() => asked.length === 1);
  asked[0]!.answer(sent);
  const other = openDatabase(join(folder, "espace.db"));
  other.$client.exec(`INSERT INTO mails (message_id, kind, recipient, language, content_sealed, queued_at, due_at)
    SELECT message_id || 'x', kind, recipient, language, content_sealed, queued_at, due_at FROM mails`);
  other.$client.close();
  await until(() => asked.length === 2);
  asked[1]!.answer(sent);
  await until(() => rows().every(({ state }) => state === "sent"));
});

test("stopping takes up nothing more and waits for the mail on its way", async () => {
  queue();
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer, { pollMs: 20 });
  expect(mailWorker.isAlive()).toBe(true);
  await until(() => asked.length === 1);
  let stopped = false;
  const stopping = mailWorker.stop().then(() => {
    stopped = true;
  });
  expect(mailWorker.isAlive()).toBe(false);
  queue({ to: "bob@demo.example" });
  await turn(60);
  expect(stopped).toBe(false);
  asked[0]!.answer(sent);
  await stopping;
  expect(rows().map(({ state }) => state)).toEqual(["sent", "queued"]);
  expect(asked).toHaveLength(1);
});

test("stopping waits 8 seconds at most, and what comes later touches the database no more", async () => {
  queue();
  const { asked, mailer } = handMailer();
  const mailWorker = worker(mailer);
  void mailWorker.runOnce();
  await until(() => asked.length === 1);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    let stopped = false;
    const stopping = mailWorker.stop().then(() => {
      stopped = true;
    });
    await vi.advanceTimersByTimeAsync(7_900);
    expect(stopped).toBe(false);
    await vi.advanceTimersByTimeAsync(100);
    await stopping;
  } finally {
    vi.useRealTimers();
  }
  asked[0]!.answer(sent);
  await turn();
  expect(row()).toMatchObject({ state: "queued", leasedUntil: now + leaseSeconds });
  expect(logged).toEqual([]);
});

test("a mailer that breaks, or a key that is gone, is one more reason to try later, and the worker lives on", async () => {
  queue();
  const broken: Mailer = {
    ...handMailer().mailer,
    send: () => Promise.reject(new Error("alice@demo.example broke it")),
  };
  const first = worker(broken);
  expect(await first.runOnce()).toBe(1);
  expect(row()).toMatchObject({ state: "queued", attempts: 1, answer: "EFAULT alice@demo.example broke it" });
  expect(logged.join()).not.toContain("alice@demo.example");
  expect(first.isAlive()).toBe(true);
  await first.stop();
  now += 70;
  const second = worker(broken, { seal: createSeal([createSecretKey(randomBytes(32))]) });
  expect(await second.runOnce()).toBe(1);
  expect(row().answer).toContain("SECRET_KEY");
});

test("a database that cannot be used is told, and the worker recovers with it", async () => {
  const { mailer } = handMailer();
  const answering: Mailer = { ...mailer, send: async () => sent };
  const mailWorker = worker(answering);
  queue();
  db.$client.exec("ALTER TABLE mails RENAME TO away");
  expect(await mailWorker.runOnce()).toBe(0);
  expect(await mailWorker.runOnce()).toBe(0);
  expect(logged).toHaveLength(1);
  expect(mailWorker.isAlive()).toBe(false);
  db.$client.exec("ALTER TABLE away RENAME TO mails");
  expect(await mailWorker.runOnce()).toBe(1);
  expect(mailWorker.isAlive()).toBe(true);
});

test("a mail whose end cannot be written is not sent again, and settled as soon as it can be", async () => {
  let full = true;
  let sends = 0;
  const mailer: Mailer = {
    ...handMailer().mailer,
    send: async () => {
      sends++;
      return sent;
    },
  };
  const onSettled = () => {
    if (full) throw new Error("disk full");
  };
  const mailWorker = worker(mailer, { onSettled });
  queue();
  for (let look = 0; look < 5; look++) {
    await mailWorker.runOnce();
    now += leaseSeconds;
  }
  expect([sends, row().state, mailWorker.isAlive()]).toEqual([1, "queued", false]);
  full = false;
  await mailWorker.runOnce();
  expect([sends, row().state, row().answer, mailWorker.isAlive()]).toEqual([1, "sent", sent.answer, true]);
});

test("what is written when a mail is settled for good is kept with it, once a mail", async () => {
  const settled: SettledMail[] = [];
  const deliveries = [later, sent, { outcome: "never", answer: "550 no" } as Delivery];
  const mailer: Mailer = { ...handMailer().mailer, send: async () => deliveries.shift()! };
  const mailWorker = worker(mailer, { onSettled: (mail) => settled.push(mail) });
  queue();
  await mailWorker.runOnce();
  expect(settled).toEqual([]);
  now += 70;
  await mailWorker.runOnce();
  queue();
  await mailWorker.runOnce();
  expect(settled).toMatchObject([
    { kind: "invitation", state: "sent", attempts: 2, queuedAt: start, settledAt: start + 70, answer: sent.answer },
    { state: "dead", attempts: 1, answer: "550 no" },
  ]);
  expect(settled[0]!.contentSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(db.$client.inTransaction).toBe(false);
});
