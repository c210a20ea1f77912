import { describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { answerThread } from "../../domain/thread-answers.ts";
import { urls } from "../../web/urls.ts";

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const said = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
const written = { subject: "Mon remboursement", message: "Bonjour,\r\nje n’ai rien reçu." };

async function signedIn(who: "alice" | "bob" = "alice", portal?: Portal) {
  const own = portal ?? (await startPortal());
  const browser = own.browser();
  await browser.signIn(who);
  return { portal: own, browser };
}

const threadsOf = (portal: Portal) => portal.db.$client.prepare("SELECT count(*) FROM threads").pluck().get();

/** Sends a message and tells its number. */
async function write(browser: Browser, fields: Record<string, string> = written): Promise<number> {
  const { status, location } = await browser.post(urls.contact, fields);
  expect([status, location]).toEqual([303, expect.stringMatching(/^\/messages\/\d+\/receipt$/)]);
  return Number(/\d+/.exec(location!)![0]);
}

const answered = (portal: Portal, threadId: number, close = false, text = "Voici notre réponse.") =>
  answerThread(portal, { threadId, staff: "adviser@demo.example", text, close });

describe("5.5 the ways to say that something is wrong:", () => {
  test("every page ends with the phone and “nous contacter par e-mail”, which leads to the form", async () => {
    const { portal, browser } = await signedIn();
    for (const visitor of [portal.browser(), browser]) {
      const { document } = await visitor.get(urls.charter);
      const footer = document.querySelector("footer")!;
      expect(footer.querySelector('a[href="tel:+33972676000"]')?.textContent).toContain("09 72 67 60 00");
      expect(footer.querySelector('a[href="/contact"]')?.textContent).toBe("nous contacter par e-mail");
    }
  });

  test("from a page of data, the footer leads to a form that names the page, and to no page that is not there", async () => {
    const { browser } = await signedIn();
    const contact = (page: Page) =>
      [...page.document.querySelectorAll("footer a")].find(({ textContent }) => textContent?.startsWith("nous"))!;
    for (const [path, about] of [
      ["/dossier", "la page « Mon dossier »"],
      ["/vitale", "la page « Carte Vitale »"],
      ["/dashboard", "la page « Tableau de bord »"],
      ["/reimbursements?q=a", "la page « Remboursements »"],
      ["/reimbursements/AMOEX02", "votre paiement du 13 novembre 2025"],
    ] as const) {
      const form = await browser.get(contact(await browser.get(path)).getAttribute("href")!);
      expect([
        path,
        form.status,
        flat(form.document.querySelector("main a[href^='/']:not([href='/messages'])")?.textContent),
      ]).toEqual([path, 200, flat(about)]);
      expect(form.document.querySelector("#subject")?.getAttribute("value") ?? "").toBe("");
    }
    for (const path of ["/reimbursements/NOBODYS1", "/nowhere", "/messages"])
      expect(contact(await browser.get(path)).getAttribute("href")).toBe("/contact");
  });

  test.each(["/dossier", "/vitale", "/reimbursements/AMOEX02", "/reimbursements/AMOEX05", "/reimbursements/AMOEX10"])(
    "each “Signaler une erreur” of %s opens the form with what is wrong in it, and comes to its place again",
    async (path) => {
      const { browser } = await signedIn();
      const page = await browser.get(path);
      const links = [...page.document.querySelectorAll("main a")].filter(({ textContent }) =>
        textContent?.startsWith("Signaler une erreur"),
      );
      expect(links).toHaveLength(page.document.querySelectorAll("main > section:not(#others)").length);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) {
        const form = await browser.get(link.getAttribute("href")!);
        expect(form.status).toBe(200);
        expect(form.document.querySelector("#subject")?.getAttribute("value")).toMatch(/^Erreur\s: ./);
        const about = form.document.querySelector("input[name=about]")!.getAttribute("value")!;
        const [address, place] = about.split("#");
        expect([address, page.document.getElementById(place!)?.tagName]).toEqual([path, "SECTION"]);
      }
    },
  );

  test("the form of a line names the payment and the day of the care, and no care", async () => {
    const { browser } = await signedIn();
    const form = await browser.get(`/contact?about=${encodeURIComponent("/reimbursements/AMOEX02#EX02")}`);
    expect(said(form)).toContain("À propos de : votre paiement du 13 novembre 2025, soins du");
    expect(form.text).not.toMatch(/[Cc]onsultation/);
    expect(form.document.querySelector("#topic option[selected]")?.getAttribute("value")).toBe("reimbursements");
  });

  test("the bare number of a payment of one's own is understood", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser, { ...written, about: "AMOEX02" });
    expect(portal.db.$client.prepare("SELECT about FROM threads WHERE thread_id = ?").pluck().get(id)).toBe(
      "/reimbursements/AMOEX02",
    );
  });

  test("a block that has no name is left out: the page stays", async () => {
    const { browser } = await signedIn();
    const form = await browser.get(`/contact?about=${encodeURIComponent("/dossier#something-new")}`);
    expect(form.document.querySelector("input[name=about]")?.getAttribute("value")).toBe("/dossier");
  });

  test("X1 somebody else's payment, line or nothing at all is answered like one that does not exist, and keeps nothing", async () => {
    const { portal, browser } = await signedIn("bob");
    for (const about of [
      "/reimbursements/AMOEX02",
      "AMOEX02",
      "/reimbursements/AMOEX02#EX02",
      "NOBODYS1",
      "/reimbursements/",
      "/reimbursements/%E0%A4%A",
      "//evil.example",
      "https://evil.example/dossier",
      "javascript:alert(1)",
      "/staff",
      "__proto__",
      "/dossier/../reimbursements/AMOEX02",
      "a".repeat(401),
      "' OR 1=1 --",
    ]) {
      const asked = await browser.get(`/contact?about=${encodeURIComponent(about)}`);
      const sent = await browser.post(urls.contact, { ...written, about });
      const faulty = await browser.post(urls.contact, { about });
      expect([about, asked.status, sent.status, faulty.status]).toEqual([about, 404, 404, 404]);
      for (const { text } of [asked, sent, faulty]) expect(text).not.toContain("13 novembre 2025");
    }
    expect(threadsOf(portal)).toBe(0);
  });

  test("5.3 a payment of more than three years is not there to be written about", async () => {
    const { portal, browser } = await signedIn();
    const about = encodeURIComponent("/reimbursements/AMOEX02");
    portal.setTime(Date.parse("2028-11-13T12:00:00+01:00"));
    await browser.signIn("alice");
    expect((await browser.get(`/contact?about=${about}`)).status).toBe(200);
    portal.setTime(Date.parse("2028-11-14T00:00:00+01:00"));
    await browser.signIn("alice");
    expect((await browser.get(`/contact?about=${about}`)).status).toBe(404);
  });
});

