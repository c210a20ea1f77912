import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { currentCharter, findCharter } from "../../domain/charter.ts";
import { noticeOf } from "../../domain/charter-notices.ts";
import { publishCharter } from "../../domain/charter-publishing.ts";
import { verifyEvidence } from "../../domain/evidence.ts";
import { urls } from "../../web/urls.ts";

const message = "Je refuse l’article 3.\n\nIl ne me convient pas.";

/** Publishes version 5, which changes one article of version 4. */
async function publish(portal: Portal, effectiveOn = "2027-01-01", number = 5) {
  const text = findCharter(portal.db, 4)!.text.replace("Ce lien vit 15 jours.", `Ce lien vit ${number} jours.`);
  const published = await publishCharter(portal, { number, effectiveOn, text });
  expect(published.ok).toBe(true);
}

async function signedIn(portal: Portal, who = "alice") {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

const accountOf = (portal: Portal, who = "alice") =>
  portal.db.$client
    .prepare<[string], string>("SELECT id FROM accounts WHERE email = ?")
    .pluck()
    .get(`${who}@demo.example`)!;
const noticeFor = (portal: Portal, who = "alice", number?: number) => noticeOf(portal, accountOf(portal, who), number);

const facts = (portal: Portal, kind: string) =>
  portal.db.$client
    .prepare<[string], string>("SELECT details FROM evidence WHERE kind = ? ORDER BY sequence")
    .pluck()
    .all(kind)
    .map((details) => JSON.parse(details));

const cases = (portal: Portal) =>
  portal.db.$client.prepare<[], { n: number }>("SELECT count(*) AS n FROM cases WHERE kind = 'charter_contest'").get()!
    .n;

const mailsAbout = (portal: Portal, kind: string, to = "alice@demo.example") =>
  portal.mailsTo(to).filter((mail) => mail.kind === kind);

describe("the charter is a public page", () => {
  test("P1 it has its whole text, version and date, its hash, and every footer leads to it", async () => {
    const portal = await startPortal();
    const page = await portal.browser().get(urls.charter);
    const main = page.document.querySelector("main")!;
    const { text, sha256 } = currentCharter(portal.db, portal.clock);
    const flat = (words: string) => words.replace(/[\s#-]+/g, "");
    expect(flat(main.querySelector("h1")!.textContent + main.querySelector("div[lang=fr]")!.textContent)).toBe(
      flat(text),
    );
    expect(main.textContent).toContain("Version 4, en vigueur depuis le 18 avril 2016");
    expect(main.querySelector("code")?.textContent).toBe(sha256);
    expect(main.querySelectorAll("h1")).toHaveLength(1);
    expect(page.document.querySelector(`footer a[href="${urls.charter}"]`)).not.toBeNull();
  });

  test("P9 the general conditions of the site are next to it", async () => {
    const portal = await startPortal();
    for (const path of [urls.charter, urls.charterVersion(4)]) {
      const { document } = await portal.browser().get(path);
      const link = document.querySelector('main a[href="https://www.smeno.com"]');
      expect(link?.textContent).toBe("conditions générales d’utilisation");
    }
  });

  test("P6 10.1 the history tells each version, its day and what it is today", async () => {
    const portal = await startPortal({ now: Date.parse("2026-11-23T09:00:00+01:00") });
    await publish(portal, "2026-12-01");
    const rows = async () => {
      const { document } = await portal.browser().get(urls.charter);
      return [...document.querySelectorAll("tbody tr")].map((row) =>
        [...row.querySelectorAll("th, td")].map(({ textContent }) => textContent),
      );
    };
    expect(await rows()).toEqual([
      ["Version 5", "1er décembre 2026", "À venir"],
      ["Version 4", "18 avril 2016", "En vigueur"],
    ]);
    portal.advance({ days: 8 });
    expect(await rows()).toEqual([
      ["Version 5", "1er décembre 2026", "En vigueur"],
      ["Version 4", "18 avril 2016", "Remplacée"],
    ]);
    const old = await portal.browser().get(urls.charterVersion(4));
    expect(old.document.querySelector("main")?.textContent).toContain("remplacée par une version plus récente");
    expect(old.text).toContain("Ce lien vit 15 jours.");
    const fresh = await portal.browser().get(urls.charter);
    expect(fresh.text).toContain("Ce lien vit 5 jours.");
    expect(fresh.document.querySelector("#changes + ul")?.textContent).toBe("Modifié\u00a0: 2. Comment s’inscrire");
  });

  test.each(["5", "0", "04", "-4", "4.0", "4x", "x", "999999", "99999999999999999999", "%00", "4%2F"])(
    "P6 version “%s” is a page that does not exist",
    async (number) => {
      const portal = await startPortal();
      expect((await portal.browser().get(`/charter/versions/${number}`)).status).toBe(404);
    },
  );

  test("a text with tags, without a title, with other line ends is shown as it is written", async () => {
    const portal = await startPortal();
    const text = "Une règle <script>alert(1)</script>.\r\n\r\n## Article\r\n- un\r\n- deux\r\n\r\nFin.";
    await publishCharter(portal, { number: 5, effectiveOn: "2026-11-23", text });
    const { document, status } = await portal.browser().get(urls.charter);
    const written = document.querySelector("main div[lang=fr]")!;
    expect([status, document.querySelector("main h1")?.textContent]).toEqual([200, "Charte d’utilisation"]);
    expect([...written.children].map(({ tagName }) => tagName)).toEqual(["P", "H2", "UL", "P"]);
    expect(written.querySelector("p")?.textContent).toBe("Une règle <script>alert(1)</script>.");
    expect(written.querySelectorAll("li")).toHaveLength(2);
  });
});

describe("P7 the banner", () => {
  const banner = (page: { document: { querySelector(selector: string): unknown } }) =>
    page.document.querySelector("aside.banner") as { textContent: string; innerHTML: string } | null;

  test("stands on every signed-in page until it was seen, and nowhere else", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    const pages = ["/dashboard", "/reimbursements?q=a", "/account", "/charter", "/account/password", "/nowhere"];
    for (const path of pages) {
      const shown = banner(await alice.get(path));
      expect([path, shown?.textContent]).toEqual([path, expect.stringContaining("version 5")]);
      expect(shown!.textContent).toContain("1er janvier 2027");
    }
    expect(banner(await portal.browser().get("/charter"))).toBeNull();
    expect((await alice.post(urls.charterSeen, { version: "5", next: "/account" })).location).toBe("/account");
    for (const path of pages) expect([path, banner(await alice.get(path))]).toEqual([path, null]);
    const bob = await signedIn(portal, "bob");
    expect(banner(await bob.get("/dashboard"))).not.toBeNull();
  });

  test("P8 offers to read, to contest and to delete the account, and comes back to the page it stood on", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    const { document } = await alice.get("/reimbursements?q=%C3%A9t%C3%A9&payer=amo");
    for (const path of [urls.charterVersion(5), urls.charterContestOf(5), urls.accountDelete]) {
      expect(document.querySelector(`aside.banner a[href="${path}"]`)).not.toBeNull();
    }
    const fields = Object.fromEntries(
      [...document.querySelectorAll("aside.banner input")].map((input) => [
        input.getAttribute("name")!,
        input.getAttribute("value")!,
      ]),
    );
    const done = await alice.post(urls.charterSeen, fields);
    expect([done.status, done.location]).toEqual([303, "/reimbursements?q=%C3%A9t%C3%A9&payer=amo"]);
  });

  test("seen is proven once, with its moment; a version published meanwhile is still announced", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    await publish(portal, "2027-02-01", 6);
    const seen = await Promise.all(
      Array.from({ length: 20 }, () => alice.post(urls.charterSeen, { version: "5", next: "/account" })),
    );
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([303]));
    expect(facts(portal, "charter.seen")).toEqual([{ version: 5 }]);
    expect(noticeFor(portal, "alice", 5)?.seenAt).toBe(portal.clock() / 1000);
    expect(banner(await alice.get("/account"))?.textContent).toContain("version 6");
  });

  test.each(["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""])(
    "leads nowhere else: “%s”",
    async (next) => {
      const portal = await startPortal();
      await publish(portal);
      const alice = await signedIn(portal);
      expect((await alice.post(urls.charterSeen, { version: "5", next })).location).toBe("/dashboard");
    },
  );

  test("odd values are malformed, a visitor signs in first, another site is refused, GET is no page", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    for (const version of ["x", "-1", "5.5", "", "99999999999"]) {
      expect([version, (await alice.post(urls.charterSeen, { version })).status]).toEqual([version, 400]);
    }
    expect((await alice.get(urls.charterSeen)).status).toBe(404);
    expect((await portal.browser().post(urls.charterSeen)).location).toContain("/login");
    const cross = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await alice.post(urls.charterSeen, {}, cross)).status).toBe(403);
    expect(facts(portal, "charter.seen")).toEqual([]);
    expect((await alice.post(urls.charterSeen)).status).toBe(303);
    expect(facts(portal, "charter.seen")).toEqual([{ version: 5 }]);
  });

  test("is read with the session in its one query, every version not seen, the newest first", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const read = () => portal.sessions.read(alice.cookies.get("session")!);
    expect(read()!.newCharters).toEqual([]);
    await publish(portal);
    await publish(portal, "2027-02-01", 6);
    expect(read()!.newCharters).toEqual([
      { number: 6, effectiveOn: "2027-02-01" },
      { number: 5, effectiveOn: "2027-01-01" },
    ]);
    await alice.post(urls.charterSeen, { version: "6" });
    expect(read()!.newCharters).toEqual([{ number: 5, effectiveOn: "2027-01-01" }]);
  });
});

