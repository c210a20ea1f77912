import { createSecretKey, randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Db, migrate, openDatabase, write } from "../platform/database.ts";
import { mails } from "../platform/schema.ts";
import { createSeal } from "../platform/seal.ts";
import { mailPace } from "./mail-pace.ts";
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

function queue(kind: string, urgent = false, bulk = false): void {
  const body = { subject: kind, text: kind, html: kind };
  const mail = { kind, to: "alice@demo.example", language: "fr", body, urgent, bulk } as const;
  write(db, () => queueMail({ db, seal, clock }, mail));
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

describe("what nobody waits for", () => {
  const many = (kind: string, count: number, bulk: boolean) => {
    for (let index = 0; index < count; index++) queue(kind, false, bulk);
  };

  test("goes after the others, and leaves one place for an urgent mail", () => {
    many("bulk", 6, true);
    queue("ordinary");
    const worker = mailQueue(db, clock);
    const first = worker.claim(4);
    // One place is its own, and one nobody's but theirs who wait.
    expect(kinds(first)).toEqual(["ordinary", "bulk", "bulk", "bulk"]);
    for (const mail of first) worker.settle(mail, { outcome: "sent", answer: "250 ok" });
    const second = worker.claim(4);
    expect(kinds(second)).toEqual(["bulk", "bulk", "bulk"]);
    expect(worker.claim(4, second)).toEqual([]);
    queue("urgent", true);
    expect(kinds(worker.claim(4, second))).toEqual(["urgent"]);
  });

  test("is not starved: when it waits, one place is its own however many others come", () => {
    many("bulk", 3, true);
    many("ordinary", 20, false);
    const worker = mailQueue(db, clock);
    const onTheirWay = worker.claim(4);
    expect(kinds(onTheirWay)).toEqual(["ordinary", "ordinary", "ordinary", "bulk"]);
    const left = onTheirWay.slice(0, 3);
    expect(kinds(worker.claim(4, left))).toEqual(["bulk"]);
    expect(kinds(worker.claim(4, onTheirWay.slice(1)))).toEqual(["ordinary"]);
  });

  test("takes no place of its own when none is due, or when the minute is full", () => {
    many("ordinary", 9, false);
    const worker = mailQueue(db, clock);
    expect(worker.claim(4)).toHaveLength(4);
    many("bulk", 5, true);
    expect(kinds(worker.claim(4, [], 0))).toEqual(["ordinary", "ordinary", "ordinary", "ordinary"]);
    expect(kinds(worker.claim(4, [], 2))).toEqual(["ordinary", "bulk", "bulk"]);
  });

  test("keeps to its number in any minute: not a second too early, and that of an earlier process counts", () => {
    many("bulk", 5, true);
    const worker = mailQueue(db, clock);
    for (const mail of worker.claim(3)) worker.settle(mail, { outcome: "sent", answer: "250 ok" });
    expect(mailPace(db, clock, 2).left()).toBe(0);
    const pace = mailPace(db, clock, 5);
    expect(pace.left()).toBe(3);
    now += 30;
    pace.count(3);
    expect(pace.left()).toBe(0);
    now += 29;
    expect(pace.left()).toBe(0);
    now += 1;
    expect(pace.left()).toBe(2);
    now += 29;
    expect(pace.left()).toBe(2);
    now += 1;
    expect(pace.left()).toBe(5);
    expect(mailPace(db, clock, undefined).left()).toBe(Number.POSITIVE_INFINITY);
  });

  test("and is looked for in the index as well", () => {
    const plan = db.$client
      .prepare(
        `EXPLAIN QUERY PLAN SELECT 1 FROM mails WHERE state = 'queued' AND priority IN (1)
         AND due_at <= 1 AND leased_until <= 1 ORDER BY priority, due_at, mail_id`,
      )
      .all()
      .map((step) => (step as { detail: string }).detail);
    expect(plan).toEqual(["SEARCH mails USING INDEX mails_due (priority=? AND due_at<?)"]);
  });
});
