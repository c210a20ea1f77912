import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Delivery } from "../platform/mailer.ts";
import type { OutgoingText, Texter } from "../platform/sms.ts";
import { findAccountHolder } from "./accounts.ts";
import { retryAll } from "./given-up.ts";
import { changeChoices } from "./preferences.ts";
import { lastAttempt, leaseSeconds, longestWait } from "./sending-queue.ts";
import { unwantedAnswer } from "./stopped-mails.ts";
import { type QueuedText, queueText, stopTexts } from "./text-outbox.ts";
import { startTextWorker } from "./text-worker.ts";

const message: QueuedText = { kind: "change.code", memberId: "P0001", to: "+33612345678", text: "Le code est 123456." };

/** A gateway that answers what it is told to, and keeps what it got. */
function texterOf(answers: Delivery["outcome"][] = []) {
  const got: OutgoingText[] = [];
  const texter: Texter = {
    description: "a test",
    async send(text) {
      got.push(text);
      return { outcome: answers[got.length - 1] ?? "sent", answer: "200" };
    },
  };
  return { got, texter };
}

function workerOf(portal: Portal, texter: Texter) {
  const worker = startTextWorker({ ...portal, texter, pollMs: 0 });
  onTestFinished(() => worker.stop());
  return worker;
}

const queue = (portal: Portal, more: Partial<QueuedText> = {}) =>
  write(portal.db, () => queueText(portal, { ...message, ...more }));

/** Alice wants to be told of her payments by text message. */
function wantAlerts(portal: Portal): void {
  portal.db.$client.exec(
    "UPDATE accounts SET mobile = '+33612345678', mobile_verified_at = 1 WHERE member_id = 'P0001'",
  );
  const { accountId, memberId } = findAccountHolder(portal, "P0001")!;
  changeChoices(portal, { accountId, memberId, changes: { alertSms: true }, actor: "member", channel: "preferences" });
}

type Row = { state: string; attempts: number; due_at: number; answer: string | null };
const rowsOf = ({ db }: Portal) =>
  db.$client.prepare<[], Row>("SELECT state, attempts, due_at, answer FROM texts ORDER BY text_id").all();

const factsOf = ({ db }: Portal) =>
  db.$client.prepare("SELECT kind FROM evidence WHERE kind LIKE 'text.%'").pluck().all();