describe("a visitor", () => {
  test("sees phone, e-mail and post, and how to write from inside", async () => {
    const portal = await startPortal();
    const page = await portal.browser().get("/contact?about=%2Fdossier%23rights");
    expect(page.status).toBe(200);
    const hrefs = [...page.document.querySelectorAll("main a")].map((a) => a.getAttribute("href"));
    expect(hrefs).toContain("tel:+33972676000");
    expect(hrefs).toContain("mailto:contact@smeno.fr");
    expect(hrefs).toContain("mailto:oppositioncnil@smeno.fr");
    expect(said(page)).toContain("CS 90027");
    expect(said(page)).toContain("Connectez-vous pour nous écrire");
    expect(page.document.querySelector("form textarea")).toBeNull();
    const signIn = await portal.browser().get(hrefs.find((href) => href?.startsWith("/login"))!);
    expect(signIn.document.querySelector('input[name="next"]')?.getAttribute("value")).toBe(
      "/contact?about=%2Fdossier%23rights",
    );
  });

  test("who posts is asked to sign in, and nothing is kept", async () => {
    const portal = await startPortal();
    const { status, location } = await portal.browser().post(urls.contact, written);
    expect([status, location?.startsWith("/login")]).toEqual([303, true]);
    expect(threadsOf(portal)).toBe(0);
  });
});

