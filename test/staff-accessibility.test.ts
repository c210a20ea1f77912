import { describe, expect, test } from "vitest";
import { takeBounce } from "../src/domain/bounces.ts";
import { openCase } from "../src/domain/cases.ts";
import { inviteOnce } from "../src/domain/invitations.ts";
import { write } from "../src/platform/database.ts";
import { urls } from "../src/web/urls.ts";
import type { Page } from "./kit/browser.ts";
import { validator } from "./kit/html-validator.ts";
import { type Portal, startPortal } from "./kit/portal.ts";

const idIn = ({ db }: Portal, sql: string) => db.$client.prepare<[], string>(sql).pluck().get()!;

const stay = {
  beneficiaries: "P0007",
  country: "ES",
  departureDay: "20",
  departureMonth: "1",
  departureYear: "2027",
  returnDay: "3",
  returnMonth: "2",
  returnYear: "2027",
};
const address = { line1: "Mme Alice Martin", line4: "1 rue Neuve", line6: "59000 Lille", country: "FR" };

/** The queues of the back office, each in its states: waiting, with faults, decided by somebody else, over. */
async function queuePages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [alice, adviser] = [portal.browser(), await portal.staffBrowser("adviser", "127.0.0.2")];
  for (const browser of [alice, adviser]) browser.cookies.set("lang", lang);
  const pages: [string, Page][] = [];
  const add = async (name: string, path: string) => void pages.push([name, await adviser.get(path)]);
  await add("empty queue", urls.staffEhic);
  await alice.signIn("alice");
  await alice.post("/ehic/requests", stay);
  await alice.post(urls.dossierAddress, address);
  await alice.post(urls.contact, {
    topic: "rights",
    subject: "Droits",
    message: "Une\nautre",
    about: "/dossier#rights",
  });
  await alice.post(urls.helpCredentials, { kind: "phishing", email: "alice@demo.example", message: "Un appel" });
  write(portal.db, () =>
    openCase(portal, { kind: "identity_check", memberId: "P0002", content: { changed: ["birth date"] } }),
  );
  const bounce = { recipient: "alice@demo.example", kind: "hard", status: "5.1.1", reason: "no such user" };
  takeBounce(portal, bounce as never, "signed");
  portal.db.$client.exec("UPDATE accounts SET status = 'unconfirmed' WHERE member_id = 'P0003'");
  portal.db.$client.exec("DELETE FROM invitations; UPDATE members SET email = NULL WHERE member_id = 'P0004'");
  inviteOnce(portal, "P0003");
  const card = urls.staffCard(idIn(portal, "SELECT request_id FROM card_requests"));
  const change = urls.staffChange(idIn(portal, "SELECT change_id FROM changes"));
  const queues = {
    card: { list: urls.staffEhic, one: card, decision: "refused", seen: "1" },
    change: { list: urls.staffChanges, one: change, decision: "refused", seen: "1" },
    message: { list: urls.staffMessages, one: urls.staffThread(1), decision: "close", seen: "1" },
    case: { list: urls.staffCases, one: urls.staffCase(1), decision: "close", seen: "1" },
    bounce: { list: urls.staffBounces, one: urls.staffBounce(1), decision: "settle", seen: "1" },
  };
  await add("first page", urls.staff);
  await add("identity to check", urls.staffCase(2));
  await add("invitations running", `${urls.staffInvitations}?state=running`);
  await add("people to write to", urls.staffLetters);
  for (const [name, { list, one, decision, seen }] of Object.entries(queues)) {
    await add(`${name} queue`, list);
    await add(name, one);
    pages.push([`${name} with faults`, await adviser.post(one, { seen, decision, reason: "" })]);
    pages.push([
      `${name} decided`,
      await adviser.follow(await adviser.post(one, { seen, decision, reason: "Parce que" })),
    ]);
    pages.push([`${name} decided meanwhile`, await adviser.post(one, { seen, decision, reason: "Trop tard" })]);
    await add(`${name} over`, one);
    await add(`${name} queue, decided`, `${list}?state=closed`);
  }
  portal.advance({ minutes: 1 });
  const invitee = { member: "P0003", seen: "1" };
  pages.push(["invitation not sent", await adviser.post(urls.staffInvite, invitee)]);
  return pages;
}

