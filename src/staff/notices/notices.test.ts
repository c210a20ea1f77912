import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { continueAnnouncing, isAnnouncing, publishInBackground } from "../../domain/announcing.ts";
import { findCharter } from "../../domain/charter.ts";
import { keepVersion } from "../../domain/charter-publishing.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";

const main = ({ document }: Page) => document.querySelector("main")!.textContent.replace(/\s+/g, " ");
const count = ({ db }: Portal, sql: string) => db.$client.prepare<[], number>(sql).pluck().get();

async function settled(portal: Portal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  for (let turn = 0; turn < 1_000; turn++) {
    const waiting = count(portal, "SELECT count(*) FROM notices WHERE finished_at IS NULL");
    if (!isAnnouncing(portal) && waiting === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error("the accounts are still being told");
}

const notice = {
  kind: "interruption",
  ...{ startsDay: "5", startsMonth: "12", startsYear: "2026", startsTime: "22:00" },
  ...{ endsDay: "6", endsMonth: "12", endsYear: "2026", endsTime: "6h" },
  subjectFr: "Travaux de nuit",
  textFr: "Le site sera fermé.\r\n\r\nMerci de votre patience.",
  subjectEn: "Work at night",
  textEn: "The site will be closed.",
  confirm: "on",
};
const version = {
  number: "5",
  ...{ effectiveDay: "1", effectiveMonth: "1", effectiveYear: "2027" },
  text: "# Charte\r\n\r\nNouvelle règle.",
  charterConfirm: "on",
};

describe("8.3 notices", () => {
  test("an admin sends one: every account is told, with proof and a banner, and the page says how far", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const sent = await admin.post(urls.staffNotices, notice);
    expect(sent.location).toBe(`${urls.staffNotices}?done=notice`);
    await settled(portal);
    const page = await admin.follow(sent);
    expect(main(page)).toContain("3 comptes prévenus sur 3");
    expect(main(page)).toContain("par admin@demo.example");
    const mail = portal.mailsTo("alice@demo.example").findLast(({ kind }) => kind === "notice")!;
    expect([mail.subject, mail.text.includes("Merci de votre patience.")]).toEqual(["Travaux de nuit", true]);
    expect(count(portal, "SELECT count(*) FROM evidence WHERE kind = 'notice.told'")).toBe(3);
    expect((await portal.browser().get("/login")).text).toContain("Travaux de nuit");
  });

  test("sent twice, or twenty times at once, nobody is told twice", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    await Promise.all(Array.from({ length: 20 }, () => admin.post(urls.staffNotices, notice)));
    await settled(portal);
    expect(count(portal, "SELECT count(*) FROM notices")).toBe(1);
    expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "notice")).toHaveLength(1);
  });

  test.each([
    ["without confirmation", { confirm: "" }, "confirm"],
    ["an end before the start", { endsDay: "4" }, "endsDay"],
    ["an end that is past", { startsYear: "2025", endsYear: "2025" }, "endsDay"],
    ["no start", { startsDay: "", startsMonth: "", startsYear: "", startsTime: "" }, "startsDay"],
    ["an hour that spring leaves out", { startsDay: "29", startsMonth: "3", startsTime: "02:30" }, "startsTime"],
    ["no English text", { textEn: " " }, "textEn"],
    ["a subject too long", { subjectFr: "x".repeat(121) }, "subjectFr"],
    ["a link to elsewhere", { textFr: "Voir https://evil.example/." }, "textFr"],
    ["an address of somebody else", { subjectFr: "Écrivez à me@evil.example" }, "subjectFr"],
    ["a host alone", { textEn: "Go to evil.example" }, "textEn"],
    ["a social security number", { textEn: "2 99 05 59 350 123 37" }, "textEn"],
    ["a kind there is not", { kind: "party" }, "kind"],
  ])("%s: told beside the field, kept as typed, nobody told", async (_what, change, field) => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const page = await admin.post(urls.staffNotices, { ...notice, ...change });
    expect([page.status, page.document.querySelector(`.errors a[href="#${field}"]`) !== null]).toEqual([422, true]);
    expect(page.document.querySelector(`#${field}`)).not.toBeNull();
    expect(page.document.querySelector("#subjectEn")?.getAttribute("value")).toBe("Work at night");
    expect(count(portal, "SELECT count(*) FROM notices")).toBe(0);
  });
});

