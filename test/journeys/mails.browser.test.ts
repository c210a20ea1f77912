import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { languages } from "../../src/lib/languages.ts";
import { writtenSamples } from "../kit/mail-samples.ts";
import { testConfig, today } from "../kit/settings.ts";
import { launchChromium } from "./chromium.ts";

let browser: Browser;
let dataDir: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "espace-mails-"));
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  rmSync(dataDir, { recursive: true });
});

/** Each mail once, of whose wordings the longest. */
function longest() {
  const deps = { config: testConfig(dataDir, { ORIGIN: "https://espace.example" }), clock: () => today };
  const byKind = new Map<string, { name: string; html: string }>();
  for (const language of languages) {
    for (const { kind, body } of writtenSamples(
      deps,
      language,
      "Marie-Antoinette Wolfeschlegelsteinhausenbergerdorff",
    )) {
      const name = `${kind} ${language}`;
      if (body.html.length > (byKind.get(name)?.html.length ?? 0)) byKind.set(name, { name, html: body.html });
    }
  }
  return [...byKind.values()];
}

test.each([600, 320])(
  "6.3 every mail fits a window of %i pixels, and is not wider than 600 in a larger one",
  async (width) => {
    const mails = longest();
    expect(mails.length).toBeGreaterThan(50);
    const context = await browser.newContext({ viewport: { width, height: 800 }, javaScriptEnabled: true });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    const wide: string[] = [];
    const small: string[] = [];
    for (const { name, html } of mails) {
      await page.setContent(html);
      const seen = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth,
        text: Math.min(
          ...[...document.querySelectorAll("p, a")].map((one) => Number.parseFloat(getComputedStyle(one).fontSize)),
        ),
      }));
      if (seen.width > width) wide.push(`${name}: ${seen.width}`);
      if (seen.text < 14) small.push(`${name}: ${seen.text}`);
    }
    await page.setViewportSize({ width: 1200, height: 800 });
    for (const { name, html } of mails) {
      await page.setContent(html);
      const text = await page.evaluate(() => document.querySelector("div")!.getBoundingClientRect().width);
      if (text > 640) wide.push(`${name}: ${text} of 1200`);
    }
    await context.close();
    expect([wide, small, asked]).toEqual([[], [], []]);
  },
);
