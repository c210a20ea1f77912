import { expect } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { demoPassword, numbers } from "../../../test/kit/browser.ts";
import type { Portal } from "../../../test/kit/portal.ts";
import { seconds } from "../../lib/clock.ts";
import { totpCode } from "../../platform/totp.ts";
import { urls } from "../../web/urls.ts";

type Who = keyof typeof numbers;

/** The code an app shows now, or some seconds from now. */
export const codeOf = (portal: Portal, secret: string, later = 0) => totpCode(secret, seconds(portal.clock) + later);

/** The codes of the page that shows them. */
export const codesOn = (page: Page) =>
  [...page.document.querySelectorAll(".codes code")].map(({ textContent }) => textContent);

/** Adds an app to the account that the browser is signed in to. @returns its key, and the recovery codes if any. */
export async function addApp(portal: Portal, browser: Browser) {
  const setup = await browser.follow(await browser.post(urls.totpStart));
  const secret = setup.document.querySelector("main code")!.textContent.replaceAll(" ", "");
  const page = await browser.follow(await browser.post(urls.totp, { code: codeOf(portal, secret) }));
  expect(page.status).toBe(200);
  return { secret, codes: codesOn(page) };
}

/** Somebody with an app, signed out; a code given so far is of a step long past. */
export async function withApp(portal: Portal, who: Who = "alice") {
  const browser = portal.browser("127.0.0.200");
  await browser.signIn(who);
  const added = await addApp(portal, browser);
  await browser.post(urls.logout);
  portal.advance({ minutes: 5 });
  return added;
}

/** Somebody who gets codes by mail, signed out. @returns the recovery codes. */
export async function withMail(portal: Portal, who: Who = "alice") {
  const browser = portal.browser("127.0.0.200");
  await browser.signIn(who);
  const codes = codesOn(await browser.follow(await browser.post(urls.mailCode)));
  await browser.post(urls.logout);
  return { codes };
}

/** Gives the right password: the second step is due. */
export async function givePassword(browser: Browser, who: Who = "alice", more: Record<string, string> = {}) {
  const page = await browser.post(urls.login, { identifier: numbers[who], password: demoPassword, ...more });
  expect(page.location).toMatch(/^\/login\/second-factor/);
  expect(browser.cookies.has("session")).toBe(false);
  return page;
}

export const giveCode = (browser: Browser, code: string, more: Record<string, string> = {}) =>
  browser.post(urls.loginSecondFactor, { code, ...more });

/** The code in the last mail that brought one. */
export function mailedCode(portal: Portal, recipient = "alice@demo.example"): string {
  const mail = portal.mailsTo(recipient).findLast(({ kind }) => kind === "sign-in.code");
  return /\d{4} \d{4}/.exec(mail?.text ?? "")?.[0] ?? "";
}

/** What the page asks the browser's authenticator for. */
export const askedOf = (page: Page) =>
  JSON.parse(page.document.querySelector("form[data-passkey]")!.getAttribute("data-options")!);

export const sessionsOf = (portal: Portal) =>
  portal.db.$client.prepare<[], number>("SELECT count(*) FROM sessions").pluck().get();