describe("5.5 a message", () => {
  test("gets a number, a dated receipt at its own address, and a mail without a word of it", async () => {
    const { portal, browser } = await signedIn();
    const secret = "Ma psychothérapie du 3 mars, NIR 1990559350123";
    const id = await write(browser, { topic: "reimbursements", subject: `Objet ${secret}`, message: secret });
    const receipt = await browser.get(urls.threadReceipt(id));
    expect(said(receipt)).toContain(`Votre message n° ${id} est bien reçu`);
    expect(said(receipt)).toContain("23 novembre 2026 à 09:00, heure de Paris");
    expect(said(receipt)).toContain("10000001");
    expect(said(receipt)).toContain(secret);
    const [mail] = portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.received");
    for (const part of [mail!.subject, mail!.text, mail!.html]) {
      expect(part).not.toMatch(/psychothérapie|1990559350123|3 mars/);
      expect(part).toContain(String(id));
    }
    expect(mail!.text).toContain(`${portal.config.origin}/messages/${id}/receipt`);
    expect(mail!.text).toContain("suit une demande que vous avez faite");
    const fact = portal.db.$client
      .prepare<[], { details: string; actor: string; member_id: string }>(
        "SELECT * FROM evidence WHERE kind = 'message.sent'",
      )
      .all();
    expect(fact).toMatchObject([{ actor: "member", member_id: "P0001", details: `{"thread":${id},"message":1}` }]);
  });

  test("is sealed in the base, as it was typed, and stands in no log", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser, { subject: "Très privé", message: "FR76 3000 4001 2300 0045 6789 04" });
    const rows = portal.db.$client
      .prepare<[], { subject_sealed: Buffer; body_sealed: Buffer }>(
        "SELECT * FROM threads JOIN messages USING (thread_id)",
      )
      .all();
    const bytes = Buffer.concat(rows.flatMap((row) => [row.subject_sealed, row.body_sealed])).toString("latin1");
    expect(bytes).not.toMatch(/priv|FR76|3000/);
    expect(JSON.stringify(portal.logged)).not.toMatch(/Très privé|3000 4001/);
    expect(said(await browser.get(urls.thread(id)))).toContain("FR76 3000 4001 2300 0045 6789 04");
  });

  test("keeps its lines, and its first faults keep what was typed", async () => {
    const { browser, portal } = await signedIn();
    const id = await write(browser);
    const page = await browser.get(urls.thread(id));
    expect(page.document.querySelector(".written")?.textContent).toBe("Bonjour,\nje n’ai rien reçu.");
    const faulty = await browser.post(urls.contact, {
      subject: "",
      message: "À garder",
      topic: "rights",
      about: "/dossier#rights",
    });
    expect(faulty.status).toBe(422);
    expect(faulty.document.querySelector("textarea")?.textContent.trim()).toBe("À garder");
    expect(faulty.document.querySelector("option[selected]")?.getAttribute("value")).toBe("rights");
    expect(faulty.document.querySelector("input[name=about]")?.getAttribute("value")).toBe("/dossier#rights");
    expect(faulty.document.querySelector(".errors a")?.getAttribute("href")).toBe("#subject");
    expect(threadsOf(portal)).toBe(1);
  });

  test.each([
    ["no message", { subject: "a" }, ["message"]],
    ["no subject", { message: "a" }, ["subject"]],
    ["nothing", {}, ["subject", "message"]],
    ["spaces and invisible signs", { subject: "\u200b \u00a0", message: "\u2060\r\n\t" }, ["subject", "message"]],
    ["a subject that is too long", { subject: "a".repeat(101), message: "a" }, ["subject"]],
    ["a message that is too long", { subject: "a", message: "é".repeat(5_001) }, ["message"]],
    ["a topic that is none", { topic: "money", subject: "a", message: "a" }, ["topic"]],
    ["an empty topic", { topic: "", subject: "a", message: "a" }, ["topic"]],
  ] as [string, Record<string, string>, string[]][])(
    "with %s is refused beside the field",
    async (_what, fields, faulty) => {
      const { portal, browser } = await signedIn();
      const page = await browser.post(urls.contact, fields);
      expect(page.status).toBe(422);
      expect([...page.document.querySelectorAll(".errors a")].map((a) => a.getAttribute("href"))).toEqual(
        faulty.map((name) => `#${name}`),
      );
      for (const name of faulty) expect(page.document.getElementById(name)?.getAttribute("aria-invalid")).toBe("true");
      expect(threadsOf(portal)).toBe(0);
      expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.received")).toEqual([]);
    },
  );

  test("fits exactly at its longest, line ends counted once", async () => {
    const { browser } = await signedIn();
    await write(browser, { subject: "s".repeat(100), message: `${"é".repeat(2_500)}\r\n${"€".repeat(2_499)}` });
  });

  test("with fields sent twice, files or too much of all is refused without a fault of ours", async () => {
    const { portal, browser } = await signedIn();
    const twice = await browser.post(urls.contact, [
      ["subject", "a"],
      ["subject", "b"],
      ["message", "a"],
    ]);
    const abouts = await browser.post(urls.contact, [
      ["about", "/dossier"],
      ["about", "/vitale"],
      ["subject", "a"],
      ["message", "a"],
    ]);
    const huge = await browser.post(urls.contact, { subject: "a", message: "a".repeat(70_000) });
    expect([twice.status, abouts.status, huge.status]).toEqual([422, 400, 413]);
    expect((await browser.get("/contact?about=/dossier&about=/vitale")).status).toBe(400);
    expect((await browser.get("/contact?topic=nothing")).status).toBe(400);
    expect(threadsOf(portal)).toBe(0);
  });

  test.each([
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; DROP TABLE threads; --",
    "{{7*7}} #{7*7} <%= 7*7 %>",
    "=cmd|' /C calc'!A1",
    '[{"a":1}',
    "\u202etxt.exe",
    "ok\r\nBcc: all@demo.example",
  ])("that says %j is text and nothing else, wherever it is shown", async (text) => {
    const { portal, browser } = await signedIn();
    const id = await write(browser, { subject: text, message: text });
    for (const path of [urls.messages, urls.thread(id), urls.threadReceipt(id)]) {
      const page = await browser.get(path);
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/<script>alert|<img src=x/);
      expect(said(page)).toContain(flat(text));
    }
    const mails = portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.received");
    expect(mails).toHaveLength(1);
    expect(JSON.stringify(mails)).not.toContain("all@demo.example");
    const archive = await browser.post(urls.accountData);
    expect(archive.status).toBe(200);
  });
});

