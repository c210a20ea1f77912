import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parts } from "../../src/staff/members/parts.ts";
import { demoFolder, espace, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { overflow, violations } from "./axe.ts";
import { ceamFile, type StaffName, staffFields, stayInTwoMonths } from "./back-office.ts";
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

/** Runs statements on the base of a running portal. */
function alter({ dataDir }: Server, sql: string): void {
  const base = new BetterSqlite3(join(dataDir, "espace.db"));
  base.exec(sql);
  base.close();
}

/** Signs somebody of the mutual in on the page they were sent to. */
async function signInStaff(server: Server, page: Page, who: StaffName): Promise<void> {
  // Each code is good once, and the next one comes in half a minute.
  alter(server, "UPDATE staff SET totp_last_step = 0");
  for (const [name, text] of Object.entries(await staffFields(server, who, demoPassword)))
    await page.fill(`#${name}`, text);
  await page.click("main form button[type=submit]");
  await page.waitForURL((url) => url.pathname.startsWith("/staff") && url.pathname !== "/staff/login");
}

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

test("axe finds nothing on pages full of rows, and none is wider than a desk or a phone", async () => {
  const server = await startServer({ dataDir: await demoFolder() });
  const [member, staff] = [await openWindow(browser, server), await openWindow(browser, server, { bypassCSP: true })];
  await signIn(member.page, "10000001");
  await member.page.goto("/ehic");
  await member.page.locator(`input[name=beneficiaries][value=${beneficiary}]`).check();
  await member.page.selectOption("#country", "ES");
  for (const [name, text] of Object.entries(stayInTwoMonths())) await member.page.fill(`#${name}`, text);
  await member.page.locator("form[action='/ehic/requests'] button[type=submit]").click();
  await member.page.waitForURL("**/ehic?done=asked");
  await member.page.goto("/dossier/address");
  await member.page.fill("#line4", "14 RUE DES LILAS");
  await member.page.fill("#line6", "59000 LILLE");
  await member.page.click("main form[action='/dossier/address'] button[type=submit]");
  await member.page.waitForURL(/dossier\/changes|dossier\?/);
  const [long, now] = ["a".repeat(120), Math.floor(Date.now() / 1000)];
  const many = "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30)";
  alter(
    server,
    `${many} INSERT INTO bounces (message_id, member_id, recipient, kind, reason, bounced_at)
       SELECT 'm' || i, 'P0001', 'r' || i || '@${long}.example', 'hard', '550 ${long}', ${now} FROM n;
     ${many} INSERT INTO feed_files (run_id, name, entity, sha256, rows, refusal, applied, unchanged, ignored, rejected, finished_at)
       SELECT 1, 'personnes_20261123060000_' || (i + 900) || '.csv', 'personnes', x'00', 9, '${long}', 0, 0, 0, 9, ${now} FROM n`,
  );
  const { page } = staff;
  await page.goto("/staff/rights");
  await signInStaff(server, page, "admin");
  for (const reference of [long.slice(0, 100), "SCAN-2"]) {
    await page.goto("/staff/rights");
    const [year, month, day] = new Date().toISOString().split("T")[0]!.split("-");
    const fields = { number: "10000001", reference, receivedDay: day!, receivedMonth: month!, receivedYear: year! };
    for (const [name, text] of Object.entries(fields)) await page.fill(`#${name}`, text);
    await page.check("input[name=kind][value=access]");
    await page.check("input[name=channel][value=post]");
    await page.click("main form[action='/staff/rights'] button[type=submit]");
    await page.waitForURL("**/staff/rights/*?done=recorded");
  }
  const first = async (list: string) => {
    await page.goto(`/staff/${list}`);
    const address = await page.getAttribute("main tbody th a", "href");
    return address!.replace("/staff/", "");
  };
  const paths = ["ehic", await first("ehic"), "changes", await first("changes"), "bounces", await first("bounces")];
  const own = ["rights", "rights/1", "imports", "imports/1", "mail", "evidence", "evidence/verify", "notices"];
  // Alice's file: the reason is asked, then every part of it is open.
  const file = parts.map(({ name }) => `members/P0001/${name}`);
  await page.goto("/staff/members/P0001");
  expect(await violations(page)).toEqual([]);
  await page.selectOption("#reason", "call");
  await page.click("main form button[type=submit]");
  await page.waitForURL("**/staff/members/P0001");
  const added = await espace("node", ["staff", "add", "new@mutual.example", "--role", "dpo", "--json"], {
    DATA_DIR: server.dataDir,
  });
  const setUp = new URL(JSON.parse(added.output).link).pathname.replace("/staff/", "");
  const others = ["maintenance", "members", "members/P0001", ...file, setUp];
  for (const path of [...paths, ...own, ...others]) {
    for (const [width, height] of [
      [1200, 900],
      [360, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(`/staff/${path}`);
      expect([path, width, await overflow(page), await violations(page)]).toEqual([path, width, [], []]);
    }
  }
  expect(member.complaints).toEqual([]);
});

test("the end of a session is told two minutes before; staying is one key, and what was typed comes back after it", async () => {
  const server = await startServer({ dataDir: await demoFolder() });
  const { page, complaints } = await openWindow(browser, server);
  const leave = (seconds: number) =>
    alter(server, `UPDATE staff_sessions SET expires_at = ${Math.floor(Date.now() / 1000) + seconds}`);
  const isOpen = () => page.evaluate(() => document.querySelector("dialog")?.open ?? false);
  const left = () => page.evaluate(async () => (await (await fetch("/staff/session")).json()).secondsLeft as number);
  await page.goto("/staff/notices");
  await signInStaff(server, page, "admin");
  await page.clock.install();
  const opened = async () => {
    await Promise.all([page.waitForResponse("**/staff/session"), page.goto("/staff/notices")]);
  };
  const later = () => Promise.all([page.waitForResponse("**/staff/session"), page.clock.fastForward("13:01")]);
  await opened();
  leave(110);
  await later();
  await expect.poll(isOpen).toBe(true);
  await page.keyboard.press("Space");
  await expect.poll(isOpen).toBe(false);
  expect(await left()).toBeGreaterThan(890);
  await page.fill("#subjectFr", "Travaux de nuit");
  leave(3);
  await later();
  await page.clock.runFor(5_000);
  await page.waitForURL(/\/staff\/login\?next=%2Fstaff%2Fnotices&expired$/);
  expect(await page.textContent("main")).toContain("Votre session est terminée.");
  await signInStaff(server, page, "admin");
  expect([await page.inputValue("#subjectFr"), await page.isVisible("#kept")]).toEqual(["Travaux de nuit", true]);
  expect(complaints).toEqual([]);
});
