import { expect, onTestFinished, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Delivery, Mailer } from "../platform/mailer.ts";
import { deleteWithReceipt } from "./account-deletion.ts";
import { findAccountHolder } from "./accounts.ts";
import { alertKind, moveAlerts } from "./alert-stopping.ts";
import { isWhole, verifyEvidence } from "./evidence.ts";
import { freezeAccount } from "./freezing.ts";
import { retryAll, retryOne } from "./given-up.ts";
import { recordMail } from "./mail-facts.ts";
import { startMailWorker } from "./mail-worker.ts";
import { queueMail } from "./outbox.ts";
import { changeChoices } from "./preferences.ts";
import { stoppedAnswer, unwantedAnswer } from "./stopped-mails.ts";

const operator = { actor: "operator" } as const;
const memberId = "P0001";
const address = "alice@demo.example";

/** A portal where Alice wants alerts by mail, at noon, or at another time of Paris. */
async function start(time = "2026-11-23T12:00:00+01:00") {
  const portal = await startPortal({ now: Date.parse(time) });
  // Those of the people of the demonstration.
  portal.db.$client.exec("DELETE FROM mails");
  choose(portal, true);
  return portal;
}

function choose(portal: Portal, alertEmail: boolean) {
  const { accountId } = findAccountHolder(portal, memberId)!;
  changeChoices(portal, { accountId, memberId, changes: { alertEmail }, actor: "member", channel: "preferences" });
}

function queue(portal: Portal, kind = alertKind) {
  const body = { subject: kind, text: kind, html: kind };
  write(portal.db, () => queueMail(portal, { kind, memberId, to: address, language: "fr", body, bulk: true }));
}

/** A worker whose server answers what it is told to, one answer after the other, and then takes all. */
function workerOf(portal: Portal, answers: Delivery[] = []) {
  const sent: string[] = [];
  const mailer: Mailer = {
    description: "a test",
    verify: async () => ({ outcome: "sent", answer: "250" }),
    close: async () => {},
    async send({ subject }) {
      sent.push(subject);
      return answers[sent.length - 1] ?? { outcome: "sent", answer: "250" };
    },
  };
  const onSettled = ({
    contentSha256 = "",
    ...mail
  }: Parameters<Parameters<typeof startMailWorker>[0]["onSettled"] & {}>[0]) =>
    recordMail(portal, { ...mail, contentSha256 });
  const worker = startMailWorker({ ...portal, mailer, pollMs: 0, onSettled });
  onTestFinished(() => worker.stop());
  return { sent, worker };
}

const rows = ({ db }: Portal) =>
  db.$client
    .prepare<[], { mail_id: number; state: string; attempts: number; due_at: number; answer: string | null }>(
      "SELECT mail_id, state, attempts, due_at, answer FROM mails WHERE kind IN ('alert.payment', 'notice') ORDER BY 1",
    )
    .all();

/** Queues an alert and lets a server refuse it for good. */
async function deadAlert(portal: Portal, kind = alertKind) {
  queue(portal, kind);
  await workerOf(portal, [{ outcome: "never", answer: "550 no" }]).worker.runOnce();
  expect(rows(portal)).toMatchObject([{ state: "dead", answer: "550 no" }]);
  return rows(portal)[0]!.mail_id;
}

test.each<[string, (portal: Portal) => unknown, string]>([
  ["stopped them", (portal) => choose(portal, false), unwantedAnswer],
  [
    "blocked the account",
    (portal) => freezeAccount(portal, memberId, { actor: "member", by: "session" }),
    unwantedAnswer,
  ],
  [
    "deleted the account",
    (portal) =>
      write(portal.db, () =>
        deleteWithReceipt(portal, findAccountHolder(portal, memberId)!, { actor: "member", by: "member" }),
      ),
    unwantedAnswer,
  ],
])("an alert that was given up is over once its member has %s: no retry brings it back", async (_what, act, answer) => {
  const portal = await start();
  const mailId = await deadAlert(portal);
  act(portal);
  expect(rows(portal)).toMatchObject([{ state: "dead", answer }]);
  expect([retryOne(portal, "mails", mailId, operator), await retryAll(portal, "mails", operator)]).toEqual([false, 0]);
  expect(isWhole(verifyEvidence(portal))).toBe(true);
});

test("any mail that was given up is over once its member has deleted the account", async () => {
  const portal = await start();
  await deadAlert(portal, "notice");
  write(portal.db, () =>
    deleteWithReceipt(portal, findAccountHolder(portal, memberId)!, { actor: "member", by: "member" }),
  );
  expect(rows(portal)).toMatchObject([{ state: "dead", answer: stoppedAnswer }]);
  expect(await retryAll(portal, "mails", operator)).toBe(0);
});

