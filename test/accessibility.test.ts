import { HtmlValidate } from "html-validate";
import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.tsx";
import { createPasswords } from "../src/platform/passwords.ts";
import { Browser, type Page } from "./kit/browser.ts";
import { type Portal, startPortal } from "./kit/portal.ts";
import { cheapHashing } from "./kit/settings.ts";

const drawn = new Map<string, Promise<Map<string, Page>>>();

/** Every page of the portal and every page of refusal, in one language; drawn once for all the tests that look at them. */
function everyPage(lang: "fr" | "en"): Promise<Map<string, Page>> {
  const pages = drawn.get(lang) ?? drawEveryPage(lang);
  drawn.set(lang, pages);
  return pages;
}

/** The page behind the link of a forgotten password, asked for or sent. */
async function newPassword(portal: Portal, lang: string, fields?: Record<string, string>): Promise<Page> {
  const visitor = portal.browser("127.0.0.5");
  visitor.cookies.set("lang", lang);
  await visitor.post("/password/forgot", { identifier: "10000003" });
  await new Promise((resolve) => setImmediate(resolve));
  const text = portal.mailsTo("chloe@demo.example").at(-1)?.text ?? "";
  const link = /\/password\/reset\/[\w-]+/.exec(text)![0];
  return fields ? visitor.post(link, fields) : visitor.get(link);
}

async function drawEveryPage(lang: "fr" | "en"): Promise<Map<string, Page>> {
  const portal = await startPortal();
  const [visitor, alice, bob] = [portal.browser(), portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  for (const browser of [visitor, alice, bob]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  await bob.signIn("bob");
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
  const pages = new Map<string, Page>([
    ["home", await visitor.get("/")],
    ["sign-in", await visitor.get("/login?next=/reimbursements")],
    ["sign-in after sign-out", await visitor.get("/login?out")],
    ["sign-in with faults", await visitor.post("/login")],
    ["sign-in refused", await visitor.signIn("chloe", "Wrong-pass-1")],
    ["charter", await visitor.get("/charter")],
    ["activation", await visitor.get(link)],
    ["activation with faults", await visitor.post(link, { password: "abc" })],
    ["activation lapsed", await visitor.get("/activate/none")],
    ["forgotten password", await visitor.get("/password/forgot")],
    ["forgotten password with faults", await visitor.post("/password/forgot")],
    ["forgotten password asked", await visitor.get("/password/forgot?sent")],
    ["new password", await newPassword(portal, lang)],
    ["new password with faults", await newPassword(portal, lang, { password: "abc" })],
    ["new password lapsed", await visitor.get("/password/reset/none")],
    ["account", await alice.get("/account")],
    ["account after a change", await alice.get("/account?changed")],
    ["change of password", await alice.get("/account/password")],
    ["change of password with faults", await alice.post("/account/password", { password: "abc" })],
    ["activity", await alice.get("/account/activity")],
    ["dashboard", await alice.get("/dashboard")],
    ["list", await alice.get("/reimbursements")],
    ["list searched", await alice.get("/reimbursements?payer=amo&from=2025-11-01&to=2025-11-30&beneficiary=P0001&q=a")],
    ["list empty", await alice.get("/reimbursements?q=introuvable")],
    ["list with faults", await alice.get("/reimbursements?from=x&to=y&payer=z")],
    ["list without a mutual", await bob.get("/reimbursements")],
    ["payment", await alice.get("/reimbursements/AMOEX02")],
    ["payment corrected", await alice.get("/reimbursements/AMOEX01")],
    ["payment with deductions", await alice.get("/reimbursements/AMOEX05")],
    ["payment rejected", await bob.get("/reimbursements/AMOREJECT1")],
    ["400", await alice.get("/reimbursements?before=x")],
    ["403", await visitor.post("/login", {}, { origin: "https://evil.example", "sec-fetch-site": "cross-site" })],
    ["404", await visitor.get("/nowhere")],
    ["404 signed in", await alice.get("/reimbursements/none")],
    ["413", await visitor.post("/login", { identifier: "a".repeat(70_000) })],
  ]);
  for (let index = 0; index < 5; index++) await visitor.signIn("99999999", "Wrong-pass-1");
  pages.set("429", await visitor.signIn("99999999", "Wrong-pass-1"));
  const full = new Browser(
    createApp({ ...portal, passwords: createPasswords(cheapHashing, 0) }),
    portal.config.origin,
    "127.0.0.8",
  );
  full.cookies.set("lang", lang);
  const crowd = await Promise.all(
    Array.from({ length: 8 }, () => full.post("/login", { identifier: "1", password: "1" })),
  );
  pages.set("503", crowd.find(({ status }) => status === 503)!);
  portal.db.$client.exec("DROP TABLE charter_versions");
  pages.set("500", await visitor.get("/charter"));
  return pages;
}

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  rules: {
    // The summary of the faults stands before the title of the page.
    "heading-level": ["error", { minInitialRank: "h2" }],
    // Written by the template library: valid, only not the validator's taste.
    "void-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "tel-non-breaking": "off",
    "require-sri": "off",
    "doctype-style": "off",
  },
});

