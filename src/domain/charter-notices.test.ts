import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { write } from "../platform/database.ts";
import { newId } from "../platform/tokens.ts";
import { activateAccount } from "./accounts.ts";
import { announceUnaccepted } from "./charter-announcing.ts";
import { charterStates, contestableNotices, noticeOf, seeCharter, settleTacitApprovals } from "./charter-notices.ts";
import { publishCharter } from "./charter-publishing.ts";
import { record, verifyEvidence } from "./evidence.ts";

const text = "# Charte\n\nNouvelle règle.\n";
const day = 24 * 3600;

async function publish(portal: Portal, number = 5, effectiveOn = "2027-01-01") {
  const published = await publishCharter(portal, { number, effectiveOn, text });
  expect(published.ok).toBe(true);
}

function alice(portal: Portal) {
  const found = portal.db.$client
    .prepare<[], { accountId: string; memberId: string }>(
      "SELECT id AS accountId, member_id AS memberId FROM accounts WHERE email = 'alice@demo.example'",
    )
    .get();
  return found!;
}

const stateOf = (portal: Portal, number?: number) => noticeOf(portal, alice(portal).accountId, number)?.state;

/** The state as it is written down, whatever reading makes of it. */
const written = (portal: Portal) =>
  portal.db.$client
    .prepare<[string], { state: string; settled_at: number | null }>(
      "SELECT state, settled_at FROM charter_notices WHERE account_id = ? ORDER BY number DESC",
    )
    .get(alice(portal).accountId);

const facts = (portal: Portal, kind: string) =>
  portal.db.$client
    .prepare<[string, string], string>(
      "SELECT details FROM evidence WHERE kind = ? AND member_id = ? ORDER BY sequence",
    )
    .pluck()
    .all(kind, alice(portal).memberId)
    .map((details) => JSON.parse(details));

describe("P7 use approves", () => {
  test.each([
    ["2026-12-31T22:59:59Z", "notified"],
    ["2026-12-31T23:00:00Z", "approved_by_use"],
    ["2026-12-31T23:00:01Z", "approved_by_use"],
  ])("a sign-in at %s leaves a version of 1 January %s", async (at, state) => {
    const portal = await startPortal({ now: Date.parse("2026-12-20T08:00:00Z") });
    await publish(portal);
    portal.setTime(Date.parse(at));
    expect((await portal.browser().signIn("alice")).status).toBe(303);
    expect(written(portal)?.state).toBe(state);
    expect(facts(portal, "charter.approved")).toEqual(
      state === "notified" ? [] : [{ version: 5, by: "use", since: Date.parse(at) / 1000 }],
    );
  });

  test("a wrong password is no use of the service, nor is the use of somebody else", async () => {
    const portal = await startPortal();
    await publish(portal, 5, "2026-11-23");
    await portal.browser().signIn("alice", "Wrong-Pass-9");
    await portal.browser().signIn("bob");
    expect(stateOf(portal)).toBe("notified");
  });

  test("a remembered device that opens a session is use as well", async () => {
    const portal = await startPortal();
    const browser = portal.browser();
    await browser.post("/login", { identifier: "10000001", password: "Demo-2026!", remember: "on" });
    await publish(portal, 5, "2026-11-24");
    portal.advance({ days: 1 });
    expect((await browser.get("/account")).status).toBe(200);
    expect(written(portal)?.state).toBe("approved_by_use");
  });

  test("a sign-in approves the version in force, once, and not the one still to come", async () => {
    const portal = await startPortal();
    await publish(portal, 5, "2026-11-23");
    await publish(portal, 6, "2026-12-01");
    await portal.browser().signIn("alice");
    await portal.browser().signIn("alice");
    expect([stateOf(portal, 5), stateOf(portal, 6)]).toEqual(["approved_by_use", "notified"]);
    expect(facts(portal, "charter.approved")).toHaveLength(1);
  });

  test.each([
    ["2026-11-23", "approved_by_use"],
    ["2026-11-24", "notified"],
  ])("the announcement of a version of %s that was seen on the 23rd leaves it %s", async (effectiveOn, state) => {
    const portal = await startPortal();
    await publish(portal, 5, effectiveOn);
    seeCharter(portal, alice(portal), 5);
    seeCharter(portal, alice(portal), 5);
    expect(stateOf(portal)).toBe(state);
    expect(facts(portal, "charter.seen")).toEqual([{ version: 5 }]);
  });
});