describe("a message sent twice", () => {
  test("is one: 20 at once bring one conversation, one mail and the same receipt", async () => {
    const { portal, browser } = await signedIn();
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.post(urls.contact, written)));
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    expect(threadsOf(portal)).toBe(1);
    expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.received")).toHaveLength(1);
  });

  test.each([
    [59, 1],
    [60, 2],
    [61, 2],
  ])("%s seconds later makes %s conversations", async (seconds, count) => {
    const { portal, browser } = await signedIn();
    await write(browser);
    portal.advance({ seconds });
    await write(browser);
    expect(threadsOf(portal)).toBe(count);
  });

  test.each([{ message: "Autre texte" }, { subject: "Autre objet" }, { topic: "rights" }, { about: "/dossier" }])(
    "with %j is another",
    async (other) => {
      const { portal, browser } = await signedIn();
      await write(browser);
      await write(browser, { ...written, ...other });
      expect(threadsOf(portal)).toBe(2);
    },
  );

  test("by two people is two", async () => {
    const { portal, browser } = await signedIn();
    const bob = await signedIn("bob", portal);
    expect(await write(browser)).not.toBe(await write(bob.browser));
  });
});

describe("ten messages an hour", () => {
  const nth = (index: number) => ({ subject: "Question", message: `Numéro ${index}` });

  test("pass, replies among them; the next is refused with the time to wait, also 20 at once", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser, nth(0));
    for (let index = 1; index < 6; index++) await write(browser, nth(index));
    for (let index = 6; index < 10; index++) expect((await browser.post(urls.thread(id), nth(index))).status).toBe(303);
    const refused = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        browser.post(index % 2 ? urls.contact : urls.thread(id), nth(10 + index)),
      ),
    );
    for (const { status, headers } of refused) expect([status, headers.get("retry-after")]).toEqual([429, "3600"]);
    expect(portal.db.$client.prepare("SELECT count(*) FROM messages").pluck().get()).toBe(10);
    // The tenth, sent again, is still the tenth.
    expect((await browser.post(urls.thread(id), nth(9))).status).toBe(303);
  });

  test("are counted for the account: neither another address nor a sign-in anew begins anew; the others write on", async () => {
    const { portal, browser } = await signedIn();
    for (let index = 0; index < 10; index++) await write(browser, nth(index));
    const elsewhere = portal.browser("203.0.113.7");
    await elsewhere.signIn("alice");
    expect((await elsewhere.post(urls.contact, nth(10), { "x-forwarded-for": "198.51.100.1" })).status).toBe(429);
    await write((await signedIn("bob", portal)).browser);
  });

  test.each([
    [3599, 429],
    [3600, 303],
    [3601, 303],
  ])("%s seconds later: %s", async (seconds, status) => {
    const { portal, browser } = await signedIn();
    for (let index = 0; index < 10; index++) await write(browser, nth(index));
    portal.advance({ seconds });
    await browser.signIn("alice");
    expect((await browser.post(urls.contact, nth(10))).status).toBe(status);
  });

  test("faults are not counted", async () => {
    const { browser } = await signedIn();
    for (let index = 0; index < 12; index++) expect((await browser.post(urls.contact)).status).toBe(422);
    await write(browser);
  });
});