describe("P7 two versions announced at once", () => {
  async function two() {
    const portal = await startPortal();
    await publish(portal);
    portal.advance({ days: 1 });
    await publish(portal, "2027-02-01", 6);
    return { portal, alice: await signedIn(portal) };
  }

  test("have each their banner, with its own name, links and button", async () => {
    const { alice } = await two();
    const { document } = await alice.get("/dashboard");
    const banners = [...document.querySelectorAll("aside.banner")];
    expect(banners.map((banner) => banner.querySelector("input[name=version]")?.getAttribute("value"))).toEqual([
      "6",
      "5",
    ]);
    for (const [index, number] of [6, 5].entries()) {
      const banner = banners[index]!;
      expect(banner.getAttribute("aria-label")).toContain(String(number));
      expect(banner.querySelector(`a[href="${urls.charterVersion(number)}"]`)).not.toBeNull();
      expect(banner.querySelector(`a[href="${urls.charterContestOf(number)}"]`)?.textContent).toContain(String(number));
    }
  });

  test("are seen one by one: the one that was not is still announced, and has no proof of having been seen", async () => {
    const { portal, alice } = await two();
    await alice.post(urls.charterSeen, { version: "6", next: "/account" });
    expect(facts(portal, "charter.seen")).toEqual([{ version: 6 }]);
    expect(noticeFor(portal, "alice", 5)?.seenAt).toBeNull();
    const banners = (await alice.get("/account")).document.querySelectorAll("aside.banner");
    expect([...banners].map(({ textContent }) => textContent)).toEqual([expect.stringContaining("version 5")]);
  });

  test("are contested one by one, each by its own link of the mail, the banner and the account", async () => {
    const { portal, alice } = await two();
    const mails = mailsAbout(portal, "charter.notified").map(({ text }) => text);
    for (const [index, number] of [5, 6].entries())
      expect(mails[index]).toContain(`${portal.config.origin}${urls.charterContestOf(number)}`);
    const account = (await alice.get("/account")).document.querySelector("main")!;
    for (const number of [5, 6])
      expect([number, account.querySelector(`a[href="${urls.charterContestOf(number)}"]`)?.textContent]).toEqual([
        number,
        expect.stringContaining(String(number)),
      ]);
    for (const number of [6, 5]) {
      const { document } = await alice.get(urls.charterContestOf(number));
      expect(document.querySelector("main input[name=version]")?.getAttribute("value")).toBe(String(number));
      const done = await alice.post(urls.charterContest, { version: String(number), message: `contre la ${number}` });
      expect(done.status).toBe(303);
      const receipt = (await alice.get(urls.charterContestOf(number))).document;
      expect(receipt.querySelector(`main a[href="${done.location}"]`)).not.toBeNull();
    }
    expect(facts(portal, "charter.contested").map(({ version }) => version)).toEqual([6, 5]);
    expect((await alice.get("/dashboard")).document.querySelector("aside.banner")).toBeNull();
  });

  test("without a number in its address, the form offers the newest that can be contested, and leads to the others", async () => {
    const { portal, alice } = await two();
    const form = (await alice.get(urls.charterContest)).document;
    expect(form.querySelector("main input[name=version]")?.getAttribute("value")).toBe("6");
    expect(form.querySelector(`main a[href="${urls.charterContestOf(5)}"]`)).not.toBeNull();
    await alice.post(urls.charterContest, { version: "6", message });
    const next = (await alice.get(urls.charterContest)).document;
    expect(next.querySelector("main input[name=version]")?.getAttribute("value")).toBe("5");
    const contested = (await alice.get(urls.charterContestOf(6))).document;
    expect(contested.querySelector(`main a[href="${urls.charterContestOf(5)}"]`)).not.toBeNull();
    portal.advance({ days: 29 });
    await alice.signIn("alice");
    expect((await alice.get(urls.charterContest)).document.querySelector("main textarea")).toBeNull();
  });

  test("a form that comes back after sign-in contests the version it was typed for", async () => {
    const { portal, alice } = await two();
    portal.advance({ minutes: 10 });
    const late = await alice.post(urls.charterContest, { version: "5", message: "contre la 5" });
    expect(late.location).toContain("/login?next=");
    await alice.signIn("alice");
    const back = (await alice.get(urls.charterContest)).document;
    expect(back.querySelector("main input[name=version]")?.getAttribute("value")).toBe("5");
    expect(back.querySelector("#message")?.textContent).toContain("contre la 5");
    const other = (await alice.get(urls.charterContestOf(6))).document;
    expect(other.querySelector("main input[name=version]")?.getAttribute("value")).toBe("6");
    expect(other.querySelector("#message")?.textContent?.trim()).toBe("");
  });

  test.each([4, 99])(
    "9a version %i, never announced: the page says so of it, and leads to those that were",
    async (number) => {
      const { alice } = await two();
      for (const page of [
        await alice.get(urls.charterContestOf(number)),
        await alice.post(urls.charterContest, { version: String(number), message }),
      ]) {
        const main = page.document.querySelector("main")!;
        expect(main.querySelector("h1")?.textContent).toBe(`La version ${number} ne vous a pas été annoncée`);
        expect(main.textContent).not.toContain("Aucun changement de la charte ne vous a été annoncé");
        for (const open of [5, 6])
          expect(main.querySelector(`a[href="${urls.charterContestOf(open)}"]`)).not.toBeNull();
      }
    },
  );

  test("without a number, the form sent contests the one that the page shows", async () => {
    const { portal, alice } = await two();
    await alice.post(urls.charterContest, { version: "6", message });
    const form = (await alice.get(urls.charterContest)).document;
    expect(form.querySelector("main input[name=version]")?.getAttribute("value")).toBe("5");
    const { location } = await alice.post(urls.charterContest, { message: "contre la 5" });
    expect((await alice.get(location!)).document.querySelector(".written")?.textContent).toContain("contre la 5");
    expect(noticeFor(portal, "alice", 5)?.state).toBe("contested");
    expect(facts(portal, "charter.contested").map(({ version }) => version)).toEqual([6, 5]);
    const again = await alice.post(urls.charterContest, { message: "encore" });
    expect([again.status, again.location]).toEqual([303, `/charter/contest/${facts(portal, "case.opened")[0].case}`]);
  });

  test.each(["x", "0", "-5", "05", "99999999999999", "5&version=6", "%3Cb%3E"])(
    "an address with the version “%s” is malformed, and one never announced has nothing to contest",
    async (version) => {
      const { alice } = await two();
      expect((await alice.get(`${urls.charterContest}?version=${version}`)).status).toBe(400);
      expect((await alice.get(urls.charterContestOf(4))).document.querySelector("main textarea")).toBeNull();
    },
  );
});

