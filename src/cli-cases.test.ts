import { expect, test } from "vitest";
import { type Portal, startPortal } from "../test/kit/portal.ts";
import { caseCommand } from "./cli-cases.ts";
import { deleteWithReceipt } from "./domain/account-deletion.ts";
import { findAccountHolder } from "./domain/accounts.ts";
import { openCase } from "./domain/cases.ts";
import { write } from "./platform/database.ts";
import { urls } from "./web/urls.ts";

function run(portal: Portal, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = caseCommand({ ...portal, print: (line) => out.push(line), complain: (line) => err.push(line) }, args);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

async function withReports() {
  const portal = await startPortal();
  const visitor = portal.browser();
  const report = { kind: "phishing", identifier: "10000001", email: "someone@elsewhere.example", message: "Un appel." };
  await visitor.post(urls.helpCredentials, report);
  const hostile = "\u001b[2J Mon n° 1 99 05 59 350 123 35\r\net FR76 3000 4001 2300 0045 6789 04\u202e";
  await visitor.post(urls.helpCredentials, { ...report, kind: "lost", identifier: "", message: hostile });
  await new Promise((resolve) => setImmediate(resolve));
  return portal;
}

test("case list tells the open cases, without what they hold", async () => {
  const portal = await withReports();
  const { code, out, err } = run(portal, "list");
  expect([code, err]).toEqual([0, ""]);
  expect(out.split("\n")).toEqual([
    expect.stringMatching(
      /^#1 phishing, 23 November 2026 at \d\d:\d\d \(Paris\), open: member 10000001, account active$/,
    ),
    expect.stringMatching(/^#2 lost, .*, open: nobody known$/),
  ]);
  run(portal, "close", "2", "--result", "Sans suite.");
  expect(run(portal, "list").out.split("\n")).toHaveLength(1);
  expect(run(portal, "list", "--all").out).toMatch(/#2 lost, .* closed 23 November 2026/);
  expect(JSON.parse(run(portal, "list", "--all", "--json").out).cases).toMatchObject([
    { caseId: 1, kind: "phishing", closedAt: null },
    { caseId: 2, kind: "lost", memberNumber: null },
  ]);
});

test("case list says that there is none", async () => {
  expect(run(await startPortal(), "list")).toEqual({ code: 0, out: "No case is open.", err: "" });
});

test("4.8 case show tells what was typed and what to audit", async () => {
  const portal = await withReports();
  const { code, out } = run(portal, "show", "1");
  expect(code).toBe(0);
  for (const words of ["person: P0001", "message: Un appel.", "email: someone@elsewhere.example", "account.opened"])
    expect(out).toContain(words);
  const shown = JSON.parse(run(portal, "show", "1", "--json").out);
  expect(shown.content.audit).toHaveProperty("connections");
  expect(shown).not.toHaveProperty("contentSealed");
});

test("case show is a reading: the member sees it among the activity of the account, each time", async () => {
  const portal = await withReports();
  const readings = () =>
    portal.db.$client
      .prepare("SELECT details FROM evidence WHERE kind = 'file.read' AND member_id = 'P0001' AND actor = 'staff'")
      .pluck()
      .all();
  expect(run(portal, "list").code).toBe(0);
  expect(readings()).toEqual([]);
  run(portal, "show", "1");
  run(portal, "show", "1", "--json");
  expect(readings()).toEqual(Array(2).fill('{"staff":"operator","what":"case"}'));
  run(portal, "show", "2");
  expect(readings()).toHaveLength(2);
  const alice = portal.browser();
  await alice.signIn("alice");
  const { document } = await alice.get(urls.accountActivity);
  expect(document.querySelector("tbody")?.textContent).toMatch(/Nos équipes ont lu/);
});

test("9.1 nobody who deleted the account since is written to; the result stays in the case", async () => {
  const portal = await withReports();
  const holder = findAccountHolder(portal, "P0001")!;
  portal.advance({ minutes: 5 });
  write(portal.db, () => deleteWithReceipt(portal, holder, { actor: "member", by: "member" }));
  expect(run(portal, "close", "1", "--result", "Aucun accès étranger.")).toEqual({
    code: 0,
    out: "Case 1 is closed. No mail: it is about no member with an e-mail, or one who has deleted the account since.",
    err: "",
  });
  expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "case.closed")).toEqual([]);
  expect(run(portal, "show", "1").out).toContain("result: Aucun accès étranger.");
});

test("a case opened after the account was deleted is told to the address on file", async () => {
  const portal = await startPortal();
  const holder = findAccountHolder(portal, "P0001")!;
  write(portal.db, () => deleteWithReceipt(portal, holder, { actor: "member", by: "member" }));
  portal.advance({ minutes: 5 });
  const caseId = write(portal.db, () =>
    openCase(portal, { kind: "phishing", memberId: "P0001", actor: "visitor", content: {} }),
  );
  expect(JSON.parse(run(portal, "close", String(caseId), "--result", "Rien.", "--json").out)).toMatchObject({
    told: true,
  });
});

test("what a stranger typed neither drives the terminal nor shows secret numbers on it", async () => {
  const portal = await withReports();
  for (const args of [
    ["show", "2"],
    ["show", "2", "--json"],
  ]) {
    const { out } = run(portal, ...args);
    for (const secret of ["\u001b", "\\u001b", "\u202e", "350 123", "3000 4001"]) expect(out).not.toContain(secret);
    expect(out).toMatch(/Mon n° 1…/);
    expect(out).toMatch(/FR76…/);
  }
});

test("4.8 case close keeps the result and the day, mails the member, once", async () => {
  const portal = await withReports();
  const closed = run(portal, "close", "1", "--result", "Aucun accès étranger.");
  expect(closed).toMatchObject({ code: 0, out: "Case 1 is closed; the mail to the member is in the queue.", err: "" });
  const mails = portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "case.closed");
  expect(mails).toHaveLength(1);
  expect(mails[0]!.text).toContain("Aucun accès étranger.");
  expect(run(portal, "show", "1").out).toContain("result: Aucun accès étranger.");
  expect(run(portal, "close", "1", "--result", "Encore")).toEqual({ code: 1, out: "", err: "It is closed already." });
  expect(JSON.parse(run(portal, "close", "2", "--result", "Inconnu.", "--json").out)).toEqual({
    closed: 2,
    told: false,
  });
});

test("a result with a social security number or an IBAN is refused: it goes by mail", async () => {
  const portal = await withReports();
  for (const result of ["NIR 1990559350123", "IBAN FR76 3000 4001 2300 0045 6789 04"])
    expect(run(portal, "close", "1", "--result", result)).toMatchObject({ code: 1, out: "" });
  expect(run(portal, "list").out.split("\n")).toHaveLength(2);
});

test.each([["show"], ["close"]])("case %s of a number that is none fails with one line", async (command) => {
  const portal = await startPortal();
  expect(run(portal, command, "7", "--result", "x")).toEqual({ code: 1, out: "", err: "There is no case 7." });
});

test.each([
  [[]],
  [["open"]],
  [["list", "1"]],
  [["show"]],
  [["show", "x"]],
  [["show", "1; DROP TABLE cases"]],
  [["show", "1", "2"]],
  [["close", "1"]],
  [["close", "1", "--result", " "]],
  [["close", "1", "--result", "a".repeat(2_001)]],
  [["close", "1", "--nope"]],
])("case %j is wrong usage", async (args) => {
  const portal = await withReports();
  const { code, out, err } = run(portal, ...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("espace case close N --result TEXT");
});