describe("6.4c 6.5 a request about one's data, opposition for one,", () => {
  test("tells the day it is answered by, one month later, in the form, the receipt, the mail and the conversation", async () => {
    const { portal, browser } = await signedIn();
    const form = await browser.get("/contact?topic=rights");
    expect(form.document.querySelector("#topic option[selected]")?.getAttribute("value")).toBe("rights");
    expect(said(form)).toContain("réponse au plus tard le 23 décembre 2026");
    const id = await write(browser, { topic: "rights", subject: "Opposition", message: "À la prospection" });
    for (const path of [urls.threadReceipt(id), urls.thread(id)])
      expect(said(await browser.get(path))).toContain("23 décembre 2026");
    expect(portal.mailsTo("alice@demo.example").at(-1)!.text).toMatch(/23\s+décembre\s+2026/);
  });

  test.each([
    ["2026-01-31T23:59:59+01:00", "28 février 2026"],
    ["2026-02-01T00:00:00+01:00", "1er mars 2026"],
    ["2028-01-31T12:00:00+01:00", "29 février 2028"],
    ["2026-12-31T23:30:00Z", "1er février 2027"],
  ])("received %s in Paris, is answered by %s", async (moment, day) => {
    const portal = await startPortal();
    portal.setTime(Date.parse(moment));
    const { browser } = await signedIn("alice", portal);
    const id = await write(browser, { topic: "rights", subject: "Accès", message: "À mes données" });
    expect(said(await browser.get(urls.threadReceipt(id)))).toContain(`au plus tard le ${day}`);
  });

  test("other messages promise no day", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser);
    expect(said(await browser.get(urls.threadReceipt(id)))).not.toContain("au plus tard le");
    expect(portal.mailsTo("alice@demo.example").at(-1)!.text).not.toContain("au plus tard");
  });

  test("the page “Mes données” leads to it, with post and e-mail beside", async () => {
    const { browser } = await signedIn();
    const page = await browser.get(urls.accountData);
    expect(page.document.querySelector('main a[href="/contact?topic=rights"]')).not.toBeNull();
    expect(said(page)).toContain("oppositioncnil@smeno.fr");
    expect(said(page)).toContain("CS 90027");
  });
});

