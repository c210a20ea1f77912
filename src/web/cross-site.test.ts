import { expect, test } from "vitest";
import { type Browser, demoPassword } from "../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";

const form = "application/x-www-form-urlencoded";
const signIn = new URLSearchParams({ identifier: "10000001", password: demoPassword }).toString();

function send(browser: Browser, headers: Record<string, string>, { path = "/login", body = signIn as BodyInit } = {}) {
  return browser.send(path, { method: "POST", headers, body });
}

const refused: [string, Record<string, string>, number][] = [
  ["from another site", { "content-type": form, origin: "https://evil.example", "sec-fetch-site": "cross-site" }, 403],
  [
    "from a sandbox, whose origin is null",
    { "content-type": form, origin: "null", "sec-fetch-site": "cross-site" },
    403,
  ],
  ["with the origin null alone", { "content-type": form, origin: "null" }, 403],
  ["with an origin that starts like ours", { "content-type": form, origin: "http://127.0.0.1:8080.evil.example" }, 403],
  [
    "from another port of this machine",
    { "content-type": form, origin: "http://127.0.0.1:8081", "sec-fetch-site": "same-site" },
    403,
  ],
  ["from our address over another scheme", { "content-type": form, origin: "https://127.0.0.1:8080" }, 403],
  ["cross-site without an origin", { "content-type": form, "sec-fetch-site": "cross-site" }, 403],
  ["same-site without an origin", { "content-type": form, "sec-fetch-site": "same-site" }, 403],
  [
    "cross-site with our address as the referer",
    { "content-type": form, "sec-fetch-site": "cross-site", referer: "http://127.0.0.1:8080/login" },
    403,
  ],
  [
    "with the origin of another site and our address as the referer",
    { "content-type": form, origin: "https://evil.example", referer: "http://127.0.0.1:8080/login" },
    403,
  ],
  ["that says nothing of where it comes from", { "content-type": form }, 403],
  [
    "with the referer of another site",
    { "content-type": form, referer: "https://evil.example/http://127.0.0.1:8080/" },
    403,
  ],
  ["with a referer that is no address", { "content-type": form, referer: "127.0.0.1:8080" }, 403],
  ["as text from another site", { "content-type": "text/plain", origin: "https://evil.example" }, 403],
  ["as text", { "content-type": "text/plain", origin: "http://127.0.0.1:8080" }, 400],
  ["as JSON from another site", { "content-type": "application/json", origin: "https://evil.example" }, 400],
  ["as JSON", { "content-type": "application/json", origin: "http://127.0.0.1:8080" }, 400],
  ["of an invented type", { "content-type": `x; ${form}`, origin: "https://evil.example" }, 400],
  ["in another alphabet", { "content-type": `${form}; charset=utf-16`, origin: "http://127.0.0.1:8080" }, 400],
];

test.each(refused)(
  "a sign-in %s is refused with the right password, and nothing begins",
  async (_, headers, status) => {
    const portal = await startPortal();
    const browser = portal.browser();
    for (const lang of ["fr", "en"]) {
      const page = await send(browser, headers, { path: `/login?lang=${lang}` });
      expect(page.status).toBe(status);
      expect(page.document.documentElement.getAttribute("lang")).toBe(lang);
      expect(page.document.querySelectorAll("h1")).toHaveLength(1);
      expect(page.headers.getSetCookie().filter((cookie) => cookie.startsWith("session"))).toEqual([]);
    }
    expect(portal.db.$client.prepare("SELECT count(*) FROM sessions").pluck().get()).toBe(0);
  },
);

test.each([403, 400])("a body without a type is refused (%i from another site or from ours)", async (status) => {
  const portal = await startPortal();
  const origin = status === 403 ? "https://evil.example" : portal.config.origin;
  const page = await send(portal.browser(), { origin }, { body: new TextEncoder().encode(signIn) });
  expect(page.status).toBe(status);
  expect(page.headers.getSetCookie()).toEqual([]);
});

