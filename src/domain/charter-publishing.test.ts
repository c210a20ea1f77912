import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { longMoment } from "../lib/dates.ts";
import { openBase } from "../platform/base.ts";
import { write } from "../platform/database.ts";
import { findCharter, sha256Of } from "./charter.ts";
import { publishCharter } from "./charter-publishing.ts";
import { verifyEvidence } from "./evidence.ts";

const delivered = (portal: Portal) => findCharter(portal.db, 4)!.text;
const version = { number: 5, effectiveOn: "2027-01-01", text: "# Charte\n\nNouvelle règle.\n" };

/** Accounts of people who are in the base already, as many as are asked for. */
function addAccounts(portal: Portal, count: number): void {
  const { $client } = portal.db;
  const person = $client.prepare(
    `INSERT INTO members (member_id, affiliate_number, birth_name, first_names, birth_date, is_affiliate, is_subscriber,
       version, digest)
     VALUES (?, ?, 'Dupont', 'Camille', '2004-05-06', 1, 0, 1, x'00')`,
  );
  const account = $client.prepare(
    `INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at)
     VALUES (?, ?, 'active', ?, ?, 1, 1)`,
  );
  write(portal.db, () => {
    for (let index = 0; index < count; index++) {
      person.run(`X${index}`, `X${index}`);
      account.run(`x${String(index).padStart(8, "0")}`, `X${index}`, `x${index}@example.fr`, index % 2 ? "en" : "fr");
    }
  });
}

const count = (portal: Portal, sql: string) => portal.db.$client.prepare<[], number>(sql).pluck().get();
const notices = (portal: Portal) => count(portal, "SELECT count(*) FROM charter_notices WHERE number = 5");
const mails = (portal: Portal) => count(portal, "SELECT count(*) FROM mails WHERE kind = 'charter.notified'");
const facts = (portal: Portal, kind: string) =>
  portal.db.$client.prepare<[string], number>("SELECT count(*) FROM evidence WHERE kind = ?").pluck().get(kind);