describe("the conversations", () => {
  test("are listed with their state and day, the newest first, and those of nobody else", async () => {
    const { portal, browser } = await signedIn();
    expect(said(await browser.get(urls.messages))).toContain("Vous ne nous avez pas encore écrit ici.");
    const first = await write(browser, { subject: "Premier", message: "a" });
    const second = await write(browser, { subject: "Deuxième", message: "b" });
    const third = await write(browser, { subject: "Troisième", message: "c" });
    portal.advance({ minutes: 5 });
    answered(portal, second);
    answered(portal, first, true);
    const rows = [...(await browser.get(urls.messages)).document.querySelectorAll("tbody tr")].map((row) =>
      [...row.children].map(({ textContent }) => flat(textContent)),
    );
    expect(rows).toEqual([
      [`N° ${third} – Troisième`, "En attente de notre réponse", "23 novembre 2026"],
      [`N° ${second} – Deuxième`, "Nous avons répondu – 1 réponse à lire", "23 novembre 2026"],
      [`N° ${first} – Premier`, "Terminé – 1 réponse à lire", "23 novembre 2026"],
    ]);
    const bob = await signedIn("bob", portal);
    expect((await bob.browser.get(urls.messages)).document.querySelector("table")).toBeNull();
  });

  test("go on, page by page, however many there are", async () => {
    const { portal, browser } = await signedIn();
    for (let index = 0; index < 103; index++) {
      if (index % 10 === 0) {
        portal.advance({ hours: 1 });
        await browser.signIn("alice");
      }
      await write(browser, { subject: `Message ${index}`, message: "a" });
    }
    const seen: string[] = [];
    for (let path: string | null = urls.messages; path; ) {
      const { document } = await browser.get(path);
      seen.push(...[...document.querySelectorAll("tbody th")].map(({ textContent }) => flat(textContent)));
      path = [...document.querySelectorAll("main a")].at(-1)!.getAttribute("href");
      if (!path?.startsWith("/messages?")) path = null;
    }
    expect(seen).toHaveLength(103);
    expect(new Set(seen).size).toBe(103);
    expect((await browser.get("/messages?before=x")).status).toBe(400);
    expect((await browser.get("/messages?before=0")).status).toBe(200);
  });

  test("an answer is counted on the dashboard and in the list until the member says to have read it", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser);
    const told = async () => [said(await browser.get(urls.dashboard)), said(await browser.get(urls.messages))];
    for (const text of await told()) expect(text).not.toContain("à lire");
    answered(portal, id);
    answered(portal, id, false, "Encore un mot.");
    // Looking at it is not saying so: a page may be fetched by a program.
    await browser.get(urls.thread(id));
    for (const text of await told()) expect(text).toContain("Vous avez 2 réponses à lire.");
    const read = await browser.post(urls.readThread(id));
    expect([read.status, read.location]).toEqual([303, urls.thread(id)]);
    for (const text of await told()) expect(text).not.toContain("à lire");
    expect(said(await browser.get(urls.thread(id)))).not.toContain("J’ai lu la réponse");
    answered(portal, id);
    for (const text of await told()) expect(text).toContain("Vous avez 1 réponse à lire.");
    await browser.post(urls.thread(id), { message: "Merci." });
    for (const text of await told()) expect(text).not.toContain("à lire");
  });

  test("an answer is told by a mail that does not say it, once for each", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser);
    expect(answered(portal, id, false, "Votre soin dentaire est remboursé.")).toEqual({
      ok: true,
      value: { told: true },
    });
    const mails = portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.answered");
    expect(mails).toHaveLength(1);
    expect(mails[0]!.text).not.toContain("dentaire");
    expect(mails[0]!.text).toContain(`${portal.config.origin}/messages/${id}`);
    expect(said(await browser.get(urls.thread(id)))).toContain("Votre soin dentaire est remboursé.");
    expect(said(await browser.get(urls.accountActivity))).toContain("Message entre vous et nos équipes");
  });

  test("a reply is added, dated, and sent twice it is one", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser);
    portal.advance({ minutes: 2 });
    const replies = await Promise.all(
      Array.from({ length: 20 }, () => browser.post(urls.thread(id), { message: "Je précise." })),
    );
    for (const { status, location } of replies) expect([status, location]).toEqual([303, `/messages/${id}?sent`]);
    const page = await browser.get(`/messages/${id}?sent`);
    expect(said(page)).toContain("Votre message est envoyé.");
    expect([...page.document.querySelectorAll("main section h2")].map(({ textContent }) => flat(textContent))).toEqual([
      "Vous, le 23 novembre 2026 à 09:00",
      "Vous, le 23 novembre 2026 à 09:02",
    ]);
    portal.advance({ seconds: 60 });
    await browser.post(urls.thread(id), { message: "Je précise." });
    expect((await browser.get(urls.thread(id))).document.querySelectorAll("main section")).toHaveLength(3);
  });

  test("a reply with faults keeps what was typed", async () => {
    const { browser } = await signedIn();
    const id = await write(browser);
    const long = "é".repeat(5_001);
    const page = await browser.post(urls.thread(id), { message: long });
    expect([page.status, page.document.querySelector(".errors a")?.getAttribute("href")]).toEqual([422, "#message"]);
    expect(page.document.querySelector("textarea")?.textContent.trim()).toBe(long);
    expect((await browser.post(urls.thread(id))).status).toBe(422);
  });

  test("a closed one says so and offers a new message; a text typed meanwhile is kept in it", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser, { ...written, topic: "file", about: "/dossier#rights" });
    answered(portal, id, true);
    const page = await browser.get(urls.thread(id));
    expect(said(page)).toContain("Cet échange est terminé depuis le 23 novembre 2026 à 09:00");
    expect(page.document.querySelector("textarea")).toBeNull();
    expect(page.document.querySelector('main a.button[href="/contact"]')).not.toBeNull();
    for (const message of ["Encore une chose", ""]) {
      const late = await browser.post(urls.thread(id), { message });
      expect(late.status).toBe(409);
      expect(said(late)).toContain(`l’échange n° ${id} est terminé`);
      expect(late.document.querySelector("form[action='/contact'] textarea")?.textContent.trim()).toBe(message);
      expect(late.document.querySelector("#subject")?.getAttribute("value")).toBe(written.subject);
      expect(late.document.querySelector("input[name=about]")?.getAttribute("value")).toBe("/dossier#rights");
    }
    expect(portal.db.$client.prepare("SELECT count(*) FROM messages").pluck().get()).toBe(2);
  });

  test("X1 somebody else's is answered like one that does not exist, and stays as it is", async () => {
    const { portal, browser } = await signedIn();
    const id = await write(browser, { subject: "À moi seule", message: "Rien que moi" });
    answered(portal, id);
    const { browser: bob } = await signedIn("bob", portal);
    const visitor = portal.browser();
    for (const number of [id, id + 1, 999_999_999_999_999]) {
      for (const path of [urls.thread(number), urls.threadReceipt(number)]) {
        const page = await bob.get(path);
        expect([path, page.status]).toEqual([path, 404]);
        expect(page.text).not.toMatch(/À moi seule|Rien que moi|notre réponse/);
        expect((await visitor.get(path)).status).toBe(303);
      }
      for (const [path, fields] of [
        [urls.thread(number), { message: "Intrus" }],
        [urls.thread(number), {}],
        [urls.readThread(number), {}],
      ] as [string, Record<string, string>][]) {
        expect([path, (await bob.post(path, fields)).status]).toEqual([path, 404]);
        expect((await visitor.post(path, fields)).status).toBe(303);
      }
    }
    for (const path of [
      "/messages/0",
      "/messages/-1",
      "/messages/1e3",
      "/messages/01",
      `/messages/${"9".repeat(16)}`,
      "/messages/x",
    ])
      expect([path, (await bob.get(path)).status]).toEqual([path, 404]);
    expect(said(await browser.get(urls.messages))).toContain("1 réponse à lire");
    expect((await browser.get(urls.thread(id))).text).not.toContain("Intrus");
  });
});

