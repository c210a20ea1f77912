import { expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { startPortal } from "../../../test/kit/portal.ts";
import { signIn } from "./actions.ts";

const sessionOf = (browser: Browser) => browser.cookies.get("session") ?? "";

/** Somebody else's browser with a cookie they have got hold of. */
function withCookie(browser: Browser, value: string): Browser {
  browser.cookies.set("session", value);
  return browser;
}

test("a visitor gets no cookie before signing in", async () => {
  const portal = await startPortal();
  const visitor = portal.browser();
  for (const path of ["/", "/login", "/charter", "/reimbursements", "/nowhere"])
    expect((await visitor.get(path)).headers.getSetCookie()).toEqual([]);
});

test("3.5 the session cookie of a plain-http demo is HttpOnly, SameSite=Lax, for the whole site, and ends with the browser", async () => {
  const portal = await startPortal();
  const [cookie, ...others] = (await portal.browser().signIn("alice")).headers.getSetCookie();
  expect(others).toEqual([]);
  const [pair, ...flags] = cookie!.split("; ");
  expect(pair).toMatch(/^session=[\w-]{43}$/);
  expect(flags.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax"]);
});

test("over https it is Secure too, and tied to the host by its name", async () => {
  const portal = await startPortal({ settings: { ORIGIN: "https://espace.example.fr" } });
  const alice = portal.browser();
  const [cookie, ...others] = (await alice.signIn("alice")).headers.getSetCookie();
  expect(others).toEqual([]);
  const [pair, ...flags] = cookie!.split("; ");
  expect(pair).toMatch(/^__Host-session=[\w-]{43}$/);
  expect(flags.sort()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
  expect((await alice.get("/dashboard")).status).toBe(200);
  const [out] = (await alice.post("/logout")).headers.getSetCookie();
  expect(out).toMatch(/^__Host-session=; Max-Age=0;/);
  expect(out).toContain("Secure");
});

test("a cookie planted before sign-in is not kept: the session has a value of its own", async () => {
  const portal = await startPortal();
  const victim = withCookie(portal.browser(), "planted-by-somebody-else");
  await victim.signIn("alice");
  expect(sessionOf(victim)).not.toBe("planted-by-somebody-else");
  const attacker = withCookie(portal.browser(), "planted-by-somebody-else");
  expect((await attacker.get("/dashboard")).status).toBe(303);
});

test("signing in again gives a new session and ends the one before", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const first = sessionOf(alice);
  await alice.signIn("alice");
  expect(sessionOf(alice)).not.toBe(first);
  expect((await withCookie(portal.browser(), first).get("/dashboard")).status).toBe(303);
  expect((await alice.get("/dashboard")).status).toBe(200);
});

test("Bob signing in on the computer of Alice sees his pages alone, and her session is over", async () => {
  const portal = await startPortal();
  const shared = portal.browser();
  await shared.signIn("alice");
  const ofAlice = sessionOf(shared);
  await shared.signIn("bob");
  const page = await shared.get("/dashboard");
  expect(page.document.querySelector("h1")?.textContent).toBe("Bonjour Bob");
  expect(page.text).not.toContain("Alice");
  expect((await withCookie(portal.browser(), ofAlice).get("/dashboard")).status).toBe(303);
});

test("signing out kills the session: a copy of the cookie opens nothing, even when the clock goes back", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const thief = withCookie(portal.browser(), sessionOf(alice));
  expect((await thief.get("/dashboard")).status).toBe(200);
  const out = await alice.post("/logout");
  expect([out.status, out.location]).toEqual([303, "/login?out"]);
  expect(alice.cookies.has("session")).toBe(false);
  expect((await alice.follow(out)).document.querySelector("[role=status].notice")?.textContent).toContain(
    "Vous êtes déconnecté",
  );
  expect((await thief.get("/dashboard")).status).toBe(303);
  portal.advance({ minutes: -5 });
  expect((await thief.get("/dashboard")).status).toBe(303);
});

test("signing out of one browser leaves the other one open", async () => {
  const portal = await startPortal();
  const [here, there] = [portal.browser(), portal.browser("127.0.0.9")];
  await here.signIn("alice");
  await there.signIn("alice");
  await here.post("/logout");
  expect((await there.get("/dashboard")).status).toBe(200);
});

test("signing out without a session, or twice, is no fault", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  expect((await browser.post("/logout")).location).toBe("/login?out");
  withCookie(browser, "long-gone");
  expect((await browser.post("/logout")).location).toBe("/login?out");
});

test("a session lives at 9 min 59 s, each page begins its time anew, and it is over at 10 min 00 s, for good", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const cookie = sessionOf(alice);
  for (let times = 0; times < 3; times++) {
    portal.advance({ minutes: 9, seconds: 59 });
    expect((await alice.get("/dashboard")).status).toBe(200);
  }
  portal.advance({ minutes: 10 });
  const page = await alice.get("/reimbursements?payer=amo");
  expect([page.status, page.location]).toEqual([303, "/login?next=%2Freimbursements%3Fpayer%3Damo"]);
  expect(page.text).toBe("");
  const form = await alice.follow(page);
  expect(form.document.querySelector("[role=status].notice")?.textContent).toContain("Votre session a expiré");
  expect(form.text).not.toContain("Alice");
  expect(alice.cookies.has("session")).toBe(false);
  portal.advance({ minutes: -5 });
  expect((await withCookie(portal.browser(), cookie).get("/dashboard")).status).toBe(303);
});