describe("10.1 a version overtaken before its day", () => {
  async function overtaken() {
    const portal = await startPortal();
    await publish(portal, "2026-12-31");
    await publish(portal, "2026-12-15", 6);
    return { portal, alice: await signedIn(portal) };
  }

  test("is announced no more: no banner, no line of the account, replaced in the history", async () => {
    const { alice } = await overtaken();
    const { document } = await alice.get(urls.account);
    const banners = [...document.querySelectorAll("aside.banner")].map(({ textContent }) => textContent);
    expect(banners).toEqual([expect.stringContaining("version 6")]);
    expect(document.querySelector("main")!.textContent).not.toContain("Version 5");
    const charter = (await alice.get(urls.charterVersion(5))).document.querySelector("main")!;
    expect(charter.textContent).toContain("remplacée par une version plus récente");
    expect(charter.textContent).not.toContain("à venir");
  });

  test("may be contested as its mail promised, but is not offered; after 30 days the page tells what became of it", async () => {
    const { portal, alice } = await overtaken();
    const offered = (await alice.get(urls.charterContestOf(6))).document.querySelector("main")!;
    expect(offered.querySelector(`a[href="${urls.charterContestOf(5)}"]`)).toBeNull();
    const form = (await alice.get(urls.charterContestOf(5))).document.querySelector("main")!;
    expect(form.textContent).toContain("Version 5, remplacée avant le jour où elle devait s’appliquer");
    expect(form.textContent).not.toContain("applicable à partir du 31 décembre");
    portal.advance({ days: 30 });
    await alice.signIn("alice");
    const late = await alice.get(urls.charterContestOf(5));
    expect(late.document.querySelector("h1")?.textContent).toBe("La version 5 ne s’appliquera pas");
    expect(late.document.querySelector("main")?.textContent).not.toContain("tenue pour approuvée");
    expect((await alice.post(urls.charterContest, { version: "5", message })).status).toBe(409);
  });

  test("a text against it within the 30 days has its receipt", async () => {
    const { portal, alice } = await overtaken();
    const done = await alice.post(urls.charterContest, { version: "5", message });
    expect([done.status, done.location]).toEqual([303, expect.stringMatching(/^\/charter\/contest\/\d+$/)]);
    expect(noticeFor(portal, "alice", 5)?.state).toBe("contested");
  });
});

