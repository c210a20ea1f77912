import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoFolder, espace, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { launchChromium, openWindow, signIn } from "./chromium.ts";

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

test.each([
  [true, "10000001", "with JavaScript"],
  [false, "10000002", "without JavaScript"],
])(
  "5.5 a message is written by keyboard, sent with impatience, answered and read (JavaScript: %s)",
  async (javaScriptEnabled, number, subject) => {
    const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled });
    await signIn(page, number);
    await page.goto("/dossier");
    await page.click("#rights p.hint a");
    expect(await page.inputValue("#subject")).toMatch(/^Erreur/);
    await page.fill("#subject", "");
    await page.focus("#message");
    await page.keyboard.type("Une ligne\nUne autre");
    await page.press("#subject", "Enter");
    await page.waitForSelector(".errors a[href='#subject']");
    expect(await page.inputValue("#message")).toBe("Une ligne\nUne autre");
    expect(await page.title()).toMatch(/^Erreur – Nous contacter/);
    await page.fill("#subject", subject);
    await page.dblclick("main form button[type=submit]");
    await page.waitForURL("**/receipt");
    expect(await page.locator("main .written").textContent()).toBe("Une ligne\nUne autre");
    const id = /messages\/(\d+)/.exec(page.url())![1]!;

    await page.goto("/messages");
    expect(await page.locator("tbody tr").count()).toBe(1);
    await espace("node", ["thread", "answer", id, "--text", "C’est corrigé."], { DATA_DIR: server.dataDir });
    await page.goto("/dashboard");
    await page.click("main p.notice a");
    await page.click("tbody a");
    await page.click("form[action$='/read'] button");
    await page.waitForSelector("form[action$='/read']", { state: "detached" });
    await page.fill("#message", "Merci.");
    await page.click("main form:has(#message) button");
    await page.waitForURL("**/messages/*?sent");
    expect(await page.locator("main section").count()).toBe(3);
    await page.goto("/dashboard");
    expect(await page.locator("main p.notice").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);
