import { expect, test } from "vitest";
import { type Portal, startPortal } from "../test/kit/portal.ts";
import { threadCommand } from "./cli-threads.ts";
import { urls } from "./web/urls.ts";

function run(portal: Portal, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = threadCommand({ ...portal, print: (line) => out.push(line), complain: (line) => err.push(line) }, args);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const hostile = "\u001b[2J Mon n° 1 99 05 59 350 123 35\r\net FR76 3000 4001 2300 0045 6789 04\u202e";

async function withMessages() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  await alice.post(urls.contact, { subject: "Question", message: "Où en est-on ?", about: "/dossier#rights" });
  await alice.post(urls.contact, { topic: "rights", subject: "Mon n° 1990559350123", message: hostile });
  return { portal, alice };
}

test("thread list tells what waits, without what it says", async () => {
  const { portal } = await withMessages();
  const { code, out, err } = run(portal, "list");
  expect([code, err]).toEqual([0, ""]);
  expect(out.split("\n")).toEqual([
    "#1 other, 23 November 2026 at 09:00 (Paris), open: member 10000001, account active",
    "#2 rights, 23 November 2026 at 09:00 (Paris), open, due by 23 December 2026: member 10000001, account active",
  ]);
  expect(run(portal, "list", "--json").out).not.toMatch(/Question|est-on|sealed/i);
  run(portal, "answer", "2", "--text", "Fait.", "--close");
  expect(run(portal, "list").out.split("\n")).toHaveLength(1);
  expect(run(portal, "list", "--all").out).toContain("#2 rights, 23 November 2026 at 09:00 (Paris), closed: member");
  expect(JSON.parse(run(portal, "list", "--all", "--json").out).threads).toMatchObject([
    { threadId: 1, state: "open", dueOn: null },
    { threadId: 2, state: "closed", dueOn: "2026-12-23", memberNumber: "10000001" },
  ]);
});

test("thread list says that nothing waits", async () => {
  expect(run(await startPortal(), "list")).toEqual({ code: 0, out: "No message waits.", err: "" });
});

test("thread show tells the conversation, and the member sees that it was read", async () => {
  const { portal, alice } = await withMessages();
  const { code, out } = run(portal, "show", "1");
  expect(code).toBe(0);
  for (const words of ["person: P0001", "subject: Question", "about: /dossier#rights", "Où en est-on ?"])
    expect(out).toContain(words);
  expect((await alice.get(urls.accountActivity)).text).toContain("Nos équipes ont lu vos messages");
  expect((await alice.get(urls.accountActivity)).text).not.toContain("operator");
});

test("what a member typed neither drives the terminal nor shows secret numbers on it, and stays as typed", async () => {
  const { portal, alice } = await withMessages();
  for (const args of [
    ["show", "2"],
    ["show", "2", "--json"],
  ]) {
    const { out } = run(portal, ...args);
    for (const secret of ["\u001b", "\\u001b", "\u202e", "350 123", "1990559350123", "3000 4001"])
      expect(out).not.toContain(secret);
    expect(out).toMatch(/Mon n° 1…/);
    expect(out).toMatch(/FR76…/);
  }
  expect((await alice.get(urls.thread(2))).text).toContain("FR76 3000 4001 2300 0045 6789 04");
});

test("thread answer is read by the member on the page alone, is told by a mail, and closes when told to", async () => {
  const { portal, alice } = await withMessages();
  const first = run(portal, "answer", "1", "--text", "C’est en cours.");
  expect(first).toEqual({
    code: 0,
    out: "Conversation 1 is answered; the mail to the member is in the queue.",
    err: "",
  });
  expect((await alice.get(urls.thread(1))).text).toContain("C’est en cours.");
  const second = run(portal, "answer", "1", "--text", "C’est fait.", "--close", "--json");
  expect(JSON.parse(second.out)).toEqual({ answered: 1, closed: true, told: true });
  expect(run(portal, "answer", "1", "--text", "Encore")).toEqual({ code: 1, out: "", err: "It is closed already." });
  const mails = portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.answered");
  expect(mails).toHaveLength(2);
  for (const { text } of mails) expect(text).not.toMatch(/en cours|est fait/);
  expect(run(portal, "show", "1").out).toMatch(/staff, 23 November 2026 at 09:00:\nC’est fait\.\n\nclosed 23 November/);
});

test("an answer to somebody whose account is gone or blocked is kept, and the operator is told to write otherwise", async () => {
  const { portal } = await withMessages();
  portal.db.$client.exec("UPDATE accounts SET status = 'frozen' WHERE member_id = 'P0001'");
  const { code, out } = run(portal, "answer", "1", "--text", "Bonjour");
  expect([code, out]).toEqual([0, expect.stringContaining("no mail, the member has no open account")]);
  portal.db.$client.exec("DELETE FROM accounts WHERE member_id = 'P0001'");
  expect(run(portal, "list").out).toContain("member 10000001, no account");
  expect(JSON.parse(run(portal, "answer", "2", "--text", "Bonjour", "--json").out)).toMatchObject({ told: false });
  expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "message.answered")).toEqual([]);
});

test.each([["show"], ["answer"]])("thread %s of a number that is none fails with one line", async (command) => {
  const portal = await startPortal();
  expect(run(portal, command, "7", "--text", "x")).toEqual({ code: 1, out: "", err: "There is no conversation 7." });
});

test.each([
  [[]],
  [["open"]],
  [["list", "1"]],
  [["show"]],
  [["show", "x"]],
  [["show", "0"]],
  [["show", "1; DROP TABLE threads"]],
  [["show", "1", "2"]],
  [["answer", "1"]],
  [["answer", "1", "--text", " "]],
  [["answer", "1", "--text", "a".repeat(5_001)]],
  [["answer", "1", "--nope"]],
])("thread %j is wrong usage", async (args) => {
  const { portal } = await withMessages();
  const { code, out, err } = run(portal, ...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("espace thread answer N --text TEXT [--close]");
});

test("thread --help explains it", async () => {
  expect(run(await startPortal(), "--help")).toMatchObject({ code: 0, err: "" });
});
