import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoFolder, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { focused, launchChromium, openWindow, signIn } from "./chromium.ts";
import { demoPassword } from "./visitor.ts";

let browser: Browser;
let server: Server;
beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer({ dataDir: await demoFolder() });
});
afterAll(async () => {
  await browser.close();
  killServers();
  removeFolders();
});

/** Alice's list, in a window that remembers whether the document was ever replaced. */
async function openList() {
  const visit = await openWindow(browser, server);
  await signIn(visit.page, "10000001");
  await visit.page.goto("/reimbursements");
  await visit.page.evaluate(() => {
    document.documentElement.dataset.sameDocument = "yes";
  });
  return visit;
}

const isSameDocument = (page: Page) =>
  page.evaluate(() => document.documentElement.dataset.sameDocument === "yes" && performance.now() > 0);

const rows = (page: Page) => page.locator("#results tbody tr").count();

test("a search replaces the list in place: address, title, focus and spoken count follow", async () => {
  const { page, complaints } = await openList();
  await page.click(".filters summary");
  await page.fill("#q", "détartrage");
  await page.press("#q", "Enter");
  await page.waitForURL(/\?.*q=d%C3%A9tartrage/);
  await expect.poll(() => rows(page)).toBeLessThan(25);
  const found = await rows(page);
  expect(found).toBeGreaterThan(0);
  expect(await isSameDocument(page)).toBe(true);
  expect(await focused(page)).toBe("input#q");
  expect(await page.inputValue("#q")).toBe("détartrage");
  expect(await page.textContent("#status")).toBe(`${found} lignes affichées`);
  expect(await page.title()).toBe("Mes remboursements – Espace Personnel SMENO");
  expect(await page.locator("#results, h1, #status, #network").count()).toBe(4);

  // The same address opened afresh is the same page.
  await page.reload();
  expect(await rows(page)).toBe(found);
  expect(await page.inputValue("#q")).toBe("détartrage");

  // Nothing found is said as well.
  await page.fill("#q", "zzzz");
  await page.press("#q", "Enter");
  await expect.poll(() => page.textContent("#results")).toContain("Aucun remboursement ne correspond");
  expect(await page.textContent("#status")).toBe("0 ligne affichée");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("paging replaces the list in place, the keyboard goes on from its start, and Back brings the first page back", async () => {
  const { page, complaints } = await openList();
  const first = await page.textContent("#results");
  await page.focus("#older");
  await page.keyboard.press("Enter");
  await page.waitForURL(/before=/);
  await expect.poll(() => page.textContent("#results")).not.toBe(first);
  expect(await isSameDocument(page)).toBe(true);
  await expect.poll(() => focused(page)).toBe("div#results");
  expect(await page.textContent("#status")).toMatch(/^\d+ lignes affichées$/);
  const second = await page.textContent("#results");

  await page.goBack();
  await page.waitForURL(`${server.url}/reimbursements`);
  await expect.poll(() => page.textContent("#results")).toBe(first);
  // A whole page, not a fragment of one.
  expect(await page.locator("header, main#content, footer").count()).toBe(3);
  expect(await page.locator("link[rel=stylesheet]").count()).toBe(1);
  await page.goForward();
  await page.waitForURL(/before=/);
  await expect.poll(() => page.textContent("#results")).toBe(second);

  // There and back again by the links of the page.
  await page.click("#newer");
  await page.waitForURL(/after=/);
  await expect.poll(() => page.textContent("#results")).toBe(first);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("Back after a search restores the whole page, and what the script does goes on", async () => {
  const { page } = await openList();
  await page.click(".filters summary");
  await page.fill("#q", "détartrage");
  await page.press("#q", "Enter");
  await page.waitForURL(/q=/);
  await page.goBack();
  await expect.poll(() => rows(page)).toBe(25);
  expect(await page.inputValue("#q")).toBe("");
  await page.context().setOffline(true);
  await page.click("#older");
  await expect.poll(() => page.isVisible("#network")).toBe(true);
  await page.context().close();
});

test("of two searches on their way the later one counts, whichever answer comes first", async () => {
  const { page } = await openList();
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/q=franchise/, async (route) => {
    await released;
    await route.continue().catch(() => {});
  });
  await page.click(".filters summary");
  await page.fill("#q", "franchise");
  await Promise.all([page.waitForRequest(/q=franchise/), page.press("#q", "Enter")]);
  await page.fill("#q", "détartrage");
  await Promise.all([page.waitForResponse(/q=d%C3%A9tartrage/), page.press("#q", "Enter")]);
  release();
  await page.waitForURL(/q=d%C3%A9tartrage/);
  await expect.poll(() => page.textContent("#results")).toContain("Détartrage");
  expect(await page.textContent("#results")).not.toContain("Franchise");
  // The one given up is no trouble with the network.
  expect(await page.isVisible("#network")).toBe(false);
  await page.context().close();
});

test("faults of a search come as the page says them, with the focus on their summary", async () => {
  const { page } = await openList();
  await page.click(".filters summary");
  await page.fill("#from", "2026-05-02");
  await page.fill("#to", "2026-05-01");
  await page.click(".filters button[type=submit]");
  await page.waitForSelector(".errors");
  await expect.poll(() => focused(page)).toBe("div.errors");
  expect(await page.textContent(".errors")).toContain("la fin doit être après le début");
  expect(await page.title()).toMatch(/^Erreur – /);
  expect(await page.locator("h1").count()).toBe(1);
  expect(await page.inputValue("#from")).toBe("2026-05-02");
  // Corrected, the list comes back.
  await page.fill("#to", "2026-12-31");
  await page.click(".filters button[type=submit]");
  await expect.poll(() => page.locator(".errors").count()).toBe(0);
  expect(await page.title()).toBe("Mes remboursements – Espace Personnel SMENO");
  await page.context().close();
});

test("without a network the page says so and keeps what it shows; the next try takes the message away", async () => {
  const { page } = await openList();
  const before = await page.textContent("#results");
  await page.click(".filters summary");
  await page.fill("#q", "détartrage");
  await page.context().setOffline(true);
  await page.press("#q", "Enter");
  await expect.poll(() => page.isVisible("#network")).toBe(true);
  expect(await page.textContent("#network")).toContain("Vérifiez votre connexion");
  expect(await page.textContent("#results")).toBe(before);
  expect(await page.inputValue("#q")).toBe("détartrage");

  await page.context().setOffline(false);
  await page.press("#q", "Enter");
  await expect.poll(() => rows(page)).toBeLessThan(25);
  expect(await page.isVisible("#network")).toBe(false);
  await page.context().close();
});

test("when the session is over, a search leads to the sign-in page and from there to what was searched", async () => {
  const { page } = await openList();
  await page.context().clearCookies({ name: "session" });
  await page.click(".filters summary");
  await page.fill("#q", "détartrage");
  await page.press("#q", "Enter");
  await page.waitForURL(/\/login\?next=/);
  expect(await page.textContent("h1")).toBe("Se connecter");
  expect(await page.locator("header, main#content, footer").count()).toBe(3);
  expect(await page.textContent("body")).not.toMatch(/Alice|Dr Hélène/);
  expect(await page.isVisible("[aria-controls=password]")).toBe(true);
  expect(await focused(page)).toBe("main#content");
  await page.fill("#identifier", "10000001");
  await page.fill("#password", demoPassword);
  await page.click("main form button[type=submit]");
  await page.waitForURL(/\/reimbursements\?.*q=d%C3%A9tartrage/);
  expect(await page.inputValue("#q")).toBe("détartrage");
  await page.context().close();
});

test("nothing of a visit stays in the browser, and nothing runs that the page did not bring as a file", async () => {
  const { page, complaints } = await openWindow(browser, server);
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
      console.error(`refused ${violatedDirective} ${blockedURI}`);
    });
  });
  await signIn(page, "10000001");
  await page.goto("/reimbursements");
  await page.click("#older");
  await page.waitForURL(/before=/);
  await page.goBack();
  await page.click("tbody a >> nth=0");
  await page.waitForURL("**/reimbursements/*");
  const held = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    caches: await caches.keys(),
    bases: await indexedDB.databases(),
    cookies: document.cookie,
    inline: document.querySelectorAll("script:not([src]), style, [style], [onclick]").length,
  }));
  expect(held).toEqual({ local: {}, session: {}, caches: [], bases: [], cookies: "", inline: 0 });
  expect((await page.context().cookies()).map(({ name }) => name)).toEqual(["session"]);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("after sign-out in another tab, Back and reload show nothing of the member", async () => {
  const { page } = await openList();
  await page.goto("/reimbursements/AMOEX05");
  const other = await page.context().newPage();
  await other.goto("/dashboard");
  await other.click("header form button");
  await other.waitForURL("**/login?out");
  await page.goBack();
  await page.waitForURL(/\/login/);
  expect(await page.textContent("body")).not.toMatch(/Alice|Dr Hélène/);
  await page.reload();
  expect(await page.textContent("h1")).toBe("Se connecter");
  await page.context().close();
});
