import { expect, test } from "vitest";
import type { Browser } from "../../test/kit/browser.ts";
import { startPortal } from "../../test/kit/portal.ts";

const form = { "content-type": "application/x-www-form-urlencoded" };
/** A browser that does not say where its requests come from. */
const visit = (browser: Browser, path: string) => browser.send(path, {});
const signIn = "identifier=10000001&password=Demo-2026!";

test("a text browser that drops the Referer signs in from a page with a query", async () => {
  const portal = await startPortal();
  const lynx = portal.browser();
  const page = await visit(lynx, "/login?next=%2Freimbursements");
  const token = page.document.querySelector("main form input[name=formToken]")?.getAttribute("value");
  expect(token).toMatch(/^[\w-]{43}$/);
  const body = `${signIn}&next=%2Freimbursements&formToken=${token}`;
  const signedIn = await lynx.send("/login", { method: "POST", headers: form, body });
  expect([signedIn.status, signedIn.location]).toEqual([303, "/reimbursements"]);
});

test.each([
  ["no token", ""],
  ["an empty token", "&formToken="],
  ["a token of its own making", `&formToken=${"A".repeat(43)}`],
])("with %s nothing is done", async (_, extra) => {
  const portal = await startPortal();
  const lynx = portal.browser();
  await visit(lynx, "/login?out");
  const page = await lynx.send("/login", { method: "POST", headers: form, body: signIn + extra });
  expect([page.status, lynx.cookies.has("session")]).toEqual([403, false]);
});

test("the token of another browser does not pass", async () => {
  const portal = await startPortal();
  const [mine, theirs] = [portal.browser(), portal.browser()];
  const page = await visit(theirs, "/login?out");
  const token = page.document.querySelector("input[name=formToken]")?.getAttribute("value");
  await visit(mine, "/login?out");
  const sent = await mine.send("/login", { method: "POST", headers: form, body: `${signIn}&formToken=${token}` });
  expect(sent.status).toBe(403);
});

test("a right token does not excuse a form that says it comes from elsewhere", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  const page = await visit(browser, "/login?out");
  const token = page.document.querySelector("input[name=formToken]")?.getAttribute("value");
  for (const said of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }]) {
    const headers = { ...form, ...said };
    const sent = await browser.send("/login", { method: "POST", headers, body: `${signIn}&formToken=${token}` });
    expect(sent.status).toBe(403);
  }
});

test("a browser that says where its forms come from gets no token and no cookie for it", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  const page = await browser.get("/login?out", { "sec-fetch-site": "none" });
  expect(page.document.querySelector("input[name=formToken]")).toBeNull();
  expect(browser.cookies.size).toBe(0);
});

test("the cookie lasts as long as the browser and is kept from scripts", async () => {
  const portal = await startPortal({ settings: { ORIGIN: "https://espace.example.fr" } });
  const page = await visit(portal.browser(), "/login?out");
  const cookie = page.headers.getSetCookie().find((line) => line.startsWith("__Host-form="));
  expect(cookie).toMatch(/Path=\/; HttpOnly; Secure; SameSite=Lax$/);
});
