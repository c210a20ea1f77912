import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { deleteAccount } from "../../domain/account-deletion.ts";
import { findAccount } from "../../domain/accounts.ts";
import { openOutbound } from "../../domain/outbound.ts";
import { exportFeed } from "../../feeds/export.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";
import { bank, factsOf, goodIban, isOnDisk, linkTo, otherIban, password, rowsOf, statesOf } from "./changes-kit.ts";

const mailbox = "alice@demo.example";

async function alicesPortal() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  return { portal, alice };
}

const sentRows = ({ db, seal }: Portal) =>
  (
    db.$client.prepare("SELECT content_sealed FROM outbound WHERE entity = 'changements'").pluck().all() as Buffer[]
  ).map((sealed) => openOutbound(seal, sealed));

const exported = (portal: Portal) =>
  exportFeed(portal, `${portal.dataDir}/outbox`).flatMap(({ files }) =>
    files.filter(({ name }) => name.startsWith("changements_")).map(({ rows }) => rows),
  );

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();

describe("the request", () => {
  test("D10b waits for 72 hours, shows no whole number anywhere, and then leaves", async () => {
    const { portal, alice } = await alicesPortal();
    const posted = await alice.post(urls.dossierBank, { ...bank, iban: "fr76 3000 4001 2300 0004 5678 904" });
    expect(posted.location).toBe(`${urls.changes}?done=asked`);
    const list = await alice.follow(posted);
    expect(flat(list.document.querySelector("section")?.textContent)).toContain(
      "FR76 •••• 904, titulaire : Alice Lefèvre",
    );
    const pages = [
      list,
      await alice.get(urls.dossier),
      await alice.get(urls.dossierBank),
      await alice.get(urls.changes),
    ];
    for (const { text } of pages) expect(text.replace(/\s/g, "")).not.toContain("30004001");
    expect(isOnDisk(portal, goodIban)).toBe(false);
    expect(JSON.stringify([portal.mailsTo(mailbox), factsOf(portal), portal.logged])).not.toMatch(/FR76|30004001|••••/);
    expect(sentRows(portal)).toEqual([
      expect.objectContaining({
        type: "coordonnees_bancaires",
        usage: "prestations_amc",
        iban: goodIban,
        bic: "",
        titulaire: "Alice Lefèvre",
      }),
    ]);

    portal.advance({ hours: 71, minutes: 59, seconds: 59 });
    expect(exported(portal)).toEqual([]);
    portal.advance({ seconds: 1 });
    expect(exported(portal)).toEqual([1]);
  });

  test("D10b uses are kept apart: one open request each", async () => {
    const { portal, alice } = await alicesPortal();
    for (const usage of ["amo", "amc", "contributions"])
      expect((await alice.post(urls.dossierBank, { ...bank, usage })).status).toBe(303);
    expect(rowsOf(portal).map(({ usage }) => usage)).toEqual(["amo", "amc", "contributions"]);
    expect(sentRows(portal).map(({ usage }) => usage)).toEqual(["prestations_amo", "prestations_amc", "cotisations"]);
    expect((await alice.post(urls.dossierBank, { ...bank, usage: "amo", iban: otherIban })).status).toBe(409);
    expect(sentRows(portal)).toHaveLength(3);
  });

  test("all that is wrong is said at once, and the holder begins in Latin letters", async () => {
    const { portal, alice } = await alicesPortal();
    const faulty = ({ document }: Page) =>
      [...document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
    const typed = { usage: "none", iban: "FR76", bic: "X", holder: "😀 Alice", password: "" };
    const page = await alice.post(urls.dossierBank, typed);
    expect([page.status, faulty(page)]).toEqual([422, ["#usage", "#iban", "#bic", "#holder", "#password"]]);
    expect(page.document.querySelector("#holder-error")?.textContent).toContain("caractère 😀");
    const empty = await alice.post(urls.dossierBank, {});
    expect(faulty(empty)).toEqual(["#usage", "#iban", "#holder", "#password"]);
    const contact = await alice.post(urls.dossierContact, { email: "x", mobile: "06", password: "" });
    expect(faulty(contact)).toEqual(["#email", "#mobile", "#password"]);
    const address = await alice.post(urls.dossierAddress, { line1: "x".repeat(300), line3: "😀", line6: "Lille" });
    expect(faulty(address)).toEqual(["#line1", "#line3", "#line4", "#line6"]);
    portal.db.$client.exec("UPDATE members SET usual_name = '王', first_names = '小明' WHERE member_id = 'P0001'");
    const form = await alice.get(urls.dossierBank);
    expect(form.document.querySelector("#holder")?.getAttribute("value")).toBe("Xiaoming Wang");
  });

  test("of twenty at once one is kept", async () => {
    const { portal, alice } = await alicesPortal();
    const session = alice.cookies.get("session")!;
    const browsers = Array.from({ length: 20 }, () => {
      const browser = portal.browser();
      browser.cookies.set("session", session);
      return browser;
    });
    const pages = await Promise.all(browsers.map((browser) => browser.post(urls.dossierBank, bank)));
    expect(pages.filter(({ status, location }) => status === 303 && location?.includes("asked"))).toHaveLength(1);
    // The others were refused, slowed down as passwords are, or lost the session that the first one renewed.
    expect(pages.every(({ status }) => [303, 409, 429].includes(status))).toBe(true);
    expect(statesOf(portal)).toEqual(["pending"]);
  });

  test("the mail cancels it until it leaves, for whoever holds the mailbox, and once", async () => {
    for (const [wait, status] of [
      [{ hours: 71, minutes: 59, seconds: 59 }, 303],
      [{ hours: 72 }, 410],
      [{ hours: 72, seconds: 1 }, 410],
    ] as const) {
      const { portal, alice } = await alicesPortal();
      await alice.post(urls.dossierBank, bank);
      const stop = linkTo(portal, mailbox, "change.alert", "/dossier/stop");
      portal.advance(wait);
      const visitor = portal.browser("127.0.0.8");
      expect((await visitor.get(stop)).status).toBe(status === 303 ? 200 : 410);
      expect(statesOf(portal)).toEqual(["pending"]);
      const done = await visitor.post(stop);
      expect(done.status).toBe(status);
      expect(statesOf(portal)).toEqual([status === 303 ? "cancelled" : "pending"]);
      if (status !== 303) continue;
      expect((await visitor.follow(done)).status).toBe(200);
      expect(portal.mailsTo(mailbox).at(-1)?.kind).toBe("change.cancelled");
      expect((await visitor.post(stop)).status).toBe(410);
      expect(exported(portal)).toEqual([]);
      portal.advance({ days: 4 });
      expect(exported(portal)).toEqual([]);
    }
  });

  test("a link with one character changed, or of another kind, cancels nothing", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierBank, bank);
    const stop = linkTo(portal, mailbox, "change.alert", "/dossier/stop");
    const freeze = linkTo(portal, mailbox, "change.alert", "/help/credentials/freeze");
    const other = stop.slice(0, -2) + (stop.at(-2) === "A" ? "B" : "A") + stop.at(-1);
    for (const wrong of [other, freeze.replace("/help/credentials/freeze", "/dossier/stop"), "/dossier/stop/x"])
      expect((await portal.browser().post(wrong)).status).toBe(410);
    expect((await portal.browser().post(stop.replace("/dossier/stop", "/help/credentials/freeze"))).status).toBe(410);
    expect(statesOf(portal)).toEqual(["pending"]);
  });

  test("the page cancels it too, and “it was not me” does with all the rest", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierBank, bank);
    await alice.post(urls.cancelChange(rowsOf(portal)[0]!.change_id));
    await alice.post(urls.dossierBank, bank);
    await portal.browser("127.0.0.9").post(linkTo(portal, mailbox, "change.alert", "/help/credentials/freeze"));
    expect(statesOf(portal)).toEqual(["cancelled", "cancelled"]);
    expect(sentRows(portal)).toEqual([]);
  });
});

