import { Hono } from "hono";
import { expect, test } from "vitest";
import { Browser, demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import type { Env } from "../../web/env.ts";
import { createGuards } from "../../web/guards.ts";
import { createRespond } from "../../web/respond.tsx";

const wrong = "Wrong-pass-1";

/** A page that needs a fresh password, on the same base as the portal. */
function guardedPage(portal: Portal, browser: Browser): Browser {
  const respond = createRespond({ render: (_c, { main }) => main, documentTitle: (title) => title }, {}, false);
  const guards = createGuards(portal, respond);
  const app = new Hono<Env>();
  app.use((c, next) => {
    c.set("language", "fr");
    c.set("address", "127.0.0.1");
    return next();
  });
  app.all("/guarded", guards.signedIn, guards.recentlyConfirmed, (c) => c.text("open"));
  const inside = new Browser(app, "http://127.0.0.1:8080", "127.0.0.1");
  for (const [name, value] of browser.cookies) inside.cookies.set(name, value);
  return inside;
}

test.each([
  [-1, 200],
  [0, 303],
  [1, 303],
])("what matters is open within 5 minutes of the password: %i s after them it answers %i", async (offset, status) => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.advance({ minutes: 5, seconds: offset });
  for (const method of ["get", "post"] as const) {
    const page = await guardedPage(portal, alice)[method]("/guarded?x=1", {});
    expect(page.status).toBe(status);
  }
});

test("after five minutes the password is asked for, and leads back to the page", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.advance({ minutes: 6 });
  const sent = (await guardedPage(portal, alice).get("/guarded?x=1")).location!;
  expect(sent).toBe("/account/confirm?next=%2Fguarded%3Fx%3D1");
  const page = await alice.get(sent);
  expect(page.document.querySelector("input[name=next]")?.getAttribute("value")).toBe("/guarded?x=1");
  const before = alice.cookies.get("session");
  const confirmed = await alice.post("/account/confirm", { password: demoPassword, next: "/guarded?x=1" });
  expect([confirmed.status, confirmed.location]).toEqual([303, "/guarded?x=1"]);
  expect(alice.cookies.get("session")).not.toBe(before);
  expect((await guardedPage(portal, alice).get("/guarded")).status).toBe(200);
  const copy = portal.browser();
  copy.cookies.set("session", before!);
  expect((await copy.get("/dashboard")).status).toBe(303);
});

test("a wrong password confirms nothing, is told beside its field, and is never shown again", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.advance({ minutes: 6 });
  const page = await alice.post("/account/confirm", { password: wrong, next: "/account/data" });
  expect(page.status).toBe(422);
  expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe("#password");
  expect(page.document.querySelector("input[name=next]")?.getAttribute("value")).toBe("/account/data");
  expect(page.text).not.toContain(wrong);
  expect((await guardedPage(portal, alice).get("/guarded")).status).toBe(303);
});

test("a stolen session is no place to guess the password: the sixth try waits, the right password too", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  for (let tries = 0; tries < 5; tries++) await alice.post("/account/confirm", { password: wrong });
  const page = await alice.post("/account/confirm", { password: demoPassword });
  expect(page.status).toBe(429);
  expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("the way back never leads out of the portal", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  for (const next of ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)"]) {
    const asked = await alice.get(`/account/confirm?next=${encodeURIComponent(next)}`);
    expect(asked.document.querySelector("input[name=next]")).toBeNull();
    expect((await alice.post("/account/confirm", { password: demoPassword, next })).location).toBe("/account");
  }
});

test("a visitor has nothing to confirm", async () => {
  const portal = await startPortal();
  expect((await portal.browser().get("/account/confirm")).location).toMatch(/^\/login/);
  expect((await portal.browser().post("/account/confirm", { password: demoPassword })).location).toMatch(/^\/login/);
});