const own = { fr: "Aller au contenu", en: "Skip to content" } as const;

describe.each(["fr", "en"] as const)("in %s, every page and every refusal", (lang) => {
  test("is valid HTML", async () => {
    for (const [name, { text }] of await everyPage(lang)) {
      const report = await validator.validateString(text);
      const faults = report.results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`),
      );
      expect([name, faults]).toEqual([name, []]);
    }
  });

  test("says its language, and what is in another one says so", async () => {
    for (const [name, { document, headers }] of await everyPage(lang)) {
      expect([name, document.documentElement.getAttribute("lang")]).toEqual([name, lang]);
      expect(headers.get("content-language")).toBe(lang);
      const other = document.querySelector('header a[rel="alternate"]');
      expect(other?.getAttribute("lang")).toBe(lang === "fr" ? "en" : "fr");
      if (name === "charter") expect(document.querySelector("main h1")?.getAttribute("lang")).toBe("fr");
    }
  });

  test("has one first heading, no level skipped after it, and a title of its own that begins with it or with the fault", async () => {
    const titles = new Map<string, string>();
    for (const [name, { document, status }] of await everyPage(lang)) {
      const levels = [...document.querySelectorAll("main h1, main h2, main h3, main h4, footer h2")].map(
        ({ tagName }) => Number(tagName[1]),
      );
      expect([name, levels.filter((level) => level === 1).length]).toEqual([name, 1]);
      const fromFirst = levels.slice(levels.indexOf(1));
      for (const [index, level] of fromFirst.entries())
        if (index > 0) expect(level - fromFirst[index - 1]!).toBeLessThanOrEqual(1);
      const title = document.title;
      expect(title).toMatch(/ – Espace Personnel SMENO$/);
      if (status === 422) expect(title).toMatch(lang === "fr" ? /^Erreur – / : /^Error – /);
      else titles.set(name, title);
    }
    const sameOnPurpose = new Map([
      ["sign-in after sign-out", "sign-in"],
      ["list searched", "list"],
      ["list empty", "list"],
      ["list without a mutual", "list"],
      ["404 signed in", "404"],
      ["account after a change", "account"],
    ]);
    for (const name of sameOnPurpose.keys()) titles.delete(name);
    expect(new Set(titles.values()).size).toBe(titles.size);
  });

  test("begins with the link that skips to the content, and has its landmarks once each", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const first = document.querySelector("body a, body button, body input")!;
      expect([name, first.getAttribute("href"), first.textContent]).toEqual([name, "#content", own[lang]]);
      expect(document.querySelector("#content")?.tagName).toBe("MAIN");
      expect(document.querySelector("#content")?.getAttribute("tabindex")).toBe("-1");
      for (const landmark of ["header", "main", "footer"])
        expect([name, landmark, document.querySelectorAll(`body > ${landmark}`).length]).toEqual([name, landmark, 1]);
      const names = [...document.querySelectorAll("nav")].map((nav) => nav.getAttribute("aria-label"));
      expect(names.every(Boolean)).toBe(true);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("ends with the phone to call and the way to write, and never asks for a password otherwise", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const footer = document.querySelector("body > footer")!;
      expect([name, footer.querySelector('a[href="tel:+33972676000"]')?.textContent]).toEqual([
        name,
        expect.stringContaining("09 72 67 60 00"),
      ]);
      expect(footer.querySelector('a[href^="mailto:"]')?.textContent).toBe(
        lang === "fr" ? "nous contacter par e-mail" : "contact us by e-mail",
      );
      expect(footer.textContent).toContain(
        lang === "fr"
          ? "ne vous demandera jamais votre mot de passe"
          : "Nobody at SMENO will ever ask for your password",
      );
    }
  });

  test("has ids that are unique, and every reference to one finds it", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      expect([name, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([name, []]);
      for (const attribute of ["for", "aria-describedby", "aria-labelledby", "aria-controls"])
        for (const element of document.querySelectorAll(`[${attribute}]`))
          for (const id of element.getAttribute(attribute)!.split(" "))
            expect([name, attribute, id, ids.includes(id)]).toEqual([name, attribute, id, true]);
      for (const link of document.querySelectorAll('a[href^="#"]'))
        expect(ids).toContain(link.getAttribute("href")!.slice(1));
    }
  });

  test("labels every field with words, says what is required, and every button and link has a name", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const label = document.querySelector(`label[for="${field.id}"]`);
        expect([name, field.id, (label?.textContent ?? "").trim().length > 1]).toEqual([name, field.id, true]);
      }
      for (const control of document.querySelectorAll("a, button"))
        expect([name, control.outerHTML, control.textContent.trim() !== ""]).toEqual([name, control.outerHTML, true]);
      for (const table of document.querySelectorAll("table")) {
        expect((table.querySelector("caption")?.textContent ?? "").trim()).not.toBe("");
        for (const header of table.querySelectorAll("th"))
          expect(["col", "row"]).toContain(header.getAttribute("scope"));
      }
    }
  });

  test("with faults says first how many, in an alert that is focused, with a link to each field and the same words beside it", async () => {
    const faulty = [...(await everyPage(lang))].filter(([, { status }]) => status === 422);
    expect(faulty.map(([name]) => name)).toEqual([
      "sign-in with faults",
      "sign-in refused",
      "activation with faults",
      "forgotten password with faults",
      "new password with faults",
      "change of password with faults",
      "list with faults",
    ]);
    for (const [name, { document }] of faulty) {
      const summary = document.querySelector("main")!.firstElementChild!;
      expect([name, summary.className, summary.hasAttribute("autofocus")]).toEqual([name, "errors", true]);
      const links = [...summary.querySelectorAll("[role=alert] a")];
      expect(summary.querySelector("h2")?.textContent).toContain(String(links.length));
      for (const link of links) {
        const field = document.getElementById(link.getAttribute("href")!.slice(1))!;
        expect(field.getAttribute("aria-invalid")).toBe("true");
        expect(document.getElementById(`${field.id}-error`)?.textContent).toContain(link.textContent);
      }
      expect(document.querySelectorAll('[aria-invalid="true"]')).toHaveLength(links.length);
    }
  });
});

test("no page shows the name of a message instead of the message, nor a hole in a sentence", async () => {
  for (const lang of ["fr", "en"] as const)
    for (const [name, { document }] of await everyPage(lang)) {
      const text = document.body.textContent;
      expect([name, /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object|\bnull\b/.exec(text)]).toEqual([name, null]);
      expect([
        name,
        /\b(?:reimbursements|errors|login|activation|form|dashboard|common):?\.[a-z]\w+/i.exec(text),
      ]).toEqual([name, null]);
    }
});

test("the two languages show the same page: the same elements, other words", async () => {
  const [french, english] = [await everyPage("fr"), await everyPage("en")];
  for (const [name, { document, status }] of french) {
    const other = english.get(name)!;
    expect([name, other.status]).toEqual([name, status]);
    // The words of the feed are French, and named so on an English page.
    const tags = (page: Page["document"]) =>
      [...page.querySelectorAll('body *:not(span[lang="fr"]:not([aria-current]))')].map(({ tagName }) => tagName);
    if (name !== "charter") expect([name, tags(other.document)]).toEqual([name, tags(document)]);
    expect(other.document.querySelector("main")?.textContent).not.toBe(document.querySelector("main")?.textContent);
  }
});

test("changing the language keeps the page and its search, and is remembered", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  for (const path of [
    "/reimbursements?payer=amo&q=%C3%A9t%C3%A9+%26+co",
    "/reimbursements/AMOEX02",
    "/dashboard",
    "/charter",
    "/nowhere?x=1",
  ]) {
    alice.cookies.delete("lang");
    const page = await alice.get(path);
    const link = page.document.querySelector('header a[rel="alternate"]')!.getAttribute("href")!;
    const [here, there] = [new URL(path, "http://x"), new URL(link, "http://x")];
    expect(there.pathname).toBe(here.pathname);
    expect(Object.fromEntries(there.searchParams)).toEqual({ ...Object.fromEntries(here.searchParams), lang: "en" });
    const english = await alice.get(link);
    expect([english.status, english.document.documentElement.getAttribute("lang")]).toEqual([page.status, "en"]);
    expect(english.headers.getSetCookie().find((cookie) => cookie.startsWith("lang="))).toMatch(
      /^lang=en; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await alice.get(path)).document.documentElement.getAttribute("lang")).toBe("en");
  }
});

test("a language that is not one is ignored: French first", async () => {
  const portal = await startPortal();
  for (const value of ["de", "EN", "fr-FR", "", "../en", "en,fr", "__proto__"]) {
    const page = await portal.browser().get(`/?lang=${encodeURIComponent(value)}`, {
      "accept-language": "de",
      cookie: `lang=${encodeURIComponent(value)}`,
    });
    expect([value, page.status, page.document.documentElement.getAttribute("lang")]).toEqual([value, 200, "fr"]);
    expect(page.headers.getSetCookie()).toEqual([]);
  }
});
