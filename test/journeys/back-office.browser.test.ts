import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoFolder, espace, killServers, removeFolders, startServer } from "../kit/server.ts";
import { overflow, violations } from "./axe.ts";
import { ceamFile, staffFields, stayInTwoMonths } from "./back-office.ts";
import { launchChromium, openWindow, signIn } from "./chromium.ts";
import { demoPassword } from "./visitor.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  killServers();
  removeFolders();
});

const beneficiary = "P0007";

test.each([{ javaScriptEnabled: true }, { javaScriptEnabled: false }])(
  "D5 a member asks, an adviser treats, the member sees, the file goes out and comes back (JavaScript: $javaScriptEnabled)",
  async ({ javaScriptEnabled }) => {
    const server = await startServer({ dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir };
    const [member, staff] = [
      await openWindow(browser, server, { javaScriptEnabled }),
      await openWindow(browser, server, { javaScriptEnabled }),
    ];
    await signIn(member.page, "10000001");
    await member.page.goto("/ehic");
    const box = member.page.locator(`input[name=beneficiaries][value=${beneficiary}]`);
    await box.check();
    await member.page.selectOption("#country", "ES");
    for (const [name, text] of Object.entries(stayInTwoMonths())) await member.page.fill(`#${name}`, text);
    await member.page.locator("form[action='/ehic/requests'] button[type=submit]").click();
    await member.page.waitForURL("**/ehic?done=asked");

    await staff.page.goto("/staff/ehic");
    const fields = await staffFields(server, "adviser", demoPassword);
    for (const [name, text] of Object.entries(fields)) await staff.page.fill(`#${name}`, text);
    await staff.page.click("main form button[type=submit]");
    await staff.page.waitForURL("**/staff/ehic");
    await staff.page.click("main tbody th a");
    // The reason of a refusal is missing: nothing is decided, and the focus goes to what is wrong.
    await staff.page.click("button[name=decision][value=refused]");
    await staff.page.waitForSelector(".errors a[href='#reason']");
    const requestId = new URL(staff.page.url()).pathname.split("/").at(-1)!;
    await staff.page.fill("#reason", "Dossier complet");
    await staff.page.click("button[name=decision][value=in_production]");
    await staff.page.waitForURL("**/staff/ehic?done=told");
    await member.page.goto("/ehic");
    expect(await member.page.textContent("main")).toContain("En fabrication");

    expect((await espace("node", ["export"], settings)).code).toBe(0);
    const inbox = join(server.dataDir, "answers");
    mkdirSync(inbox, { recursive: true });
    const file = join(inbox, "ceam_20261124060000_1.csv");
    writeFileSync(file, ceamFile(requestId, beneficiary, "expediee"));
    expect((await espace("node", ["import", file], settings)).code).toBe(0);
    await member.page.goto("/ehic");
    expect(await member.page.textContent("main")).toContain("Expédiée");
    await staff.page.goto(`/staff/ehic/${requestId}`);
    expect(await staff.page.textContent("main ol")).toContain("Expédiée");
    expect([...member.complaints, ...staff.complaints]).toEqual([]);
    await member.page.context().close();
    await staff.page.context().close();
  },
);

test("axe finds nothing in the queues, at the desk and on a phone, with the text twice as large", async () => {
  const own = await startServer({ dataDir: await demoFolder() });
  const [member, staff] = [await openWindow(browser, own), await openWindow(browser, own, { bypassCSP: true })];
  await signIn(member.page, "10000001");
  await member.page.goto("/contact?about=%2Fdossier%23address");
  await member.page.fill("#message", "L’adresse est fausse");
  await member.page.click("main form button[type=submit]");
  await member.page.waitForURL("**/receipt");
  await member.page.goto("/help/credentials");
  await member.page.check("#kind-phishing");
  await member.page.fill("#message", "Un appel");
  await member.page.click("main form button[type=submit]");
  const { page } = staff;
  await page.goto("/staff/login");
  for (const [name, text] of Object.entries(await staffFields(own, "adviser", demoPassword)))
    await page.fill(`#${name}`, text);
  await page.click("main form button[type=submit]");
  await page.waitForURL("**/staff");
  const paths = ["", "/ehic", "/changes", "/messages", "/messages/1", "/cases", "/cases/1", "/invitations"];
  for (const path of [...paths, "/invitations?state=running", "/invitations/letters", "/bounces"]) {
    await page.setViewportSize({ width: 1200, height: 900 });
    await page.goto(`/staff${path}`);
    expect([path, await violations(page)]).toEqual([path, []]);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    expect([path, await overflow(page)]).toEqual([path, []]);
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "";
    });
    await page.setViewportSize({ width: 320, height: 640 });
    expect([path, await overflow(page), await violations(page)]).toEqual([path, [], []]);
  }
});