const drawn = new Map<string, Promise<[string, Page][]>>();
const everyPage = (lang: string) => drawn.get(lang) ?? drawn.set(lang, queuePages(lang)).get(lang)!;

describe.each(["fr", "en"] as const)("in %s, every page of the back office", (lang) => {
  test("answers as it should, and is valid HTML", async () => {
    for (const [name, { text, status }] of await everyPage(lang)) {
      const wanted = name.endsWith("with faults") ? 422 : /meanwhile|not sent/.test(name) ? 409 : 200;
      expect([name, status]).toEqual([name, wanted]);
      const report = await validator.validateString(text);
      const faults = report.results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`),
      );
      expect([name, faults]).toEqual([name, []]);
    }
  });

  test("has one first heading, no level skipped, landmarks once each, and a title that begins with the fault", async () => {
    for (const [name, { document, status }] of await everyPage(lang)) {
      const levels = [...document.querySelectorAll("main h1, main h2, main h3")].map(({ tagName }) =>
        Number(tagName[1]),
      );
      expect([name, levels.filter((level) => level === 1).length]).toEqual([name, 1]);
      const fromFirst = levels.slice(levels.indexOf(1));
      for (const [index, level] of fromFirst.entries())
        if (index > 0) expect([name, level - fromFirst[index - 1]! <= 1]).toEqual([name, true]);
      const names = [...document.querySelectorAll("nav")].map((nav) => nav.getAttribute("aria-label"));
      expect([name, names.every(Boolean), new Set(names).size]).toEqual([name, true, names.length]);
      if (status === 422) expect(document.title).toMatch(lang === "fr" ? /^Erreur – / : /^Error – /);
    }
  });

  test("has unique ids, labels for every field, names for every button, and faults beside their fields", async () => {
    for (const [name, { document, status }] of await everyPage(lang)) {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      expect([name, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([name, []]);
      for (const attribute of ["for", "aria-describedby"])
        for (const element of document.querySelectorAll(`[${attribute}]`))
          for (const id of element.getAttribute(attribute)!.split(" "))
            expect([name, ids.includes(id)]).toEqual([name, true]);
      for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
        expect([name, document.querySelector(`label[for="${field.id}"]`) !== null]).toEqual([name, true]);
      for (const control of document.querySelectorAll("a, button"))
        expect([name, control.outerHTML, control.textContent.trim() !== ""]).toEqual([name, control.outerHTML, true]);
      if (status !== 422) continue;
      const summary = document.querySelector("main")!.firstElementChild!;
      expect([name, summary.className]).toEqual([name, "errors"]);
      for (const link of summary.querySelectorAll("a")) {
        const id = link.getAttribute("href")!.slice(1);
        expect([name, document.getElementById(`${id}-error`)?.textContent.includes(link.textContent)]).toEqual([
          name,
          true,
        ]);
      }
    }
  });

  test("shows no name of a message, no hole, and nothing of another page's people", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const text = document.body.textContent;
      expect([name, /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object|\bnull\b|staff-queues/.exec(text)]).toEqual([name, null]);
    }
  });
});

test("the two languages show the same page: the same elements, other words", async () => {
  const english = new Map(await everyPage("en"));
  for (const [name, { document }] of await everyPage("fr")) {
    const tags = (page: Page["document"]) =>
      [...page.querySelectorAll('body *:not(span[lang="fr"]:not([aria-current]))')].map(({ tagName }) => tagName);
    const other = english.get(name)!.document;
    expect([name, tags(other)]).toEqual([name, tags(document)]);
    const words = (page: Page["document"]) => page.querySelector("main")?.textContent;
    expect([name, words(other) === words(document)]).toEqual([name, false]);
  }
});
