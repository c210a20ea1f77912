import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import {
  accountsOf,
  confirmationLink,
  count,
  emma,
  factsOf,
  farid,
  kindsTo,
  manon,
  newPassword,
  outboundOf,
  register,
  settled,
} from "../../../test/kit/registration.ts";
import { readCase } from "../../domain/cases.ts";
import { currentCharter } from "../../domain/charter.ts";
import { invite } from "../../domain/invitations.ts";
import { choices } from "../../domain/preferences.ts";

const tables = ["accounts", "credentials", "evidence", "one_time_links", "mails", "cases", "preferences", "deferred"];
const counts = (portal: Portal) => tables.map((table) => count(portal, table));
const summary = (page: Page) =>
  [...page.document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
const alice = { ...manon, identifier: "10000001", birthDay: "14", birthMonth: "3", birthYear: "2002" };
const ofManon = "manon@demo.example";

/** Registers Manon and follows the link of the mail. */
async function openManon(portal: Portal, fields: Record<string, string> = {}) {
  await register(portal, { ...manon, ...fields });
  return portal.browser().post(confirmationLink(portal, ofManon), {});
}

describe("2.6 the mail of a registration", () => {
  test("has the link “validez votre inscription”, and following it opens the account", async () => {
    const portal = await startPortal();
    const sent = await register(portal, manon);
    expect([sent.status, sent.location]).toEqual([303, "/register?sent"]);
    const [mail] = portal.mailsTo(ofManon);
    const anchors = [...mail!.html.matchAll(/<a href="[^"]*\/activate\/[^"]*"[^>]*>([^<]*)<\/a>/g)];
    expect(anchors[0]?.[1]).toBe("validez votre inscription");
    expect(mail!.text).toMatch(/^validez votre inscription\s:\nhttp:\/\/127\.0\.0\.1:8080\/activate\/[\w-]{43}$/m);
    expect(mail!.text.replaceAll("\n", " ")).toContain("25 novembre 2026 à 09:00, heure de Paris");

    const link = confirmationLink(portal, ofManon);
    const visitor = portal.browser();
    const page = await visitor.get(link);
    expect(page.status).toBe(200);
    expect(page.document.querySelectorAll("main form:first-of-type input")).toHaveLength(0);
    const opened = await visitor.post(link);
    expect([opened.status, opened.location]).toEqual([303, "/login?confirmed"]);
    expect(visitor.cookies.size).toBe(0);
    const news = await visitor.get("/login?confirmed");
    expect(news.document.querySelector(".notice[role=status]")?.textContent).toContain("Votre inscription est validée");
    expect((await visitor.signIn(manon.identifier, newPassword)).location).toBe("/dashboard");
  });

  test("before the link is followed, only the right password learns that it must be", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const visitor = portal.browser();
    const right = await visitor.signIn(manon.identifier, newPassword);
    expect([right.status, right.document.querySelector("h1")?.textContent]).toEqual([
      403,
      "Validez d’abord votre inscription",
    ]);
    expect(visitor.cookies.has("session")).toBe(false);
    const wrong = await portal.browser("127.0.0.2").signIn(manon.identifier, "Faux-Faux-11");
    const unknown = await portal.browser("127.0.0.3").signIn("99999999", "Faux-Faux-11");
    expect(wrong.status).toBe(422);
    expect(wrong.text.replaceAll(manon.identifier, "")).toBe(unknown.text.replaceAll("99999999", ""));
    await portal.browser().post("/password/forgot", { identifier: manon.identifier });
    await settled();
    expect(kindsTo(portal, ofManon)).toEqual(["registration.confirmation"]);
  });

  test.each([
    ["one second before 48 hours", -1, 200, 303, "active"],
    ["at 48 hours", 0, 410, 410, "unconfirmed"],
    ["one second after", 1, 410, 410, "unconfirmed"],
  ])("%s, the link answers as it should", async (_, seconds, get, post, status) => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    portal.advance({ hours: 48, seconds });
    expect((await portal.browser().get(link)).status).toBe(get);
    expect((await portal.browser().post(link)).status).toBe(post);
    expect(accountsOf(portal, "P0018")[0]?.status).toBe(status);
  });

  test("a mail scanner that opens the link uses nothing up", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    const before = counts(portal);
    for (let visit = 0; visit < 3; visit++) expect((await portal.browser().get(link)).status).toBe(200);
    await portal.browser().send(link, { method: "HEAD" });
    expect(counts(portal)).toEqual(before);
    expect((await portal.browser().post(link)).status).toBe(303);
  });

  test("of twenty who follow the link at once, one opens the account, once", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    const pages = await Promise.all(Array.from({ length: 20 }, () => portal.browser().post(link)));
    const statuses = pages.map(({ status }) => status).sort();
    expect(statuses).toEqual([303, ...Array.from({ length: 19 }, () => 410)]);
    expect(factsOf(portal, "P0018").filter(({ kind }) => kind === "account.opened")).toHaveLength(1);
    expect(outboundOf(portal, "P0018")).toHaveLength(1);
  });

  test.each([
    ["a link to a new password", (token: string) => `/password/reset/${token}`, { password: "Autre-Choix-93" }],
    ["a question to a legal representative", (token: string) => `/guardian/${token}`, { decision: "accept" }],
    ["one character changed", (token: string) => `/activate/${token.slice(0, -1)}_`, {}],
    ["one character less", (token: string) => `/activate/${token.slice(0, -1)}`, {}],
  ])("used as %s, it is nothing", async (_, path, fields) => {
    const portal = await startPortal();
    await register(portal, manon);
    const token = confirmationLink(portal, ofManon).slice("/activate/".length);
    expect((await portal.browser().post(path(token), fields)).status).toBe(410);
    expect(accountsOf(portal, "P0018")[0]?.status).toBe("unconfirmed");
  });

  test("fields sent along choose nothing", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    await portal.browser().post(confirmationLink(portal, ofManon), {
      password: "Autre-Choix-93",
      charter: "on",
      email: "evil@evil.example",
      status: "frozen",
      memberId: "P0001",
      newsletterSmeno: "on",
    });
    expect(accountsOf(portal, "P0018")).toMatchObject([{ status: "active", email: ofManon }]);
    expect((await portal.browser().signIn(manon.identifier, newPassword)).location).toBe("/dashboard");
    expect(factsOf(portal, "P0018").filter(({ kind }) => kind === "consent.given")).toEqual([]);
  });
});

