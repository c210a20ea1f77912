import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoFolder, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { stayInTwoMonths } from "./back-office.ts";
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
  ["with a script", true, { width: 1200, height: 900 }],
  ["without a script, on the smallest screen", false, { width: 320, height: 640 }],
])("D5 D6 %s: a card is asked for a child, given up, and a certificate stands in for it", async (_, js, viewport) => {
  const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled: js, viewport });
  await signIn(page, "10000001");
  await page.goto("/documents");
  await page.click("main a[href='/ehic']");

  await page.check("form[action='/ehic/requests'] input[value=P0007]");
  await page.selectOption("#country", "ES");
  for (const [name, value] of Object.entries(stayInTwoMonths())) await page.fill(`#${name}`, value);
  await page.click("form[action='/ehic/requests'] button[type=submit]");
  await page.waitForURL("**/ehic?done=asked");
  expect(await page.textContent("#ehic-2")).toContain("Demandée");

  await page.click("#ehic-2 form[action$='/cancel'] button");
  await page.waitForURL("**/ehic?done=cancelled");
  expect(await page.textContent("#ehic-2")).toContain("Vous l’avez annulée.");

  const offer = page.locator("#ehic-2 form[action='/ehic/certificates'] button");
  const open = page.locator("#ehic-2 a[href^='/ehic/certificates/']");
  // The second one finds the certificate of the first.
  if ((await open.count()) === 0) await offer.click();
  else await open.click();
  await page.waitForURL("**/ehic/certificates/CP-*");
  expect(await page.textContent(".sheet .model-title")).toContain("CERTIFICAT PROVISOIRE DE REMPLACEMENT");
  const [one, two, three] = await Promise.all(
    [0, 1, 2].map((index) => page.locator(".cells > div").nth(index).boundingBox()),
  );
  expect(two!.y).toBe(one!.y);
  expect(two!.x).toBeGreaterThan(one!.x + one!.width);
  expect(three!.width).toBeGreaterThan(one!.width + two!.width);
  const { width } = (await page.locator("html").boundingBox())!;
  expect(width).toBeLessThanOrEqual(viewport.width);
  expect(await page.locator(".sheet").evaluate((sheet) => sheet.scrollWidth <= sheet.clientWidth + 1)).toBe(true);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("main a.button")]);
  expect(download.suggestedFilename()).toMatch(/^certificat-provisoire-\d{4}-\d\d-\d\d\.pdf$/);
  expect(complaints).toEqual([]);
});

test("who has typed the password again finds the focus on the button of the certificate", async () => {
  const { page } = await openWindow(browser, server);
  await signIn(page, "10000001");
  await page.goto("/ehic?certificate=P0001&lost=on");
  expect(await page.evaluate(() => document.activeElement?.closest("section")?.id)).toBe("ehic-1");
  expect(await page.isChecked("#lost-1")).toBe(true);
  expect(await page.textContent("#ready")).toContain("Votre mot de passe est confirmé.");
});
