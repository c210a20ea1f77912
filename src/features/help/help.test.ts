import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { createDeferred } from "../../deferred.ts";
import { readCase } from "../../domain/cases.ts";
import { issueLink, type LinkPurpose, linkPurposes } from "../../domain/one-time-links.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";
import { confirmation } from "./confirmation.ts";

const alicesMail = "alice@demo.example";
const stranger = "someone@elsewhere.example";
const subjects = {
  lost: "perte des identifiants de mon compte Espace Personnel SMENO",
  phishing: "tentative de phishing de mon compte Espace Personnel SMENO",
};

/** The address of the page that confirms a case. */
const confirmedAs = (portal: Portal, what: "frozen" | "audit", number: number) => confirmation(portal, what, number);

/** What happens after an answer has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

const lost = { kind: "lost", identifier: "10000001", email: stranger, message: "On m’a volé mon téléphone." };
const phishing = { ...lost, kind: "phishing", message: "Un appel m’a demandé mon mot de passe." };

async function report(portal: Portal, fields: Record<string, string> = lost, address = "127.0.0.1"): Promise<Page> {
  const page = await portal.browser(address).post(urls.helpCredentials, fields);
  await settled();
  return page;
}

const mailsOf = (portal: Portal, kind: string, to = alicesMail) =>
  portal.mailsTo(to).filter((mail) => mail.kind === kind);

const freezePath = /\/help\/credentials\/freeze\/[\w-]+/;

function freezeLinkIn(text: string | undefined): string {
  return freezePath.exec(text ?? "")![0];
}

async function askForLink(portal: Portal, address = "127.0.0.1"): Promise<string> {
  await report(portal, lost, address);
  return freezeLinkIn(mailsOf(portal, "freeze.link").at(-1)?.text);
}

const statusOf = (portal: Portal, memberId = "P0001") =>
  portal.db.$client.prepare("SELECT status FROM accounts WHERE member_id = ?").pluck().get(memberId);

const count = (portal: Portal, sql: string) => portal.db.$client.prepare(`SELECT count(*) FROM ${sql}`).pluck().get();

const caseOf = (portal: Portal, number: number) => readCase(portal, number)!;

async function signedIn(portal: Portal, who: "alice" | "bob" = "alice") {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

describe("the page", () => {
  test.each(["lost", "phishing"] as const)(
    "4.5, 4.8 has a mailto with the exact subject of %s, for everybody and in both languages",
    async (kind) => {
      const portal = await startPortal();
      for (const browser of [portal.browser(), await signedIn(portal)])
        for (const lang of ["fr", "en"]) {
          const { document } = await browser.get(`${urls.helpCredentials}?lang=${lang}`);
          const links = [...document.querySelectorAll('main a[href^="mailto:"]')].map((a) => a.getAttribute("href")!);
          const wanted = `mailto:oppositioncnil@smeno.fr?subject=${encodeURIComponent(subjects[kind])}`;
          expect(links).toContain(wanted);
          expect(new URL(wanted).searchParams.get("subject")).toBe(subjects[kind]);
        }
    },
  );

  test("4.4, 4.7, 4.9 says that the password is personal, that nobody asks for it, and what the charter quotes of the law", async () => {
    const portal = await startPortal();
    const page = await portal.browser().get(urls.helpCredentials);
    const text = page.document.querySelector("main")!.textContent;
    expect(page.status).toBe(200);
    expect(text).toContain("Votre mot de passe est personnel et confidentiel.");
    expect(text).toContain("Personne chez SMENO ne vous le demandera");
    expect(text).toContain("323-1");
    expect(text).toContain("puni de deux ans d’emprisonnement et de 30 000 euros d’amende");
    expect(page.document.querySelectorAll('input[type="password"]')).toHaveLength(0);
  });

  test("is one click from the sign-in page and from the account", async () => {
    const portal = await startPortal();
    const login = await portal.browser().get(urls.login);
    const account = await (await signedIn(portal)).get(urls.account);
    for (const { document } of [login, account])
      expect(document.querySelector(`main a[href="${urls.helpCredentials}"]`)).not.toBeNull();
  });

  test("asks a visitor for the number, and who is signed in for none; the address on file is filled in for them alone", async () => {
    const portal = await startPortal();
    const visitor = await portal.browser().get(urls.helpCredentials);
    const alice = await (await signedIn(portal)).get(urls.helpCredentials);
    const [typed, filled] = [visitor, alice].map(({ document }) => document.querySelector("#email")!);
    expect(visitor.document.querySelector("#identifier")).not.toBeNull();
    expect(alice.document.querySelector("#identifier")).toBeNull();
    expect([typed!.getAttribute("value"), filled!.getAttribute("value")]).toEqual([null, alicesMail]);
  });

  test.each([
    ["kind", "", "choisissez une des réponses"],
    ["kind", "other", "choisissez une des réponses"],
    ["email", "", "remplissez ce champ"],
    ["email", "alice", "saisissez une adresse complète"],
    ["email", "a@b.example, c@d.example", "saisissez une adresse complète"],
    ["email", "a@b.example\r\nBcc: c@d.example", "saisissez une adresse complète"],
    ["message", " ", "remplissez ce champ"],
    ["message", "a".repeat(5_001), "trop long"],
    ["identifier", "1".repeat(101), "trop long"],
  ])("with a wrong %s %j says so beside it, keeps the rest, and does nothing", async (field, value, words) => {
    const portal = await startPortal();
    const page = await report(portal, { ...phishing, [field]: value });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(`#${field}-error`)?.textContent).toContain(words);
    if (field !== "message") expect(page.document.querySelector("#message")?.textContent).toContain(phishing.message);
    if (field !== "kind") expect(page.document.querySelector("#kind-phishing")?.hasAttribute("checked")).toBe(true);
    expect([count(portal, "cases"), count(portal, "deferred"), mailsOf(portal, "report.receipt", stranger)]).toEqual([
      0,
      0,
      [],
    ]);
  });

  test("with a message of 5000 characters, and without a number, is taken", async () => {
    const portal = await startPortal();
    const { identifier: _, ...fields } = { ...lost, message: "é".repeat(5_000) };
    expect((await report(portal, fields)).status).toBe(303);
    expect(caseOf(portal, 1)).toMatchObject({ memberId: null, content: { message: fields.message } });
  });

  test("answers odd forms and odd links with a refusal, never with a failure", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const files = new FormData();
    for (const [name, value] of Object.entries(phishing)) files.set(name, value);
    files.set("message", new File(["x"], "x.txt"));
    const statuses = [];
    for (const browser of [portal.browser("127.0.0.7"), alice]) {
      for (const fields of [
        [...Object.entries(lost), ["kind", "phishing"]],
        [...Object.entries(phishing), ["message[]", "x"], ["__proto__", "x"]],
        [...Object.entries(phishing), ["memberId", "P0002"], ["status", "frozen"]],
      ] as [string, string][][])
        statuses.push((await browser.post(urls.helpCredentials, fields)).status);
      const sent = await browser.send(urls.helpCredentials, {
        method: "POST",
        body: files,
        headers: { origin: portal.config.origin },
      });
      statuses.push(sent.status);
    }
    for (const token of ["%00", "%F0%9F%92%A5", "a".repeat(2_000), "..%2f..", "%22%3E%3Cb%3E", "__proto__"]) {
      statuses.push((await alice.get(urls.freeze(token))).status, (await alice.post(urls.freeze(token))).status);
    }
    await settled();
    expect(statuses.filter((status) => ![303, 400, 404, 410, 422].includes(status))).toEqual([]);
    expect(statusOf(portal, "P0002")).toBe("active");
  });

  test.each(["frozen", "audit"] as const)(
    "shows “%s” only with the mark of its own number: a link cannot be forged",
    async (what) => {
      const portal = await startPortal();
      const visitor = portal.browser();
      const genuine = await visitor.get(confirmedAs(portal, what, 777));
      expect(genuine.document.querySelector("main")?.textContent).toContain("777");
      const mark = new URL(confirmedAs(portal, what, 777), portal.config.origin).searchParams.get("mark")!;
      expect(mark).toMatch(/^[\w-]{22}$/);
      const other = what === "frozen" ? "audit" : "frozen";
      for (const query of [
        `${what}=777`,
        `${what}=777&mark=`,
        `${what}=777&mark=${"A".repeat(22)}`,
        `${what}=777&mark=${mark.slice(0, 21)}`,
        `${what}=777&mark=%00${mark}`,
        `${what}=778&mark=${mark}`,
        `${other}=777&mark=${mark}`,
      ]) {
        const page = await visitor.get(`${urls.helpCredentials}?${query}`);
        expect([query, page.document.querySelector("main")!.textContent.includes("77")]).toEqual([query, false]);
        if (page.status !== 400)
          expect([query, page.document.querySelector("#kind-lost") !== null]).toEqual([query, true]);
      }
    },
  );

  test("confirms only numbers", async () => {
    const portal = await startPortal();
    for (const query of [
      "frozen=x",
      "frozen=0",
      "frozen=-1",
      "audit=1e9",
      "audit=%3Cb%3E",
      "frozen=1&frozen=2",
      `audit=${"9".repeat(20)}`,
    ])
      expect([query, (await portal.browser().get(`${urls.helpCredentials}?${query}`)).status]).toEqual([query, 400]);
  });
});

describe("4.5 lost credentials, from inside the account", () => {
  test("freezes it at once: sessions, devices, challenges and links are dead, and the mail and the case are there", async () => {
    const portal = await startPortal();
    const [here, elsewhere] = [portal.browser(), portal.browser("127.0.0.2")];
    await here.post("/login", { identifier: "10000001", password: "Demo-2026!", remember: "on" });
    await elsewhere.signIn("alice");
    await portal.browser().post(urls.forgot, { identifier: "10000001" });
    await settled();
    const reset = /\/password\/reset\/[\w-]+/.exec(mailsOf(portal, "password.reset")[0]!.text)![0];
    const cookies = new Map(here.cookies);

    const done = await here.post(urls.helpCredentials, { kind: "lost", email: alicesMail, message: "Volé." });
    expect([done.status, done.location]).toEqual([303, confirmedAs(portal, "frozen", 1)]);
    expect([here.cookies.has("session"), here.cookies.has("device")]).toEqual([false, false]);
    const page = await here.follow(done);
    expect(page.document.querySelector("main")!.textContent).toContain(
      "Numéro du dossier : 1".replace(" :", "\u00a0:"),
    );
    expect(page.text).not.toMatch(/Alice|10000001|alice@/i);

    expect(statusOf(portal)).toBe("frozen");
    for (const [name, value] of cookies) here.cookies.set(name, value);
    for (const browser of [here, elsewhere]) expect((await browser.get(urls.dashboard)).location).toMatch(/^\/login/);
    expect((await portal.browser().get(reset)).status).toBe(410);
    for (const table of ["sessions", "devices", "device_tokens", "challenges"])
      expect([table, count(portal, table)]).toEqual([table, 0]);
    expect(count(portal, "one_time_links WHERE member_id = 'P0001'")).toBe(0);
    expect(caseOf(portal, 1)).toMatchObject({
      kind: "lost",
      memberId: "P0001",
      content: { by: "member", message: "Volé." },
    });
    expect(mailsOf(portal, "account.frozen")).toHaveLength(1);
    expect(count(portal, "evidence WHERE kind = 'account.frozen' AND member_id = 'P0001'")).toBe(1);
    expect((await portal.browser().signIn("alice")).status).toBe(403);
  });

  test("touches nobody else", async () => {
    const portal = await startPortal();
    const bob = await signedIn(portal, "bob");
    await (await signedIn(portal)).post(urls.helpCredentials, { ...lost, identifier: "10000002", email: alicesMail });
    expect([statusOf(portal), statusOf(portal, "P0002")]).toEqual(["frozen", "active"]);
    expect((await bob.get(urls.dashboard)).status).toBe(200);
  });

  test("sent twenty times at once freezes once, with one mail and one case", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const fields = { kind: "lost", email: alicesMail, message: "Volé." };
    const pages = await Promise.all(Array.from({ length: 20 }, () => alice.post(urls.helpCredentials, fields)));
    const told = pages.map(({ status, location }) => `${status} ${location}`);
    expect(told).toEqual(Array(20).fill(`303 ${confirmedAs(portal, "frozen", 1)}`));
    expect([count(portal, "cases"), mailsOf(portal, "account.frozen").length]).toEqual([1, 1]);
    expect(count(portal, "evidence WHERE kind = 'account.frozen'")).toBe(1);
  });

  test.each([
    [-1, 303],
    [0, 422],
    [1, 422],
  ])(
    "sent again with the cookie of then, at ten minutes and %i s it answers %d, and freezes nothing more",
    async (seconds, status) => {
      const portal = await startPortal();
      const alice = await signedIn(portal);
      const cookies = new Map(alice.cookies);
      const fields = { kind: "lost", email: alicesMail, message: "Volé." };
      await alice.post(urls.helpCredentials, fields);
      for (const [name, value] of cookies) alice.cookies.set(name, value);
      portal.advance({ minutes: 10, seconds });
      const again = await alice.post(urls.helpCredentials, fields);
      expect([again.status, again.location]).toEqual([
        status,
        status === 303 ? confirmedAs(portal, "frozen", 1) : null,
      ]);
      expect([count(portal, "cases"), mailsOf(portal, "account.frozen").length]).toEqual([1, 1]);
      // A cookie of nobody, and another kind of report, are no double click.
      const stranger = portal.browser();
      stranger.cookies.set("session", "A".repeat(43));
      expect((await stranger.post(urls.helpCredentials, fields)).status).toBe(422);
      for (const [name, value] of cookies) alice.cookies.set(name, value);
      expect((await alice.post(urls.helpCredentials, { ...fields, kind: "phishing" })).status).toBe(422);
    },
  );

  test("after the end of the session asks for the number instead of doing nothing, and keeps what was typed", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    portal.advance({ minutes: 10 });
    const page = await alice.post(urls.helpCredentials, { kind: "lost", email: alicesMail, message: "Volé." });
    expect(page.status).toBe(422);
    expect(page.document.querySelector("#identifier-error")).not.toBeNull();
    expect(page.document.querySelector("[role=status].notice")?.textContent).toContain("session est terminée");
    expect(page.document.querySelector("#message")?.textContent).toContain("Volé.");
    expect([statusOf(portal), count(portal, "cases")]).toEqual(["active", 0]);
  });

  test("from another site does nothing", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await alice.post(urls.helpCredentials, lost, foreign)).status).toBe(403);
    expect(statusOf(portal)).toBe("active");
  });
});

describe("4.5 lost credentials, from outside", () => {
  test("a stranger who knows a number freezes nobody: the link goes to the address on file alone", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    await report(portal);
    expect(statusOf(portal)).toBe("active");
    expect((await alice.get(urls.dashboard)).status).toBe(200);
    expect(mailsOf(portal, "freeze.link")).toHaveLength(1);
    const toStranger = portal.mailsTo(stranger);
    expect(toStranger.map(({ kind }) => kind)).toEqual(["report.receipt"]);
    expect(JSON.stringify(toStranger)).not.toMatch(/freeze|Alice|10000001|alice@/i);
    expect(caseOf(portal, 1)).toMatchObject({
      kind: "lost",
      memberId: "P0001",
      content: { by: "visitor", identifier: "10000001", email: stranger, message: lost.message },
    });
  });

  test("the link of the mail shows a button, which freezes once", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const link = await askForLink(portal);
    const page = await portal.browser().get(link);
    expect(page.status).toBe(200);
    expect(page.document.querySelector("main form")?.getAttribute("action")).toBe(link);
    const done = await portal.browser().post(link, { freeze: "on" });
    // The case that the report has opened goes on.
    expect([done.status, done.location]).toEqual([303, confirmedAs(portal, "frozen", 1)]);
    expect([statusOf(portal), count(portal, "cases")]).toEqual(["frozen", 1]);
    expect((await alice.get(urls.dashboard)).status).toBe(303);
    // A second click is told the same; once ten minutes are over, the link is nothing any more.
    portal.advance({ minutes: 9, seconds: 59 });
    for (const again of [await portal.browser().post(link, { freeze: "on" }), await portal.browser().get(link)])
      expect([again.status, again.location]).toEqual([303, done.location]);
    portal.advance({ seconds: 1 });
    expect((await portal.browser().post(link, { freeze: "on" })).status).toBe(410);
    expect((await portal.browser().get(link)).status).toBe(410);
    expect(mailsOf(portal, "account.frozen")).toHaveLength(1);
  });

  test("a mail scanner that opens the link three times freezes nobody, and uses nothing up", async () => {
    const portal = await startPortal();
    const link = await askForLink(portal);
    for (let visit = 0; visit < 3; visit++) await portal.browser().get(link);
    await portal.browser().send(link, { method: "HEAD" });
    expect(statusOf(portal)).toBe("active");
    expect((await portal.browser().post(link, { freeze: "on" })).status).toBe(303);
  });

  test.each([
    [-1, 200, 303],
    [0, 410, 410],
    [1, 410, 410],
  ])("the link at 48 hours %+d s is shown with %d and answers the button with %d", async (seconds, shown, pressed) => {
    const portal = await startPortal();
    const link = await askForLink(portal);
    portal.advance({ hours: 48, seconds });
    expect((await portal.browser().get(link)).status).toBe(shown);
    expect((await portal.browser().post(link, { freeze: "on" })).status).toBe(pressed);
    expect(statusOf(portal)).toBe(pressed === 303 ? "frozen" : "active");
  });

  test("of 20 buttons pressed at once, one freezes, and all are told so", async () => {
    const portal = await startPortal();
    const link = await askForLink(portal);
    const pages = await Promise.all(Array.from({ length: 20 }, () => portal.browser().post(link, { freeze: "on" })));
    const told = pages.map(({ status, location }) => `${status} ${location}`);
    expect(told).toEqual(Array(20).fill(`303 ${confirmedAs(portal, "frozen", 1)}`));
    expect([mailsOf(portal, "account.frozen").length, count(portal, "evidence WHERE kind = 'account.frozen'")]).toEqual(
      [1, 1],
    );
  });

  test.each(linkPurposes.filter((purpose) => purpose !== "freeze"))(
    "a link of another purpose, %s, freezes nobody",
    async (purpose: LinkPurpose) => {
      const portal = await startPortal();
      const { token } = write(portal.db, () => issueLink(portal, purpose, "P0001", 3600));
      for (const page of [
        await portal.browser().get(urls.freeze(token)),
        await portal.browser().post(urls.freeze(token)),
      ])
        expect(page.status).toBe(410);
      expect(statusOf(portal)).toBe("active");
    },
  );

  test("the link that freezes resets no password and activates nothing; an altered one is dead", async () => {
    const portal = await startPortal();
    const token = (await askForLink(portal)).split("/").at(-1)!;
    for (const path of [urls.reset(token), urls.activate(token), urls.freeze(`${token}A`), urls.freeze(token.slice(1))])
      expect([path, (await portal.browser().get(path)).status]).toEqual([path, 410]);
  });

  test("a stranger who has another link sent does not disarm the first one; when it is used, all are dead", async () => {
    const portal = await startPortal();
    const first = await askForLink(portal);
    const second = await askForLink(portal, "127.0.0.66");
    expect(second).not.toBe(first);
    expect((await portal.browser().post(first, { freeze: "on" })).status).toBe(303);
    expect((await portal.browser().post(second, { freeze: "on" })).status).toBe(410);
  });

  test("the token stands in clear neither in the base nor in the log", async () => {
    const portal = await startPortal();
    const token = (await askForLink(portal)).split("/").at(-1)!;
    await portal.browser().post(urls.freeze(token), { freeze: "on" });
    const rows = portal.db.$client.prepare("SELECT quote(token_hash), purpose FROM one_time_links").all();
    const evidence = portal.db.$client.prepare("SELECT details FROM evidence").all();
    expect(JSON.stringify([rows, evidence, portal.logged])).not.toContain(token);
  });
});

describe("whoever a visitor asks about", () => {
  test.each(["lost", "phishing"])(
    "4.5, 4.8 the answers and the receipts of a %s report are the same, but for their number",
    async (kind) => {
      const portal = await startPortal();
      const asked = [
        ["10000001", "known@elsewhere.example", "127.0.0.2"],
        ["10000004", "invited@elsewhere.example", "127.0.0.3"],
        ["99999999", "unknown@elsewhere.example", "127.0.0.4"],
        ["", "nobody@elsewhere.example", "127.0.0.5"],
      ] as const;
      const seen: unknown[] = [];
      for (const [identifier, email, address] of asked) {
        const page = await report(portal, { ...lost, kind, identifier, email }, address);
        const [receipt, ...more] = portal.mailsTo(email);
        const words = (text = "") => text.replaceAll(/(?<=n° |numéro )\d+/g, "N");
        seen.push([
          page.status,
          page.location,
          page.text,
          [...page.headers.keys()].sort(),
          receipt?.kind,
          words(receipt?.subject),
          words(receipt?.text),
          words(receipt?.html),
          more,
        ]);
      }
      expect(seen.map((answer) => JSON.stringify(answer))).toEqual(Array(4).fill(JSON.stringify(seen[0])));
      expect((seen[0] as unknown[]).slice(0, 3)).toEqual([303, `${urls.helpCredentials}?sent`, ""]);
      expect(count(portal, "cases")).toBe(4);
      const onFile = portal.db.$client
        .prepare("SELECT DISTINCT recipient FROM mails WHERE kind IN ('freeze.link', 'audit.opened')")
        .pluck()
        .all();
      expect(onFile).toEqual([alicesMail]);
    },
  );

  test("nothing is looked up before the answer", async () => {
    const portal = await startPortal();
    await portal.browser().post(urls.helpCredentials, lost);
    expect([count(portal, "deferred"), count(portal, "cases"), portal.mailsTo(stranger).length]).toEqual([1, 0, 0]);
    await settled();
  });

  test("the receipt tells the date and the number, and nothing of what was typed", async () => {
    const portal = await startPortal();
    await report(portal, { ...lost, message: "Achetez mes pilules : https://spam.example" });
    const [receipt] = mailsOf(portal, "report.receipt", stranger);
    expect(receipt!.subject).toContain("n° 1");
    expect(receipt!.text).toMatch(/le 23 novembre 2026 à \d{2}:\d{2},\sheure de Paris/);
    expect(JSON.stringify(receipt)).not.toMatch(/spam|pilules|10000001/);
  });

  test("a social security number finds the account and is kept nowhere in clear", async () => {
    const portal = await startPortal();
    const { nir } = portal.db.$client
      .prepare("SELECT nir_sealed AS nir FROM members WHERE member_id = 'P0001'")
      .get() as { nir: Buffer };
    const number = portal.seal.open("members.nir", nir);
    const spaced = `${number[0]} ${number.slice(1, 5)} ${number.slice(5)}`;
    await report(portal, { ...lost, identifier: spaced });
    expect(caseOf(portal, 1)).toMatchObject({ memberId: "P0001", content: { identifier: `${number[0]}…` } });
    expect(mailsOf(portal, "freeze.link")).toHaveLength(1);
  });

  test("what was reported before a crash is looked at after the restart, once", async () => {
    const portal = await startPortal();
    await portal.browser().post(urls.helpCredentials, lost);
    const restarted = createDeferred(portal);
    restarted.runAll();
    restarted.runAll();
    await settled();
    expect([count(portal, "cases"), mailsOf(portal, "freeze.link").length]).toEqual([1, 1]);
  });

  test("an account that waits for a legal representative gets its link: its password could be taken as any other", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("UPDATE accounts SET status = 'awaiting_guardian' WHERE member_id = 'P0001'");
    await report(portal);
    expect(mailsOf(portal, "freeze.link")).toHaveLength(1);
  });

  test("an account that is frozen, or not confirmed yet, gets no link", async () => {
    const portal = await startPortal();
    for (const status of ["frozen", "unconfirmed"]) {
      portal.db.$client.prepare("UPDATE accounts SET status = ? WHERE member_id = 'P0001'").run(status);
      expect((await report(portal)).location).toBe(`${urls.helpCredentials}?sent`);
    }
    expect(mailsOf(portal, "freeze.link")).toHaveLength(0);
    expect(count(portal, "cases WHERE member_id = 'P0001'")).toBe(2);
  });
});

describe("limits", () => {
  test("one address reports 10 times an hour at most; another one still can, and so can who is signed in", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    for (let time = 0; time < 10; time++)
      expect((await report(portal, { ...lost, identifier: "", email: `a${time}@b.example` })).status).toBe(303);
    const page = await report(portal, { ...lost, identifier: "" });
    expect(page.status).toBe(429);
    expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await report(portal, { ...lost, identifier: "" }, "127.0.0.9")).status).toBe(303);
    expect(
      (await alice.post(urls.helpCredentials, { kind: "lost", email: alicesMail, message: "Volé." })).location,
    ).toMatch(/frozen/);
  });

  test("one mailbox gets five receipts an hour at most, however it is written", async () => {
    const portal = await startPortal();
    for (let time = 0; time < 8; time++) {
      const email = time % 2 ? "Someone@Elsewhere.Example" : stranger;
      expect((await report(portal, { ...lost, identifier: "", email }, `127.0.2.${time}`)).status).toBe(303);
    }
    const receipts = ["Someone@Elsewhere.Example", stranger].flatMap((to) => mailsOf(portal, "report.receipt", to));
    expect(receipts).toHaveLength(5);
    expect(count(portal, "cases")).toBe(8);
  });

  test("an owner gets five links an hour at most, all alive; a mailbox filled up otherwise does not stop them", async () => {
    const portal = await startPortal();
    for (let time = 0; time < 6; time++)
      await report(portal, { ...lost, identifier: "", email: alicesMail }, `127.0.3.${time}`);
    for (let time = 0; time < 7; time++) await report(portal, lost, `127.0.4.${time}`);
    const links = mailsOf(portal, "freeze.link").map(({ text }) => freezeLinkIn(text));
    expect(links).toHaveLength(5);
    for (const link of links) expect((await portal.browser().get(link)).status).toBe(200);
  });
});

describe("4.8 phishing", () => {
  /** A life of some events, so that an audit has something to show. */
  async function live(portal: Portal) {
    const browser = portal.browser();
    await browser.signIn("alice", "Wrong-pass-1");
    await browser.send("/login", {
      method: "POST",
      body: new URLSearchParams({ identifier: "10000001", password: "Demo-2026!", remember: "on" }).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: portal.config.origin,
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0",
      },
    });
    await browser.get(urls.reimbursementsCsv);
    await portal.browser().post(urls.forgot, { identifier: "10000001" });
    await settled();
    return browser;
  }

  test("from inside, opens an audit with the last connections, devices, changes and documents, and tells the member", async () => {
    const portal = await startPortal();
    const alice = await live(portal);
    const done = await alice.post(urls.helpCredentials, { kind: "phishing", email: alicesMail, message: "Un appel." });
    expect([done.status, done.location]).toEqual([303, confirmedAs(portal, "audit", 1)]);
    const page = await alice.follow(done);
    expect(page.document.querySelector("main")!.textContent).toMatch(/Numéro du dossier\s: 1/);
    expect((await alice.get(urls.dashboard)).status).toBe(200);
    const { kind, memberId, content } = caseOf(portal, 1);
    expect([kind, memberId, content.by, content.message]).toEqual(["phishing", "P0001", "member", "Un appel."]);
    const label = "firefox/linux";
    expect(content.audit).toMatchObject({
      connections: [{ kind: "session.started", details: { label, network: "127.0.0.x" } }],
      refusals: [{ kind: "sign-in.refused" }],
      devices: [{ kind: "device.remembered" }],
      changes: [{ kind: "password.forgotten" }, { kind: "account.opened" }],
      documents: [{ kind: "reimbursements.downloaded" }],
      openSessions: [{ label, network: "127.0.0.x" }],
      rememberedDevices: [{ label, network: "127.0.0.x" }],
    });
    const [mail] = mailsOf(portal, "audit.opened");
    expect(mail!.subject).toContain("n° 1");
    expect(statusOf(portal)).toBe("active");
  });

  test("from outside, the audit is of the account the number belongs to, and its owner is told", async () => {
    const portal = await startPortal();
    await live(portal);
    expect((await report(portal, phishing, "127.0.0.9")).location).toBe(`${urls.helpCredentials}?sent`);
    expect(caseOf(portal, 1).content).toMatchObject({
      by: "visitor",
      audit: { documents: [{ kind: "reimbursements.downloaded" }] },
    });
    expect(mailsOf(portal, "audit.opened")).toHaveLength(1);
    expect(mailsOf(portal, "report.receipt", stranger)).toHaveLength(1);
  });

  test("holds nothing of anybody else, and nothing at all without an account", async () => {
    const portal = await startPortal();
    await live(portal);
    await report(portal, { ...phishing, identifier: "10000002" });
    await report(portal, { ...phishing, identifier: "99999999" });
    expect(caseOf(portal, 1).content).toMatchObject({ audit: { connections: [], documents: [], openSessions: [] } });
    expect(caseOf(portal, 2).content).not.toHaveProperty("audit");
  });

  test("a flood of refused sign-ins hides no connection", async () => {
    const portal = await startPortal();
    const alice = await live(portal);
    for (let time = 0; time < 60; time++) await portal.browser(`127.1.0.${time}`).signIn("alice", "Wrong-pass-1");
    await alice.post(urls.helpCredentials, { kind: "phishing", email: alicesMail, message: "Un appel." });
    const audit = caseOf(portal, 1).content.audit as Record<string, unknown[]>;
    expect(audit.connections).toHaveLength(1);
    expect(audit.refusals!.length).toBeLessThanOrEqual(50);
  });

  test("the content of a case stands sealed in the base", async () => {
    const portal = await startPortal();
    await report(portal, phishing);
    const { sealed } = portal.db.$client.prepare("SELECT content_sealed AS sealed FROM cases").get() as {
      sealed: Buffer;
    };
    for (const word of ["10000001", stranger, "appel"]) expect(sealed.includes(word)).toBe(false);
  });
});

