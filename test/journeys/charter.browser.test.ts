import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parisDay } from "../../src/lib/dates.ts";
import { demoFolder, espace, killServers, newFolder, removeFolders, type Server, startServer } from "../kit/server.ts";
import { overflow, violations } from "./axe.ts";
import { launchChromium, openWindow, signIn } from "./chromium.ts";

const [desktop, phone] = [
  { width: 1200, height: 900 },
  { width: 320, height: 640 },
];

let browser: Browser;
let server: Server;
beforeAll(async () => {
  browser = await launchChromium();
  server = await startServer({ dataDir: await demoFolder() });
  const file = join(newFolder(), "5.fr.md");
  writeFileSync(file, "# Charte d’utilisation\n\nUne nouvelle règle.\n\n## 1. Un article\n\n- un point.\n");
  const args = ["charter", "publish", file, "--version", "5", "--effective", parisDay(Date.now())];
  expect((await espace("node", args, { DATA_DIR: server.dataDir })).code).toBe(0);
});
afterAll(async () => {
  await browser.close();
  killServers();
  removeFolders();
});

test.each([
  ["10000001", true],
  ["10000002", false],
])(
  "P7 a member (%s, JavaScript: %s) sees the announcement, contests the charter and keeps the receipt",
  async (number, javaScript) => {
    const { page } = await openWindow(browser, server, { bypassCSP: true, javaScriptEnabled: javaScript });
    await signIn(page, number);
    const check = async () => {
      for (const size of [desktop, phone]) {
        await page.setViewportSize(size);
        if (!javaScript) continue;
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toEqual([]);
      }
    };
    expect(await page.locator("form[action='/charter/seen']").count()).toBe(1);
    await check();
    await page.goto("/charter/contest");
    await check();
    await page.click("form:has(#message) button");
    await page.waitForSelector(".errors");
    await check();
    await page.fill("#message", "Je n’accepte pas cette règle.");
    await page.click("form:has(#message) button");
    await page.waitForURL(/\/charter\/contest\/\d+/);
    expect(await page.locator("h1").count()).toBe(1);
    await check();
    await page.goto("/dashboard");
    // Who has contested it has seen it.
    expect(await page.locator("form[action='/charter/seen']").count()).toBe(0);
  },
);
