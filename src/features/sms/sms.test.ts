import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { changeChoices, readChoices } from "../../domain/preferences.ts";
import { queueText } from "../../domain/text-outbox.ts";
import { seconds } from "../../lib/clock.ts";
import { write } from "../../platform/database.ts";

const secret = "a secret of the gateway, long enough";
const mobile = "+33612345678";

const startWithSecret = () => startPortal({ settings: { SMS_INBOUND_SECRET: secret } });

/** Posts a body as the gateway does: without a browser, signed. */
function post(
  portal: Portal,
  body: unknown,
  { key = secret, signature, ...headers }: Record<string, string | undefined> = {},
) {
  const raw = typeof body === "string" ? body : JSON.stringify(body);
  const right = `sha256=${createHmac("sha256", key).update(raw).digest("hex")}`;
  const given = Object.entries({ "x-signature": signature ?? right, ...headers }) as [string, string][];
  const init = {
    method: "POST",
    body: raw,
    headers: { "content-type": "application/json", ...Object.fromEntries(given) },
  };
  return (portal.browser() as Browser).send("/sms/inbound", init);
}

function accountOf({ db }: Portal, memberId: string): { accountId: string; memberId: string } {
  const accountId = db.$client
    .prepare<[string], string>("SELECT id FROM accounts WHERE member_id = ?")
    .pluck()
    .get(memberId)!;
  return { accountId, memberId };
}

/** Gives a person this mobile, proven, and alerts by text message to it. */
function subscribe(portal: Portal, memberId = "P0001") {
  portal.db.$client
    .prepare("UPDATE accounts SET mobile = ?, mobile_verified_at = 1 WHERE member_id = ?")
    .run(mobile, memberId);
  const owner = accountOf(portal, memberId);
  changeChoices(portal, {
    ...owner,
    changes: { alertSms: true, alertEmail: true },
    actor: "member",
    channel: "preferences",
  });
}

const choicesOf = (portal: Portal, memberId = "P0001") => readChoices(portal, accountOf(portal, memberId).accountId);
const now = (portal: Portal) => seconds(portal.clock);

describe("a STOP that comes back", () => {
  test.each(["STOP", "Stop 36111", "arrêt"])(
    "%s turns the switch off for every account of the number, and nothing else",
    async (text) => {
      const portal = await startWithSecret();
      for (const memberId of ["P0001", "P0002"]) subscribe(portal, memberId);
      const answer = await post(portal, { from: "0612345678", text, at: now(portal) });
      expect([answer.status, answer.text]).toEqual([200, "ok"]);
      for (const memberId of ["P0001", "P0002"])
        expect(choicesOf(portal, memberId)).toMatchObject({ alertSms: false, alertEmail: true });
      const told = portal.db.$client
        .prepare("SELECT member_id, details ->> 'channel' AS channel FROM evidence WHERE kind = 'consent.withdrawn'")
        .all();
      expect(told).toEqual([
        { member_id: "P0001", channel: "sms" },
        { member_id: "P0002", channel: "sms" },
      ]);
      expect(JSON.stringify(portal.logged)).not.toContain("612345678");
    },
  );

  test.each(["33612345678", "0033 6 12 34 56 78", "+33 6 12 34 56 78", "06.12.34.56.78"])(
    "from %s is heard, however the gateway writes a number",
    async (from) => {
      const portal = await startWithSecret();
      subscribe(portal);
      await post(portal, { from, text: "STOP", at: now(portal) });
      expect(choicesOf(portal).alertSms).toBe(false);
    },
  );

  test("of another number, of one that is not proven, or that says something else, changes nothing", async () => {
    const portal = await startWithSecret();
    subscribe(portal);
    const at = now(portal);
    expect((await post(portal, { from: "+33698765432", text: "STOP", at })).status).toBe(200);
    expect((await post(portal, { from: "not a number", text: "STOP", at })).status).toBe(200);
    expect((await post(portal, { from: mobile, text: "Merci", at })).status).toBe(200);
    portal.db.$client.exec("UPDATE accounts SET mobile_verified_at = NULL");
    expect((await post(portal, { from: mobile, text: "STOP", at })).status).toBe(200);
    expect(choicesOf(portal).alertSms).toBe(true);
  });

  test("sent again after the switch was turned on again undoes nothing", async () => {
    const portal = await startWithSecret();
    subscribe(portal);
    const stop = { from: mobile, text: "STOP", at: now(portal) };
    await post(portal, stop);
    expect(choicesOf(portal).alertSms).toBe(false);
    portal.advance({ minutes: 1 });
    subscribe(portal);
    expect((await post(portal, stop)).status).toBe(200);
    expect(choicesOf(portal).alertSms).toBe(true);
  });

  test("counts though the clock of the gateway is behind by what is believed: at −1 s, 0 and +1 s", async () => {
    for (const [away, status, isOn] of [
      [299, 200, false],
      [300, 200, false],
      [301, 403, true],
    ] as const) {
      const portal = await startWithSecret();
      subscribe(portal);
      const answer = await post(portal, { from: mobile, text: "STOP", at: now(portal) - away });
      expect([away, answer.status, choicesOf(portal).alertSms]).toEqual([away, status, isOn]);
    }
  });

  test("taken from the wire and sent again is not taken twice, as long as it is believed", async () => {
    const portal = await startWithSecret();
    subscribe(portal);
    const stop = { from: mobile, text: "STOP", at: now(portal) + 300 };
    await post(portal, stop);
    for (const minutes of [1, 4, 5]) {
      portal.advance({ minutes });
      subscribe(portal);
      expect([minutes, (await post(portal, stop)).status, choicesOf(portal).alertSms]).toEqual([minutes, 200, true]);
    }
    portal.advance({ seconds: 1 });
    expect((await post(portal, stop)).status).toBe(403);
    await post(portal, { ...stop, at: now(portal) });
    expect(choicesOf(portal).alertSms).toBe(false);
  });

  test("is believed for five minutes: at −1 s, 0 and +1 s, before and after", async () => {
    const portal = await startWithSecret();
    for (const [away, status] of [
      [299, 200],
      [300, 200],
      [301, 403],
    ] as const) {
      for (const at of [now(portal) - away, now(portal) + away])
        expect([away, (await post(portal, { from: mobile, text: "Merci", at })).status]).toEqual([away, status]);
    }
    const at = "2026-11-23T09:00:00+01:00";
    expect((await post(portal, { from: mobile, text: "Merci", at })).status).toBe(200);
  });
});

