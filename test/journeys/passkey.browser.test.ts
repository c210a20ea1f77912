import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { totpCode } from "../../src/platform/totp.ts";
import { demoFolder, freePort, killServers, removeFolders, type Server, startServer, until } from "../kit/server.ts";
import { violations } from "./axe.ts";
import { launchChromium, openWindow, signIn } from "./chromium.ts";
import { demoPassword } from "./visitor.ts";

let browser: Browser;
let server: Pick<Server, "url" | "mails">;
beforeAll(async () => {
  browser = await launchChromium();
});
// Each test turns things on for accounts of its own.
beforeEach(async () => {
  const port = await freePort();
  // A passkey belongs to a name: browsers refuse one for a bare address.
  const url = `http://localhost:${port}`;
  const started = await startServer({ dataDir: await demoFolder(), port, settings: { ORIGIN: url } });
  server = { ...started, url };
});
afterAll(async () => {
  await browser.close();
  killServers();
  removeFolders();
});

const settings = "/account/second-factor";

/** An authenticator inside the browser, which agrees to everything. */
async function plugIn(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { session, authenticatorId };
}

const usesOf = async ({ session, authenticatorId }: { session: CDPSession; authenticatorId: string }) => {
  const { credentials } = await session.send("WebAuthn.getCredentials", { authenticatorId });
  return credentials.map(({ rpId, signCount }) => ({ rpId, signCount }));
};

async function givePassword(page: Page, number: string): Promise<void> {
  await page.goto("/login?next=%2Faccount");
  await page.fill("#identifier", number);
  await page.fill("#password", demoPassword);
  await page.click("main form button[type=submit]");
  await page.waitForURL(/\/login\/second-factor/);
}

async function signOut(page: Page): Promise<void> {
  await page.click("header .who button");
  await page.waitForURL("**/login?out");
}

test("a passkey is made, opens the session after the password, and is taken away", async () => {
  const { page, complaints } = await openWindow(browser, server);
  const authenticator = await plugIn(page);
  await signIn(page, "10000001");
  await page.goto("/account");
  await page.click(`main a[href="${settings}"]`);
  await page.click("text=Ajouter une clé d’accès >> visible=true");
  await page.waitForURL(`**${settings}/passkeys`);
  await page.click("form[data-passkey] button");
  await page.waitForURL(`**${settings}/recovery-codes`);
  expect(await page.locator(".codes code").count()).toBe(10);
  await page.click("text=J’ai gardé mes codes");
  await page.waitForURL(`**${settings}?kept`);
  expect(await page.textContent(".cards h3")).toMatch(/^Clé d’accès \(.+ sur Linux\)$/);
  expect(await usesOf(authenticator)).toEqual([{ rpId: "localhost", signCount: 1 }]);

  await signOut(page);
  await givePassword(page, "10000001");
  await page.click("form[data-passkey] button");
  await page.waitForURL("**/account");
  expect((await usesOf(authenticator))[0]?.signCount).toBe(2);

  await page.goto(settings);
  await page.click(".cards button");
  await page.waitForURL(`**${settings}?removed`);
  await signOut(page);
  await signIn(page, "10000001");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("when the dialog of the browser comes to nothing the page says so, and the other ways stay open", async () => {
  const { page } = await openWindow(browser, server, { bypassCSP: true });
  const { session, authenticatorId } = await plugIn(page);
  await signIn(page, "10000001");
  await page.goto(settings);
  await page.click("text=Ajouter une clé d’accès >> visible=true");
  expect(await violations(page)).toEqual([]);
  await page.click("form[data-passkey] button");
  await page.waitForURL(`**${settings}/recovery-codes`);
  const code = (await page.textContent(".codes code"))!;
  await signOut(page);

  await givePassword(page, "10000001");
  expect(await violations(page)).toEqual([]);
  // The key is lost.
  await session.send("WebAuthn.clearCredentials", { authenticatorId });
  await page.click("form[data-passkey] button");
  await page.waitForSelector("form[data-passkey] [role=alert]:not(:empty)");
  expect(await page.textContent("form[data-passkey] [role=alert]")).toContain("La clé d’accès n’a pas été utilisée");
  expect(await page.isEnabled("form[data-passkey] button")).toBe(true);
  await page.fill("#code", code);
  await page.press("#code", "Enter");
  await page.waitForURL("**/account");
  await page.context().close();
});

test("a browser that knows no passkeys says so, and a phone of 320 pixels shows the whole of the code to scan", async () => {
  const { page } = await openWindow(browser, server, { viewport: { width: 320, height: 640 } });
  await page.addInitScript(() => {
    Object.defineProperty(window, "PublicKeyCredential", { value: undefined });
  });
  await signIn(page, "10000001");
  await page.goto(settings);
  await page.click("text=Ajouter une clé d’accès >> visible=true");
  await page.waitForSelector("form[data-passkey] [role=alert]:not(:empty)");
  expect(await page.textContent("form[data-passkey] [role=alert]")).toContain("Ce navigateur ne connaît pas");
  await page.goto(settings);
  await page.click("text=Ajouter une application >> visible=true");
  const box = (await page.locator("svg.qr").boundingBox())!;
  expect(box.x >= 0 && box.x + box.width <= 320).toBe(true);
  expect(Math.abs(box.width - box.height)).toBeLessThan(1);
  await page.context().close();
});

test("without JavaScript an app is added, and its code, then a mailed one, open the session", async () => {
  const { page } = await openWindow(browser, server, { javaScriptEnabled: false });
  await signIn(page, "10000002");
  await page.goto(settings);
  await page.click("text=Ajouter une application >> visible=true");
  await page.waitForURL(`**${settings}/totp`);
  const secret = (await page.textContent("main code"))!.replaceAll(" ", "");
  await page.fill("#code", totpCode(secret, Date.now() / 1000));
  await page.click("main form button[type=submit]");
  await page.waitForURL(`**${settings}/recovery-codes`);
  await page.click("main form button[type=submit]");
  await page.click("text=Activer le code par e-mail >> visible=true");
  await page.waitForURL(`**${settings}?added`);
  await page.click("text=Ajouter une clé d’accès >> visible=true");
  expect(await page.textContent("main")).toContain("Une clé d’accès a besoin de JavaScript");
  expect(await page.locator("main button").count()).toBe(0);
  await signOut(page);

  await givePassword(page, "10000002");
  // The step of the first code is used up: the next one counts already.
  await page.fill("#code", totpCode(secret, Date.now() / 1000 + 30));
  await page.click("text=Se connecter >> nth=-1");
  await page.waitForURL("**/account");
  await signOut(page);

  await givePassword(page, "10000002");
  await page.click("text=Recevoir un code par e-mail >> visible=true");
  await page.waitForURL("**/login/second-factor?sent**");
  const code = await until(async () => {
    const mails = await server.mails("bob@demo.example");
    return mails.map(({ text = "" }) => /\d{4} \d{4}/.exec(text)?.[0]).findLast(Boolean);
  });
  await page.fill("#code", code);
  await page.press("#code", "Enter");
  await page.waitForURL("**/account");
  await page.context().close();
});
