import { expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { findDraft } from "../../domain/drafts.ts";
import { absoluteSeconds } from "../../platform/sessions.ts";
import { urls } from "../../web/urls.ts";

type Standing = { secondsLeft: number; extensible: boolean; owner: string };

const standing = async (browser: Browser) => JSON.parse((await browser.get(urls.session)).text) as Standing;
const secondsLeft = async (browser: Browser) => (await standing(browser)).secondsLeft;

async function signedIn(portal: Portal, who: string): Promise<Browser> {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

/** What a new session of somebody finds kept of a page. */
async function keptFor(portal: Portal, who: string, path: string) {
  const browser = await signedIn(portal, who);
  return findDraft(portal, portal.sessions.read(browser.cookies.get("session")!)!.id, path);
}

/** What the script of a page sends just before the end. */
const draft = (owner: string, fields: Record<string, string> = { "field.message": "half a sen" }) => ({
  path: "/charter/contest",
  owner,
  ...fields,
});

test("3.6 asking for the time left does not extend the session, however often it is asked", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  expect(await secondsLeft(alice)).toBe(600);
  for (let minute = 1; minute < 10; minute++) {
    portal.advance({ minutes: 1 });
    expect(await secondsLeft(alice)).toBe(600 - 60 * minute);
  }
  portal.advance({ seconds: 59 });
  expect(await secondsLeft(alice)).toBe(1);
  portal.advance({ seconds: 1 });
  expect(await secondsLeft(alice)).toBe(0);
  expect((await alice.get("/dashboard")).status).toBe(303);
});

test("the time left is 0 only once it is over: half a second before the end it is 1", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  portal.advance({ seconds: 599.5 });
  expect(await secondsLeft(alice)).toBe(1);
  expect((await alice.get("/dashboard")).status).toBe(200);
});

test("nothing is left to a visitor, nor to a cookie of nobody, and none is given one", async () => {
  const portal = await startPortal();
  for (const cookie of [undefined, "of-nobody"]) {
    const visitor = portal.browser();
    if (cookie) visitor.cookies.set("session", cookie);
    const page = await visitor.get(urls.session);
    expect([page.status, JSON.parse(page.text)]).toEqual([200, { secondsLeft: 0, extensible: false, owner: "" }]);
    expect(page.headers.getSetCookie()).toEqual([]);
  }
});

test("the answer is never kept by a cache, is no page, and says of its owner nothing that is known elsewhere", async () => {
  const portal = await startPortal();
  const [alice, again, bob] = [
    await signedIn(portal, "alice"),
    await signedIn(portal, "alice"),
    await signedIn(portal, "bob"),
  ];
  const { headers, text } = await alice.get(urls.session);
  expect(headers.get("cache-control")).toContain("no-store");
  expect([headers.get("content-type"), headers.get("x-content-type-options")]).toEqual([
    "application/json; charset=utf-8",
    "nosniff",
  ]);
  const account = portal.db.$client.prepare("SELECT id FROM accounts WHERE member_id = 'P0001'").pluck().get();
  expect(text).not.toMatch(new RegExp(`P0001|10000001|${account}`));
  expect((await standing(alice)).owner).toBe((await standing(again)).owner);
  expect((await standing(alice)).owner).not.toBe((await standing(bob)).owner);
});

test.each([
  [599, 200, 600],
  [600, 303, 0],
  [601, 303, 0],
])("3.6 staying %i s after the last use: then the dashboard answers %i", async (after, status, left) => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  portal.advance({ seconds: after });
  const page = await alice.post(urls.sessionExtend, { stay: "" }, { referer: `${portal.config.origin}/account` });
  expect([page.status, page.location]).toEqual([303, status === 200 ? "/account" : "/login?next=%2Faccount"]);
  expect(await secondsLeft(alice)).toBe(left);
  expect((await alice.get("/dashboard")).status).toBe(status);
});

test("the script that asks to stay gets no page", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  portal.advance({ minutes: 9 });
  const answer = await alice.post(urls.sessionExtend, {}, { "hx-request-type": "partial" });
  expect([answer.status, answer.text]).toEqual([204, ""]);
  expect(await secondsLeft(alice)).toBe(600);
});

test("staying begins ten minutes as often as it is asked for, up to twelve hours, which the answer tells before", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  for (let passed = 0; passed < absoluteSeconds - 540; passed += 540) {
    expect((await standing(alice)).extensible).toBe(passed < absoluteSeconds - 600);
    portal.advance({ seconds: 540 });
    await alice.post(urls.sessionExtend);
  }
  expect(await standing(alice)).toMatchObject({ secondsLeft: 540, extensible: false });
  portal.advance({ seconds: 539 });
  await alice.post(urls.sessionExtend);
  expect(await secondsLeft(alice)).toBe(1);
  portal.advance({ seconds: 1 });
  expect(await secondsLeft(alice)).toBe(0);
});

test.each([
  ["//evil.example/x", "/dashboard"],
  ["https://evil.example//evil.example/x", "/dashboard"],
  ["https://evil.example/account", "/account"],
  ["", "/dashboard"],
])("staying never leads elsewhere, whatever the page before is called: %j", async (referer, place) => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  expect((await alice.post(urls.sessionExtend, {}, { referer })).location).toBe(place);
});

test("a GET does not stay, and nobody else's page can: their form is refused", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  portal.advance({ minutes: 5 });
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await alice.get(urls.sessionExtend)).status).toBe(404);
  portal.advance({ seconds: 1 });
  for (const path of [urls.sessionExtend, urls.sessionDraft])
    expect((await alice.post(path, draft(""), evil)).status).toBe(403);
});