describe("P7 contesting in writing", () => {
  test("a member contests: a dated receipt with its number, a case with the text, a mail without it, and the proof", async () => {
    const portal = await startPortal();
    await publish(portal);
    portal.advance({ days: 2 });
    const alice = await signedIn(portal);
    const form = await alice.get(urls.charterContest);
    expect(form.document.querySelector("main")?.textContent).toContain("23 décembre 2026 à 09:00");
    const done = await alice.post(urls.charterContest, { version: "5", message });
    expect(done.status).toBe(303);
    expect(done.location).toMatch(/^\/charter\/contest\/\d+$/);
    const number = Number(done.location!.split("/").at(-1));

    const receipt = await alice.get(done.location!);
    expect(receipt.document.querySelector("h1")?.textContent).toBe(`Accusé de réception n° ${number}`);
    const told = receipt.document.querySelector("main")!.textContent;
    for (const words of ["25 novembre 2026 à 09:00", "version 5", "10000001", "LEFÈVRE"]) expect(told).toContain(words);
    expect(receipt.document.querySelector(".written")?.textContent).toContain(message);

    const [mail] = mailsAbout(portal, "charter.contested");
    expect(mail?.subject).toContain(String(number));
    expect(mail?.text.replace(/\s+/g, " ")).toContain("le 25 novembre 2026 à 09:00");
    expect(mail?.text).toContain(`/charter/contest/${number}`);
    expect(mail!.text + mail!.html).not.toContain("refuse");

    expect(noticeFor(portal)).toMatchObject({ state: "contested", settledAt: portal.clock() / 1000 });
    expect(facts(portal, "charter.contested")).toEqual([{ version: 5, case: number }]);
    expect(facts(portal, "case.opened")).toEqual([{ case: number, about: "charter_contest" }]);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
    expect((await alice.get("/dashboard")).document.querySelector("aside.banner")).toBeNull();
    const again = await alice.get(urls.charterContest);
    expect(again.document.querySelector(`main a[href="${done.location}"]`)).not.toBeNull();
  });

  test("what was written is sealed in the base", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    await alice.post(urls.charterContest, { message: "Mon-Secret-Unique" });
    portal.db.$client.pragma("wal_checkpoint(TRUNCATE)");
    const { readFileSync } = await import("node:fs");
    expect(readFileSync(portal.config.databaseFile).includes("Mon-Secret-Unique")).toBe(false);
  });

  test.each([
    [-1, 200, 303],
    [0, 200, 409],
    [1, 200, 409],
  ])("at 30 days and %i s the page answers %i and the form %i", async (seconds, read, sent) => {
    const portal = await startPortal();
    await publish(portal, "2027-06-01");
    portal.advance({ days: 30, seconds });
    const alice = await signedIn(portal);
    const page = await alice.get(urls.charterContest);
    expect(page.status).toBe(read);
    expect(page.document.querySelector("main textarea") !== null).toBe(sent === 303);
    expect(page.document.querySelector(`main a[href="${urls.accountDelete}"]`)).not.toBeNull();
    const answer = await alice.post(urls.charterContest, { message });
    expect(answer.status).toBe(sent);
    expect([cases(portal), noticeFor(portal)?.state]).toEqual(
      sent === 303 ? [1, "contested"] : [0, "approved_tacitly"],
    );
    if (sent === 409)
      expect(answer.document.querySelector("h1")?.textContent).toBe("Le délai pour contester est passé");
  });

  test("P8 after 30 days the page says so, and offers to end the account", async () => {
    const portal = await startPortal();
    await publish(portal);
    portal.advance({ days: 31 });
    const alice = await signedIn(portal);
    const page = await alice.get(urls.charterContest);
    expect(page.document.querySelector("main")?.textContent).toContain("23 décembre 2026 à 09:00");
    expect(page.document.querySelector(`main a[href="${urls.accountDelete}"]`)).not.toBeNull();
  });

  test("use has approved it: within the 30 days it may still be contested, and use does not approve it again", async () => {
    const portal = await startPortal();
    await publish(portal, "2026-11-23");
    const alice = await signedIn(portal);
    expect(noticeFor(portal)?.state).toBe("approved_by_use");
    expect((await alice.post(urls.charterContest, { message })).status).toBe(303);
    await portal.browser().signIn("alice");
    await alice.post(urls.charterSeen);
    expect(noticeFor(portal)?.state).toBe("contested");
    portal.advance({ days: 40 });
    expect(noticeFor(portal)?.state).toBe("contested");
  });

  test("of 20 at once, one counts: one case, one mail, one proof, and the same receipt for all", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, index) => alice.post(urls.charterContest, { version: "5", message: `${index}` })),
    );
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([303]));
    expect(new Set(sent.map(({ location }) => location)).size).toBe(1);
    expect([cases(portal), facts(portal, "charter.contested").length]).toEqual([1, 1]);
    expect(mailsAbout(portal, "charter.contested")).toHaveLength(1);
  });

  test("the form contests the version it was about, even when a newer one was published meanwhile", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    await publish(portal, "2027-02-01", 6);
    await alice.post(urls.charterContest, { version: "5", message });
    expect([noticeFor(portal, "alice", 5)?.state, noticeFor(portal, "alice", 6)?.state]).toEqual([
      "contested",
      "notified",
    ]);
    await alice.post(urls.charterContest, { message });
    expect(noticeFor(portal, "alice", 6)?.state).toBe("contested");
    expect(cases(portal)).toBe(2);
  });

  test("nothing was announced: there is nothing to contest, and the page says so", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const page = await alice.get(urls.charterContest);
    expect([page.status, page.document.querySelector("h1")?.textContent]).toEqual([
      200,
      "Pas de nouvelle charte à contester",
    ]);
    expect((await alice.post(urls.charterContest, { message })).status).toBe(409);
    expect((await alice.post(urls.charterContest, { version: "4", message })).status).toBe(409);
    expect(cases(portal)).toBe(0);
  });

  test.each([
    ["nothing", ""],
    ["spaces", " \r\n\t "],
    ["5 001 characters", "é".repeat(5_001)],
  ])("%s is refused on the page, and what was typed is kept", async (_what, typed) => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    const page = await alice.post(urls.charterContest, { message: typed });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe("#message");
    expect(page.document.querySelector("#message")?.textContent?.trim()).toBe(typed.trim());
    expect(cases(portal)).toBe(0);
  });

  test("5 000 characters, each line end counting as one, any sign among them, are kept to the letter", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    const text = `<b>&"'\u{1f600}\u05d0\u0301\r\n${"é".repeat(4_989)}`;
    const done = await alice.post(urls.charterContest, { message: text });
    expect(done.status).toBe(303);
    const shown = (await alice.get(done.location!)).document.querySelector(".written")!.textContent;
    expect(shown).toContain(text.replaceAll("\r\n", "\n"));
  });

  test("without the field, or with odd values, the form is refused and nothing breaks", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    expect((await alice.post(urls.charterContest)).status).toBe(422);
    expect(
      (
        await alice.post(urls.charterContest, [
          ["message", "a"],
          ["message", "b"],
        ])
      ).status,
    ).toBe(422);
    for (const version of ["x", "0", "-5", "5e0", "99999999999999"]) {
      expect([version, (await alice.post(urls.charterContest, { version, message })).status]).toEqual([version, 400]);
    }
    expect((await alice.post(urls.charterContest, { version: "999999", message })).status).toBe(409);
    expect(cases(portal)).toBe(0);
  });

  test("a receipt is its author's alone; numbers of others and of other cases are pages that do not exist", async () => {
    const portal = await startPortal();
    await publish(portal);
    const [alice, bob] = [await signedIn(portal), await signedIn(portal, "bob")];
    const { location } = await alice.post(urls.charterContest, { message });
    expect((await bob.get(location!)).status).toBe(404);
    expect((await portal.browser().get(location!)).location).toContain("/login?next=");
    for (const number of ["0", "-1", "x", "999999", "9".repeat(30), "1e1"]) {
      expect([number, (await alice.get(`/charter/contest/${number}`)).status]).toEqual([number, 404]);
    }
    const memberId = portal.db.$client.prepare("SELECT member_id FROM cases").pluck().get();
    portal.db.$client.prepare("UPDATE cases SET kind = 'lost' WHERE member_id = ?").run(memberId);
    expect((await alice.get(location!)).status).toBe(404);
  });

  test("another site cannot contest for a member, and a visitor signs in first", async () => {
    const portal = await startPortal();
    await publish(portal);
    const alice = await signedIn(portal);
    const cross = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await alice.post(urls.charterContest, { message }, cross)).status).toBe(403);
    expect((await portal.browser().get(urls.charterContest)).location).toBe("/login?next=%2Fcharter%2Fcontest");
    expect(cases(portal)).toBe(0);
  });
});