describe("1.1 registration is for those in the base:", () => {
  test.each([
    ["an unknown number", { identifier: "99999999" }],
    ["another birth date", { birthDay: "12" }],
    ["day and month exchanged", { birthDay: "4", birthMonth: "11" }],
    ["an unknown social security number", { identifier: "2020359350124" }],
  ])("%s gets the same answer, no account, and a mail that says what to do", async (_, fields) => {
    const portal = await startPortal();
    const known = await register(portal, manon, "127.0.0.2");
    const before = [count(portal, "accounts"), count(portal, "evidence"), count(portal, "cases")];
    const page = await register(portal, { ...manon, ...fields, email: "someone@else.example" }, "127.0.0.3");
    expect([page.status, page.location, page.text]).toEqual([known.status, known.location, known.text]);
    expect([...page.headers].sort()).toEqual([...known.headers].sort());
    expect(page.headers.getSetCookie()).toEqual([]);
    expect([count(portal, "accounts"), count(portal, "evidence"), count(portal, "cases")]).toEqual(before);
    const [mail, ...others] = portal.mailsTo("someone@else.example");
    expect(others).toEqual([]);
    expect(mail?.kind).toBe("registration.unmatched");
    expect(mail?.text.replaceAll("\n", " ")).toContain("Nous n’avons trouvé aucun dossier");
    expect(mail?.text).not.toMatch(/\/activate\/|Manon/);
  });

  test.each([
    ["died", "deceased = 1"],
    ["left the feed", "ended = 1"],
    ["is neither affiliate nor member", "is_affiliate = 0, is_subscriber = 0"],
  ])("somebody who %s is nobody", async (_, change) => {
    const portal = await startPortal();
    portal.db.$client.exec(`UPDATE members SET ${change} WHERE member_id = 'P0018'`);
    await register(portal, manon);
    expect(accountsOf(portal, "P0018")).toEqual([]);
    expect(kindsTo(portal, ofManon)).toEqual(["registration.unmatched"]);
  });

  test("somebody who leaves between the registration and the link opens nothing", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    portal.db.$client.exec("UPDATE members SET ended = 1 WHERE member_id = 'P0018'");
    const link = confirmationLink(portal, ofManon);
    expect((await portal.browser().get(link)).status).toBe(410);
    expect((await portal.browser().post(link)).status).toBe(410);
  });

  test("twins who share number and birth date are told apart by their own numbers only", async () => {
    const portal = await startPortal();
    const { birth_date: birth } = portal.db.$client
      .prepare<[], { birth_date: string }>("SELECT birth_date FROM members WHERE member_id = 'P0010'")
      .get()!;
    const [birthYear = "", birthMonth = "", birthDay = ""] = birth.split("-");
    const twin = { ...farid, birthDay, birthMonth, birthYear, email: "mother@home.example" };
    await register(portal, { ...twin, identifier: "2990393066112" });
    expect(kindsTo(portal, "mother@home.example")).toEqual(["registration.unmatched"]);
    await register(portal, { ...twin, identifier: "10000011" });
    expect(accountsOf(portal, "P0011")).toHaveLength(1);
    expect(accountsOf(portal, "P0010")).toEqual([]);
  });

  test("the pages of all outcomes are one page", async () => {
    const portal = await startPortal();
    const told = await portal.browser().get("/register?sent");
    expect(told.document.querySelector("h1")?.textContent).toBe("Votre inscription\u00a0: regardez votre boîte e-mail");
    expect(told.text).not.toContain("@personal.example");
  });
});