describe("the form", () => {
  test("has the uses of the person's situation, and takes no other", async () => {
    const portal = await startPortal();
    const uses = async (memberId: string) => {
      const browser = await signInAs(portal, memberId);
      const { document } = await browser.get(urls.dossierBank);
      return [...document.querySelectorAll("input[name=usage]")].map((input) => input.getAttribute("value"));
    };
    expect(await uses("P0001")).toEqual(["amo", "amc", "contributions"]);
    expect(await uses("P0002")).toEqual(["amo"]);
    expect(await uses("P0003")).toEqual(["amc", "contributions"]);
    const bob = await signInAs(portal, "P0002");
    const page = await bob.post(urls.dossierBank, { ...bank, usage: "contributions" });
    expect([page.status, rowsOf(portal, "P0002")]).toEqual([422, []]);
    expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe("#usage");
  });

  test.each([
    ["iban", "FR7630004001230000045678960", "ne va pas"],
    ["iban", "FR76 3000 4001", "nombre de caractères"],
    ["iban", "TR330006100519786457841326", "SEPA"],
    ["iban", "30004001230000045678904", "2 lettres"],
    ["iban", "", "remplissez"],
    ["iban", "FR76😀0004001230000045678904", "ne va pas"],
    ["bic", "AGRI", "8 ou 11"],
    ["holder", "1234", "en lettres"],
    ["usage", "rent", "réponses proposées"],
    ["usage", "", "réponses proposées"],
    ["password", "", "remplissez"],
    ["password", "Faux-2026!", "mot de passe actuel"],
  ])("bad input: %s = %j is told beside it, what was typed is kept", async (name, value, told) => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post(urls.dossierBank, { ...bank, [name]: value });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe(`#${name}`);
    expect(flat(page.document.querySelector(`#${name}-error`)?.textContent)).toContain(told);
    if (name !== "holder") expect(page.document.querySelector("#holder")?.getAttribute("value")).toBe(bank.holder);
    if (name === "iban") expect(page.document.querySelector("#iban")?.getAttribute("value") ?? "").toBe(value);
    expect(page.document.querySelector("#password")?.getAttribute("value")).toBeNull();
    expect(rowsOf(portal)).toEqual([]);
  });

  test("the account that is used already is refused, for that use alone", async () => {
    const { portal, alice } = await alicesPortal();
    const known = portal.db.$client
      .prepare<[], Buffer>(
        "SELECT iban_sealed FROM bank_accounts WHERE member_id = 'P0001' AND usage = 'prestations_amc'",
      )
      .pluck()
      .get()!;
    const iban = portal.seal.open("bank_accounts.iban", known);
    const page = await alice.post(urls.dossierBank, { ...bank, iban });
    expect([page.status, flat(page.document.querySelector("#iban-error")?.textContent)]).toEqual([
      422,
      expect.stringContaining("déjà le compte"),
    ]);
  });

  test("a number is never in the address, and never comes back after the session ended", async () => {
    const { portal, alice } = await alicesPortal();
    portal.advance({ minutes: 10 });
    const refused = await alice.post(urls.dossierBank, bank, { referer: `${portal.config.origin}${urls.dossierBank}` });
    expect(refused.location).not.toMatch(/FR76/);
    await alice.signIn("alice");
    const { document, text } = await alice.get(urls.dossierBank);
    expect(document.querySelector("#usage-amc")?.hasAttribute("checked")).toBe(true);
    expect(text).not.toContain("30004001");
  });
});

