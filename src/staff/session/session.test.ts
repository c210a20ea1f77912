import { describe, expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { forLeo } from "../../features/ehic/ehic-kit.ts";
import { staffAbsoluteSeconds } from "../../platform/staff-sessions.ts";
import { urls } from "../../web/urls.ts";

type Standing = { secondsLeft: number; extensible: boolean; owner: string };

const standing = async (browser: Browser) => JSON.parse((await browser.get(urls.staffSession)).text) as Standing;
const from = (portal: Portal, page: string) => ({ referer: `${portal.config.origin}${page}` });
const keptCount = ({ db }: Portal) => db.$client.prepare("SELECT count(*) FROM staff_drafts").pluck().get();
const note = { outcome: "refused", result: "La signature manque, renvoyez la lettre." };
const letter = {
  ...{ number: "10000001", kind: "rectification", channel: "post", reference: "SCAN-1", note: "" },
  ...{ receivedDay: "20", receivedMonth: "11", receivedYear: "2026" },
};

/** A request that waits, on whose page somebody has typed an answer. */
async function desk(role: "adviser" | "admin" | "dpo" = "dpo") {
  const portal = await startPortal();
  const browser = await portal.staffBrowser(role);
  const page = (await browser.post(urls.staffRights, letter)).location!.split("?")[0]!;
  return { portal, browser, page };
}

const shownIn = async (browser: Browser, page: string) => {
  const { document } = await browser.get(page);
  return [document.querySelector("#result")?.textContent.trim(), document.querySelector("#kept") !== null];
};

describe("the time left", () => {
  test("is told without using the session, however often it is asked, and is nothing once it is over", async () => {
    const { portal, browser } = await desk();
    portal.advance({ minutes: 14 });
    expect(await standing(browser)).toMatchObject({ secondsLeft: 60, extensible: true });
    portal.advance({ seconds: 59 });
    expect((await standing(browser)).secondsLeft).toBe(1);
    portal.advance({ seconds: 1 });
    expect(await standing(browser)).toEqual({ secondsLeft: 0, extensible: false, owner: "" });
    expect((await browser.get(urls.staff)).status).toBe(303);
  });

  test.each([
    [899, urls.staff, 900],
    [900, "/staff/login?next=%2Fstaff&expired", 0],
  ])("staying %i s after the last use leads to %s", async (after, place, left) => {
    const { portal, browser } = await desk();
    portal.advance({ seconds: after });
    expect((await browser.post(urls.staffSessionExtend, { stay: "" })).location).toBe(place);
    expect((await standing(browser)).secondsLeft).toBe(left);
  });

  test("staying ends after ten hours, which is told before", async () => {
    const { portal, browser } = await desk();
    for (let passed = 0; passed < staffAbsoluteSeconds - 840; passed += 840) {
      portal.advance({ seconds: 840 });
      await browser.post(urls.staffSessionExtend);
    }
    const { secondsLeft, extensible } = await standing(browser);
    expect([extensible, secondsLeft <= 900]).toEqual([false, true]);
    portal.advance({ seconds: secondsLeft });
    expect((await standing(browser)).secondsLeft).toBe(0);
  });

  test("says nothing of who it is, and is another one for each", async () => {
    const { portal, browser } = await desk();
    const admin = await portal.staffBrowser("admin", "127.0.0.2");
    const [one, other] = [await standing(browser), await standing(admin)];
    expect(one.owner).not.toBe(other.owner);
    expect((await browser.get(urls.staffSession)).text).not.toContain("dpo");
    const member = portal.browser("127.0.0.3");
    await member.signIn("alice");
    expect((await standing(member)).secondsLeft).toBe(0);
  });

  test("the dialog of each page leads to the addresses of the back office, that of the sign-in has none", async () => {
    const { portal, browser } = await desk();
    const dialog = (await browser.get(urls.staffRights)).document.querySelector("#session-end");
    expect(
      ["data-session", "data-extend", "data-draft", "data-login"].map((name) => dialog?.getAttribute(name)),
    ).toEqual([urls.staffSession, urls.staffSessionExtend, urls.staffSessionDraft, urls.staffLogin]);
    expect((await portal.browser().get(urls.staffLogin)).document.querySelector("#session-end")).toBe(null);
  });
});

describe("a form sent too late", () => {
  test.each([
    [900, true],
    [1_499, true],
    [1_500, false],
  ])("%i s after the last use is kept: %s; the same person finds it after the sign-in, once", async (after, isKept) => {
    const { portal, browser, page } = await desk();
    portal.advance({ seconds: after });
    const sent = await browser.post(urls.staffRightSettle(1), note, from(portal, page));
    expect(sent.location).toBe(`/staff/login?next=${encodeURIComponent(page)}&expired`);
    expect((await browser.follow(sent)).text).toContain("Votre session est terminée.");
    portal.advance({ seconds: 30 });
    const again = await portal.staffBrowser("dpo");
    expect(await shownIn(again, page)).toEqual(isKept ? [note.result, true] : ["", false]);
    expect((await again.post(urls.staffRightSettle(1), note, from(portal, page))).location).toContain("done=settled");
    expect(keptCount(portal)).toBe(0);
  });

  test("is shown to nobody else, is nowhere in clear, and is gone after ten minutes", async () => {
    const { portal, browser, page } = await desk();
    portal.advance({ minutes: 15 });
    await browser.post(urls.staffRightSettle(1), note, from(portal, page));
    const admin = await portal.staffBrowser("admin");
    expect(await shownIn(admin, page)).toEqual(["", false]);
    const sealed = portal.db.$client.prepare("SELECT fields_sealed FROM staff_drafts").pluck().get() as Buffer;
    expect(sealed.includes("signature")).toBe(false);
    portal.advance({ seconds: 599 });
    expect((await shownIn(await portal.staffBrowser("dpo"), page))[0]).toBe(note.result);
    portal.advance({ seconds: 30 });
    expect((await shownIn(await portal.staffBrowser("dpo"), page))[0]).toBe("");
  });

  test("with its faults at an address that is no page, it is kept for the page and leads back there", async () => {
    const { portal, browser, page } = await desk();
    portal.advance({ minutes: 15 });
    const sent = await browser.post(urls.staffRightSettle(1), note, from(portal, urls.staffRightSettle(1)));
    expect(sent.location).toBe(`/staff/login?next=${encodeURIComponent(page)}&expired`);
    expect((await shownIn(await portal.staffBrowser("dpo"), page))[0]).toBe(note.result);
  });

  test("from elsewhere, after a sign-out or with a cookie of nobody, nothing is kept", async () => {
    const { portal, browser, page } = await desk();
    const cookie = browser.cookies.get("staff")!;
    await browser.post(urls.staffLogout, { logout: "on" });
    for (const value of [cookie, "a".repeat(43)]) {
      browser.cookies.set("staff", value);
      expect((await browser.post(urls.staffRightSettle(1), note, from(portal, page))).status).toBe(303);
    }
    expect(keptCount(portal)).toBe(0);
    const foreign = await portal.browser().post(urls.staffRightSettle(1), note, from(portal, "/dashboard"));
    expect(foreign.location).toBe("/staff/login?next=%2Fstaff");
  });

  test("every form of a decision shows what was kept: card, message, case, act on an account, notice, request", async () => {
    const portal = await startPortal();
    const alice = portal.browser("127.0.0.2");
    await alice.signIn("alice");
    await alice.post("/ehic/requests", forLeo);
    await alice.post(urls.contact, { topic: "other", subject: "Un", message: "Un" });
    await alice.post(urls.helpCredentials, { kind: "phishing", email: "alice@demo.example", message: "Un appel" });
    await new Promise(setImmediate);
    const request = portal.db.$client.prepare("SELECT request_id FROM card_requests").pluck().get() as string;
    const file = "/staff/members/P0001";
    let admin = await portal.staffBrowser("admin");
    const forms: [string, string][] = [
      [urls.staffCard(request), "reason"],
      [urls.staffThread(1), "reason"],
      [urls.staffCase(1), "reason"],
      [`${file}/acts/freeze`, "reason"],
      [urls.staffNotices, "subjectFr"],
      [urls.staffRights, "reference"],
      [urls.staffMaintenance, "message"],
    ];
    for (const [page, field] of forms) {
      portal.advance({ minutes: 15 });
      await admin.post(page, { [field]: "à moitié", seen: "0" }, from(portal, page));
      admin = await portal.staffBrowser("admin");
      if (page.startsWith(file)) await admin.post(`${file}/open`, { reason: "call" }, from(portal, page));
      const { document } = await admin.get(page);
      const box = document.querySelector(`#${field}`);
      expect([page, box?.getAttribute("value") ?? box?.textContent?.trim()]).toEqual([page, "à moitié"]);
    }
  });
});

describe("what is typed and not sent", () => {
  const draft = (owner: string, page: string) => ({
    path: page,
    owner,
    "field.result": "à moi",
    "field.password": "x",
  });

  test("is kept just before the end, without using the session, for its owner alone", async () => {
    const { portal, browser, page } = await desk();
    const { owner } = await standing(browser);
    portal.advance({ seconds: 895 });
    const partial = { "hx-request-type": "partial" };
    expect((await browser.post(urls.staffSessionDraft, draft(owner, page), partial)).status).toBe(204);
    expect((await standing(browser)).secondsLeft).toBe(5);
    portal.advance({ seconds: 30 });
    expect(await shownIn(await portal.staffBrowser("dpo"), page)).toEqual(["à moi", true]);
  });

  test("of somebody else's page is not kept, nor without a session, nor from another site", async () => {
    const { portal, browser, page } = await desk();
    await browser.post(urls.staffSessionDraft, draft("somebody", page));
    const { owner } = await standing(browser);
    await portal.browser().post(urls.staffSessionDraft, draft(owner, page));
    const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await browser.post(urls.staffSessionDraft, draft(owner, page), evil)).status).toBe(403);
    expect((await browser.post(urls.staffSessionDraft, { owner })).status).toBe(422);
    expect(keptCount(portal)).toBe(0);
  });
});
