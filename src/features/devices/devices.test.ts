import { expect, test } from "vitest";
import { type Browser, demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const phone =
  "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36";

/** Alice on a computer of hers that she asks to remember. */
async function remembered(portal: Portal, address = "192.0.2.17", agent = firefox): Promise<Browser> {
  const alice = portal.browser(address);
  const fields = { identifier: "10000001", password: demoPassword, remember: "on" };
  expect((await alice.post("/login", fields, { "user-agent": agent })).status).toBe(303);
  return alice;
}

/** The same browser later: its session is over, its other cookies are there. */
function later(browser: Browser): Browser {
  browser.cookies.delete("session");
  return browser;
}

/** Somebody else, with a copy of the device cookie. */
function copyOf(portal: Portal, browser: Browser, address = "198.51.100.4"): Browser {
  const thief = portal.browser(address);
  thief.cookies.set("device", browser.cookies.get("device")!);
  return thief;
}

const count = (portal: Portal, table: string) =>
  portal.db.$client.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get();

test("4.2 no device is remembered unless the box is ticked, and it is not by default", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  const box = (await alice.get("/login")).document.querySelector("#remember")!;
  expect(box.hasAttribute("checked")).toBe(false);
  const cookies = (await alice.signIn("alice")).headers.getSetCookie();
  expect(cookies.map((cookie) => cookie.split("=")[0])).toEqual(["session"]);
  expect(cookies.join()).not.toMatch(/max-age|expires/i);
  expect(count(portal, "devices")).toBe(0);
});

test("4.3 the warning about shared computers stands before the box, and is read with it", async () => {
  const portal = await startPortal();
  const { document } = await portal.browser().get("/login");
  const warning = document.querySelector("#remember-warning")!;
  const box = document.querySelector("#remember")!;
  expect(warning.textContent).toContain("ordinateur partagé ou public");
  expect(box.getAttribute("aria-describedby")).toBe("remember-warning");
  // 4 = the box follows.
  expect(warning.compareDocumentPosition(box) & 4).toBe(4);
});

test("4.1 a remembered device opens a session without the password, and its cookie is no credential", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  const first = alice.cookies.get("device")!;
  expect(first).toMatch(/^[\w-]{43}$/);
  portal.advance({ hours: 13 });
  const page = await later(alice).get("/reimbursements");
  expect(page.status).toBe(200);
  const [session, device] = page.headers.getSetCookie();
  expect(session).toMatch(/^session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax$/);
  const left = 30 * 24 * 3600 - 13 * 3600;
  expect(device).toMatch(new RegExp(`^device=[\\w-]{43}; Max-Age=${left}; Path=/; HttpOnly; SameSite=Lax$`));
  expect(alice.cookies.get("device")).not.toBe(first);
  const base = portal.db.$client.serialize().toString("latin1");
  for (const secret of [first, alice.cookies.get("device")!, demoPassword]) expect(base).not.toContain(secret);
});

test("4.1 a device opens a session at the home page too, and a form sent after the end of the session is heard", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  portal.advance({ minutes: 11 });
  expect((await alice.get("/")).location).toBe("/dashboard");
  portal.advance({ minutes: 11 });
  expect((await alice.post("/account/devices/nothing/revoke")).status).toBe(404);
});

test.each([
  [-1, 200],
  [0, 303],
  [1, 303],
])("4.1 a device is remembered for 30 days, not longer: %i s after them it answers %i", async (offset, status) => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  portal.advance({ days: 15 });
  expect((await later(alice).get("/dashboard")).status).toBe(200);
  portal.advance({ days: 15, seconds: offset });
  expect((await later(alice).get("/dashboard")).status).toBe(status);
});

test("4.1 a token that comes back was copied: the device is forgotten, its sessions end, its owner is told", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  const thief = copyOf(portal, alice);
  portal.advance({ minutes: 20 });
  expect((await thief.get("/dashboard")).status).toBe(200);
  portal.advance({ minutes: 5 });
  expect((await later(alice).get("/dashboard")).status).toBe(303);
  expect((await thief.get("/dashboard")).status).toBe(303);
  expect((await later(thief).get("/dashboard")).status).toBe(303);
  expect([count(portal, "devices"), count(portal, "device_tokens"), count(portal, "sessions")]).toEqual([0, 0, 0]);
  expect(portal.mailsTo("alice@demo.example").map(({ kind }) => kind)).toEqual(["device.copied"]);
  expect((await alice.get("/dashboard")).status).toBe(303);
  expect(alice.cookies.has("device")).toBe(false);
});