describe("P7 publishing a version", () => {
  test("keeps the text with its hash, and gives each account a notice, a mail and its proof", async () => {
    const portal = await startPortal();
    const published = await publishCharter(portal, version);
    const sha256 = sha256Of(version.text);
    expect(published).toEqual({ ok: true, value: { told: 3, sha256 } });
    expect(findCharter(portal.db, 5)).toEqual({ ...version, sha256, publishedAt: portal.clock() / 1000 });
    for (const name of ["alice", "bob", "chloe"]) {
      expect(portal.mailsTo(`${name}@demo.example`).map(({ kind }) => kind)).toContain("charter.notified");
    }
    expect([notices(portal), mails(portal), facts(portal, "charter.notified")]).toEqual([3, 3, 3]);
    expect(facts(portal, "charter.published")).toBe(1);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("the mail says what changes, from when, how long it may be contested and how, and how to leave", async () => {
    const portal = await startPortal();
    const text = delivered(portal)
      .replace("Ce lien vit 15 jours.", "Ce lien vit 20 jours.")
      .replace("## 11. Loi applicable", "## 11. Le droit");
    await publishCharter(portal, { ...version, text });
    const mail = portal.mailsTo("alice@demo.example").find(({ kind }) => kind === "charter.notified")!;
    const told = mail.text.replace(/\s+/g, " ");
    expect(mail.subject).toContain("1er janvier 2027");
    expect(told).toContain("Ajouté : 11. Le droit Modifié : 2. Comment s’inscrire Supprimé : 11. Loi applicable");
    expect(told).toContain("/charter/versions/5");
    expect(told).toContain("30 jours");
    expect(told).toContain(longMoment(portal.clock() + 30 * 24 * 3600 * 1000, "fr"));
    expect(told).toContain("/charter/contest");
    expect(told).toContain("/account/delete");
    expect(told).toContain("oppositioncnil@smeno.fr");
    expect(told).toContain("Il n’est pas possible de s’y désabonner");
  });

  test.each([
    ["2026-12-01", 4],
    ["2026-12-31", 4],
    ["2027-01-01", 5],
  ])("10.1 a version of %s is compared with version %i, in force the day before", async (effectiveOn, previous) => {
    const portal = await startPortal();
    const text = (word: string) => delivered(portal).replace("Ce lien vit 15 jours.", word);
    await publishCharter(portal, { number: 5, effectiveOn: "2026-12-31", text: text("Ce lien vit 20 jours.") });
    await publishCharter(portal, {
      number: 6,
      effectiveOn,
      text: text("Ce lien vit 20 jours.").replace("## 11. Loi applicable", "## 11. Le droit"),
    });
    const mail = portal.mailsTo("alice@demo.example").findLast(({ kind }) => kind === "charter.notified")!;
    const told = mail.text.replace(/\s+/g, " ");
    expect(told).toContain(`à la place de la version ${previous}.`);
    expect(told.includes("Modifié : 2. Comment s’inscrire")).toBe(previous === 4);
    const page = await portal.browser().get("/charter/versions/6");
    expect(page.document.querySelector("#changes")?.textContent).toContain(`version ${previous}`);
  });

  test("a frozen account is told; one that was never usable is not", async () => {
    const portal = await startPortal();
    const { $client } = portal.db;
    $client.exec("UPDATE accounts SET status = 'frozen' WHERE email = 'bob@demo.example'");
    $client.exec("UPDATE accounts SET status = 'unconfirmed', activated_at = 0 WHERE email = 'chloe@demo.example'");
    expect(await publishCharter(portal, version)).toMatchObject({ value: { told: 2 } });
    expect(portal.mailsTo("chloe@demo.example")).toEqual([]);
  });

  test.each([
    ["the number of the last one", { number: 4 }, "notAbove"],
    ["a number below it", { number: 3 }, "notAbove"],
    ["a day that is past in Paris", { effectiveOn: "2026-11-22" }, "past"],
  ])("refuses %s", async (_what, change, fault) => {
    const portal = await startPortal();
    expect(await publishCharter(portal, { ...version, ...change })).toEqual({ ok: false, fault });
    expect([count(portal, "SELECT count(*) FROM charter_versions"), mails(portal)]).toEqual([1, 0]);
  });

  test("refuses the delivered version: it was announced to nobody, and is not now", async () => {
    const portal = await startPortal();
    const same = { number: 4, effectiveOn: "2016-04-18", text: delivered(portal) };
    expect(await publishCharter(portal, same)).toEqual({ ok: false, fault: "notAbove" });
  });

  test("today is soon enough", async () => {
    const portal = await startPortal();
    expect(await publishCharter(portal, { ...version, effectiveOn: "2026-11-23" })).toMatchObject({ ok: true });
  });

  test("the same again tells nobody twice, even after its day; another text or day under its number is refused", async () => {
    const portal = await startPortal();
    await publishCharter(portal, version);
    portal.advance({ days: 60 });
    expect(await publishCharter(portal, version)).toMatchObject({ value: { told: 0 } });
    expect([notices(portal), mails(portal), facts(portal, "charter.published")]).toEqual([3, 3, 1]);
    const other = { ...version, text: "# Charte\n" };
    expect(await publishCharter(portal, other)).toEqual({ ok: false, fault: "otherText" });
    const later = { ...version, effectiveOn: "2027-02-01" };
    expect(await publishCharter(portal, later)).toEqual({ ok: false, fault: "otherDay" });
  });

  test("a run cut short is continued by the same command: one notice and one mail each", async () => {
    const portal = await startPortal();
    addAccounts(portal, 300);
    let rounds = 0;
    const cut = publishCharter(portal, version, () => {
      if (++rounds === 3) throw new Error("cut");
    });
    await expect(cut).rejects.toThrow("cut");
    const first = notices(portal)!;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(303);
    expect(await publishCharter(portal, version)).toMatchObject({ value: { told: 303 - first } });
    expect([notices(portal), mails(portal), facts(portal, "charter.notified")]).toEqual([303, 303, 303]);
    expect(facts(portal, "charter.published")).toBe(1);
  });

  test("two runs at once share the work: one notice and one mail each", async () => {
    const portal = await startPortal();
    addAccounts(portal, 300);
    const other = openBase(portal.config);
    const runs = await Promise.all([publishCharter(portal, version), publishCharter({ ...portal, ...other }, version)]);
    other.db.$client.close();
    const told = runs.map((run) => (run.ok ? run.value.told : -1));
    expect(told[0]! + told[1]!).toBe(303);
    expect([notices(portal), mails(portal), facts(portal, "charter.notified")]).toEqual([303, 303, 303]);
    expect(facts(portal, "charter.published")).toBe(1);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("an account that ends while the others are told stops nothing", async () => {
    const portal = await startPortal();
    addAccounts(portal, 100);
    const deleteSome = () => portal.db.$client.exec("DELETE FROM accounts WHERE id IN (SELECT max(id) FROM accounts)");
    expect(await publishCharter(portal, version, deleteSome)).toMatchObject({ ok: true });
    expect(mails(portal)).toBeGreaterThan(90);
  });

  test("many accounts are told in many short transactions, between which the base is free", async () => {
    const portal = await startPortal();
    addAccounts(portal, 1_000);
    const told: number[] = [];
    const free: boolean[] = [];
    const published = await publishCharter(portal, version, (count) => {
      told.push(count);
      free.push(!portal.db.$client.inTransaction);
    });
    expect(published).toMatchObject({ value: { told: 1_003 } });
    expect(told.length).toBeGreaterThan(30);
    expect(free).not.toContain(false);
  });
});
