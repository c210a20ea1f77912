import { writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { demoFolder, espace, killServers, newFolder, removeFolders, type Server, startServer } from "../kit/server.ts";
import { violations } from "./axe.ts";
import { focused, launchChromium, openWindow, signIn } from "./chromium.ts";
import { demoPassword } from "./visitor.ts";

let browser: Browser;
let server: Server;
beforeAll(async () => {
  browser = await launchChromium();
  const dataDir = await demoFolder();
  server = await startServer({ dataDir });
  const text = join(newFolder(), "5.md");
  writeFileSync(text, "# Charte\n\nUne nouvelle version.\n");
  const published = await espace("node", ["charter", "publish", text, "--version", "5", "--effective", "2099-01-01"], {
    DATA_DIR: dataDir,
  });
  expect(published.errors).toBe("");
});
// What one test left is not what the next one finds.
afterEach(() => alter("DELETE FROM drafts"));
afterAll(async () => {
  await browser.close();
  killServers();
  removeFolders();
});

const alice = "10000001";
const bob = "10000002";
const contest = "/charter/contest";

/** Runs a statement on the base of the running portal. */
function alter(sql: string, ...values: (string | number)[]): void {
  const base = new BetterSqlite3(join(server.dataDir, "espace.db"));
  base.prepare(sql).run(...values);
  base.close();
}

/** Leaves so many seconds to every session, as if the person had done nothing before. */
function leave(seconds: number): void {
  alter("UPDATE sessions SET expires_at = ?", Math.floor(Date.now() / 1000) + seconds);
}

const secondsLeft = (page: Page) =>
  page.evaluate(async () => ((await (await fetch("/session")).json()) as { secondsLeft: number }).secondsLeft);

const isOpen = (page: Page) => page.evaluate(() => document.querySelector("dialog")?.open ?? false);
/** What a part of the warning says, its no-break spaces like others. */
const said = async (page: Page, part: string) => (await page.textContent(`[data-part="${part}"]`))?.replace(/\s/g, " ");
const countdown = (page: Page) => said(page, "countdown");
const spoken = (page: Page) => said(page, "spoken");

/** A member on a page, its timers in the hand of the test. */
async function onPage(path: string, options: BrowserContextOptions = {}) {
  const visit = await openWindow(browser, server, options);
  await signIn(visit.page, alice);
  await visit.page.clock.install();
  await openIn(visit.page, path);
  return visit;
}

/** Opens a page and waits until its script knows how much time is left. */
async function openIn(page: Page, path: string): Promise<void> {
  await Promise.all([page.waitForResponse("**/session"), page.goto(path)]);
}

/** Eight minutes pass in the page: it asks the server again. */
async function letTimePass(page: Page): Promise<void> {
  await Promise.all([page.waitForResponse("**/session"), page.clock.fastForward("08:01")]);
}

/** The page warns of an end in so many seconds. */
async function warned(page: Page, seconds = 110): Promise<void> {
  leave(seconds);
  await letTimePass(page);
  await expect.poll(() => isOpen(page)).toBe(true);
}

async function anotherTab(context: BrowserContext, path: string): Promise<Page> {
  const page = await context.newPage();
  await page.clock.install();
  await openIn(page, path);
  return page;
}

async function signInAgain(page: Page, identifier = alice): Promise<void> {
  await page.fill("#identifier", identifier);
  await page.fill("#password", demoPassword);
  await page.click("main form button[type=submit]");
}

test("two minutes before the end a dialog opens, the keyboard alone stays, and the focus comes back", async () => {
  const { page, complaints } = await onPage("/reimbursements");
  await page.focus(".filters summary");
  await warned(page);
  // The focus is in the dialog, and cannot leave it for the page behind.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Rester connecté");
  for (let stop = 0; stop < 5; stop++) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => document.activeElement?.closest("main, header, footer, nav"));
    expect(place).toBeNull();
  }
  expect(await countdown(page)).toMatch(/dans 1 minute(?: \d+ secondes?)?,/);
  expect(await page.getAttribute('[data-part="countdown"]', "aria-hidden")).toBe("true");
  expect(await spoken(page)).toContain("dans 2 minutes,");
  // The warning itself is no use.
  expect(await secondsLeft(page)).toBeLessThanOrEqual(110);

  await page.keyboard.press("Escape");
  await expect.poll(() => isOpen(page)).toBe(false);
  expect(await secondsLeft(page)).toBeGreaterThan(595);
  expect(await focused(page)).toBe("summary");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test.each(["Enter", " ", "x", "ArrowDown", "5"])("the key %j on the button stays", async (key) => {
  const { page } = await onPage("/dashboard");
  await warned(page);
  await page.keyboard.press(key);
  await expect.poll(() => isOpen(page)).toBe(false);
  expect(await secondsLeft(page)).toBeGreaterThan(595);
  await page.context().close();
});

test("a click stays too, and the warning comes again the next time, as often as it is needed", async () => {
  const { page } = await onPage("/dashboard");
  for (let time = 0; time < 3; time++) {
    await warned(page);
    await page.click("dialog >> text=Rester connecté");
    await expect.poll(() => isOpen(page)).toBe(false);
  }
  await page.context().close();
});

test("the button beside signs out", async () => {
  const { page } = await onPage("/dashboard");
  await warned(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/login?out");
  await page.context().close();
});

test("the time is said by the minute, then every twenty seconds, and shown each second", async () => {
  const { page } = await onPage("/dashboard?lang=en");
  for (const [left, words] of [
    [110, "in 2 minutes,"],
    [58, "in 1 minute,"],
    [38, "in 40 seconds,"],
    [18, "in 20 seconds,"],
  ] as const) {
    leave(left);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await expect.poll(() => spoken(page)).toContain(words);
  }
  const before = await countdown(page);
  await expect.poll(() => countdown(page), { timeout: 3_000 }).not.toBe(before);
  expect(await spoken(page)).toContain("in 20 seconds,");
  await page.context().close();
});

test.each([
  ["fr", { width: 1200, height: 900 }],
  ["en", { width: 320, height: 640 }],
])("the open warning hinders nobody, in %s and at any size", async (lang, viewport) => {
  const { page } = await onPage(`/dashboard?lang=${lang}`, { bypassCSP: true, viewport });
  await warned(page);
  expect(await violations(page)).toEqual([]);
  const box = (await page.locator("dialog").boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(viewport.width);
  await page.context().close();
});

test("staying in one tab, and opening a page in one tab, close the warning in the others", async () => {
  const { page } = await onPage("/dashboard");
  const other = await anotherTab(page.context(), "/reimbursements");
  leave(110);
  for (const tab of [page, other]) await letTimePass(tab);
  for (const tab of [page, other]) await expect.poll(() => isOpen(tab)).toBe(true);
  await page.bringToFront();
  await page.keyboard.press("Escape");
  for (const tab of [page, other]) await expect.poll(() => isOpen(tab)).toBe(false);

  leave(110);
  for (const tab of [page, other]) await letTimePass(tab);
  await expect.poll(() => isOpen(page)).toBe(true);
  await openIn(other, "/account");
  await expect.poll(() => isOpen(page)).toBe(false);
  await page.context().close();
});

test("signing out in one tab leads the others to the sign-in page", async () => {
  const { page } = await onPage("/dashboard");
  const other = await anotherTab(page.context(), "/reimbursements");
  await other.click("header form button");
  await other.waitForURL("**/login?out");
  await page.clock.runFor(3_000);
  await page.waitForURL("**/login?out");
  expect(await page.textContent("body")).not.toContain("Alice");
  await page.context().close();
});

test("when somebody else signs in on the same computer, the pages of the first show nothing more of them", async () => {
  const { page } = await onPage("/dashboard");
  // The session changes hands at once: without any in between, the page would leave for the sign-in.
  const elsewhere = await openWindow(browser, server);
  await signIn(elsewhere.page, bob);
  const cookies = await elsewhere.page.context().cookies();
  await page.context().addCookies(cookies.filter(({ name }) => name === "session"));
  const other = await page.context().newPage();
  await other.goto("/dashboard");
  await expect.poll(() => page.textContent("h1")).toBe("Bonjour Bob");
  for (const context of [page.context(), elsewhere.page.context()]) await context.close();
});

test("a tab that wakes up after the end leaves for the page to sign in, which says that the session has expired", async () => {
  const { page, complaints } = await onPage("/reimbursements?payer=amo");
  leave(-1);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForURL("**/login?next=%2Freimbursements%3Fpayer%3Damo&expired");
  expect(await page.textContent("main [role=status]")).toContain("Votre session a expiré");
  expect(await page.textContent("body")).not.toContain("Alice");
  expect(complaints).toEqual([]);
  await signInAgain(page);
  await page.waitForURL("**/reimbursements?payer=amo");
  await page.context().close();
});

test("typing counts as use, once a minute at most; a page left alone does not", async () => {
  const { page } = await onPage("/reimbursements");
  await page.click(".filters summary");
  await page.focus("#q");
  const asked: string[] = [];
  page.on("request", (request) => request.method() === "POST" && asked.push(new URL(request.url()).pathname));
  await page.keyboard.type("ab");
  expect(asked).toEqual([]);
  leave(400);
  await page.clock.fastForward("01:01");
  expect(await secondsLeft(page)).toBeLessThanOrEqual(400);
  await page.keyboard.type("consultation");
  await expect.poll(() => secondsLeft(page)).toBeGreaterThan(595);
  expect(asked).toEqual(["/session/extend"]);
  await page.clock.fastForward("00:59");
  await page.keyboard.type("x");
  expect(asked).toHaveLength(1);
  await page.clock.fastForward("00:02");
  await page.keyboard.type("y");
  await expect.poll(() => asked.length).toBe(2);
  // What a script puts in a field is nobody typing.
  await page.clock.fastForward("05:00");
  await page.evaluate(() => document.querySelector("#q")!.dispatchEvent(new Event("input", { bubbles: true })));
  expect(asked).toHaveLength(2);
  await page.context().close();
});

test("twelve hours are twelve hours: the warning says so, lets the person go on until then, and does not come back", async () => {
  const { page } = await onPage(contest);
  const inSeconds = Math.floor(Date.now() / 1000) + 100;
  alter("UPDATE sessions SET expires_at = ?, absolute_at = ?", inSeconds + 500, inSeconds);
  await letTimePass(page);
  await expect.poll(() => isOpen(page)).toBe(true);
  expect(await countdown(page)).toContain("ne peut pas être prolongée");
  await page.click("dialog >> text=J’ai compris");
  await expect.poll(() => isOpen(page)).toBe(false);
  await page.fill("#message", "Encore un mot");
  await page.clock.runFor(3_000);
  expect(await isOpen(page)).toBe(false);
  await page.context().close();
});

test("without a network the page stays as it is, and says that staying did not work", async () => {
  const { page } = await onPage(contest);
  await page.fill("#message", "Rien de perdu");
  await warned(page);
  await page.context().setOffline(true);
  await page.keyboard.press("Enter");
  await expect.poll(() => page.textContent('[data-part="problem"]')).toContain("Vérifiez votre connexion");
  await page.clock.fastForward("03:00");
  expect(await page.inputValue("#message")).toBe("Rien de perdu");
  expect(page.url()).toContain(contest);
  await page.context().setOffline(false);
  await page.keyboard.press("Enter");
  await expect.poll(() => isOpen(page)).toBe(false);
  await page.context().close();
});

test("3.6 with JavaScript, what was typed and not sent comes back after sign-in, in every tab, and to nobody else", async () => {
  const { page, complaints } = await onPage(contest);
  const other = await anotherTab(page.context(), "/help/credentials");
  await other.check("#kind-phishing");
  await other.fill("#message", "Un appel étrange");
  await page.bringToFront();
  await page.fill("#message", "Je ne suis pas d’accord : « & <b> » 😀");
  leave(7);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expect.poll(() => isOpen(page)).toBe(true);
  for (const tab of [page, other]) await tab.waitForURL(/\/login\?next=.*&expired$/, { timeout: 20_000 });

  await page.goto(`/login?next=${contest}`);
  await signInAgain(page, bob);
  await page.waitForURL(`**${contest}`);
  expect(await page.inputValue("#message")).toBe("");
  expect(await page.locator("#kept").count()).toBe(0);
  await page.click("header form button");
  await page.waitForURL("**/login?out");

  await page.goto(`/login?next=${contest}`);
  await signInAgain(page);
  await page.waitForURL(`**${contest}`);
  expect(await page.inputValue("#message")).toBe("Je ne suis pas d’accord : « & <b> » 😀");
  expect(await page.textContent("#kept")).toContain("Nous avons gardé ce que vous aviez tapé");
  await page.goto("/help/credentials");
  expect(await page.inputValue("#message")).toBe("Un appel étrange");
  expect(await page.isChecked("#kind-phishing")).toBe(true);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a form that came back, and one with faults, are kept again though nothing more is typed in them", async () => {
  const { page } = await onPage("/help/credentials", { bypassCSP: true });
  await page.fill("#message", "Un appel étrange");
  await page.click("main form button[type=submit]");
  await page.waitForSelector(".errors");
  for (let time = 0; time < 2; time++) {
    leave(-1);
    await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await page.waitForURL(/&expired$/);
    await signInAgain(page);
    await page.waitForURL("**/help/credentials");
    await expect.poll(() => page.inputValue("#message")).toBe("Un appel étrange");
    await expect.poll(() => page.locator("#kept").count()).toBe(1);
    expect(await violations(page)).toEqual([]);
  }
  await page.context().close();
});

test("no password is kept, whether it shows or not", async () => {
  const { page } = await onPage("/account/password");
  await page.fill("#currentPassword", "Secret-2026!");
  await page.fill("#password", "Secret-2027!");
  await page.click("[aria-controls=password]");
  const sent: string[] = [];
  page.on("request", (request) => sent.push(`${request.url()} ${request.postData() ?? ""}`));
  leave(-1);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForURL(/&expired$/);
  expect(sent.join("\n")).not.toContain("Secret");
  await page.context().close();
});

test("3.6 without JavaScript, the page says the rule, and a form sent too late comes back after sign-in", async () => {
  const { page } = await openWindow(browser, server, { javaScriptEnabled: false });
  await signIn(page, alice);
  await page.goto(contest);
  expect(await page.textContent("footer")).toContain("10 minutes");
  expect(await page.locator("dialog").isVisible()).toBe(false);
  await page.fill("#message", "Écrit lentement");
  leave(-1);
  await page.click("main form button[type=submit]");
  await page.waitForURL("**/login?next=%2Fcharter%2Fcontest");
  expect(await page.textContent("main [role=status]")).toContain("Votre session a expiré");
  await signInAgain(page);
  await page.waitForURL(`**${contest}`);
  expect(await page.inputValue("#message")).toBe("Écrit lentement");
  expect(await page.textContent("#kept")).toContain("Nous avons gardé");
  // Sent now, it is not offered again.
  await page.click("main form button[type=submit]");
  await page.waitForURL("**/charter/contest/*");
  const base = new BetterSqlite3(join(server.dataDir, "espace.db"), { readonly: true });
  expect(base.prepare("SELECT count(*) FROM drafts WHERE path = '/charter/contest'").pluck().get()).toBe(0);
  base.close();
  await page.context().close();
});