test("4.1 two tabs that start together are not a theft: one opens the session, both go on in it", async () => {
  const portal = await startPortal();
  const alice = later(await remembered(portal));
  const other = copyOf(portal, alice, "192.0.2.17");
  const [first, second] = await Promise.all([alice.get("/dashboard"), other.get("/reimbursements")]);
  expect([first.status, second.status].sort()).toEqual([200, 303]);
  expect(count(portal, "devices")).toBe(1);
  // The tabs share their cookies: the slower one is led to the sign-in, and from there to its page.
  const winner = first.status === 200 ? alice : other;
  expect((await winner.get("/login?next=%2Freimbursements")).location).toBe("/reimbursements");
  portal.advance({ days: 1 });
  expect((await later(winner).get("/dashboard")).status).toBe(200);
});

test("4.1 twenty uses of one token at once open one session", async () => {
  const portal = await startPortal();
  const alice = later(await remembered(portal));
  const tabs = Array.from({ length: 20 }, () => copyOf(portal, alice, "192.0.2.17"));
  const pages = await Promise.all(tabs.map((tab) => tab.get("/dashboard")));
  expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
});

test.each([
  [9, 1],
  [10, 0],
])(
  "4.1 the other tab may be slow, but not slower than 10 seconds: after %i s, %i device is left",
  async (late, left) => {
    const portal = await startPortal();
    const alice = later(await remembered(portal));
    const slow = copyOf(portal, alice, "192.0.2.17");
    await alice.get("/dashboard");
    portal.advance({ seconds: late });
    expect((await slow.get("/dashboard")).status).toBe(303);
    expect(count(portal, "devices")).toBe(left);
  },
);

test("4.1 a session begun by a device asks for the password before what matters", async () => {
  const portal = await startPortal();
  const alice = later(await remembered(portal));
  const asked = await alice.post("/account/data", {}, { referer: "http://127.0.0.1:8080/account/data" });
  expect(asked.location).toBe("/account/confirm?next=%2Faccount%2Fdata");
});

test("signing out, and signing in anew, forget the device: the next visitor is asked who they are", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  await alice.post("/logout");
  expect([alice.cookies.size, count(portal, "devices")]).toEqual([0, 0]);
  const again = await remembered(portal);
  await again.signIn("bob");
  expect([again.cookies.has("device"), count(portal, "devices")]).toEqual([false, 0]);
});

test("a wrong password with the box ticked remembers nothing, and keeps the tick", async () => {
  const portal = await startPortal();
  const page = await portal
    .browser()
    .post("/login", { identifier: "10000001", password: "Wrong-pass-1", remember: "on" });
  expect([page.status, page.document.querySelector("#remember")?.hasAttribute("checked")]).toEqual([422, true]);
  expect(page.headers.getSetCookie()).toEqual([]);
});

test("a reset and a change of the password forget every device", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  await alice.post("/account/password", { currentPassword: demoPassword, password: "Un-autre-mot-7" });
  expect(count(portal, "devices")).toBe(0);
  expect((await alice.get("/dashboard")).status).toBe(200);
  expect(alice.cookies.has("device")).toBe(false);
});

test("a frozen account opens nothing with its device", async () => {
  const portal = await startPortal();
  const alice = later(await remembered(portal));
  portal.db.$client.prepare("UPDATE accounts SET status = 'frozen'").run();
  expect((await alice.get("/dashboard")).status).toBe(303);
});

