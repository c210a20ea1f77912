import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { write } from "../platform/database.ts";
import { deleteAccount } from "./account-deletion.ts";
import { type DraftFields, draftSeconds, dropDrafts, findDraft, keepDraft, sweepDrafts } from "./drafts.ts";

const path = "/charter/contest";
const message: DraftFields = [["message", "Je ne suis pas d’accord 😀"]];
const beginning = { label: "firefox/linux", network: "127.0.0.x", withPassword: true };

const accountOf = (portal: Portal, memberId: string) =>
  portal.db.$client.prepare<[string], string>("SELECT id FROM accounts WHERE member_id = ?").pluck().get(memberId)!;

/** A new session of an account, by its id. */
async function sessionOf(portal: Portal, accountId: string): Promise<string> {
  return portal.sessions.read(await portal.sessions.start(accountId, beginning))!.id;
}

const rows = (portal: Portal) =>
  portal.db.$client.prepare<[], { path: string; fields_sealed: Buffer }>("SELECT * FROM drafts ORDER BY path").all();

test.each([
  [-1, message],
  [0, []],
  [1, []],
])("what was typed is kept ten minutes: %i s after them a new session finds %j", async (offset, found) => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  expect(keepDraft(portal, alice, path, message)).toBe(true);
  portal.advance({ seconds: draftSeconds + offset });
  expect(findDraft(portal, await sessionOf(portal, alice), path)).toEqual(found);
});

test("ten minutes are 600 seconds", () => {
  expect(draftSeconds).toBe(600);
});

test("the sweep removes what is over, and nothing that is not", async () => {
  const portal = await startPortal();
  keepDraft(portal, accountOf(portal, "P0001"), path, message);
  portal.advance({ seconds: draftSeconds - 1 });
  sweepDrafts(portal);
  expect(rows(portal)).toHaveLength(1);
  portal.advance({ seconds: 1 });
  sweepDrafts(portal);
  expect(rows(portal)).toEqual([]);
});

test("nobody else finds it, nor does another page, nor an unknown session", async () => {
  const portal = await startPortal();
  const [alice, bob] = [accountOf(portal, "P0001"), accountOf(portal, "P0002")];
  keepDraft(portal, alice, path, message);
  const [ofAlice, ofBob] = [await sessionOf(portal, alice), await sessionOf(portal, bob)];
  expect(findDraft(portal, ofAlice, path)).toEqual(message);
  expect(findDraft(portal, ofBob, path)).toEqual([]);
  expect(findDraft(portal, ofAlice, "/help/credentials")).toEqual([]);
  expect(findDraft(portal, "of nobody", path)).toEqual([]);
});

test("a session that was there already does not find it: it still has the form itself", async () => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  const old = portal.sessions.read(await portal.sessions.start(alice, beginning))!.id;
  portal.advance({ seconds: 1 });
  keepDraft(portal, alice, path, message);
  expect(findDraft(portal, old, path)).toEqual([]);
  // The password typed again counts as a sign-in.
  portal.sessions.renew(old);
  const renewed = portal.db.$client.prepare<[], string>("SELECT id FROM sessions").pluck().get()!;
  expect(findDraft(portal, renewed, path)).toEqual(message);
});

test("the base holds nothing of it in clear, and no password, code or form token at all", async () => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  const secrets = ["password", "currentPassword", "newPASSWORD", "code", "mailCode", "formToken"];
  keepDraft(portal, alice, path, [
    ["iban", "FR7612345678901234567890189"],
    ...secrets.map((name): [string, string] => [name, "Secret-2026!"]),
    ["mobile", ""],
  ]);
  const [row] = rows(portal);
  expect(row!.fields_sealed.toString("latin1")).not.toMatch(/FR76|Secret/);
  expect(portal.seal.open("drafts.fields", row!.fields_sealed)).not.toContain("Secret");
  expect(findDraft(portal, await sessionOf(portal, alice), path)).toEqual([["iban", "FR7612345678901234567890189"]]);
});

test("what came first gives way to what came last, of the same page; another page keeps its own", async () => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  keepDraft(portal, alice, path, [["message", "first"]]);
  keepDraft(portal, alice, "/dossier/address", [["line1", "1 rue"]]);
  keepDraft(portal, alice, path, [["message", "last"]]);
  const session = await sessionOf(portal, alice);
  expect(findDraft(portal, session, path)).toEqual([["message", "last"]]);
  expect(findDraft(portal, session, "/dossier/address")).toEqual([["line1", "1 rue"]]);
  dropDrafts(portal, alice, [path, "/none"]);
  expect(rows(portal).map((row) => row.path)).toEqual(["/dossier/address"]);
});

test.each<[string, string, DraftFields]>([
  ["nothing", path, []],
  ["empty fields", path, [["message", ""]]],
  ["a password alone", path, [["password", "Secret-2026!"]]],
  ["more than a person types", path, [["message", "é".repeat(16 * 1024)]]],
  ["too many fields", path, Array.from({ length: 101 }, (_, index) => [`f${index}`, "x"])],
  ["a path too long", `/${"x".repeat(200)}`, message],
  ["the address of a link with a token", `/activate/${"A-_9".repeat(11)}`, message],
])("%s is not kept, and takes nothing away", async (_what, where, fields) => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  keepDraft(portal, alice, path, message);
  expect(keepDraft(portal, alice, where, fields)).toBe(false);
  expect(findDraft(portal, await sessionOf(portal, alice), path)).toEqual(message);
  expect(rows(portal)).toHaveLength(1);
});

test("five thousand characters of any kind fit", async () => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  const long: DraftFields = [["message", "😀".repeat(5_000)]];
  expect(keepDraft(portal, alice, path, long)).toBe(true);
  expect(findDraft(portal, await sessionOf(portal, alice), path)).toEqual(long);
});

test("one account cannot fill the base: the ten latest pages are kept, and nobody else loses any", async () => {
  const portal = await startPortal();
  const [alice, bob] = [accountOf(portal, "P0001"), accountOf(portal, "P0002")];
  keepDraft(portal, bob, path, message);
  for (let page = 0; page < 30; page++) {
    portal.advance({ seconds: 1 });
    keepDraft(portal, alice, `/page/${page}`, message);
  }
  const paths = rows(portal).map((row) => row.path);
  expect(paths.sort()).toEqual([path, ...Array.from({ length: 10 }, (_, index) => `/page/${20 + index}`)].sort());
});

test("names that mean something to JavaScript are names like others, and a name may come twice", async () => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  const odd: DraftFields = [
    ["__proto__", "x"],
    ["constructor", "y"],
    ["beneficiaries", "1"],
    ["beneficiaries", "2"],
  ];
  keepDraft(portal, alice, path, odd);
  expect(findDraft(portal, await sessionOf(portal, alice), path)).toEqual(odd);
});

test("it goes with the account", async () => {
  const portal = await startPortal();
  const alice = accountOf(portal, "P0001");
  keepDraft(portal, alice, path, message);
  const account = { accountId: alice, memberId: "P0001" };
  write(portal.db, () => deleteAccount(portal, account, { kind: "account.deleted", actor: "member", by: "member" }));
  expect(rows(portal)).toEqual([]);
});