test("public pages opened in between keep the session alive too, because the person is there", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.advance({ minutes: 9 });
  await alice.get("/charter");
  portal.advance({ minutes: 9 });
  expect((await alice.get("/dashboard")).status).toBe(200);
});

test("twelve hours after sign-in the session is over, however busy it was", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  for (let minutes = 9; minutes < 12 * 60; minutes += 9) {
    portal.advance({ minutes: 9 });
    expect((await alice.get("/healthz")).status).toBe(200);
    expect((await alice.send("/dashboard", { method: "HEAD" })).status).toBe(200);
  }
  // 79 steps of 9 minutes: 11 h 51.
  portal.advance({ minutes: 8, seconds: 59 });
  expect((await alice.get("/dashboard")).status).toBe(200);
  portal.advance({ seconds: 1 });
  expect((await alice.get("/dashboard")).status).toBe(303);
});

test("a part of a page asked for after the end sends the whole page to the sign-in", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.advance({ minutes: 10 });
  const answer = await alice.htmx("/reimbursements?payer=amo");
  expect(answer.status).toBe(204);
  expect(answer.headers.get("hx-location")).toBe("/login?next=%2Freimbursements%3Fpayer%3Damo");
  expect(answer.location).toBeNull();
  expect(answer.text).toBe("");
});

test("a frozen account loses its open sessions at once, and cannot sign in", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.db.$client.prepare("UPDATE accounts SET status = 'frozen' WHERE member_id = 'P0001'").run();
  expect((await alice.get("/dashboard")).status).toBe(303);
  const refused = await alice.signIn("alice");
  expect([refused.status, refused.document.querySelector("h1")?.textContent]).toEqual([403, "Votre compte est bloqué"]);
  expect((await alice.signIn("alice", "Wrong-pass-1")).text).not.toContain("bloqué");
});

test("the value of a session is nowhere in the base, and fifty of them have nothing in common", async () => {
  const portal = await startPortal();
  const values = new Set<string>();
  for (let index = 0; index < 50; index++) {
    const browser = portal.browser(`10.1.${index}.1`);
    await browser.signIn("alice");
    values.add(sessionOf(browser));
  }
  expect(values.size).toBe(50);
  const stored = JSON.stringify(portal.db.$client.prepare("SELECT * FROM sessions").all());
  for (const value of values) expect(stored).not.toContain(value);
  for (let position = 0; position < 42; position++)
    expect(new Set([...values].map((value) => value[position])).size).toBeGreaterThan(15);
});

test("no private answer may be kept by a cache: pages, redirections, refusals, downloads", async () => {
  const portal = await startPortal();
  const visitor = portal.browser();
  const alice = portal.browser();
  const answers = [
    await visitor.get("/dashboard"),
    await visitor.get("/reimbursements/export.csv"),
    await visitor.signIn("alice", "Wrong-pass-1"),
    await alice.signIn("alice"),
    await alice.get("/"),
    await alice.get("/dashboard"),
    await alice.get("/reimbursements"),
    await alice.htmx("/reimbursements"),
    await alice.get("/reimbursements?from=never"),
    await alice.get("/reimbursements?before=never"),
    await alice.get("/reimbursements/none"),
    await alice.get("/reimbursements/AMOEX02"),
    await alice.get("/reimbursements/export.csv"),
    await alice.get("/dashboard/style.css"),
    await alice.get("/activate/none"),
    await alice.get("/charter"),
    await alice.post("/logout"),
  ];
  expect(answers.map(({ status }) => status)).toEqual([
    303, 303, 422, 303, 303, 200, 200, 200, 422, 400, 404, 200, 200, 404, 410, 200, 303,
  ]);
  for (const answer of answers) expect(answer.headers.get("cache-control")).toContain("no-store");
});

test("a sign-in under way with the old password opens nothing once the password has been replaced", async () => {
  const portal = await startPortal();
  const passwords = {
    ...portal.passwords,
    async verify(hash: string | undefined, password: string) {
      const matches = await portal.passwords.verify(hash, password);
      portal.db.$client.exec("UPDATE credentials SET password_hash = 'another'; DELETE FROM sessions");
      return matches;
    },
  };
  const form = { identifier: "10000001", password: "Demo-2026!", address: "127.0.0.1", remember: false };
  const client = { label: "firefox/linux", network: "127.0.0.x" };
  expect(await signIn({ ...portal, passwords }, { ...form, client })).toEqual({ outcome: "refused" });
  expect(portal.db.$client.prepare("SELECT count(*) AS n FROM sessions").get()).toEqual({ n: 0 });
});