describe("P2 the answer is the same, the mails tell the rest:", () => {
  test("no e-mail on file: the link goes to the typed address, and somebody of the mutual looks at it", async () => {
    const portal = await startPortal();
    await register(portal, emma);
    const [mail] = portal.mailsTo(emma.email);
    expect(mail?.kind).toBe("registration.confirmation");
    expect(`${mail?.subject} ${mail?.text} ${mail?.html}`).not.toMatch(/Emma|PETIT|Petit|10000005|2003/);
    const cases = portal.db.$client.prepare("SELECT case_id, kind, member_id FROM cases").all();
    expect(cases).toEqual([{ case_id: 1, kind: "email_check", member_id: "P0005" }]);
    expect(readCase(portal, 1)?.content).toEqual({ email: emma.email });
    expect((await portal.browser().post(confirmationLink(portal, emma.email))).location).toBe("/login?confirmed");
    expect((await portal.browser().signIn(emma.identifier, newPassword)).location).toBe("/dashboard");
  });

  test("the same address asked for again opens no second case; another one does", async () => {
    const portal = await startPortal();
    for (const email of [emma.email, emma.email.toUpperCase(), "other@personal.example"])
      await register(portal, { ...emma, email });
    expect(count(portal, "cases")).toBe(2);
    expect(readCase(portal, 2)?.content).toEqual({ email: "other@personal.example" });
  });

  test("another e-mail than the one on file: the link goes to the one on file, a notice to the typed one", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, email: "new@personal.example" });
    expect(kindsTo(portal, ofManon)).toEqual(["registration.confirmation"]);
    expect(portal.mailsTo(ofManon)[0]?.text).toContain("une autre adresse e-mail");
    expect(portal.mailsTo(ofManon)[0]?.text).not.toContain("new@personal.example");
    const [notice, ...others] = portal.mailsTo("new@personal.example");
    expect(others).toEqual([]);
    expect(notice?.kind).toBe("registration.elsewhere");
    expect(`${notice?.subject} ${notice?.text} ${notice?.html}`).not.toMatch(/Manon|manon|10000018|\/activate\//);
    expect(count(portal, "cases")).toBe(0);
    await portal.browser().post(confirmationLink(portal, ofManon));
    expect(accountsOf(portal, "P0018")).toMatchObject([{ status: "active", email: ofManon }]);
  });

  test("capitals make no other e-mail", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, email: " MANON@demo.EXAMPLE " });
    expect(kindsTo(portal, ofManon)).toEqual(["registration.confirmation"]);
    expect(portal.mailsTo(ofManon)[0]?.text).not.toContain("une autre adresse");
    expect(count(portal, "mails WHERE recipient LIKE '%demo.EXAMPLE'")).toBeGreaterThan(0);
    expect(kindsTo(portal, "MANON@demo.EXAMPLE")).toEqual([]);
  });

  test("what the typed mailbox reads is the same for somebody with an account and without", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, email: "spy1@evil.example" });
    await register(portal, { ...alice, email: "spy2@evil.example" });
    const [[without], [having]] = [portal.mailsTo("spy1@evil.example"), portal.mailsTo("spy2@evil.example")];
    expect(having?.subject).toBe(without?.subject);
    expect(having?.text).toBe(without?.text);
  });

  test("the answers take the same work before they leave: one hash, one row", async () => {
    const portal = await startPortal();
    for (const [fields, address] of [
      [manon, "127.0.0.2"],
      [{ ...manon, identifier: "99999999" }, "127.0.0.3"],
      [{ ...alice, email: "alice@demo.example" }, "127.0.0.4"],
    ] as const) {
      const before = count(portal, "mails");
      let hashed = 0;
      const { hash } = portal.passwords;
      portal.passwords.hash = (password) => {
        hashed++;
        return hash(password);
      };
      await portal.browser(address).post("/register", fields);
      expect(count(portal, "mails")).toBe(before);
      expect(count(portal, "deferred")).toBe(1);
      portal.passwords.hash = hash;
      expect(hashed).toBe(1);
      await settled();
      expect(count(portal, "deferred")).toBe(0);
      expect(count(portal, "mails")).toBe(before + 1);
    }
  });

  test("a name on file never goes to an address that is not", async () => {
    const portal = await startPortal();
    const people = portal.db.$client
      .prepare<[], { birth_name: string; first_names: string }>("SELECT birth_name, first_names FROM members")
      .all();
    await register(portal, emma);
    await register(portal, { ...manon, email: "other@personal.example" });
    await register(portal, { ...farid, email: "third@personal.example" });
    for (const recipient of [emma.email, "other@personal.example", "third@personal.example", "nadia@home.example"]) {
      const mails = portal.mailsTo(recipient);
      expect([recipient, mails.length]).toEqual([recipient, 1]);
      const words = new Set(`${mails[0]?.subject} ${mails[0]?.text}`.split(/[^\p{L}-]+/u));
      for (const { birth_name, first_names } of people)
        expect(words.has(birth_name) || words.has(first_names.split(" ")[0]!)).toBe(false);
    }
  });
});

