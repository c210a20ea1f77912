import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoFolder, killServers, linkIn, removeFolders, startServer } from "../kit/server.ts";
import { focused, launchChromium, openWindow } from "./chromium.ts";
import { emma, farid, mailAfter, password, questionIn, registerIn } from "./registering.ts";

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
  test("Emma registers, confirms by the link of her mail and signs in", async () => {
    const server = await startServer({ dataDir: await demoFolder() });
    const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled });
    await page.goto("/login");
    await page.click('main a[href="/register"]');
    await page.waitForURL("**/register");

    // A form with faults says so first, and keeps what was typed.
    await page.fill("#identifier", emma.identifier);
    await page.fill("#birthDay", "31");
    await page.fill("#birthMonth", "juin");
    await page.fill("#birthYear", "2003");
    await page.check("#alertSms");
    await page.click("main form button[type=submit]");
    await page.waitForSelector(".errors");
    await expect.poll(() => focused(page)).toBe("div.errors");
    expect(await page.title()).toMatch(/^Erreur – Créer mon compte/);
    expect(await page.inputValue("#birthMonth")).toBe("juin");
    expect(await page.isChecked("#alertSms")).toBe(true);
    expect(await page.locator("[aria-invalid=true]").evaluateAll((boxes) => boxes.map(({ id }) => id))).toEqual([
      "birthDay",
      "email",
      "password",
      "mobile",
      "charter",
    ]);
    await page.click('.errors a[href="#mobile"]');
    expect(await focused(page)).toBe("input#mobile");

    const mail = await mailAfter(server, emma.email, () => registerIn(page, emma));
    expect(await page.textContent("h1")).toContain("regardez votre boîte e-mail");

    await page.goto(linkIn(mail));
    expect(await page.locator("main form").count()).toBe(2);
    await page.click("main form button[name=confirm]");
    await page.waitForURL("**/login?confirmed");
    expect(await page.textContent(".notice[role=status]")).toContain("Votre inscription est validée");
    await page.fill("#identifier", emma.identifier);
    await page.fill("#password", password);
    await page.click("main form button[type=submit]");
    await page.waitForURL("**/dashboard");
    expect(await page.textContent("h1")).toBe("Bonjour Emma");

    const left = await page.context().storageState();
    expect(left.origins).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
    await server.stop();
  });

  test("Farid is a minor: his mother refuses, and his account is gone", async () => {
    const server = await startServer({ dataDir: await demoFolder() });
    const { page, complaints } = await openWindow(browser, server, { javaScriptEnabled });
    const asked = await mailAfter(server, "nadia@home.example", () => registerIn(page, farid()));
    await page.goto(linkIn(await server.waitForMail("farid@demo.example")));
    await page.click("main form button[name=confirm]");
    await page.waitForURL("**/register?awaiting");

    await page.goto(questionIn(asked));
    await page.click("main form button[type=submit]");
    await page.waitForSelector(".errors");
    await page.click(".errors a");
    await page.check("#decision-refuse");
    const told = await mailAfter(server, "farid@demo.example", async () => {
      await page.click("main form button[type=submit]");
      await page.waitForURL("**/guardian/answered/refuse");
    });
    expect(told.text?.replaceAll("\n", " ")).toContain("n’a pas donné son accord");
    await page.goto("/login");
    await page.fill("#identifier", "10000006");
    await page.fill("#password", password);
    await page.click("main form button[type=submit]");
    await page.waitForSelector(".errors");
    expect(complaints).toEqual([]);
    await page.context().close();
    await server.stop();
  });
});
