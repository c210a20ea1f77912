import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoFolder, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { focused, launchChromium, openWindow, signIn } from "./chromium.ts";
import { demoPassword } from "./visitor.ts";

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
  ["with JavaScript", true],
  ["without JavaScript", false],
])("%s", (_name, javaScriptEnabled) => {
  test("the keyboard alone signs in, reads the faults and signs out", async () => {
    const { page } = await openWindow(browser, server, { javaScriptEnabled });
    await page.goto("/login");
    // The first stop leads past the menu.
    await page.keyboard.press("Tab");
    expect(await stop(page)).toMatchObject({ text: "Aller au contenu", isVisible: true });
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("main#content");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("input#identifier");

    // Enter in a field sends the form; the faults have the focus, and lead to their fields.
    await page.keyboard.press("Enter");
    await page.waitForSelector(".errors");
    await expect.poll(() => focused(page)).toBe("div.errors");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await focused(page)).toBe("input#identifier");
    await page.keyboard.type("10000001");
    await page.keyboard.press("Tab");
    await page.keyboard.type(demoPassword);
    await page.keyboard.press("Enter");
    await page.waitForURL("**/dashboard");

    // Sign-out.
    while ((await stop(page)).text !== "Se déconnecter") await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/login?out");
    await page.context().close();
  });

  test("a field with a fault is reached from the summary of the search too", async () => {
    const { page } = await openWindow(browser, server, { javaScriptEnabled });
    await signIn(page, "10000001");
    await page.goto("/reimbursements?from=31/02/2026");
    await expect.poll(() => focused(page)).toBe("div.errors");
    await page.click(".errors a");
    expect(await focused(page)).toBe("input#from");
    // What was typed is there to be corrected.
    expect(await page.inputValue("#from")).toBe("31/02/2026");
    await page.context().close();
  });
});

test.each(["/login", "/reimbursements?q=consultation", "/reimbursements/AMOEX10", "/charter"])(
  "every stop of the Tab key on %s is seen, in the window, and in the order of the page",
  async (path) => {
    const { page } = await openWindow(browser, server);
    if (path.startsWith("/reimb")) await signIn(page, "10000001");
    await page.goto(path);
    const stops: Stop[] = [];
    for (;;) {
      await page.keyboard.press("Tab");
      const here = await stop(page);
      if (here.text === "" || stops.length > 200) break;
      // A box for a date has several stops of its own.
      if (here.place !== stops.at(-1)?.place) stops.push(here);
    }
    const expected = await page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLElement>("a, button, input, select, summary, [tabindex='0']")].filter(
          (element) => element.checkVisibility(),
        ).length,
    );
    expect(stops.length).toBe(expected);
    expect(stops.filter(({ isVisible, hasOutline }) => !isVisible || !hasOutline)).toEqual([]);
    const places = stops.map(({ place }) => place);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    await page.context().close();
  },
);

test("the button beside a password shows it, says so, and hides it again before the form leaves", async () => {
  const { page } = await openWindow(browser, server);
  await page.goto("/login");
  await page.fill("#password", "Demo-2026!");
  const button = page.locator("[aria-controls=password]");
  expect(await button.textContent()).toBe("Afficher");
  await button.click();
  expect(await page.getAttribute("#password", "type")).toBe("text");
  expect(await page.inputValue("#password")).toBe("Demo-2026!");
  expect(await button.textContent()).toBe("Masquer");
  expect(await page.textContent("#password-state")).toBe("Le mot de passe est affiché.");
  await button.click();
  expect(await page.getAttribute("#password", "type")).toBe("password");
  expect(await page.textContent("#password-state")).toBe("Le mot de passe est masqué.");

  await button.click();
  await page.evaluate(() => {
    document.querySelector("main form")!.addEventListener("submit", (event) => event.preventDefault());
  });
  await page.click("main form button[type=submit]");
  expect(await page.getAttribute("#password", "type")).toBe("password");
  await page.context().close();
});

test("without JavaScript no button promises what it cannot do", async () => {
  const { page } = await openWindow(browser, server, { javaScriptEnabled: false });
  await page.goto("/login");
  expect(await page.locator("main button").filter({ visible: true }).allTextContents()).toEqual(["Se connecter"]);
  await page.context().close();
});

type Stop = { text: string; isVisible: boolean; hasOutline: boolean; place: number };

/** Where the keyboard is: what it is on, whether that shows, and its place in the document. */
function stop(page: Page): Promise<Stop> {
  return page.evaluate(() => {
    const element = document.activeElement as HTMLElement;
    if (element === document.body) return { text: "", isVisible: false, hasOutline: false, place: -1 };
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    return {
      text: (element.textContent || element.id).trim(),
      isVisible:
        box.width > 1 &&
        box.bottom > 0 &&
        box.top < window.innerHeight &&
        box.right > 0 &&
        box.left < window.innerWidth,
      hasOutline: style.outlineStyle !== "none" && Number.parseFloat(style.outlineWidth) >= 2,
      place: [...document.querySelectorAll("*")].indexOf(element),
    };
  });
}