test("an alert that was given up is tried again only while its member wants it", async () => {
  const portal = await start();
  const mailId = await deadAlert(portal);
  const { $client } = portal.db;
  for (const [off, on] of [
    ["UPDATE accounts SET status = 'frozen'", "UPDATE accounts SET status = 'active'"],
    ["UPDATE preferences SET alert_email = 0", "UPDATE preferences SET alert_email = 1"],
    ["UPDATE members SET deceased = 1", "UPDATE members SET deceased = 0"],
  ] as const) {
    $client.exec(off);
    expect([off, retryOne(portal, "mails", mailId, operator), await retryAll(portal, "mails", operator)]).toEqual([
      off,
      false,
      0,
    ]);
    $client.exec(on);
  }
  expect(retryOne(portal, "mails", mailId, operator)).toBe(true);
  const { sent, worker } = workerOf(portal);
  await worker.runOnce();
  expect(sent).toEqual([alertKind]);
});

test("an alert that is being tried when the switch goes off is not tried again", async () => {
  const portal = await start();
  queue(portal);
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const mailer: Mailer = {
    description: "by hand",
    verify: async () => ({ outcome: "sent", answer: "250" }),
    close: async () => {},
    send: () => promise,
  };
  const first = startMailWorker({ ...portal, mailer, pollMs: 0 });
  const running = first.runOnce();
  choose(portal, false);
  resolve({ outcome: "later", answer: "451 wait" });
  await running;
  await first.stop();
  expect(rows(portal)).toMatchObject([{ state: "queued", attempts: 1 }]);
  portal.advance({ hours: 5 });
  const { sent, worker } = workerOf(portal);
  await worker.runOnce();
  expect(sent).toEqual([]);
  expect(rows(portal)).toMatchObject([{ state: "dead", answer: unwantedAnswer }]);
  expect(isWhole(verifyEvidence(portal))).toBe(true);
});

test.each([
  ["20:59:59", 2, 0],
  ["21:00:00", 1, 1],
  ["21:00:01", 1, 1],
])(
  "at %s of the night a late alert waits for the morning, without a try; a notice leaves",
  async (time, left, wait) => {
    const portal = await start(`2026-11-23T${time}+01:00`);
    for (let count = 0; count < 5; count++) queue(portal);
    queue(portal, "notice");
    const { sent, worker } = workerOf(portal);
    await worker.runOnce();
    expect(new Set(sent).size).toBe(left);
    expect(sent).toHaveLength(left === 2 ? 6 : 1);
    if (wait === 0) return;
    const morning = Date.parse("2026-11-24T08:00:00+01:00") / 1000;
    for (const row of rows(portal).slice(0, 5))
      expect(row).toMatchObject({ state: "queued", attempts: 0, due_at: morning });
    portal.setTime((morning - 1) * 1000);
    // The operator who does not want to wait disturbs nobody either.
    portal.db.$client.prepare("UPDATE mails SET due_at = ? WHERE state = 'queued'").run(seconds(portal.clock));
    expect(await worker.runOnce()).toBe(0);
    portal.advance({ seconds: 1 });
    expect(await worker.runOnce()).toBe(5);
  },
);

test("an alert given up in the day and queued again at night waits for the morning", async () => {
  const portal = await start();
  await deadAlert(portal);
  portal.setTime(Date.parse("2026-11-24T02:00:00+01:00"));
  expect(await retryAll(portal, "mails", operator)).toBe(1);
  const { sent, worker } = workerOf(portal);
  await worker.runOnce();
  expect(sent).toEqual([]);
  expect(rows(portal)).toMatchObject([
    { state: "queued", attempts: 0, due_at: Date.parse("2026-11-24T08:00:00+01:00") / 1000 },
  ]);
});

test("an alert that was tried again is closed with its proof when it is stopped: the journal misses nothing", async () => {
  const portal = await start();
  const mailId = await deadAlert(portal);
  expect(retryOne(portal, "mails", mailId, operator)).toBe(true);
  choose(portal, false);
  expect(rows(portal)).toMatchObject([{ state: "dead", answer: unwantedAnswer }]);
  expect(isWhole(verifyEvidence(portal))).toBe(true);
});

test("an alert that is queued again and moves to another address is no alteration", async () => {
  const portal = await start();
  const mailId = await deadAlert(portal);
  expect(retryOne(portal, "mails", mailId, operator)).toBe(true);
  portal.db.$client.exec("UPDATE accounts SET email = 'alice.new@demo.example' WHERE member_id = 'P0001'");
  write(portal.db, () => moveAlerts(portal, memberId));
  expect(isWhole(verifyEvidence(portal))).toBe(true);
  const { worker } = workerOf(portal);
  await worker.runOnce();
  expect(rows(portal)).toMatchObject([{ state: "sent" }]);
  expect(isWhole(verifyEvidence(portal))).toBe(true);
});

test("an alert for a former address tells nobody: neither when it leaves late, nor when it is queued again", async () => {
  const portal = await start();
  const mailId = await deadAlert(portal);
  portal.db.$client.exec("UPDATE accounts SET email = 'alice.new@demo.example' WHERE member_id = 'P0001'");
  expect([retryOne(portal, "mails", mailId, operator), await retryAll(portal, "mails", operator)]).toEqual([false, 0]);
  queue(portal);
  const { sent, worker } = workerOf(portal);
  await worker.runOnce();
  expect(sent).toEqual([]);
  expect(rows(portal).at(-1)).toMatchObject({ state: "dead", answer: unwantedAnswer });
});