describe("a text message", () => {
  test("is sent once, with the proof of it; the number and the text are in no log", async () => {
    const portal = await startPortal();
    const { got, texter } = texterOf();
    queue(portal);
    const worker = workerOf(portal, texter);
    expect([await worker.runOnce(), await worker.runOnce()]).toEqual([1, 0]);
    expect(got).toEqual([{ id: expect.stringMatching(/^\d{13}\./), to: message.to, text: message.text }]);
    expect(rowsOf(portal)).toEqual([expect.objectContaining({ state: "sent", attempts: 1, answer: "200" })]);
    expect(factsOf(portal)).toEqual(["text.sent"]);
    expect(JSON.stringify(portal.logged)).not.toMatch(/612345678|123456/);
    const bytes = portal.db.$client.prepare("SELECT content_sealed FROM texts").pluck().get() as Buffer;
    expect(bytes.includes("123456")).toBe(false);
  });

  test("is kept with the transaction of what it tells, or forgotten with it", async () => {
    const portal = await startPortal();
    const failing = () =>
      write(portal.db, () => {
        queueText(portal, message);
        throw new Error("no");
      });
    expect(failing).toThrow("no");
    expect(() => queueText(portal, message)).toThrow("transaction");
    expect(rowsOf(portal)).toEqual([]);
  });

  test("of a unique key is queued once, ever", async () => {
    const portal = await startPortal();
    expect([queue(portal, { uniqueKey: "a" }), queue(portal, { uniqueKey: "a" })]).toEqual([true, false]);
    expect(rowsOf(portal)).toHaveLength(1);
  });

  test("refused for a while is tried again, later and later, under the same id, and given up after three days", async () => {
    const portal = await startPortal();
    const { got, texter } = texterOf(Array(30).fill("later"));
    queue(portal);
    const worker = workerOf(portal, texter);
    const begun = seconds(portal.clock);
    for (let tries = 1; tries < lastAttempt; tries++) {
      expect(await worker.runOnce()).toBe(1);
      const [row] = rowsOf(portal);
      expect([row!.state, row!.attempts]).toEqual(["queued", tries]);
      portal.setTime((row!.due_at - 1) * 1000);
      expect(await worker.runOnce()).toBe(0);
      portal.setTime(row!.due_at * 1000);
    }
    expect(seconds(portal.clock) - begun).toBeGreaterThan(2.5 * 24 * 3600);
    await worker.runOnce();
    expect(rowsOf(portal)[0]!.state).toBe("dead");
    expect(new Set(got.map(({ id }) => id)).size).toBe(1);
    expect(factsOf(portal)).toEqual(["text.dead"]);
  });

  test("refused for good is not tried again", async () => {
    const portal = await startPortal();
    queue(portal);
    const worker = workerOf(portal, texterOf(["never"]).texter);
    await worker.runOnce();
    portal.advance({ days: 1 });
    expect([await worker.runOnce(), rowsOf(portal)[0]!.state]).toEqual([0, "dead"]);
  });

  test("that would tell nothing any more is not sent", async () => {
    const portal = await startPortal();
    const goodUntil = seconds(portal.clock) + 600;
    for (const late of [599, 600]) {
      const { got, texter } = texterOf();
      queue(portal, { goodUntil });
      portal.setTime((goodUntil - 600 + late) * 1000);
      await workerOf(portal, texter).runOnce();
      expect(got).toHaveLength(late === 599 ? 1 : 0);
    }
    expect(rowsOf(portal).map(({ state }) => state)).toEqual(["sent", "dead"]);
  });

  test("of a worker that was killed is taken up by another when its lease is over", async () => {
    const portal = await startPortal();
    queue(portal);
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    const hanging = workerOf(portal, { description: "hangs", send: () => promise });
    const first = hanging.runOnce();
    const { got, texter } = texterOf();
    const second = workerOf(portal, texter);
    portal.advance({ seconds: leaseSeconds - 1 });
    expect(await second.runOnce()).toBe(0);
    portal.advance({ seconds: 1 });
    expect(await second.runOnce()).toBe(1);
    expect(got).toHaveLength(1);
    resolve({ outcome: "later", answer: "503" });
    await first;
    // What the first one learns too late changes nothing.
    expect(rowsOf(portal)).toEqual([expect.objectContaining({ state: "sent", attempts: 2 })]);
    expect(factsOf(portal)).toEqual(["text.sent"]);
  });

  test("of two workers at once goes to one of them", async () => {
    const portal = await startPortal();
    for (let count = 0; count < 20; count++) queue(portal);
    const { got, texter } = texterOf();
    await Promise.all([workerOf(portal, texter).runOnce(), workerOf(portal, texter).runOnce()]);
    expect(new Set(got.map(({ id }) => id)).size).toBe(20);
    expect(got).toHaveLength(20);
  });

  test("left waiting by a clock that was set back goes all the same", async () => {
    const portal = await startPortal();
    queue(portal);
    portal.advance({ days: -2 });
    const { got, texter } = texterOf();
    await workerOf(portal, texter).runOnce();
    expect(got).toHaveLength(1);
  });

  test("of somebody whose account ends is stopped", async () => {
    const portal = await startPortal();
    queue(portal);
    write(portal.db, () => stopTexts(portal, "P0001"));
    const { got, texter } = texterOf();
    await workerOf(portal, texter).runOnce();
    expect([got, rowsOf(portal)[0]!.state, factsOf(portal)]).toEqual([[], "dead", ["text.dead"]]);
  });

  test("that the gateway wants later is tried then, not before: at −1 s, 0 and +1 s", async () => {
    for (const [asked, waits] of [
      [600, 600],
      [1, 60],
      [999_999_999, longestWait],
    ] as const) {
      const portal = await startPortal();
      queue(portal);
      const texter: Texter = {
        description: "busy",
        send: async () => ({ outcome: "later", answer: "429", waitSeconds: asked }),
      };
      const worker = workerOf(portal, texter);
      await worker.runOnce();
      const wait = rowsOf(portal)[0]!.due_at - seconds(portal.clock);
      expect([asked, wait]).toEqual([
        asked,
        expect.toSatisfy((found: number) => found >= waits && found < waits * 1.1),
      ]);
      portal.advance({ seconds: wait - 1 });
      expect(await worker.runOnce()).toBe(0);
      portal.advance({ seconds: 1 });
      expect(await worker.runOnce()).toBe(1);
    }
  });

  test("that tells of a payment does not leave at night, however late it is; a code does", async () => {
    for (const [time, tries] of [
      ["2026-11-23T20:59:59+01:00", 2],
      ["2026-11-23T21:00:00+01:00", 1],
      ["2026-11-24T07:59:59+01:00", 1],
      ["2026-11-24T08:00:00+01:00", 2],
    ] as const) {
      const portal = await startPortal();
      wantAlerts(portal);
      queue(portal, { kind: "alert.payment", text: "Un remboursement", bulk: true });
      queue(portal);
      portal.setTime(Date.parse(time));
      const { got, texter } = texterOf();
      await workerOf(portal, texter).runOnce();
      expect([time, got.length]).toEqual([time, tries]);
      if (tries === 2) continue;
      expect(got[0]!.text).toBe(message.text);
      const due = Date.parse("2026-11-24T08:00:00+01:00") / 1000;
      // It waits without a try that is used up.
      expect(rowsOf(portal)[0]).toEqual({ state: "queued", attempts: 0, due_at: due, answer: null });
    }
  });

  test("that tells of a payment is given up when nobody wants it any more, even between two tries", async () => {
    const portal = await startPortal();
    wantAlerts(portal);
    queue(portal, { kind: "alert.payment", bulk: true });
    const { got, texter } = texterOf(["later"]);
    const worker = workerOf(portal, texter);
    await worker.runOnce();
    portal.db.$client.exec("UPDATE preferences SET alert_sms = 0");
    portal.advance({ minutes: 2 });
    await worker.runOnce();
    expect(got).toHaveLength(1);
    expect(rowsOf(portal)).toMatchObject([{ state: "dead", answer: unwantedAnswer }]);
    expect(factsOf(portal)).toEqual(["text.dead"]);
  });

  test.each([
    [
      "its member stops them, and wants them again",
      (portal: Portal) => {
        const { accountId, memberId } = findAccountHolder(portal, "P0001")!;
        for (const alertSms of [false, true])
          changeChoices(portal, {
            accountId,
            memberId,
            changes: { alertSms },
            actor: "member",
            channel: "preferences",
          });
      },
    ],
    [
      "its member has another number",
      (portal: Portal) => {
        portal.db.$client.exec("UPDATE accounts SET mobile = '+33699999999' WHERE member_id = 'P0001'");
      },
    ],
  ])("that told of a payment and was given up stays so once %s", async (_what, act) => {
    const portal = await startPortal();
    wantAlerts(portal);
    queue(portal, { kind: "alert.payment", bulk: true });
    const { got, texter } = texterOf(["never"]);
    const worker = workerOf(portal, texter);
    await worker.runOnce();
    act(portal);
    expect(await retryAll(portal, "texts", { actor: "operator" })).toBe(0);
    await worker.runOnce();
    expect([got.length, rowsOf(portal)[0]!.state]).toEqual([1, "dead"]);
  });

  test("somebody waits for goes before a thousand alerts, and while a gateway hangs on all it may hold of them", async () => {
    const portal = await startPortal();
    wantAlerts(portal);
    write(portal.db, () => {
      for (let count = 0; count < 1_000; count++) queueText(portal, { ...message, kind: "alert.payment", bulk: true });
    });
    const got: string[] = [];
    const { promise, resolve } = Promise.withResolvers<Delivery>();
    const texter: Texter = {
      description: "hangs on alerts",
      send: ({ text }) => {
        got.push(text);
        return text === message.text ? promise : Promise.resolve({ outcome: "sent", answer: "200" });
      },
    };
    const worker = workerOf(portal, texter);
    const first = worker.runOnce();
    expect(got).toHaveLength(3);
    queue(portal, { text: "code", urgent: true });
    queue(portal, { text: "ordinary" });
    const second = worker.runOnce();
    await vi.waitFor(() => expect(got.slice(3)).toEqual(["code", "ordinary"]));
    resolve({ outcome: "sent", answer: "200" });
    await Promise.all([first, second]);
    expect(got).toHaveLength(1_002);
  });

  test("due in the morning waits for it, though it is far away", async () => {
    const portal = await startPortal();
    portal.setTime(Date.parse("2026-10-24T21:00:00+02:00"));
    queue(portal, { dueAt: Date.parse("2026-10-25T08:00:00+01:00") / 1000 });
    const { got, texter } = texterOf();
    const worker = workerOf(portal, texter);
    await worker.runOnce();
    portal.setTime(Date.parse("2026-10-25T07:59:59+01:00"));
    expect(await worker.runOnce()).toBe(0);
    portal.advance({ seconds: 1 });
    expect([await worker.runOnce(), got.length]).toEqual([1, 1]);
  });

  test("worker is alive until it is stopped, but for the time that its queue cannot be used", async () => {
    const portal = await startPortal();
    const worker = workerOf(portal, texterOf().texter);
    expect(worker.isAlive()).toBe(true);
    portal.db.$client.exec("ALTER TABLE texts RENAME TO gone");
    await worker.runOnce();
    expect(worker.isAlive()).toBe(false);
    portal.db.$client.exec("ALTER TABLE gone RENAME TO texts");
    await worker.runOnce();
    expect(worker.isAlive()).toBe(true);
    await worker.stop();
    expect(worker.isAlive()).toBe(false);
  });
});