test.each([
  ["a browser of today", { origin: "http://127.0.0.1:8080", "sec-fetch-site": "same-origin" }],
  ["a browser that sends the origin alone", { origin: "http://127.0.0.1:8080" }],
  ["a browser that sends the site alone", { "sec-fetch-site": "same-origin" }],
  ["a text browser, which sends the referer alone", { referer: "http://127.0.0.1:8080/login" }],
])("%s signs in", async (_, headers) => {
  const portal = await startPortal();
  expect((await send(portal.browser(), { "content-type": form, ...headers })).location).toBe("/dashboard");
  const upperCase = { "content-type": "Application/X-WWW-Form-Urlencoded; charset=UTF-8", ...headers };
  expect((await send(portal.browser(), upperCase)).location).toBe("/dashboard");
});

test("another site cannot sign anybody out, nor open an account with somebody's link", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const evil = { "content-type": form, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await send(alice, evil, { path: "/logout", body: "" })).status).toBe(403);
  expect((await alice.get("/dashboard")).status).toBe(200);
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
  const body = new URLSearchParams({ password: "Colza-Bleu-72", charter: "on" }).toString();
  expect((await send(portal.browser(), evil, { path: link, body })).status).toBe(403);
  expect(portal.db.$client.prepare("SELECT 1 FROM accounts WHERE member_id = 'P0004'").get()).toBeUndefined();
});

test("the refusal is the same for other methods that change things, under any name of the page", async () => {
  const portal = await startPortal();
  for (const method of ["PUT", "PATCH", "DELETE"])
    for (const path of ["/login", "/dashboard", "/reimbursements/AMOEX02", "/nowhere"]) {
      const page = await portal
        .browser()
        .send(path, { method, headers: { "content-type": form, origin: "https://evil.example" }, body: signIn });
      expect([method, path, page.status]).toEqual([method, path, 403]);
    }
});

/** Everything in the base but what only says that somebody is here. */
function contentOf(portal: Portal): Record<string, unknown[]> {
  const tables = portal.db.$client
    .prepare<[], { name: string }>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('settings', 'sessions')",
    )
    .all();
  return Object.fromEntries(tables.map(({ name }) => [name, portal.db.$client.prepare(`SELECT * FROM ${name}`).all()]));
}

test("looking changes nothing: no GET and no HEAD of any page, with any method in its fields", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
  const before = contentOf(portal);
  const fields = `identifier=10000001&password=${demoPassword}&charter=on&_method=POST`;
  for (const browser of [alice, portal.browser()])
    for (const path of [
      "/",
      "/login",
      "/logout",
      "/dashboard",
      "/reimbursements",
      "/reimbursements/AMOEX02",
      "/charter",
      link,
      "/nowhere",
    ])
      for (const method of ["GET", "HEAD"]) {
        await browser.send(path, { method });
        await browser.send(`${path}?${fields}`, { method, headers: { "x-http-method-override": "POST" } });
      }
  expect(contentOf(portal)).toEqual(before);
  expect((await alice.get("/dashboard")).status).toBe(200);
});

test("an anonymous visitor makes the base write nothing at all", async () => {
  const portal = await startPortal();
  const writes = () => portal.db.$client.prepare("SELECT total_changes()").pluck().get();
  const version = () => portal.db.$client.pragma("data_version", { simple: true });
  const before = [writes(), version()];
  const visitor = portal.browser();
  visitor.cookies.set("session", "long-gone");
  for (const path of ["/", "/login", "/dashboard", "/reimbursements", "/charter", "/activate/none", "/nowhere"])
    await visitor.get(path);
  expect([writes(), version()]).toEqual(before);
});

test.each([
  "/",
  "/login",
  "/charter",
  "/dashboard",
  "/reimbursements",
  "/reimbursements/AMOEX02",
  "/nowhere",
  "/activate/none",
  "/healthz",
])("HEAD %s answers as GET does, without a body, for a visitor and for Alice, whatever the referer", async (path) => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  for (const browser of [portal.browser(), alice])
    for (const referer of ["http://127.0.0.1:8080/charter", "not an address", "about:blank"]) {
      const [get, head] = [
        await browser.get(path, { referer }),
        await browser.send(path, { method: "HEAD", headers: { referer, "sec-fetch-site": "same-origin" } }),
      ];
      expect([head.status, head.location, head.text]).toEqual([get.status, get.location, ""]);
      expect([...head.headers]).toEqual([...get.headers]);
    }
});