describe("within 72 hours of a change of credentials it is refused, with the time when it will be possible", () => {
  async function expectPause(portal: Portal, password: string) {
    const { now } = { now: portal.clock() };
    const tried = async () => {
      const alice = portal.browser();
      await alice.signIn("alice", password);
      const page = await alice.get(urls.dossierBank);
      return { page, posted: await alice.post(urls.dossierBank, { ...bank, password }) };
    };
    portal.setTime(now + (72 * 3600 - 1) * 1000);
    const early = await tried();
    expect([early.page.status, early.posted.status]).toEqual([200, 409]);
    for (const page of [early.page, early.posted]) {
      expect(page.document.querySelector("form[action='/dossier/bank']")).toBeNull();
      expect(flat(page.document.querySelector("main")?.textContent)).toContain("26 novembre 2026 à 09:00");
    }
    portal.setTime(now + 72 * 3600 * 1000);
    expect((await tried()).posted.status).toBe(303);
  }

  test("a new password", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.accountPassword, { currentPassword: password, password: "Autre-2026!" });
    await expectPause(portal, "Autre-2026!");
  });

  test("a recovery", async () => {
    const { portal } = await alicesPortal();
    await portal.browser().post(urls.forgot, { identifier: "10000001" });
    await new Promise(setImmediate);
    await portal
      .browser()
      .post(linkTo(portal, mailbox, "password.reset", "/password/reset"), { password: "Autre-2026!" });
    await expectPause(portal, "Autre-2026!");
  });

  test("a new e-mail address, from its confirmation on", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierContact, { email: "neuve@demo.example", password });
    // Asked for and not confirmed, it is no change yet.
    expect((await alice.get(urls.dossierBank)).document.querySelector("#iban")).not.toBeNull();
    await alice.post(linkTo(portal, "neuve@demo.example", "change.link", "/dossier/email"));
    await expectPause(portal, password);
  });

  test("an account that replaces another; the first one begins without a pause", async () => {
    const { portal, alice } = await alicesPortal();
    expect((await alice.post(urls.dossierBank, bank)).status).toBe(303);
    write(portal.db, () =>
      deleteAccount(portal, findAccount(portal, "P0001")!, { kind: "account.replaced", actor: "staff", by: "lost" }),
    );
    await signInAs(portal, "P0002");
    portal.db.$client.exec(`
      INSERT INTO accounts (id, member_id, status, email, created_at, activated_at)
        SELECT 'second', 'P0001', 'active', 'alice@demo.example', ${portal.clock() / 1000}, 1;
      INSERT INTO credentials SELECT 'second', password_hash, ${portal.clock() / 1000} FROM credentials LIMIT 1`);
    await expectPause(portal, password);
  });
});