test("6.8 the page lists sessions and devices: kind, network, since when, last use; and nothing that opens them", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal, "192.0.2.17", phone);
  await portal.browser("2001:db8:7:1::9").post("/login", { identifier: "10000001", password: demoPassword });
  const page = await alice.get("/account/devices");
  const cards = [...page.document.querySelectorAll(".cards > li")].map((card) => card.textContent);
  expect(cards).toHaveLength(3);
  expect(cards.filter((card) => card.includes("Chrome sur Android (cette session)"))).toHaveLength(1);
  expect(cards.filter((card) => card.includes("2001:db8:7:x"))).toHaveLength(1);
  expect(cards.filter((card) => card.includes("Chrome sur Android"))).toHaveLength(2);
  expect(cards.filter((card) => card.includes("192.0.2.x"))).toHaveLength(2);
  expect(page.text).not.toContain("192.0.2.17");
  for (const value of alice.cookies.values()) expect(page.text).not.toContain(value);
  const ids = portal.db.$client.prepare<[], string>("SELECT id FROM sessions").pluck().all();
  for (const id of ids) expect(page.text).not.toContain(id);
});

test("one session of another browser is ended by its button, and that browser signs in again", async () => {
  const portal = await startPortal();
  const [alice, lost] = [portal.browser(), portal.browser("192.0.2.9")];
  await lost.signIn("alice");
  portal.advance({ minutes: 1 });
  await alice.signIn("alice");
  const forms = [...(await alice.get("/account/devices")).document.querySelectorAll(".cards form")];
  const [, other] = forms.map((form) => form.getAttribute("action")!);
  expect((await alice.post(other!)).location).toBe("/account/devices?ended");
  expect((await lost.get("/dashboard")).status).toBe(303);
  expect((await alice.get("/account/devices?ended")).text).toContain("la session est fermée");
  expect((await alice.post(other!)).status).toBe(404);
});

test("“end all others” leaves this session and its device, and nothing else of the account", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  const others = [await remembered(portal, "192.0.2.9"), portal.browser("192.0.2.10")];
  await others[1]!.signIn("alice");
  const bob = portal.browser();
  await bob.signIn("bob");
  expect((await alice.post("/account/devices/others/revoke")).location).toBe("/account/devices?others");
  for (const other of others) expect((await other.get("/dashboard")).status).toBe(303);
  expect((await alice.get("/dashboard")).status).toBe(200);
  portal.advance({ minutes: 11 });
  expect((await alice.get("/dashboard")).status).toBe(200);
  expect(count(portal, "devices")).toBe(1);
});

test("X1 Bob cannot end a session or forget a device of Alice: 404, and she stays", async () => {
  const portal = await startPortal();
  const alice = await remembered(portal);
  const actions = [...(await alice.get("/account/devices")).document.querySelectorAll(".cards form")].map(
    (form) => form.getAttribute("action")!,
  );
  expect(actions).toHaveLength(2);
  const bob = portal.browser();
  await bob.signIn("bob");
  for (const action of [...actions, "/account/devices/%00/revoke", "/account/devices/../revoke"])
    expect((await bob.post(action)).status).toBe(404);
  expect((await alice.get("/dashboard")).status).toBe(200);
  expect(count(portal, "devices")).toBe(1);
  expect((await portal.browser().post(actions[0]!)).location).toMatch(/^\/login/);
});

test("the remembered device one looks from is marked in the list, and no other", async () => {
  const portal = await startPortal();
  const computer = await remembered(portal);
  portal.advance({ minutes: 1 });
  const handy = await remembered(portal, "198.51.100.4", phone);
  const titles = async (browser: Browser) => {
    const { document } = await browser.get("/account/devices");
    const lists = document.querySelectorAll("main ul.cards");
    return [...lists[1]!.querySelectorAll("h3")].map(({ textContent }) => textContent);
  };
  expect(await titles(computer)).toEqual(["Firefox sur Linux (cet appareil)", "Chrome sur Android"]);
  expect(await titles(handy)).toEqual(["Firefox sur Linux", "Chrome sur Android (cet appareil)"]);
  portal.advance({ hours: 13 });
  expect(await titles(later(handy))).toEqual(["Firefox sur Linux", "Chrome sur Android (cet appareil)"]);
  const elsewhere = portal.browser();
  await elsewhere.signIn("alice");
  expect(await titles(elsewhere)).toEqual(["Firefox sur Linux", "Chrome sur Android"]);
});