describe("P7 silence approves after 30 days of 24 hours", () => {
  test.each([
    [-1, "notified"],
    [0, "approved_tacitly"],
    [1, "approved_tacitly"],
  ])("at 30 days and %i s the version is %s, when read and when written down", async (seconds, state) => {
    // Over the night when clocks change: 30 days are 720 hours.
    const portal = await startPortal({ now: Date.parse("2027-03-15T12:00:00Z") });
    await publish(portal, 5, "2027-09-01");
    const notifiedAt = portal.clock() / 1000;
    portal.advance({ days: 30, seconds });
    expect(stateOf(portal)).toBe(state);
    expect(written(portal)?.state).toBe("notified");
    settleTacitApprovals(portal);
    const settled = state === "notified" ? null : notifiedAt + 30 * day;
    expect(written(portal)).toEqual({ state, settled_at: settled });
    expect(facts(portal, "charter.approved")).toEqual(
      settled === null ? [] : [{ version: 5, by: "silence", since: settled }],
    );
  });

  test("written down once, at the moment it happened, however late and often the job comes by", async () => {
    const portal = await startPortal();
    await publish(portal);
    const notifiedAt = portal.clock() / 1000;
    portal.advance({ days: 45 });
    settleTacitApprovals(portal);
    settleTacitApprovals(portal);
    expect(written(portal)).toEqual({ state: "approved_tacitly", settled_at: notifiedAt + 30 * day });
    expect(facts(portal, "charter.approved")).toHaveLength(1);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("who signs in after the 30 days has approved by silence, even when the job has not come by", async () => {
    const portal = await startPortal();
    await publish(portal, 5, "2026-11-23");
    portal.advance({ days: 30 });
    await portal.browser().signIn("alice");
    expect(written(portal)?.state).toBe("approved_tacitly");
  });
});

describe("an account that opens while a version is announced", () => {
  /** An account as a registration leaves it, with the version it has accepted. */
  function register(portal: Portal, memberId = "P0004") {
    const accountId = newId();
    const now = Math.floor(portal.clock() / 1000);
    portal.db.$client
      .prepare(
        `INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at)
         VALUES (?, ?, 'unconfirmed', 'david@demo.example', 'fr', ?, 0)`,
      )
      .run(accountId, memberId, now);
    return { accountId, memberId };
  }

  const activate = (portal: Portal, account: ReturnType<typeof register>) =>
    write(portal.db, () => activateAccount(portal, account, "registration"));

  const mails = (portal: Portal) =>
    portal.mailsTo("david@demo.example").filter(({ kind }) => kind === "charter.notified");

  test("is told of the one to come, by a notice and a mail, once", async () => {
    const portal = await startPortal();
    await publish(portal);
    portal.advance({ days: 3 });
    const account = register(portal);
    activate(portal, account);
    expect(noticeOf(portal, account.accountId)).toMatchObject({
      number: 5,
      state: "notified",
      notifiedAt: portal.clock() / 1000,
    });
    expect(mails(portal)).toHaveLength(1);
    await publish(portal);
    expect(mails(portal)).toHaveLength(1);
  });

  test("is told of nothing when it accepted the version in force", async () => {
    const portal = await startPortal();
    await publish(portal, 5, "2026-11-24");
    portal.advance({ days: 2 });
    const account = register(portal);
    activate(portal, account);
    expect(noticeOf(portal, account.accountId)).toBeUndefined();
    await publish(portal, 5, "2026-11-24");
    expect(mails(portal)).toEqual([]);
  });

  test("by an invitation accepts the one in force, and is told of the one to come", async () => {
    const portal = await startPortal();
    await publish(portal);
    const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
    const opened = await portal.browser().post(link, { password: "Quatre-Chemins-77", charter: "on" });
    expect(opened.status).toBe(303);
    const { id } = portal.db.$client
      .prepare<[], { id: string }>("SELECT id FROM accounts WHERE email = 'david@demo.example'")
      .get()!;
    expect(noticeOf(portal, id)).toMatchObject({ number: 5, state: "notified" });
    expect(mails(portal)).toHaveLength(1);
    const accepted = portal.db.$client
      .prepare("SELECT details FROM evidence WHERE kind = 'charter.accepted' ORDER BY sequence DESC LIMIT 1")
      .pluck()
      .get();
    expect(JSON.parse(accepted as string)).toMatchObject({ version: 4 });
  });

  test("late, having accepted the version before, is told of the one that came into force meanwhile", async () => {
    const portal = await startPortal();
    await publish(portal, 5, "2026-11-24");
    const account = register(portal);
    record(portal, { kind: "charter.accepted", memberId: account.memberId, actor: "visitor", details: { version: 4 } });
    portal.advance({ days: 2 });
    activate(portal, account);
    expect(noticeOf(portal, account.accountId)).toMatchObject({ number: 5, state: "notified" });
  });
});

test("an account says which version it accepted, then how it stands with the newest one", async () => {
  const portal = await startPortal();
  const account = alice(portal);
  expect(charterStates(portal, account)[0]).toMatchObject({ state: "accepted", number: 4 });
  await publish(portal);
  const until = portal.clock() / 1000 + 30 * day;
  expect(charterStates(portal, account)[0]).toMatchObject({ state: "notified", number: 5, contestableUntil: until });
  portal.advance({ days: 30 });
  expect(charterStates(portal, account)[0]).toMatchObject({
    state: "approved_tacitly",
    at: until,
    contestableUntil: undefined,
  });
});

describe("10.1 a version overtaken before its day", () => {
  /** Version 5 for 31 December, then version 6 for a day that comes earlier, or for the same. */
  async function overtaken(effectiveOn = "2026-11-23") {
    const portal = await startPortal();
    await publish(portal, 5, "2026-12-31");
    await publish(portal, 6, effectiveOn);
    return portal;
  }

  test.each([
    ["2026-11-23", [6]],
    ["2026-12-30", [6]],
    ["2026-12-31", [6]],
    ["2027-01-01", [6, 5]],
  ])("by a version of %s: the banner and the account tell of %j", async (effectiveOn, numbers) => {
    const portal = await overtaken(effectiveOn);
    expect(charterStates(portal, alice(portal)).map(({ number }) => number)).toEqual(numbers);
    const browser = portal.browser();
    await browser.signIn("alice");
    const session = portal.sessions.read(browser.cookies.get("session")!);
    expect(session?.newCharters.map(({ number }) => number)).toEqual(numbers);
    expect(contestableNotices(portal, alice(portal).accountId).map(({ number }) => number)).toEqual(numbers);
  });

  test.each([
    ["2026-12-31", [6]],
    ["2027-01-01", [5, 6]],
  ])("by a version of %s: silence approves %j", async (effectiveOn, approved) => {
    const portal = await overtaken(effectiveOn);
    portal.advance({ days: 40 });
    settleTacitApprovals(portal);
    expect(facts(portal, "charter.approved").map(({ version }) => version)).toEqual(approved);
    expect(stateOf(portal, 5)).toBe(approved.includes(5) ? "approved_tacitly" : "notified");
  });

  test("neither does a sign-in after the 30 days approve it", async () => {
    const portal = await overtaken("2026-12-31");
    portal.advance({ days: 40 });
    await portal.browser().signIn("alice");
    expect(facts(portal, "charter.approved")).toMatchObject([{ version: 6 }]);
  });

  test("what was settled before it was overtaken stays as it is", async () => {
    const portal = await startPortal();
    await publish(portal, 5, "2027-12-31");
    portal.advance({ days: 30 });
    settleTacitApprovals(portal);
    await publish(portal, 6, "2027-01-31");
    expect(stateOf(portal, 5)).toBe("approved_tacitly");
  });

  test("is not announced to an account that opens later, nor by a run of its publication that goes on", async () => {
    const portal = await overtaken("2026-12-15");
    const { accountId } = alice(portal);
    const { $client } = portal.db;
    $client.prepare("DELETE FROM charter_notices WHERE account_id = ? AND number = 5").run(accountId);
    await publish(portal, 5, "2026-12-31");
    expect(noticeOf(portal, accountId, 5)).toBeUndefined();
    $client.prepare("DELETE FROM charter_notices WHERE account_id = ?").run(accountId);
    write(portal.db, () => announceUnaccepted(portal, alice(portal)));
    expect([noticeOf(portal, accountId)?.number, noticeOf(portal, accountId, 5)]).toEqual([6, undefined]);
  });
});

test("the end of an account takes its notices along", async () => {
  const portal = await startPortal();
  await publish(portal);
  const { accountId } = alice(portal);
  portal.db.$client.prepare("DELETE FROM accounts WHERE id = ?").run(accountId);
  expect(noticeOf(portal, accountId)).toBeUndefined();
});
