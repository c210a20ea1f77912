import { createSecretKey, randomBytes } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Db, migrate, openDatabase, write } from "../platform/database.ts";
import { mails } from "../platform/schema.ts";
import { createSeal } from "../platform/seal.ts";
import { mailQueue } from "./mail-queue.ts";
import { queueMail } from "./outbox.ts";
import { leaseSeconds, retryDelay } from "./sending-queue.ts";

const start = 1_768_464_000;
let db: Db;
let now: number;
const clock = () => now * 1000;
const seal = createSeal([createSecretKey(randomBytes(32))]);

beforeEach(() => {
  db = openDatabase(":memory:");
  migrate(db);
  now = start;
});
afterEach(() => {
  db.$client.close();
});

function queue(kind: string, urgent = false): void {
  const body = { subject: kind, text: kind, html: kind };
  write(db, () => queueMail({ db, seal, clock }, { kind, to: "alice@demo.example", language: "fr", body, urgent }));
}

const rows = () => db.select().from(mails).all();
const kinds = (claimed: { kind: string }[]) => claimed.map(({ kind }) => kind);

test("tries are spaced by 1, 2, 4… minutes up to 4 hours, a tenth more at most, over about three days", () => {
  const minutes = [1, 2, 4, 8, 16, 32, 64, 128, 240, 240];
  for (const [index, expected] of minutes.entries()) {
    for (const mailId of [1, 2, 500]) {
      const delay = retryDelay(index + 1, mailId) / 60;
      expect(delay).toBeGreaterThanOrEqual(expected);
      expect(delay).toBeLessThan(expected * 1.1);
    }
  }
  expect(new Set([1, 2, 3, 4, 5].map((mailId) => retryDelay(9, mailId))).size).toBe(5);
  const whole = Array.from({ length: 24 }, (_, index) => retryDelay(index + 1, 7)).reduce(
    (sum, delay) => sum + delay,
    0,
  );
  expect(whole / 86_400).toBeGreaterThan(2.8);
  expect(whole / 86_400).toBeLessThan(3.2);
});

test("urgent mails go first, then those due for longest", () => {
  queue("third");
  now++;
  queue("fourth");
  queue("second", true);
  now--;
  queue("first", true);
  now++;
  expect(kinds(mailQueue(db, clock).claim(3))).toEqual(["first", "second", "third"]);
  expect(kinds(mailQueue(db, clock).claim(3))).toEqual(["fourth"]);
});

test("a claimed mail is nobody else's until its lease ends, and renewing keeps it", () => {
  queue("one");
  const [first, second] = [mailQueue(db, clock), mailQueue(db, clock)];
  const claimed = first.claim(4);
  expect(claimed).toHaveLength(1);
  now += leaseSeconds - 1;
  expect(second.claim(4)).toEqual([]);
  first.renew(claimed);
  now += leaseSeconds - 1;
  expect(second.claim(4)).toEqual([]);
  now++;
  expect(second.claim(4).map(({ attempts }) => attempts)).toEqual([2]);
});

test("a worker that lost its lease neither delays nor kills the mail, but may say that it was sent", () => {
  queue("one");
  const [slow, other] = [mailQueue(db, clock), mailQueue(db, clock)];
  const [lost] = slow.claim(1);
  now += leaseSeconds;
  other.claim(1);
  slow.settle(lost!, { outcome: "never", answer: "550 no" });
  slow.settle(lost!, { outcome: "later", answer: "451 wait" });
  expect(rows()[0]).toMatchObject({ state: "queued", attempts: 2, dueAt: start, answer: null });
  slow.settle(lost!, { outcome: "sent", answer: "250 ok" });
  expect(rows()[0]).toMatchObject({ state: "sent", answer: "250 ok" });
});

test("a mail refused for three days is given up", () => {
  queue("one");
  const worker = mailQueue(db, clock);
  let last = start;
  for (let tries = 0; rows()[0]!.state === "queued"; tries++) {
    expect(tries).toBeLessThan(100);
    const [mail] = worker.claim(1);
    if (mail) {
      last = now;
      worker.settle(mail, { outcome: "later", answer: "451 wait" });
    }
    now = rows()[0]!.dueAt;
  }
  expect(rows()[0]).toMatchObject({ state: "dead", attempts: 25, answer: "451 wait" });
  expect((last - start) / 86_400).toBeGreaterThan(2.8);
  expect((last - start) / 86_400).toBeLessThan(3.2);
});

test("a clock set back two days does not leave mails waiting two days", () => {
  queue("waiting");
  queue("leased");
  const worker = mailQueue(db, clock);
  const [waiting] = worker.claim(2);
  worker.settle(waiting!, { outcome: "later", answer: "451 wait" });
  now -= 2 * 86_400;
  expect(worker.claim(4)).toEqual([]);
  worker.mendTimes();
  expect(kinds(worker.claim(4)).sort()).toEqual(["leased", "waiting"]);
});

test("an idle worker reads the index of waiting mails, without walking through those to be tried later", () => {
  const plan = db.$client
    .prepare(
      `EXPLAIN QUERY PLAN SELECT 1 FROM mails WHERE state = 'queued' AND priority IN (-1, 0)
       AND due_at <= 1 AND leased_until <= 1 ORDER BY priority, due_at, mail_id`,
    )
    .all()
    .map((step) => (step as { detail: string }).detail);
  expect(plan).toEqual(["SEARCH mails USING INDEX mails_due (priority=? AND due_at<?)"]);
});