describe("1.2 one registration a person:", () => {
  test("an account already: nothing is created, and its owner gets the way back to it", async () => {
    const portal = await startPortal();
    const before = [count(portal, "accounts"), count(portal, "credentials"), count(portal, "one_time_links")];
    for (const identifier of ["10000001", "A1000001", "2 02 03 59 350 123 50"]) {
      const fields = { ...manon, identifier, birthDay: "14", birthMonth: "mars", birthYear: "2002" };
      expect((await register(portal, { ...fields, email: "other@personal.example" })).location).toBe("/register?sent");
    }
    expect([count(portal, "accounts"), count(portal, "credentials"), count(portal, "one_time_links")]).toEqual(before);
    const mails = portal.mailsTo("alice@demo.example");
    expect(mails.map(({ kind }) => kind)).toEqual(Array.from({ length: 3 }, () => "registration.existing"));
    expect(mails[0]?.subject).toContain("Vous avez déjà un compte");
    expect(mails[0]?.text).toContain("http://127.0.0.1:8080/password/forgot");
    expect((await portal.browser().signIn("alice")).location).toBe("/dashboard");
  });

  test.each(["frozen", "awaiting_guardian"])("an account that is %s counts", async (status) => {
    const portal = await startPortal();
    portal.db.$client.prepare("UPDATE accounts SET status = ? WHERE member_id = 'P0001'").run(status);
    await register(portal, { ...alice, email: "alice@demo.example" });
    expect(kindsTo(portal, "alice@demo.example")).toEqual(["registration.existing"]);
    expect(accountsOf(portal, "P0001")).toMatchObject([{ status }]);
  });

  test("the form sent twenty times at once makes one account, and the newest mail opens it", async () => {
    const portal = await startPortal();
    const sent = Array.from({ length: 20 }, (_, index) =>
      portal.browser().post("/register", { ...manon, password: `Colza-Bleu-7${index}!` }),
    );
    const pages = await Promise.all(sent);
    expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([303]));
    await settled();
    expect(accountsOf(portal, "P0018")).toHaveLength(1);
    expect(count(portal, "credentials WHERE account_id = (SELECT id FROM accounts WHERE member_id = 'P0018')")).toBe(1);
    const links = portal.mailsTo(ofManon).map(({ text }) => /\/activate\/[\w-]+/.exec(text)![0]);
    expect(links).toHaveLength(5);
    const statuses = [];
    for (const link of links) statuses.push((await portal.browser().get(link)).status);
    expect(statuses).toEqual([410, 410, 410, 410, 200]);
    expect((await portal.browser().post(links.at(-1)!)).status).toBe(303);
  });

  test("an unconfirmed request gives way to a newer one: its link and its password die, its choices too", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, newsletterSmeno: "on" });
    const older = confirmationLink(portal, ofManon);
    await register(portal, { ...manon, password: "Autre-Choix-93", offers: "on" });
    expect((await portal.browser().post(older)).status).toBe(410);
    expect(portal.mailsTo(ofManon).at(-1)?.text).toContain("remplace une demande plus ancienne");
    expect((await portal.browser().post(confirmationLink(portal, ofManon))).status).toBe(303);
    expect((await portal.browser("127.0.0.2").signIn(manon.identifier, newPassword)).status).toBe(422);
    expect((await portal.browser().signIn(manon.identifier, "Autre-Choix-93")).location).toBe("/dashboard");
    const given = factsOf(portal, "P0018").filter(({ kind }) => kind === "consent.given");
    expect(given.map(({ details }) => details.list)).toEqual(["offers"]);
  });

  test("who knew the older password can no longer have the mail sent again", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const old = portal.browser();
    await old.signIn(manon.identifier, newPassword);
    await register(portal, { ...manon, password: "Autre-Choix-93" });
    const mails = kindsTo(portal, ofManon).length;
    expect((await old.post("/login/resend")).location).toBe("/login");
    expect(kindsTo(portal, ofManon)).toHaveLength(mails);
  });

  test("an unused invitation stays good until the account opens, then dies", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("UPDATE members SET joined_on = '2026-11-01' WHERE member_id = 'P0018'");
    invite(portal, "P0018", "operator");
    const invitation = /\/activate\/[\w-]+/.exec(portal.mailsTo(ofManon)[0]!.text)![0];
    await register(portal, manon);
    expect((await portal.browser().get(invitation)).status).toBe(200);
    await portal.browser().post(confirmationLink(portal, ofManon));
    expect((await portal.browser().get(invitation)).status).toBe(410);
  });

  test("after the account is deleted the person may register again", async () => {
    const portal = await startPortal();
    await openManon(portal);
    portal.db.$client.exec("DELETE FROM accounts WHERE member_id = 'P0018'");
    expect((await openManon(portal, { password: "Autre-Choix-93" })).location).toBe("/login?confirmed");
  });
});

