import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { startPortal } from "../../../test/kit/portal.ts";
import { factsOf } from "./members-kit.ts";

const names = ({ document }: Page) => [...document.querySelectorAll("#found tbody th")].map((cell) => cell.textContent);
const nir = "2 02 03 59 350 123";

test.each([
  ["the member number", "10000001"],
  ["the affiliate number", "a1000001"],
  ["names in any order", "marie lefevre alice"],
  ["a typing error", "alyce lefevre"],
  ["the day of birth", "lefevre 14/03/2002"],
  ["the e-mail", "ALICE@demo.example"],
])("an adviser finds somebody by %s", async (_, q) => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  const found = await adviser.post("/staff/members", { q });
  expect([found.status, names(found)[0]]).toEqual([200, "Alice Marie LEFÈVRE"]);
  expect(found.document.querySelector("#found th a")?.getAttribute("href")).toBe("/staff/members/P0001");
});

test("a social security number finds, and stands neither in the page nor in a log nor in the journal", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  for (const q of [nir, `${nir} 99`, nir.replaceAll(" ", "")]) {
    const found = await adviser.post("/staff/members", { q });
    expect([found.status, found.text.includes(q)]).toEqual([200, false]);
  }
  const found = await adviser.post("/staff/members", { q: nir });
  expect(names(found)).toContain("Alice Marie LEFÈVRE");
  const wrong = await adviser.post("/staff/members", { q: `${nir} 01` });
  expect(wrong.document.querySelector("#found p")?.textContent).toContain("n’est pas possible");
  const kept = JSON.stringify([portal.logged, factsOf(portal, "staff.searched")]);
  expect(/2 ?02 ?03 ?59/.test(kept)).toBe(false);
});

test("a result tells the name, year of birth, number, town and account, and nothing else of the file", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  const found = await adviser.post("/staff/members", { q: "alice lefevre" });
  const [first] = found.document.querySelectorAll("#found tbody tr");
  const cells = [...first!.children].map((cell) => cell.textContent);
  expect(cells.slice(0, 3)).toEqual(["Alice Marie LEFÈVRE", "2002", "10000001"]);
  expect(cells[4]).toBe("ouvert");
  expect(/2002-03-14|14 mars|alice@demo|3363998/.test(found.text)).toBe(false);
  const before = await adviser.get("/staff/members");
  expect(before.document.querySelector("#found")).toBe(null);
});

test("the journal keeps that a search was made, by whom, and how many it found: not its words", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await adviser.post("/staff/members", { q: "lefevre alice" });
  await adviser.post("/staff/members", { q: "xyzxyz" });
  const facts = factsOf(portal, "staff.searched");
  expect(facts.map(({ details, memberId, actor }) => [details, memberId, actor])).toEqual([
    [{ staff: "adviser@demo.example", results: 1, more: false }, null, "staff"],
    [{ staff: "adviser@demo.example", results: 0, more: false }, null, "staff"],
  ]);
});

test("300 searches in an hour are answered to one person of the mutual, and the next ones wait; others go on", async () => {
  const portal = await startPortal();
  const [adviser, admin] = [await portal.staffBrowser("adviser"), await portal.staffBrowser("admin", "127.0.0.2")];
  const search = async (browser = adviser) => (await browser.post("/staff/members", { q: "10000001" })).status;
  for (let count = 1; count < 300; count++) await search();
  expect(await search()).toBe(200);
  const refused = await adviser.post("/staff/members", { q: "10000001" });
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "600"]);
  expect(await search(admin)).toBe(200);
  portal.advance({ minutes: 9, seconds: 59 });
  expect(await search()).toBe(429);
  portal.advance({ seconds: 1 });
  expect(await search()).toBe(200);
}, 60_000);

test("an empty search and one that is too long are faults of the field, and find nothing", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  for (const q of ["", "   ", "x".repeat(201), "é".repeat(10_000)]) {
    const page = await adviser.post("/staff/members", { q });
    expect([page.status, page.document.querySelector(".errors a")?.getAttribute("href")]).toEqual([422, "#q"]);
    expect(page.document.querySelector("#found")).toBe(null);
  }
  expect((await adviser.post("/staff/members")).status).toBe(422);
  expect(factsOf(portal, "staff.searched")).toEqual([]);
});

test.each(['"', "' OR 1=1 --", "AND", "NEAR(a b)", "*", "😀", "محمد", "<script>alert(1)</script>", "\u202e", "%00"])(
  "an odd search is answered and shown as it was typed: %s",
  async (q) => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const page = await adviser.post("/staff/members", { q });
    expect([page.status, page.document.querySelector("#q")?.getAttribute("value")]).toEqual([200, q]);
    expect(page.document.querySelector("main script")).toBe(null);
  },
);

test("nothing that is searched for stands in an address: the form is posted, and a query is not looked at", async () => {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  const page = await adviser.get("/staff/members?q=lefevre");
  expect(page.document.querySelector("main form")?.getAttribute("method")).toBe("post");
  expect([page.document.querySelector("#found"), page.document.querySelector("#q")?.getAttribute("value")]).toEqual([
    null,
    null,
  ]);
});