test("a form sent after the end of the session comes back with what was typed and what it is about", async () => {
  const { portal, browser } = await signedIn();
  const form = "/contact?about=%2Freimbursements%2FAMOEX02";
  portal.advance({ minutes: 11 });
  const sent = { ...written, topic: "reimbursements", about: "/reimbursements/AMOEX02" };
  const { location } = await browser.post(urls.contact, sent, { referer: `${portal.config.origin}${form}` });
  expect(location).toBe(urls.loginThen(form));
  await browser.signIn("alice");
  const kept = await browser.get(form);
  expect(kept.document.querySelector("#subject")?.getAttribute("value")).toBe(written.subject);
  expect(kept.document.querySelector("textarea")?.textContent.trim()).toMatch(/^Bonjour,/);
  expect(said(kept)).toContain("Nous avons gardé ce que vous aviez tapé");
  // A browser that does not tell on which page the form stood.
  await browser.post(urls.logout);
  await browser.signIn("alice");
  portal.advance({ minutes: 11 });
  expect((await browser.post(urls.contact, sent)).location).toBe(urls.loginThen(urls.contact));
  await browser.signIn("alice");
  expect(said(await browser.get(urls.contact))).toContain("votre paiement du 13 novembre 2025");
});

test("in English everything is English, mails included", async () => {
  const { portal, browser } = await signedIn();
  portal.db.$client.exec("UPDATE accounts SET language = 'en' WHERE member_id = 'P0001'");
  browser.cookies.set("lang", "en");
  const id = await write(browser, { ...written, topic: "rights", about: "/reimbursements/AMOEX02#EX02" });
  answered(portal, id, true);
  expect(said(await browser.get(urls.threadReceipt(id)))).toContain("by 23 December 2026 at the latest");
  expect(said(await browser.get(urls.thread(id)))).toContain("your payment of 13 November 2025, care of");
  const subjects = portal.mailsTo("alice@demo.example").map(({ subject }) => subject);
  expect(subjects.slice(-2)).toEqual([
    `Your message no. ${id} has been received`,
    `An answer to your message no. ${id} is waiting`,
  ]);
});