describe("a registration that its owner did not ask for", () => {
  test("is cancelled by the second button: the account is gone, an invitation stays good", async () => {
    const portal = await startPortal();
    invite(portal, "P0018", "operator");
    const invitation = /\/activate\/[\w-]+/.exec(portal.mailsTo(ofManon)[0]!.text)![0];
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    const visitor = portal.browser();
    const page = await visitor.get(link);
    const cancel = page.document.querySelectorAll("main form")[1]?.getAttribute("action");
    expect(cancel).toBe(`${link}/cancel`);
    const cancelled = await visitor.post(cancel!);
    expect([cancelled.status, cancelled.location]).toEqual([303, "/register?cancelled"]);
    expect(accountsOf(portal, "P0018")).toEqual([]);
    expect((await visitor.post(link)).status).toBe(410);
    expect((await visitor.post(cancel!)).status).toBe(410);
    expect((await visitor.signIn(manon.identifier, newPassword)).status).toBe(422);
    expect((await visitor.get(invitation)).status).toBe(200);
    expect(factsOf(portal, "P0018").at(-1)).toMatchObject({ kind: "account.annulled", actor: "member" });
    expect(outboundOf(portal, "P0018")).toEqual([]);
  });

  test("cannot be cancelled once it is confirmed, nor by another kind of link", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    const invitation = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
    await portal.browser().post(link);
    for (const path of [`${link}/cancel`, `${invitation}/cancel`, "/activate/none/cancel"])
      expect((await portal.browser().post(path)).status).toBe(410);
    expect(accountsOf(portal, "P0018")).toMatchObject([{ status: "active" }]);
    expect((await portal.browser().get(invitation)).status).toBe(200);
  });

  test("of twenty who confirm and cancel at once, one has its way", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    const pages = await Promise.all(
      Array.from({ length: 20 }, (_, index) => portal.browser().post(index % 2 ? link : `${link}/cancel`)),
    );
    expect(pages.filter(({ status }) => status === 303)).toHaveLength(1);
    const done = pages.find(({ status }) => status === 303)!.location;
    expect(accountsOf(portal, "P0018")).toHaveLength(done === "/login?confirmed" ? 1 : 0);
  });
});