describe("the account page", () => {
  const section = async (portal: Portal) => {
    const { document } = await (await signedIn(portal)).get("/account");
    return document.querySelector("main")!;
  };

  test("tells the version accepted at the opening, then the state of the newest one", async () => {
    const portal = await startPortal();
    expect((await section(portal)).textContent).toContain("Version 4\u00a0: acceptée par vous le 23 novembre 2026");
    await publish(portal, "2026-12-01");
    const notified = await section(portal);
    expect(notified.textContent).toContain("annoncée le 23 novembre 2026 à 09:00");
    expect(notified.textContent).toContain("jusqu’au 23 décembre 2026 à 09:00");
    expect(notified.querySelector(`a[href="${urls.charterContestOf(5)}"]`)).not.toBeNull();
    portal.advance({ days: 10 });
    expect((await section(portal)).textContent).toContain(
      "approuvée par l’utilisation de votre espace, le 3 décembre 2026",
    );
    portal.advance({ days: 20 });
    expect((await section(portal)).querySelector(`a[href^="${urls.charterContest}"]`)).toBeNull();
  });

  test("tells an approval by silence, and a contest with the way to its receipt", async () => {
    const portal = await startPortal();
    await publish(portal, "2027-06-01");
    const alice = await signedIn(portal);
    await alice.post(urls.charterContest, { message });
    const contested = await section(portal);
    expect(contested.textContent).toContain("contestée par vous le 23 novembre 2026");
    expect(contested.querySelector(`a[href="${urls.charterContestOf(5)}"]`)).not.toBeNull();
    portal.advance({ days: 30 });
    const bob = portal.browser();
    await bob.signIn("bob");
    const silent = (await bob.get("/account")).document.querySelector("main")!;
    expect(silent.textContent).toContain("approuvée le 23 décembre 2026 à 09:00, car vous ne l’avez pas contestée");
  });
});