describe("P7 the charter", () => {
  test("an admin publishes a version: kept for ever, every account told, the journal says who", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const sent = await admin.post(urls.staffCharter, version);
    expect(sent.location).toBe(`${urls.staffNotices}?done=charter`);
    expect(findCharter(portal.db, 5)?.text).toBe("# Charte\n\nNouvelle règle.\n");
    await settled(portal);
    expect(main(await admin.follow(sent))).toContain("3 comptes prévenus sur 3");
    expect(count(portal, "SELECT count(*) FROM charter_notices WHERE number = 5")).toBe(3);
    const fact = "SELECT details ->> 'staff' FROM evidence WHERE kind = 'charter.published' AND actor = 'staff'";
    expect(portal.db.$client.prepare(fact).pluck().all()).toEqual(["admin@demo.example"]);
    expect((await portal.browser().get("/charter/versions/5")).status).toBe(200);
  });

  test("the very same version published twice, or twenty times at once, is done once and said to be", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const sent = await Promise.all(Array.from({ length: 20 }, () => admin.post(urls.staffCharter, version)));
    expect(new Set(sent.map(({ location }) => location))).toEqual(new Set([`${urls.staffNotices}?done=charter`]));
    await settled(portal);
    expect((await admin.post(urls.staffCharter, version)).location).toBe(`${urls.staffNotices}?done=charter`);
    expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "charter.notified")).toHaveLength(1);
    const other = await admin.post(urls.staffCharter, { ...version, text: "# Charte\n\nAutre." });
    expect([other.status, findCharter(portal.db, 5)?.text.includes("Autre")]).toEqual([422, false]);
    expect((await admin.post(urls.staffCharter, { ...version, effectiveDay: "2" })).status).toBe(422);
  });

  test("a run that was cut short goes on by itself at the next start, or by the button, and tells nobody twice", async () => {
    const portal = await startPortal();
    const charter = { number: 5, effectiveOn: "2027-01-01", text: "# Charte\n\nNouvelle.\n" };
    // As a killed process leaves it: published, and nobody told.
    write(portal.db, () => {
      keepVersion(portal, charter, "admin@demo.example");
      portal.db.$client.exec("INSERT INTO settings VALUES ('charter_announced', '5')");
    });
    const admin = await portal.staffBrowser("admin");
    const page = await admin.get(urls.staffNotices);
    expect(main(page)).toContain("0 comptes prévenus sur 3, en cours");
    expect(page.document.querySelector(`form[action="${urls.staffCharterContinue}"]`)).not.toBeNull();
    const adviser = await portal.staffBrowser("adviser");
    expect((await adviser.get(urls.staffNotices)).document.querySelectorAll("main form")).toHaveLength(0);
    expect((await admin.post(urls.staffCharterContinue)).status).toBe(303);
    await Promise.all([continueAnnouncing(portal), continueAnnouncing(portal)]);
    await settled(portal);
    expect(main(await admin.get(urls.staffNotices))).toContain("3 comptes prévenus sur 3");
    expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "charter.notified")).toHaveLength(1);
    expect(count(portal, "SELECT count(*) FROM settings WHERE name = 'charter_announced'")).toBe(0);
  });

  test("a higher version published while one is announced is announced as well", async () => {
    const portal = await startPortal();
    const text = "# Charte\n\nUne.\n";
    publishInBackground(portal, { number: 5, effectiveOn: "2027-01-01", text }, "admin@demo.example");
    publishInBackground(portal, { number: 6, effectiveOn: "2027-02-01", text: `${text}Deux.\n` }, "admin@demo.example");
    await settled(portal);
    await continueAnnouncing(portal);
    const told = portal.db.$client.prepare("SELECT number, count(*) FROM charter_notices GROUP BY number").raw().all();
    expect(told).toContainEqual([6, 3]);
  });

  test.each([
    ["without confirmation", { charterConfirm: "" }, "charterConfirm"],
    ["the number of the last version", { number: "4" }, "number"],
    ["no number", { number: "five" }, "number"],
    ["a day that is past", { effectiveDay: "22", effectiveMonth: "11", effectiveYear: "2026" }, "effectiveDay"],
    ["a day that does not exist", { effectiveDay: "30", effectiveMonth: "2" }, "effectiveDay"],
    ["no text", { text: " \r\n" }, "text"],
    ["a text too long", { text: "x".repeat(50_001) }, "text"],
  ])("%s: told beside the field, nothing published", async (_what, change, field) => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const page = await admin.post(urls.staffCharter, { ...version, ...change });
    expect([page.status, page.document.querySelector(`.errors a[href="#${field}"]`) !== null]).toEqual([422, true]);
    expect(page.document.querySelector(`#${field}`)).not.toBeNull();
    expect(findCharter(portal.db, 5)).toBeUndefined();
  });
});