describe("1.4 and 2.5 the fields:", () => {
  test.each([
    ["the member number", "10000018"],
    ["the number with spaces", " 1000 0018 "],
    ["the social security number", "2030459350188"],
    ["the social security number as it is printed", "2 03 04 59 350 188 XX"],
  ])("2.5a %s is taken", async (_, typed) => {
    const portal = await startPortal();
    const { nirKey } = await import("../../lib/nir.ts");
    const identifier = typed.replace("XX", nirKey("2030459350188"));
    expect((await register(portal, { ...manon, identifier })).status).toBe(303);
    expect(accountsOf(portal, "P0018")).toHaveLength(1);
  });

  test.each([
    ["nothing", ""],
    ["spaces", "   "],
    ["too short", "12345"],
    ["14 characters", "20304593501881"],
    ["a social security number whose key is wrong", "203045935018801"],
    ["an e-mail address", "manon@demo.example"],
    ["signs", "1000001\u0008"],
    ["a piece of SQL", "10000018' OR '1'='1"],
    ["a text without end", "1".repeat(200)],
  ])("2.5a %s is no number", async (_, identifier) => {
    const portal = await startPortal();
    const page = await register(portal, { ...manon, identifier });
    expect([page.status, summary(page)]).toEqual([422, ["#identifier"]]);
  });

  test.each([
    ["11", "04", "2003"],
    ["11", "avril", "2003"],
    ["11", "avr.", "2003"],
    ["11", "April", "2003"],
    ["１１", "４", "２００３"],
  ])("2.5b the birth date %s %s %s is understood", async (birthDay, birthMonth, birthYear) => {
    const portal = await startPortal();
    await register(portal, { ...manon, birthDay, birthMonth, birthYear });
    expect(accountsOf(portal, "P0018")).toHaveLength(1);
  });

  test.each([
    ["31", "2", "2003", ["#birthDay"]],
    ["29", "2", "2003", ["#birthDay"]],
    ["", "", "", ["#birthDay", "#birthMonth", "#birthYear"]],
    ["11", "", "2003", ["#birthMonth"]],
    ["11", "13", "2003", ["#birthMonth"]],
    ["11", "4", "03", ["#birthYear"]],
    ["24", "11", "2026", ["#birthYear"]],
    ["11", "4", "1895", ["#birthYear"]],
    ["1".repeat(30), "4", "2003", ["#birthDay"]],
  ])("2.5b the date %s/%s/%s is impossible, and only the faulty box is named", async (...typed) => {
    const [birthDay, birthMonth, birthYear, faulty] = typed;
    const portal = await startPortal();
    const page = await register(portal, { ...manon, birthDay, birthMonth, birthYear });
    expect([page.status, summary(page)]).toEqual([422, faulty]);
    expect(page.document.querySelectorAll("[aria-invalid]")).toHaveLength(faulty.length);
  });

  test("2.5b today is a birth date, tomorrow is none", async () => {
    const portal = await startPortal();
    const today = { ...farid, birthDay: "23", birthMonth: "11", birthYear: "2026" };
    expect((await register(portal, today)).status).toBe(303);
    expect((await register(portal, { ...today, birthDay: "24" })).status).toBe(422);
  });

  test("2.5c the mobile number may be left out", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, mobile: " " });
    expect(accountsOf(portal, "P0018")).toMatchObject([{ mobile: null }]);
  });

  test.each([
    ["06 12 34 56 78", "+33612345678"],
    ["+32 470 12 34 56", "+32470123456"],
    ["0692 12 34 56", "+262692123456"],
  ])("2.5c the mobile number %s is kept in its international form", async (mobile, kept) => {
    const portal = await startPortal();
    await register(portal, { ...manon, mobile, alertSms: "on" });
    expect(accountsOf(portal, "P0018")).toMatchObject([{ mobile: kept }]);
  });

  test.each([
    { alertSms: "on" },
    { alertSms: "on", mobile: " " },
    { mobile: "0320123456" },
    { mobile: "x".repeat(41) },
    { mobile: "12", alertSms: "on" },
  ])("2.5c with %o the mobile number is asked for", async (fields) => {
    const portal = await startPortal();
    const page = await register(portal, { ...manon, ...fields });
    expect([page.status, summary(page)]).toEqual([422, ["#mobile"]]);
  });

  test.each([
    ["Abcde1!", false],
    ["abcdef1!", false],
    ["Abcdefg!", false],
    ["Abcdefg1", false],
    ["Motdepasse1!", false],
    ["X-10000018-y", false],
    ["X-11042003-y", false],
    ["Le-grand-Manon-1", false],
    ["Éàbcde1!", true],
    ["Kzbcdef1!", true],
    [`Une longue phrase ${"très ".repeat(15)}secrète 1`, true],
  ])("2.5d the password %s: %o", async (password, good) => {
    const portal = await startPortal();
    const page = await register(portal, { ...manon, password });
    expect(page.status).toBe(good ? 303 : 422);
    if (!good) expect(summary(page)).toEqual(["#password"]);
    expect(page.text).not.toContain(password);
  });

  test.each([
    "",
    "manon",
    "manon@demo",
    "a@x.fr,b@x.fr",
    "Manon <manon@demo.example>",
    "manon@demo.example\r\nBcc: evil@evil.example",
    "mañon@demo.example",
    "man\u200bon@demo.example",
    "ｍanon@demo.example",
    `${"a".repeat(5_000)}@x.fr`,
  ])("2.5e the e-mail %j is refused", async (email) => {
    const portal = await startPortal();
    const page = await register(portal, { ...manon, email });
    expect([page.status, summary(page)]).toEqual([422, ["#email"]]);
  });

  test("2.5e six choices stand apart, none is ticked, and neither is the charter", async () => {
    const portal = await startPortal();
    const page = await portal.browser().get("/register");
    for (const name of [...choices, "charter"]) {
      const boxes = page.document.querySelectorAll(`input[type=checkbox][name=${name}]`);
      expect([name, boxes.length, boxes[0]?.hasAttribute("checked")]).toEqual([name, 1, false]);
    }
  });

  test("2.5e each choice is proven apart, once the account is its owner's and not before", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, newsletterMutuelle: "on", alertEmail: "on" });
    expect(factsOf(portal, "P0018").map(({ kind }) => kind)).toEqual(["registration.received", "charter.accepted"]);
    portal.advance({ hours: 5 });
    await portal.browser().post(confirmationLink(portal, ofManon));
    const given = factsOf(portal, "P0018").filter(({ kind }) => kind === "consent.given");
    const words = expect.stringMatching(/^[\da-f]{64}$/);
    expect(given.map(({ details, at }) => [details, at])).toEqual(
      ["newsletterMutuelle", "alertEmail"].map((list) => [
        { list, channel: "opening", language: "fr", words },
        Math.floor(portal.clock() / 1000),
      ]),
    );
  });

  test("2.5e the charter alone agrees to nothing else", async () => {
    const portal = await startPortal();
    await openManon(portal);
    expect(factsOf(portal, "P0018").filter(({ kind }) => kind.startsWith("consent."))).toEqual([]);
  });

  test.each([
    ["absent", []],
    ["empty", [["charter", ""]]],
    ["of another value", [["charter", "true"]]],
    [
      "sent twice",
      [
        ["charter", "on"],
        ["charter", "on"],
      ],
    ],
  ] as [string, [string, string][]][])("with the charter %s nothing is kept", async (_, charter) => {
    const portal = await startPortal();
    const before = counts(portal);
    const { charter: _ticked, ...fields } = manon;
    const page = await portal.browser().post("/register", [...Object.entries(fields), ...charter]);
    await settled();
    expect([page.status, summary(page)]).toEqual([422, ["#charter"]]);
    expect(counts(portal)).toEqual(before);
  });

  test.each(choices)("the box %s takes no other value", async (name) => {
    const portal = await startPortal();
    const page = await register(portal, { ...manon, [name]: "yes", mobile: "0612345678" });
    expect([page.status, summary(page)]).toEqual([422, [`#${name}`]]);
  });
});

