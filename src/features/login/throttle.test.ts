import { expect, test } from "vitest";
import { demoPassword, type Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

const wrong = "Wrong-pass-1";
const triesBeforeTheWait = 5;

async function fail(portal: Portal, identifier: string, times: number, address = "127.0.0.66") {
  const statuses: number[] = [];
  for (let index = 0; index < times; index++)
    statuses.push((await portal.browser(address).signIn(identifier, wrong)).status);
  return statuses;
}

const withoutReference = (page: Page) => page.text.replace(/: [\w-]{10,}<\/p>/, ": ?</p>");

test.each([
  ["fr", "Trop d’essais", "Attendez 1 minute"],
  ["en", "Too many tries", "Wait 1 minute"],
])(
  "after five wrong passwords a page in the language of the person (%s) says how long to wait",
  async (lang, title, next) => {
    const portal = await startPortal();
    expect(await fail(portal, "10000001", triesBeforeTheWait)).toEqual([422, 422, 422, 422, 422]);
    const browser = portal.browser("127.0.0.66");
    await browser.get(`/login?lang=${lang}`);
    const page = await browser.signIn("alice", wrong);
    expect(page.status).toBe(429);
    expect(page.headers.get("retry-after")).toBe("60");
    expect(page.document.documentElement.getAttribute("lang")).toBe(lang);
    expect(page.document.querySelector("h1")?.textContent).toBe(title);
    expect(page.document.querySelector("main")?.textContent).toContain(next);
  },
);

test("during the wait the right password gets the very page a wrong one gets, and opens nothing", async () => {
  const portal = await startPortal();
  await fail(portal, "10000001", triesBeforeTheWait);
  const browser = portal.browser("127.0.0.66");
  const [right, mistaken] = [await browser.signIn("alice"), await browser.signIn("alice", wrong)];
  expect(right.status).toBe(429);
  expect(mistaken.status).toBe(429);
  expect(withoutReference(right)).toBe(withoutReference(mistaken));
  expect([...right.headers]).toEqual([...mistaken.headers]);
  expect(browser.cookies.size).toBe(0);
});

test("asking during the wait does not make it longer, and the right password opens the account to the second it ends", async () => {
  const portal = await startPortal();
  await fail(portal, "10000001", triesBeforeTheWait);
  const browser = portal.browser("127.0.0.66");
  portal.advance({ seconds: 59 });
  const early = await browser.signIn("alice");
  expect([early.status, early.headers.get("retry-after")]).toEqual([429, "1"]);
  portal.advance({ seconds: 1 });
  expect((await browser.signIn("alice")).location).toBe("/dashboard");
});

test("the wait doubles with each failure after it", async () => {
  const portal = await startPortal();
  await fail(portal, "10000001", triesBeforeTheWait);
  portal.advance({ seconds: 60 });
  expect(await fail(portal, "10000001", 1)).toEqual([422]);
  const page = await portal.browser("127.0.0.66").signIn("alice");
  expect([page.status, page.headers.get("retry-after")]).toEqual([429, "120"]);
});

test("a number that belongs to nobody is slowed down in the same way", async () => {
  const portal = await startPortal();
  const known = await fail(portal, "10000001", 8, "127.0.0.66");
  const unknown = await fail(portal, "99999999", 8, "127.0.0.67");
  expect(unknown).toEqual(known);
  const pages = [
    await portal.browser("127.0.0.66").signIn("10000001"),
    await portal.browser("127.0.0.67").signIn("99999999"),
  ];
  expect(withoutReference(pages[1]!)).toBe(withoutReference(pages[0]!));
  expect([...pages[1]!.headers]).toEqual([...pages[0]!.headers]);
});

const spellings = ["10000001", "1000 0001", "a1000001", "2020359350123", "2 02 03 59 350 123 50", "2.02.03.59.350.123"];

test("all the numbers of a person, however written, share one counter", async () => {
  const portal = await startPortal();
  const statuses = [];
  for (const spelling of spellings) statuses.push(...(await fail(portal, spelling, 1)));
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});

test("a social security number that belongs to nobody has one counter too, with its key or without", async () => {
  const portal = await startPortal();
  const statuses = [];
  for (const spelling of [
    "2030159350001",
    "2 03 01 59 350 001",
    "203015935000191",
    "2.03.01.59.350.001",
    "2030159350001",
    "203015935000191",
  ])
    statuses.push(...(await fail(portal, spelling, 1)));
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});

test("thirty failures elsewhere do not lock Alice out of the computer she signs in from", async () => {
  const portal = await startPortal();
  const home = portal.browser("127.0.0.5");
  await home.signIn("alice");
  for (let address = 1; address <= 10; address++) await fail(portal, "10000001", 4, `10.0.0.${address}`);
  expect((await portal.browser("10.0.0.11").signIn("alice")).status).toBe(429);
  expect((await portal.browser("127.0.0.5").signIn("alice")).location).toBe("/dashboard");
});

test("someone else at another address signs in while the attacker waits", async () => {
  const portal = await startPortal();
  await fail(portal, "10000001", 30);
  expect((await portal.browser("127.0.0.5").signIn("alice")).location).toBe("/dashboard");
  expect((await portal.browser("127.0.0.6").signIn("bob")).location).toBe("/dashboard");
});

test("one address that tries many numbers is stopped at thirty", async () => {
  const portal = await startPortal();
  const statuses = [];
  for (let index = 0; index < 31; index++) statuses.push(...(await fail(portal, `8000${1000 + index}`, 1)));
  expect(statuses.slice(0, 30).every((status) => status === 422)).toBe(true);
  expect(statuses[30]).toBe(429);
});

test("fifty tries at once are counted one by one: five are heard", async () => {
  const portal = await startPortal();
  const pages = await Promise.all(
    Array.from({ length: 50 }, () => portal.browser("127.0.0.66").signIn("alice", wrong)),
  );
  const count = (status: number) => pages.filter((page) => page.status === status).length;
  expect([count(422), count(429)]).toEqual([5, 45]);
});

test("a forwarded address does not give new tries to somebody who is no trusted proxy", async () => {
  const portal = await startPortal();
  const statuses = [];
  for (let index = 0; index < 6; index++) {
    const page = await portal.browser("127.0.0.66").post(
      "/login",
      { identifier: "10000001", password: wrong },
      {
        "x-forwarded-for": `203.0.113.${index}`,
        forwarded: `for=203.0.113.${index}`,
        "x-real-ip": `203.0.113.${index}`,
      },
    );
    statuses.push(page.status);
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});

test("behind a trusted proxy each person is counted by the address the proxy gives, not by what they claim before it", async () => {
  const portal = await startPortal({ settings: { TRUSTED_PROXIES: "10.0.0.0/8" } });
  const from = (forwarded: string, password: string) =>
    portal.browser("10.1.2.3").post("/login", { identifier: "10000001", password }, { "x-forwarded-for": forwarded });
  const statuses = [];
  for (let index = 0; index < 6; index++) statuses.push((await from(`198.51.100.${index}, 203.0.113.7`, wrong)).status);
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
  expect((await from("203.0.113.8", demoPassword)).status).toBe(303);
});
