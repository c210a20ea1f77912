import { Hono } from "hono";
import { expect, test } from "vitest";
import { Browser } from "../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { tFor } from "../platform/i18n.ts";
import { draftOf } from "./drafts.ts";
import type { Ctx, Env } from "./env.ts";
import { createGuards, sessionOf } from "./guards.ts";
import { createRespond, type Markup } from "./respond.tsx";

/** A form behind the guard, and nothing else. */
async function guardedForm() {
  const portal = await startPortal();
  const respond = createRespond({ render: (_c, { main }) => main, documentTitle: (title) => title }, {}, false);
  const app = new Hono<Env>();
  app.use((c, next) => {
    c.set("language", "fr");
    return next();
  });
  app.post("/form", createGuards(portal, respond).signedIn, (c) => c.text(sessionOf(c).memberId));
  app.get("/open", (c) => c.text(sessionOf(c).memberId));
  app.onError((error, c) => c.text(error.message, 500));
  return { portal, app };
}

test.each([
  ["http://127.0.0.1:8080/dossier/contact?x=1", "/dossier/contact?x=1"],
  ["https://evil.example/dossier", "/dossier"],
  ["not an address", "/"],
  ["", "/"],
])(
  "a form sent after the end of the session leads to the page it stood on, %j, and never elsewhere",
  async (referer, next) => {
    const { app } = await guardedForm();
    const answer = await app.request("/form", { method: "POST", headers: { referer } });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/login?next=${encodeURIComponent(next)}`]);
  },
);

test("with a living session the form is heard", async () => {
  const { app, portal } = await guardedForm();
  const alice = portal.browser();
  await alice.signIn("alice");
  const headers = { cookie: `session=${alice.cookies.get("session")}` };
  expect(await (await app.request("/form", { method: "POST", headers })).text()).toBe("P0001");
});

test("a page that asks for the person without the guard is a fault of ours, found at once", async () => {
  const { app } = await guardedForm();
  const answer = await app.request("/open");
  expect([answer.status, await answer.text()]).toEqual([500, "this route lacks the signedIn guard"]);
});

/** A page with a form, drawn with what was kept of it, on the same base as the portal. */
function formPage(portal: Portal) {
  const respond = createRespond({ render: (_c, { main }) => main, documentTitle: (title) => title }, {}, false);
  const guards = createGuards(portal, respond);
  const app = new Hono<Env>();
  app.use((c, next) => {
    c.set("language", "fr");
    c.set("t", tFor("fr"));
    c.set("address", "127.0.0.1");
    return next();
  });
  const draw = (typed: object) => JSON.stringify(typed);
  const page = (c: Ctx) =>
    respond.page(c, { title: "", main: () => draw(draftOf(c, ["message"])) as unknown as Markup });
  app.get("/form", guards.signedIn, page);
  app.get("/other", guards.signedIn, page);
  app.get("/open", guards.maybeSignedIn, page);
  app.post("/form", guards.signedIn, async (c) =>
    (await c.req.text()).includes("faulty") ? c.text("faults", 422) : respond.goTo(c, "/form?done"),
  );
  app.post("/grave", guards.signedIn, guards.recentlyConfirmed, (c) => respond.goTo(c, "/form?done"));
  const { origin } = portal.config;
  /** The browser of somebody, on these pages, with the cookies of the portal. */
  return (browser: Browser) => {
    const inside = new Browser(app, origin, "127.0.0.1");
    for (const [name, value] of browser.cookies) inside.cookies.set(name, value);
    const referer = { referer: `${origin}/form?x=1` };
    return {
      get: (path: string) => inside.get(path),
      send: (fields: Record<string, string>, path = "/form", headers: Record<string, string> = referer) =>
        inside.post(path, fields, headers),
      sendRaw: (body: BodyInit, headers: Record<string, string>) =>
        inside.send("/form", { method: "POST", body, headers: { ...referer, ...headers } }),
    };
  };
}

/** What the form of a page shows, and whether the page says that it was kept. */
const shown = ({ text }: { text: string }) => ({
  fields: JSON.parse(text.slice(text.indexOf("{"))) as Record<string, string>,
  saysKept: text.includes('id="kept"'),
});
const nothing = { fields: {}, saysKept: false };

/** Somebody of the demo, signed in, and these pages. */
async function signedInAs(portal: Portal, who: string) {
  const browser = portal.browser();
  await browser.signIn(who);
  return formPage(portal)(browser);
}

test.each([
  ["at the end of the session", { minutes: 10 }],
  ["1 s before ten minutes after it", { minutes: 19, seconds: 59 }],
])("3.6 a form sent %s is kept, and comes back after sign-in with a word about it", async (_when, late) => {
  const portal = await startPortal();
  const alice = await signedInAs(portal, "alice");
  portal.advance(late);
  const fields = { message: "à garder & <b>", password: "Secret-2026!" };
  const sent = await alice.send(fields);
  expect([sent.status, sent.location]).toEqual([303, "/login?next=%2Fform%3Fx%3D1"]);
  const back = await signedInAs(portal, "alice");
  expect(shown(await back.get("/form?x=1"))).toEqual({ fields: { message: "à garder & <b>" }, saysKept: true });
  expect(shown(await back.get("/other"))).toEqual(nothing);
});

test("3.6 a form sent ten minutes after the end of its session is nobody's", async () => {
  const portal = await startPortal();
  const alice = await signedInAs(portal, "alice");
  portal.advance({ minutes: 20 });
  await alice.send({ message: "too late" });
  expect(shown(await (await signedInAs(portal, "alice")).get("/form"))).toEqual(nothing);
});

test("nobody else who signs in finds it", async () => {
  const portal = await startPortal();
  const alice = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  await alice.send({ message: "of Alice" });
  expect(shown(await (await signedInAs(portal, "bob")).get("/form"))).toEqual(nothing);
  expect(shown(await (await signedInAs(portal, "alice")).get("/form")).fields).toEqual({ message: "of Alice" });
});

test("opening the page changes nothing: it comes back as often as it is looked at, until the form is sent with success", async () => {
  const portal = await startPortal();
  const first = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  await first.send({ message: "kept" });
  const alice = await signedInAs(portal, "alice");
  const changes = () => portal.db.$client.prepare("SELECT total_changes()").pluck().get();
  const before = changes();
  for (let times = 0; times < 3; times++) expect(shown(await alice.get("/form")).saysKept).toBe(true);
  expect(changes()).toBe(before);
  expect((await alice.send({ message: "faulty" })).status).toBe(422);
  expect(shown(await alice.get("/form")).saysKept).toBe(true);
  expect((await alice.send({ message: "kept" })).location).toBe("/form?done");
  expect(shown(await alice.get("/form"))).toEqual(nothing);
});

test("a form sent from another address than its page is kept for its page, and sent again it is forgotten there", async () => {
  const portal = await startPortal();
  const first = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  await first.send({ message: "kept" }, "/grave");
  const alice = await signedInAs(portal, "alice");
  expect(shown(await alice.get("/form")).fields).toEqual({ message: "kept" });
  expect((await alice.send({ message: "kept" }, "/grave")).location).toBe("/form?done");
  expect(shown(await alice.get("/form"))).toEqual(nothing);
});

test("a browser that does not say where the form stood comes back to the address of the form", async () => {
  const portal = await startPortal();
  const first = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  expect((await first.send({ message: "kept" }, "/form", {})).location).toBe("/login?next=%2Fform");
  expect(shown(await (await signedInAs(portal, "alice")).get("/form")).saysKept).toBe(true);
});

test("what is sent when the password must be typed again is kept until then as well", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  await browser.signIn("alice");
  portal.advance({ minutes: 6 });
  const pages = formPage(portal);
  const sent = await pages(browser).send({ message: "kept" }, "/grave");
  expect([sent.status, sent.location]).toEqual([303, "/account/confirm?next=%2Fform%3Fx%3D1"]);
  expect(shown(await pages(browser).get("/form"))).toEqual(nothing);
  expect((await browser.post("/account/confirm", { password: "Demo-2026!", next: "/form?x=1" })).status).toBe(303);
  expect(shown(await pages(browser).get("/form")).fields).toEqual({ message: "kept" });
  await pages(browser).send({ message: "kept" }, "/grave");
  expect(shown(await pages(browser).get("/form"))).toEqual(nothing);
});

test("a remembered device goes on by itself: its form is heard, and nothing has to be kept", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  await browser.post("/login", { identifier: "10000001", password: "Demo-2026!", remember: "on" });
  const alice = formPage(portal)(browser);
  portal.advance({ minutes: 11 });
  expect((await alice.send({ message: "heard" })).location).toBe("/form?done");
  expect(portal.db.$client.prepare("SELECT count(*) FROM drafts").pluck().get()).toBe(0);
});

test("neither signing out, nor a session ended from elsewhere, nor a cookie of nobody leaves anything", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  await browser.signIn("alice");
  const alice = formPage(portal)(browser);
  await browser.post("/logout");
  await alice.send({ message: "after sign-out" });
  await formPage(portal)(portal.browser()).send({ message: "of a stranger" });
  browser.cookies.set("session", "of-nobody");
  await formPage(portal)(browser).send({ message: "of nobody" });
  expect(portal.db.$client.prepare("SELECT count(*) FROM drafts").pluck().get()).toBe(0);
});

test("a page open to everybody shows its owner what was kept, and a visitor nothing", async () => {
  const portal = await startPortal();
  const first = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  await first.send({ message: "kept" }, "/form", { referer: `${portal.config.origin}/open` });
  expect(shown(await formPage(portal)(portal.browser()).get("/open"))).toEqual(nothing);
  expect(shown(await (await signedInAs(portal, "alice")).get("/open")).saysKept).toBe(true);
});

test.each<[string, BodyInit, Record<string, string>]>([
  ["a body that is no form", "--x", { "content-type": "multipart/form-data; boundary=y" }],
  ["a type without its boundary", "--x", { "content-type": "multipart/form-data" }],
  ["nothing", "", {}],
  [
    "a page like //",
    "a=1",
    { "content-type": "application/x-www-form-urlencoded", referer: "http://127.0.0.1:8080//" },
  ],
  ["a page that is none", "a=1", { "content-type": "application/x-www-form-urlencoded", referer: "about:blank" }],
])("%s leads to sign-in, never to a failure", async (_what, body, headers) => {
  const portal = await startPortal();
  const alice = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  const sent = await alice.sendRaw(body, headers);
  expect([sent.status, sent.location?.startsWith("/login?next=")]).toEqual([303, true]);
});

test("a button elsewhere on the page, pressed too late, brings no field of its form back", async () => {
  const portal = await startPortal();
  const alice = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  await alice.send({ seen: "5" }, "/grave");
  expect(shown(await (await signedInAs(portal, "alice")).get("/form"))).toEqual(nothing);
});

test("a file is not kept, the texts beside it are", async () => {
  const portal = await startPortal();
  const alice = await signedInAs(portal, "alice");
  portal.advance({ minutes: 10 });
  const body = new FormData();
  body.set("message", "kept");
  body.set("scan", new File(["bytes"], "scan.pdf"));
  await alice.sendRaw(body, {});
  expect(shown(await (await signedInAs(portal, "alice")).get("/form")).fields).toEqual({ message: "kept" });
});