describe("1.6 an incomplete form is null:", () => {
  test("with nothing filled in, each field is named at once, and nothing is kept", async () => {
    const portal = await startPortal();
    const before = counts(portal);
    const page = await register(portal, {});
    expect(page.status).toBe(422);
    expect(summary(page)).toEqual([
      "#identifier",
      "#birthDay",
      "#birthMonth",
      "#birthYear",
      "#email",
      "#password",
      "#charter",
    ]);
    expect(page.document.title).toMatch(/^Erreur – Créer mon compte/);
    expect(counts(portal)).toEqual(before);
  });

  test("what was typed is kept, but for the password", async () => {
    const portal = await startPortal();
    const page = await register(portal, { ...manon, email: "faulty", mobile: "06 12", offers: "on" });
    const value = (id: string) => page.document.getElementById(id)?.getAttribute("value");
    expect(["identifier", "birthDay", "birthMonth", "birthYear", "email", "mobile"].map(value)).toEqual([
      "10000018",
      "11",
      "4",
      "2003",
      "faulty",
      "06 12",
    ]);
    expect(page.document.getElementById("offers")?.hasAttribute("checked")).toBe(true);
    expect(page.document.getElementById("charter")?.hasAttribute("checked")).toBe(true);
    expect(page.document.getElementById("newsletterSmeno")?.hasAttribute("checked")).toBe(false);
    expect(value("password")).toBeNull();
    expect(page.text).not.toContain(newPassword);
  });

  test("markup typed in a field comes back as typed and nothing more", async () => {
    const portal = await startPortal();
    const typed = `"><img src=x onerror=alert(1)>{{7*7}}`;
    const page = await register(portal, { ...manon, identifier: typed, guardianName: typed, email: typed });
    expect(page.status).toBe(422);
    expect(page.document.querySelector("main img")).toBeNull();
    expect(page.document.getElementById("identifier")?.getAttribute("value")).toBe(typed);
  });

  test.each([
    ["each field twice", Object.entries(manon).flatMap((field) => [field, field]) as [string, string][]],
    ["lists", Object.entries(manon).map(([name, value]) => [`${name}[]`, value]) as [string, string][]],
    ["a prototype", [["__proto__[status]", "active"], ...Object.entries(manon).slice(1)] as [string, string][]],
  ])("%s make a faulty form, not a failure", async (_, fields) => {
    const portal = await startPortal();
    const before = counts(portal);
    expect((await portal.browser().post("/register", fields)).status).toBe(422);
    expect(counts(portal)).toEqual(before);
  });

  test("extra fields choose nothing: not the person, not the state, not the address", async () => {
    const portal = await startPortal();
    await register(portal, {
      ...manon,
      memberId: "P0001",
      status: "active",
      passwordHash: "x",
      emailOnFile: "evil@evil.example",
      "__proto__[status]": "active",
    });
    expect(accountsOf(portal, "P0018")).toMatchObject([{ status: "unconfirmed", email: ofManon }]);
    expect(kindsTo(portal, "evil@evil.example")).toEqual([]);
  });

  test("a form from another site is refused", async () => {
    const portal = await startPortal();
    const page = await portal
      .browser()
      .post("/register", manon, { origin: "https://evil.example", "sec-fetch-site": "cross-site" });
    expect(page.status).toBe(403);
    expect(count(portal, "deferred")).toBe(0);
  });
});

describe("what is kept", () => {
  test("the charter: version, hash, time of the form and address, even when the mail is written later", async () => {
    const portal = await startPortal();
    const at = Math.floor(portal.clock() / 1000);
    await register(portal, manon, "203.0.113.9");
    const { number: version, sha256 } = currentCharter(portal.db, portal.clock);
    expect(factsOf(portal, "P0018")).toEqual([
      { kind: "registration.received", actor: "visitor", at, details: { at, address: "203.0.113.9" } },
      {
        kind: "charter.accepted",
        actor: "visitor",
        at,
        details: { version, sha256, at, address: "203.0.113.9" },
      },
    ]);
  });

  test("5.4 from the opening, and not before, statements no longer come by post: the back office is told once", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    expect(outboundOf(portal, "P0018")).toEqual([]);
    portal.advance({ hours: 20 });
    const link = confirmationLink(portal, ofManon);
    await portal.browser().post(link);
    await portal.browser().post(link);
    expect(outboundOf(portal, "P0018")).toEqual([
      { entity: "preferences_papier", row: { personne_id: "P0018", papier: "N", date_effet: "2026-11-24" } },
    ]);
    const visitor = portal.browser();
    await visitor.signIn(manon.identifier, newPassword);
    expect((await visitor.get("/account/activity")).text).toContain("Fin de vos relevés par la poste");
  });

  test("neither the password nor a token is in the base, in a mail or in the log", async () => {
    const portal = await startPortal();
    await portal.browser().post("/register", manon);
    const dump = () => Buffer.from(portal.db.$client.serialize()).toString("latin1");
    expect(count(portal, "deferred")).toBe(1);
    expect(dump()).not.toContain(newPassword);
    await settled();
    const token = confirmationLink(portal, ofManon).slice("/activate/".length);
    expect(token).toHaveLength(43);
    expect(dump()).not.toContain(newPassword);
    expect(dump()).not.toContain(token);
    expect(JSON.stringify(portal.mailsTo(ofManon))).not.toContain(newPassword);
    await portal.browser().post(`/activate/${token}`);
    const log = JSON.stringify(portal.logged);
    for (const secret of [newPassword, token, ofManon, manon.identifier]) expect(log).not.toContain(secret);
  });

  test("the link of the mail leads to the portal's own address, whatever the request says", async () => {
    const portal = await startPortal();
    await portal.browser().post("/register", manon, { host: "evil.example", "x-forwarded-host": "evil.example" });
    await settled();
    expect(JSON.stringify(portal.mailsTo(ofManon))).not.toContain("evil.example");
    expect(confirmationLink(portal, ofManon)).not.toBe("");
  });

  test("the language of the page is the language of the mail and of the account", async () => {
    const portal = await startPortal();
    const visitor = portal.browser();
    await visitor.get("/register?lang=en");
    await visitor.post("/register", manon);
    await settled();
    expect(portal.mailsTo(ofManon)[0]?.text).toContain("confirm your registration:");
    expect(accountsOf(portal, "P0018")).toMatchObject([{ language: "en" }]);
  });

  test("a request that a crash left behind is looked at after the start", async () => {
    const portal = await startPortal();
    await portal.browser().post("/register", manon);
    portal.advance({ hours: 1 });
    await settled();
    expect(factsOf(portal, "P0018")[1]).toMatchObject({ details: { at: Math.floor(portal.clock() / 1000) - 3600 } });
    expect((await portal.browser().post(confirmationLink(portal, ofManon))).status).toBe(303);
  });
});