test("3.6 what is typed and not sent is kept just before the end, which does not extend the session", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const { owner } = await standing(alice);
  portal.advance({ seconds: 595 });
  const kept = await alice.post(urls.sessionDraft, draft(owner), { "hx-request-type": "partial" });
  expect([kept.status, kept.text]).toEqual([204, ""]);
  expect(await secondsLeft(alice)).toBe(5);
  portal.advance({ seconds: 5 });
  expect((await alice.get("/dashboard")).status).toBe(303);
  expect(await keptFor(portal, "alice", "/charter/contest")).toEqual([["message", "half a sen"]]);
  expect(await keptFor(portal, "bob", "/charter/contest")).toEqual([]);
});

test.each([
  [-1, [["message", "half a sen"]]],
  [0, []],
  [1, []],
])(
  "a computer that slept through the end has it kept still, for ten minutes: %i s after them %j",
  async (offset, kept) => {
    const portal = await startPortal();
    const alice = await signedIn(portal, "alice");
    const { owner } = await standing(alice);
    portal.advance({ minutes: 20, seconds: offset });
    await alice.post(urls.sessionDraft, draft(owner));
    expect(await keptFor(portal, "alice", "/charter/contest")).toEqual(kept);
  },
);

test("what stands in a page of Alice is not kept for Bob, who has signed in on the same computer since", async () => {
  const portal = await startPortal();
  const shared = await signedIn(portal, "alice");
  const { owner } = await standing(shared);
  await shared.signIn("bob");
  for (const claimed of [owner, "", "x"]) {
    const answer = await shared.post(urls.sessionDraft, draft(claimed));
    expect([answer.status, answer.location]).toEqual([303, "/login?next=%2Fcharter%2Fcontest"]);
  }
  for (const who of ["alice", "bob"]) expect(await keptFor(portal, who, "/charter/contest")).toEqual([]);
});

test("a visitor, somebody signed out, and a cookie of nobody keep nothing", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const [cookie, { owner }] = [alice.cookies.get("session")!, await standing(alice)];
  await alice.post("/logout");
  for (const value of [undefined, cookie, "of-nobody"]) {
    const browser = portal.browser();
    if (value) browser.cookies.set("session", value);
    expect((await browser.post(urls.sessionDraft, draft(owner))).location).toMatch(/^\/login\?next=/);
  }
  expect(portal.db.$client.prepare("SELECT count(*) FROM drafts").pluck().get()).toBe(0);
});

test("a bypassed script keeps no password either", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const { owner } = await standing(alice);
  const fields = { "field.currentPassword": "Secret-2026!", "field.code": "123456", password: "x", other: "y" };
  await alice.post(urls.sessionDraft, draft(owner, fields));
  expect(portal.db.$client.prepare("SELECT count(*) FROM drafts").pluck().get()).toBe(0);
});

test.each<[string, [string, string][]]>([
  ["no path", [["owner", "x"]]],
  ["no owner", [["path", "/account"]]],
  [
    "two paths",
    [
      ["path", "/a"],
      ["path", "/b"],
      ["owner", "x"],
    ],
  ],
  [
    "a path of another host",
    [
      ["path", "//evil.example"],
      ["owner", "x"],
    ],
  ],
  [
    "an address",
    [
      ["path", "https://evil.example/x"],
      ["owner", "x"],
    ],
  ],
  [
    "a path too long",
    [
      ["path", `/${"x".repeat(200)}`],
      ["owner", "x"],
    ],
  ],
])("%s is refused as a faulty form", async (_what, fields) => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  expect((await alice.post(urls.sessionDraft, fields)).status).toBe(422);
});

test("fifty at once leave one", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const { owner } = await standing(alice);
  const answers = await Promise.all(Array.from({ length: 50 }, () => alice.post(urls.sessionDraft, draft(owner))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
  expect(portal.db.$client.prepare("SELECT count(*) FROM drafts").pluck().get()).toBe(1);
});

test("each page of somebody signed in, and no other, holds the warning, closed, and its script", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  for (const [browser, path, count] of [
    [alice, "/dashboard", 1],
    [alice, "/reimbursements", 1],
    [alice, "/nowhere", 1],
    [alice, "/account/password", 1],
    [portal.browser(), "/", 0],
    [portal.browser(), "/login", 0],
    [portal.browser(), "/nowhere", 0],
  ] as const) {
    const { document } = await browser.get(path);
    expect([path, document.querySelectorAll("body > dialog").length]).toEqual([path, count]);
    expect([path, document.querySelectorAll('script[src^="/static/session."]').length]).toEqual([path, count]);
    expect(document.querySelector("dialog")?.hasAttribute("open") ?? false).toBe(false);
  }
});

test("the warning speaks the language of the page, and its buttons work without a script", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  for (const [lang, stay, out] of [
    ["fr", "Rester connecté", "Se déconnecter"],
    ["en", "Stay signed in", "Sign out"],
  ]) {
    const { document } = await alice.get(`/dashboard?lang=${lang}`);
    const buttons = [...document.querySelectorAll("dialog form")].map((form) => [
      form.getAttribute("method"),
      form.getAttribute("action"),
      form.textContent,
    ]);
    expect(buttons).toEqual([
      ["post", urls.sessionExtend, stay],
      ["post", urls.logout, out],
    ]);
    expect(document.querySelector("dialog")?.getAttribute("data-left")).toContain("%");
  }
});

test("the page to sign in says that the session has expired, at an address that is not the one of signing out", async () => {
  const portal = await startPortal();
  const page = await portal.browser().get("/login?next=%2Faccount&expired");
  expect(page.document.querySelector("[role=status].notice")?.textContent).toContain("Votre session a expiré");
  expect(page.document.querySelector("input[name=next]")?.getAttribute("value")).toBe("/account");
});
