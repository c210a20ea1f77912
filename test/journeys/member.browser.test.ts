import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoFolder, espace, killServers, linkIn, removeFolders, startServer } from "../kit/server.ts";
import { focused, launchChromium, openWindow } from "./chromium.ts";
import { david, davidsFirstFeed } from "./david.ts";

const password = "Quatre-Chemins-77";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  killServers();
  removeFolders();
});

describe.each([
  ["with JavaScript", true],
  ["without JavaScript", false],
])("%s", (_name, javaScriptEnabled) => {
  test("an invited member opens an account, reads reimbursements and leaves", async () => {
    const server = await startServer({ dataDir: await demoFolder() });
    const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled });

    // Invitation, with a first password that is too weak.
    await page.goto(linkIn(await server.waitForMail(david.email)));
    await page.fill("#password", "court");
    await page.click("main form button[type=submit]");
    expect(await page.title()).toMatch(/^Erreur – /);
    expect(await page.locator(".errors li").count()).toBe(2);
    await expect.poll(() => focused(page)).toBe("div.errors");
    expect(await page.inputValue("#password")).toBe("");
    await page.click(".errors a >> nth=0");
    expect(await focused(page)).toBe("input#password");
    await page.fill("#password", password);
    await page.check("#charter");
    await page.click("main form button[type=submit]");
    await page.waitForURL("**/login?opened");
    expect(await page.textContent("main [role=status]")).toContain("Votre espace est ouvert");

    // Sign-in.
    await page.fill("#identifier", david.number);
    await page.fill("#password", password);
    await page.click("main form button[type=submit]");
    await page.waitForURL("**/dashboard");
    expect(await page.textContent("h1")).toBe("Bonjour David");

    // His first reimbursements arrive.
    const imported = await espace("node", ["import", davidsFirstFeed()], { DATA_DIR: server.dataDir });
    expect(imported.code).toBe(0);
    await page.click("header .menu >> text=Remboursements");
    await page.waitForURL("**/reimbursements");
    expect(await page.locator("tbody tr").count()).toBe(4);

    // Filter.
    await page.click(".filters summary");
    await page.fill("#q", "consultation");
    await page.selectOption("#payer", "amo");
    await page.click(".filters button[type=submit]");
    await page.waitForURL(/q=consultation/);
    await expect.poll(() => page.locator("tbody tr").count()).toBe(1);
    const filtered = page.url();

    // Detail, and back.
    await page.click("tbody a");
    await page.waitForURL("**/reimbursements/J-AMO**");
    expect(await page.textContent("h1")).toMatch(/^Paiement du /);
    expect((await page.textContent("#J-1"))?.replace(/\s/g, " ")).toContain("2,00 €");
    await page.goBack();
    await page.waitForURL(filtered);
    expect(await page.locator("tbody tr").count()).toBe(1);

    // CSV.
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("a[download]")]);
    expect(download.suggestedFilename()).toMatch(/^remboursements-\d{4}-\d\d-\d\d\.csv$/);
    const rows = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n");
    expect(rows.length).toBe(2);
    expect(rows[1]).toContain("Consultation médecine générale");

    // Sign-out; going back shows nothing.
    await page.click("header form button");
    await page.waitForURL("**/login?out");
    expect(await page.textContent("main [role=status]")).toContain("Vous êtes déconnecté.");
    for (let step = 0; step < 3; step++) {
      await page.goBack();
      expect(await page.textContent("body")).not.toMatch(/Consultation|David|19,00/);
    }
    await page.goto("/reimbursements");
    expect(page.url()).toBe(`${server.url}/login?next=%2Freimbursements`);

    const left = await page.context().storageState();
    expect(left.origins).toEqual([]);
    expect(left.cookies.map(({ name }) => name)).not.toContain("session");
    expect(complaints).toEqual([]);
    await page.context().close();
    await server.stop();
  });
});
