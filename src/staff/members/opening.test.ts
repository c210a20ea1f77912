import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { startPortal } from "../../../test/kit/portal.ts";
import { aliceFile, factsOf, open } from "./members-kit.ts";
import { parts } from "./parts.ts";

const asksWhy = ({ document }: Page) => document.querySelector("select[name=reason]") !== null;
const pages = [aliceFile, ...parts.map(({ name }) => `${aliceFile}/${name}`), `${aliceFile}/payments/AMOEX02`];

test("no page of a file is shown before a reason is given: only the name and the number", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  for (const page of pages) {
    const asked = await adviser.get(page);
    expect([page, asked.status, asksWhy(asked)]).toEqual([page, 200, true]);
    expect([page, /alice@demo|LILLE|3363998|remboursement de|FR\*\*/i.test(asked.text)]).toEqual([page, false]);
    expect(asked.document.querySelector("main dl")?.textContent).toBe("NomAlice Marie LEFÈVRENuméro10000001");
  }
  expect(factsOf(portal, "file.read")).toEqual([]);
  expect((await adviser.get("/staff/members/NOBODY")).status).toBe(404);
});

test("an opening leads to the part that was asked for, and to nowhere else", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  const asked = await adviser.get(`${aliceFile}/vitale`);
  expect(asked.document.querySelector("input[name=part]")?.getAttribute("value")).toBe("vitale");
  expect((await open(adviser, aliceFile, { reason: "call", part: "vitale" })).location).toBe(`${aliceFile}/vitale`);
  expect((await open(adviser, aliceFile, { reason: "call", part: "//evil" })).location).toBe(aliceFile);
  expect((await open(adviser, "/staff/members/NOBODY")).status).toBe(404);
});

test("a reason is needed, a note too when it is another one, and neither may be too long; what was typed stays", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  const faultOf = async (fields: Record<string, string>) => {
    const page = await open(adviser, aliceFile, fields);
    return [page.status, page.document.querySelector(".errors a")?.getAttribute("href")];
  };
  expect(await faultOf({})).toEqual([422, "#reason"]);
  expect(await faultOf({ reason: "curiosity" })).toEqual([422, "#reason"]);
  expect(await faultOf({ reason: "other" })).toEqual([422, "#note"]);
  expect(await faultOf({ reason: "other", note: "  " })).toEqual([422, "#note"]);
  expect(await faultOf({ reason: "call", note: "x".repeat(501) })).toEqual([422, "#note"]);
  expect(asksWhy(await adviser.get(aliceFile))).toBe(true);
  const kept = await open(adviser, aliceFile, { reason: "x", note: "Une <note>" });
  expect(kept.document.querySelector("textarea")?.textContent).toBe("Une <note>");
  expect((await open(adviser, aliceFile, { reason: "call", note: "x".repeat(500) })).status).toBe(303);
});

test("5.2 an opening is told to the journal with who and why, and to the member with why alone", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await open(adviser, aliceFile, { reason: "call", note: "Rappel au sujet de FR76 3000 6000 0112 3456 7890 189" });
  expect(factsOf(portal, "file.read")).toEqual([
    {
      kind: "file.read",
      memberId: "P0001",
      actor: "staff",
      details: { staff: "adviser@demo.example", what: "file", reason: "call" },
    },
  ]);
  const alice = portal.browser();
  await alice.signIn("alice");
  const activity = (await alice.get("/account/activity")).text;
  expect(activity).toContain("Nos équipes ont lu votre dossier");
  expect(activity).toContain("pour répondre à votre appel");
  expect(activity.includes("adviser@demo.example")).toBe(false);
  const sealed = portal.db.$client.prepare("SELECT note_sealed FROM staff_openings").pluck().get() as Buffer;
  const note = portal.seal.open("staff_openings.note", sealed).toString();
  expect([note.includes("FR76…"), note.includes("3000 6000")]).toEqual([true, false]);
});

test("an opening lives 30 minutes: one second before, and no longer at that very second", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await open(adviser);
  // Used within its 15 minutes, the session outlives the opening.
  for (const minutes of [10, 10]) {
    portal.advance({ minutes });
    expect(asksWhy(await adviser.get(aliceFile))).toBe(false);
  }
  portal.advance({ minutes: 9, seconds: 59 });
  expect(asksWhy(await adviser.get(`${aliceFile}/dossier`))).toBe(false);
  portal.advance({ seconds: 1 });
  expect(asksWhy(await adviser.get(`${aliceFile}/dossier`))).toBe(true);
  expect(asksWhy(await adviser.get(`${aliceFile}/acts/freeze`))).toBe(true);
  await open(adviser);
  expect(asksWhy(await adviser.get(aliceFile))).toBe(false);
  expect(factsOf(portal, "file.read")).toHaveLength(2);
});

test("an opening is for one person of the mutual, one session and one file", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await open(adviser);
  const again = await portal.staffBrowser("adviser", "127.0.0.2");
  const admin = await portal.staffBrowser("admin", "127.0.0.3");
  expect([asksWhy(await adviser.get(aliceFile)), asksWhy(await adviser.get("/staff/members/P0002"))]).toEqual([
    false,
    true,
  ]);
  expect([asksWhy(await again.get(aliceFile)), asksWhy(await admin.get(aliceFile))]).toEqual([true, true]);
  await adviser.post("/staff/logout");
  adviser.cookies.clear();
  const back = await portal.staffBrowser("adviser");
  expect(asksWhy(await back.get(aliceFile))).toBe(true);
});

test("each part that is read is told once an opening, however often and however many at once", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await open(adviser);
  const read = () => factsOf(portal, "file.read").map(({ details }) => details.what);
  expect(read()).toEqual(["file"]);
  await adviser.get(`${aliceFile}/dossier`);
  await adviser.get(`${aliceFile}/vitale`);
  expect(read()).toEqual(["file"]);
  await Promise.all(Array.from({ length: 20 }, () => adviser.get(`${aliceFile}/reimbursements`)));
  await adviser.get(`${aliceFile}/payments/AMOEX02`);
  expect(read()).toEqual(["file", "payments"]);
  for (const part of ["documents", "messages", "cases", "documents"]) await adviser.get(`${aliceFile}/${part}`);
  expect(read()).toEqual(["file", "payments", "documents", "messages", "case"]);
  await adviser.get(`${aliceFile}/activity`);
  expect(factsOf(portal, "evidence.exported").map(({ details }) => details.what)).toEqual(["journal"]);
  await open(adviser);
  await adviser.get(`${aliceFile}/reimbursements`);
  expect(read().slice(-2)).toEqual(["file", "payments"]);
});
