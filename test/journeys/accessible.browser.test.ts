import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoFolder, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { overflow, violations } from "./axe.ts";
import { launchChromium, openWindow, signIn } from "./chromium.ts";
import { type State, states } from "./states.ts";

const desktop = { width: 1200, height: 900 };
const phone = { width: 320, height: 640 };

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

describe.each([
  ["fr", "in French"],
  ["en", "in English"],
])("%s", (language, _name) => {
  const pages: { visitor?: Page; member?: Page } = {};

  beforeAll(async () => {
    for (const who of ["visitor", "member"] as const) {
      const { page } = await openWindow(browser, server, { bypassCSP: true });
      await page.context().addCookies([{ name: "lang", value: language, url: server.url }]);
      if (who === "member") await signIn(page, "10000001");
      pages[who] = page;
    }
  });

  test.each(states)("$name: nothing that hinders", async ({ open, signedIn }: State) => {
    const page = (signedIn ? pages.member : pages.visitor)!;
    await page.setViewportSize(desktop);
    await open(page, server);
    expect(await page.getAttribute("html", "lang")).toBe(language);
    expect(await page.locator("h1").count()).toBe(1);
    expect(await violations(page)).toEqual([]);

    // Text twice as large, in the same window.
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    expect(await overflow(page)).toEqual([]);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "";
    });

    await page.setViewportSize(phone);
    expect(await overflow(page)).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });
});