describe("limits", () => {
  test("from one address, 20 requests an hour; the next is asked to wait, whoever it names", async () => {
    const portal = await startPortal();
    for (let index = 0; index < 20; index++) {
      const page = await register(portal, { ...manon, identifier: `9000000${index}`, email: `x${index}@x.example` });
      expect(page.status).toBe(303);
    }
    for (const fields of [manon, { ...manon, identifier: "99999999" }]) {
      const page = await register(portal, fields);
      expect(page.status).toBe(429);
      expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(accountsOf(portal, "P0018")).toEqual([]);
    expect((await register(portal, manon, "127.0.0.2")).status).toBe(303);
  });

  test("a forwarded address that anybody may write changes nothing", async () => {
    const portal = await startPortal();
    const sent = (index: number) =>
      portal
        .browser()
        .post("/register", { ...manon, identifier: "99999999" }, { "x-forwarded-for": `203.0.113.${index}` });
    for (let index = 0; index < 20; index++) await sent(index);
    expect((await sent(21)).status).toBe(429);
    await settled();
  });

  test("to one mailbox, five mails an hour, and the answer says nothing of it", async () => {
    const portal = await startPortal();
    const victim = "victim@personal.example";
    for (let index = 0; index < 40; index++) {
      const page = await register(
        portal,
        { ...manon, identifier: `9000000${index}`, email: index % 2 ? victim : victim.toUpperCase() },
        `127.0.1.${index}`,
      );
      expect([page.status, page.location]).toEqual([303, "/register?sent"]);
    }
    expect(portal.mailsTo(victim).length + portal.mailsTo(victim.toUpperCase()).length).toBe(5);
    portal.advance({ hours: 1, seconds: 1 });
    await register(portal, { ...manon, identifier: "99999999", email: victim }, "127.0.2.1");
    expect(portal.mailsTo(victim).length + portal.mailsTo(victim.toUpperCase()).length).toBe(6);
  });

  test("a request whose mail is not sent changes nothing: the link of the last mail and its password stay good", async () => {
    const portal = await startPortal();
    for (let index = 0; index < 8; index++) await register(portal, { ...manon, password: `Colza-Bleu-7${index}!` });
    expect(kindsTo(portal, ofManon)).toHaveLength(5);
    await portal.browser().post(confirmationLink(portal, ofManon));
    expect((await portal.browser().signIn(manon.identifier, "Colza-Bleu-74!")).location).toBe("/dashboard");
  });
});

test("who is signed in is led to the dashboard", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  expect((await alice.get("/register")).location).toBe("/dashboard");
});

test("the sign-in page leads to the form, and the form back", async () => {
  const portal = await startPortal();
  const login = await portal.browser().get("/login");
  expect(login.document.querySelector('main a[href="/register"]')).not.toBeNull();
  const page = await portal.browser().get("/register");
  expect(page.document.querySelector('main a[href="/login"]')).not.toBeNull();
  const tokens = [...page.document.querySelectorAll("main input[autocomplete]")].map((box) => [
    box.id,
    box.getAttribute("autocomplete"),
  ]);
  expect(Object.fromEntries(tokens)).toMatchObject({
    identifier: "username",
    birthDay: "bday-day",
    birthMonth: "bday-month",
    birthYear: "bday-year",
    email: "email",
    mobile: "tel",
    password: "new-password",
  });
});

test("1.4 an address that is not on file is checked once, whatever is typed in between", async () => {
  const portal = await startPortal();
  for (const email of [emma.email, "other@personal.example", emma.email, "OTHER@personal.example"])
    await register(portal, { ...emma, email });
  const checks = portal.db.$client.prepare("SELECT count(*) FROM cases WHERE kind = 'email_check'").pluck().get();
  expect(checks).toBe(2);
});

test("1.2 the owner of a blocked account is told that it is blocked, not to choose a password", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE accounts SET status = 'frozen' WHERE member_id = 'P0001'");
  const known = { ...emma, identifier: "10000001", birthDay: "14", birthMonth: "3", birthYear: "2002" };
  await register(portal, { ...known, email: "alice@demo.example" });
  const [mail, ...others] = portal.mailsTo("alice@demo.example");
  expect([mail?.kind, others]).toEqual(["registration.existing", []]);
  expect(mail?.text).toContain("appelez le 09 72 67 60 00");
  expect(mail?.text).not.toContain("/password/forgot");
});
