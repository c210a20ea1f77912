import process from "node:process";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Server } from "../kit/server.ts";
import { demoPassword } from "./visitor.ts";

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real Chromium: Debian's, or the one of CHROMIUM. */
export function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: quiet });
}

export type Visit = { page: Page; complaints: string[] };

/** A person's own browser window on the portal, and all that it complained of: errors, refusals of the CSP, strangers. */
export async function openWindow(
  browser: Browser,
  server: Pick<Server, "url">,
  options: BrowserContextOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: server.url,
    locale: "fr-FR",
    viewport: { width: 1200, height: 900 },
    ...options,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    // A refusal that the page itself shows is no fault of the page.
    const isAnswer = /the server responded with a status of 4\d\d/.test(message.text());
    if ((message.type() === "error" || message.type() === "warning") && !isAnswer) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.url}/`) && url !== "about:blank") complaints.push(`asked for ${url}`);
  });
  return { page, complaints };
}

export async function signIn(page: Page, identifier: string, password = demoPassword): Promise<void> {
  await page.goto("/login");
  await page.fill("#identifier", identifier);
  await page.fill("#password", password);
  await page.click("main form button[type=submit]");
  await page.waitForURL("**/dashboard");
}

/** The element that has the focus, as a selector a person can read. */
export function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element) return "";
    const [firstClass] = element.classList;
    return `${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : firstClass ? `.${firstClass}` : ""}`;
  });
}