describe("a delivery report", () => {
  const sent = (portal: Portal) => {
    write(portal.db, () =>
      queueText(portal, { kind: "alert.payment", memberId: "P0001", to: mobile, text: "Bonjour" }),
    );
    return portal.db.$client.prepare<[], string>("SELECT message_id FROM texts").pluck().get()!;
  };
  const deliveryOf = ({ db }: Portal) =>
    db.$client.prepare("SELECT delivery, delivered_at FROM texts").raw().get() as [string | null, number | null];

  test.each([
    ["delivered", "delivered"],
    ["DELIVERED", "delivered"],
    ["failed", "failed"],
    ["expired", "failed"],
    ["queued", null],
  ])("%s is kept as %s", async (status, delivery) => {
    const portal = await startWithSecret();
    const id = sent(portal);
    const at = now(portal);
    expect((await post(portal, { id, status, at })).status).toBe(200);
    expect(deliveryOf(portal)).toEqual([delivery, delivery && at]);
  });

  test("of an unknown message changes nothing; of two, the later word counts, in whatever order", async () => {
    const portal = await startWithSecret();
    const id = sent(portal);
    const at = now(portal);
    expect((await post(portal, { id: "unknown", status: "failed", at })).status).toBe(200);
    await post(portal, { id, status: "delivered", at });
    await post(portal, { id, status: "failed", at: at - 1 });
    await post(portal, { id, status: "failed", at });
    expect(deliveryOf(portal)).toEqual(["delivered", at]);
    await post(portal, { id, status: "failed", at: at + 1 });
    expect(deliveryOf(portal)).toEqual(["failed", at + 1]);
  });
});

describe("who is not the gateway", () => {
  test("does not find the page when there is no secret", async () => {
    const portal = await startPortal();
    subscribe(portal);
    expect((await post(portal, { from: mobile, text: "STOP", at: now(portal) })).status).toBe(404);
    expect(choicesOf(portal).alertSms).toBe(true);
  });

  test.each([
    ["another secret", { key: "another secret that is long enough too" }],
    ["no signature", { signature: "" }],
    ["half a signature", { signature: "sha256=abcd" }],
    ["the signature of another way", { signature: `md5=${"0".repeat(64)}` }],
    ["the signature of another body", { signature: `sha256=${"0".repeat(64)}` }],
  ])("is refused with %s, and changes nothing", async (_what, more) => {
    const portal = await startWithSecret();
    subscribe(portal);
    expect((await post(portal, { from: mobile, text: "STOP", at: now(portal) }, more)).status).toBe(403);
    expect(choicesOf(portal).alertSms).toBe(true);
  });

  test.each([
    ["no JSON", "STOP", 400],
    ["an empty body", "", 400],
    ["a list", "[]", 400],
    ["null", "null", 400],
    ["no moment", JSON.stringify({ from: mobile, text: "STOP" }), 400],
    ["a moment of nowhere", JSON.stringify({ from: mobile, text: "STOP", at: "yesterday" }), 400],
    ["a moment beyond all", JSON.stringify({ from: mobile, text: "STOP", at: 1e300 }), 400],
    ["numbers for texts", JSON.stringify({ from: 612345678, text: 1, at: 1 }), 400],
    ["bytes that are no UTF-8 once decoded", JSON.stringify({ from: mobile, text: "\ud800", at: 1 }), 403],
    ["deep nesting", "[".repeat(4_000), 400],
    ["more than 4 KB", JSON.stringify({ from: mobile, text: "x".repeat(4_096), at: 1 }), 413],
    ["more than any form", "x".repeat(70_000), 413],
  ])("signed, with %s, is answered as a mistake", async (_what, body, status) => {
    const portal = await startWithSecret();
    expect((await post(portal, body)).status).toBe(status);
  });

  test("cannot come from a page of another site without the secret, nor read the address with GET", async () => {
    const portal = await startWithSecret();
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site", key: "x" };
    expect((await post(portal, { from: mobile, text: "STOP", at: now(portal) }, foreign)).status).toBe(403);
    expect((await portal.browser().get("/sms/inbound")).status).toBe(404);
  });

  test("twenty STOPs at once are one", async () => {
    const portal = await startWithSecret();
    subscribe(portal);
    const stop = { from: mobile, text: "STOP", at: now(portal) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(portal, stop)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const facts = portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE kind = 'consent.withdrawn'").pluck();
    expect(facts.get()).toBe(1);
  });
});