describe("the mail of a changed password", () => {
  const next = "Autre-Soleil-99!";

  async function changed(portal: Portal): Promise<string> {
    const alice = await signedIn(portal);
    await alice.post(urls.accountPassword, { currentPassword: "Demo-2026!", password: next });
    return freezeLinkIn(mailsOf(portal, "password.changed").at(-1)?.text);
  }

  test("has a link “ce n’est pas moi” that freezes the account, also after a reset", async () => {
    const portal = await startPortal();
    const link = await changed(portal);
    expect(mailsOf(portal, "password.changed")[0]!.text).toContain("Ce n’est pas moi");
    expect((await portal.browser().post(link, { freeze: "on" })).location).toBe(confirmedAs(portal, "frozen", 1));
    expect(statusOf(portal)).toBe("frozen");
    expect((await portal.browser().signIn("alice", next)).status).toBe(403);

    const other = await startPortal();
    await other.browser().post(urls.forgot, { identifier: "10000001" });
    await settled();
    const reset = /\/password\/reset\/[\w-]+/.exec(mailsOf(other, "password.reset")[0]!.text)![0];
    await other.browser().post(reset, { password: next });
    const second = freezeLinkIn(mailsOf(other, "password.changed")[0]?.text);
    expect((await other.browser().post(second, { freeze: "on" })).status).toBe(303);
    expect(statusOf(other)).toBe("frozen");
  });

  test.each([
    [-1, 200],
    [0, 410],
    [1, 410],
  ])("whose link at 72 hours %+d s answers %d", async (seconds, status) => {
    const portal = await startPortal();
    const link = await changed(portal);
    portal.advance({ hours: 72, seconds });
    expect((await portal.browser().get(link)).status).toBe(status);
  });

  test("whose link outlives a second change: a thief who changes it twice does not disarm the owner", async () => {
    const portal = await startPortal();
    const link = await changed(portal);
    const thief = portal.browser();
    await thief.signIn("alice", next);
    await thief.post(urls.accountPassword, { currentPassword: next, password: "Encore-Lune-77!" });
    expect((await portal.browser().post(link, { freeze: "on" })).status).toBe(303);
    expect((await thief.get(urls.dashboard)).status).toBe(303);
  });
});
