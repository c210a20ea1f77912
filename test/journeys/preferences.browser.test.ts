import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { unsubscribeToken } from "../../src/domain/unsubscribe.ts";
import { readConfig } from "../../src/platform/config.ts";
import { openDatabase } from "../../src/platform/database.ts";
import { createSeal } from "../../src/platform/seal.ts";
import { demoFolder, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { focused, launchChromium, openWindow, signIn } from "./chromium.ts";

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

const ticked = (page: Page) =>
  page.locator("#preferences input[type=checkbox]:checked").evaluateAll((boxes) => boxes.map(({ id }) => id));

/** The link that ends a mail of a list to a member. */
function linkOf({ dataDir, url }: Server, memberNumber: string): string {
  const { secretKeys, databaseFile } = readConfig({ DATA_DIR: dataDir }, dataDir);
  const { $client } = openDatabase(databaseFile);
  const accountId = $client
    .prepare<[string], string>("SELECT id FROM accounts JOIN members USING (member_id) WHERE member_number = ?")
    .pluck()
    .get(memberNumber)!;
  $client.close();
  return `${url}/unsubscribe/${unsubscribeToken(createSeal(secretKeys.map(({ key }) => key)), accountId, "offers")}`;
}

test("D11a with a script, each choice is saved by its own box: in place, said aloud, the focus kept", async () => {
  const { page, complaints } = await openWindow(browser, server);
  await signIn(page, "10000001");
  await page.goto("/preferences");
  await page.fill("#mobile", "06 98");
  await page.focus("#offers");
  await page.keyboard.press("Space");
  await expect.poll(() => page.textContent("#status")).toMatch(/^Les offres SMENO .* enregistré$/);
  expect(await page.textContent("#offers-about")).toMatch(/Activé depuis le .*Enregistré\./);
  expect(await focused(page)).toBe("input#offers");
  // What was being typed elsewhere stays.
  expect(await page.inputValue("#mobile")).toBe("06 98");
  // One after the other, faster than the answers.
  await page.click("#newsletterSmeno");
  await page.click("#alertEmail");
  await page.click("#newsletterMutuelle");
  await expect.poll(() => page.locator("#preferences strong").count()).toBe(4);
  expect(await ticked(page)).toEqual(["alertEmail", "newsletterSmeno", "newsletterMutuelle", "offers"]);
  await page.reload();
  expect(await ticked(page)).toEqual(["alertEmail", "newsletterSmeno", "newsletterMutuelle", "offers"]);
  await page.click("#offers");
  await expect.poll(() => page.textContent("#offers-about")).toContain("Désactivé depuis le");
  await page.click("#choice-offers summary");
  expect(await page.locator("#choice-offers li").count()).toBe(2);
  // Ticked and unticked while the answer is on its way: the last one counts, and is shown.
  await page.route("**/preferences", async (route) => {
    await new Promise((done) => setTimeout(done, 200));
    await route.continue();
  });
  await page.focus("#partnerOffers");
  await page.keyboard.press("Space");
  await page.keyboard.press("Space");
  await expect.poll(() => page.textContent("#partnerOffers-about")).toContain("Désactivé depuis le");
  expect(await ticked(page)).not.toContain("partnerOffers");
  await page.reload();
  expect(await ticked(page)).not.toContain("partnerOffers");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("2.5c with a script, the alerts by text message ask for a number where they stand, and lead to its code", async () => {
  const { page, complaints } = await openWindow(browser, server);
  await signIn(page, "10000003");
  await page.goto("/preferences");
  await page.click("#alertSms");
  await page.waitForSelector("#mobile-error");
  expect(await page.textContent("#status")).toContain("saisissez votre numéro de mobile");
  expect(await focused(page)).toBe("input#alertSms");
  await page.fill("#mobile", "06 98 76 54 33");
  await page.press("#mobile", "Enter");
  await page.waitForURL("**/dossier/changes/*/confirm");
  expect(await page.textContent("main")).toContain("Nous avons envoyé un code par SMS au 06 98 76 54 33");
  await page.goto("/preferences");
  expect(await page.textContent("#choice-alertSms")).toContain("En attente");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("D11a without a script, the form saves all together", async () => {
  const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled: false });
  await signIn(page, "10000002");
  await page.goto("/account");
  await page.click("a[href='/preferences']");
  await page.check("#offers");
  await page.check("#newsletterSmeno");
  await page.click("#preferences button");
  await page.waitForURL("**/preferences?saved");
  expect(await page.textContent("main .notice")).toContain("Enregistré.");
  await page.uncheck("#offers");
  await page.selectOption("#language", "en");
  await page.click("#preferences button");
  await page.waitForURL("**/preferences?saved&lang=en");
  expect(await ticked(page)).toEqual(["newsletterSmeno"]);
  expect(await page.textContent("h1")).toBe("My preferences");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test.each([true, false])(
  "6.3 the link of a mail stops its list by one button (JavaScript: %s)",
  async (javaScriptEnabled) => {
    const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled });
    await page.goto(linkOf(server, "10000001"));
    expect(await page.textContent("h1")).toBe("Ne plus recevoir ces messages");
    await page.click("main form button");
    await page.waitForSelector("h1:has-text('C’est fait')");
    expect(await page.textContent("main")).toContain("Les offres SMENO Mutuelle et Assurance");
    expect(complaints).toEqual([]);
    await page.context().close();
  },
);
