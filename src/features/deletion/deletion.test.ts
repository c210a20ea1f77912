import { afterEach, describe, expect, test, vi } from "vitest";
import { demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { findAccountHolder } from "../../domain/accounts.ts";
import { mailCommand } from "../../domain/cli-mail.ts";
import { verifyEvidence } from "../../domain/evidence.ts";
import { invite } from "../../domain/invitations.ts";
import { issueLink } from "../../domain/one-time-links.ts";
import { openOutbound, queueOutbound } from "../../domain/outbound.ts";
import { queueMail } from "../../domain/outbox.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";

const alicesMail = "alice@demo.example";
const right = { password: demoPassword, confirm: "on" };

afterEach(() => vi.restoreAllMocks());

async function signedIn(portal: Portal, who = "alice", address = "127.0.0.1") {
  const browser = portal.browser(address);
  await browser.signIn(who);
  return browser;
}

function outboundOf(portal: Portal, memberId = "P0001") {
  return portal.db.$client
    .prepare<[string], { entity: string; content: Buffer }>(
      "SELECT entity, content_sealed AS content FROM outbound WHERE member_id = ? ORDER BY outbound_id",
    )
    .all(memberId)
    .map(({ entity, content }) => ({ entity, row: openOutbound(portal.seal, content) }))
    .filter(({ entity, row }) => entity === "suppressions" || row.papier === "O");
}

const count = (portal: Portal, sql: string, ...values: unknown[]) =>
  portal.db.$client
    .prepare<unknown[], number>(`SELECT count(*) FROM ${sql}`)
    .pluck()
    .get(...values)!;

const receipts = (portal: Portal) => portal.mailsTo(alicesMail).filter(({ kind }) => kind === "account.deleted");

const kindsOf = (portal: Portal, memberId = "P0001") =>
  portal.db.$client
    .prepare<[string], string>("SELECT kind FROM evidence WHERE member_id = ? ORDER BY sequence")
    .pluck()
    .all(memberId);

describe("the page", () => {
  test("9.4 is two clicks away, and says what happens, what is kept, why and until when, before it asks", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const account = await alice.get(urls.account);
    expect(account.document.querySelector(`main a[href="${urls.accountDelete}"]`)?.textContent).toBe(
      "Supprimer mon compte",
    );
    const page = await alice.get(urls.accountDelete);
    expect(page.status).toBe(200);
    const text = page.document.querySelector("main")!.textContent!.replace(/\s/g, " ");
    for (const said of [
      "sans donner de raison",
      "Vos relevés de remboursements reviennent par la poste.",
      "Vous pourrez créer un nouveau compte",
      "Les preuves de vos actes",
      "23 novembre 2031",
      "23 novembre 2027",
      "3 ans et 1 mois",
    ])
      expect(text).toContain(said);
    expect([...page.document.querySelectorAll("main form [name]")].map((box) => box.getAttribute("name"))).toEqual([
      "password",
      "confirm",
    ]);
    expect(page.document.querySelector("#confirm")?.hasAttribute("checked")).toBe(false);
  });

  test("is for who is signed in alone", async () => {
    const portal = await startPortal();
    expect((await portal.browser().get(urls.accountDelete)).location).toBe("/login?next=%2Faccount%2Fdelete");
    expect((await portal.browser().post(urls.accountDelete, right)).location).toMatch(/^\/login/);
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
  });

  test("being read, however often, changes nothing", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const before = kindsOf(portal);
    for (let time = 0; time < 3; time++) await alice.get(`${urls.accountDelete}?password=${demoPassword}&confirm=on`);
    expect(kindsOf(portal)).toEqual(before);
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
  });
});

describe("a form with faults deletes nothing", () => {
  test.each([
    [{}, ["password", "confirm"]],
    [{ password: demoPassword }, ["confirm"]],
    [{ confirm: "on" }, ["password"]],
    [{ password: "", confirm: "on" }, ["password"]],
    [{ password: demoPassword, confirm: "yes" }, ["confirm"]],
    [{ password: demoPassword, confirm: "ON" }, ["confirm"]],
    [{ password: "x".repeat(1025), confirm: "on" }, ["password"]],
    [{ password: "Wrong-pass-1", confirm: "on" }, ["password"]],
  ])("%o", async (fields, faulty) => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const page = await alice.post(urls.accountDelete, fields as Record<string, string>);
    expect(page.status).toBe(422);
    const links = [...page.document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(faulty.map((name) => `#${name}`));
    if ("password" in fields && fields.password) expect(page.text).not.toContain(fields.password);
    const isKept = "confirm" in fields && fields.confirm === "on";
    expect(page.document.querySelector("#confirm")?.hasAttribute("checked")).toBe(isKept);
    expect((await alice.get(urls.account)).status).toBe(200);
    expect(receipts(portal)).toEqual([]);
  });

  test("repeated or listed fields are no way round", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    for (const body of ["password[]=Demo-2026!&confirm=on", "password=a&password=Demo-2026!&confirm=on&confirm=off"]) {
      const page = await alice.send(urls.accountDelete, {
        method: "POST",
        body,
        headers: { "content-type": "application/x-www-form-urlencoded", origin: portal.config.origin },
      });
      expect(page.status).toBe(422);
    }
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
  });

  test("guessing the password is slowed down as a failed sign-in is, and a form from elsewhere is refused", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const statuses: number[] = [];
    for (let time = 0; time < 6; time++)
      statuses.push((await alice.post(urls.accountDelete, { password: `Faux-${time}!A`, confirm: "on" })).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    const late = await alice.post(urls.accountDelete, right);
    expect([late.status, Number(late.headers.get("retry-after")) > 0]).toEqual([429, true]);
    const cross = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await alice.post(urls.accountDelete, right, cross)).status).toBe(403);
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
  });
});

describe("9.1 a deletion is immediate", () => {
  test("sessions, devices, links and all that was of the account are dead, and the sign-in page says it is done", async () => {
    const portal = await startPortal();
    const [here, elsewhere, remembered] = [await signedIn(portal), await signedIn(portal), portal.browser()];
    await remembered.post(urls.login, { identifier: "10000001", password: demoPassword, remember: "on" });
    remembered.cookies.delete("session");
    const link = write(portal.db, () => issueLink(portal, "password_reset", "P0001", 1800));
    expect((await portal.browser().get(urls.reset(link.token))).status).toBe(200);

    const done = await here.post(urls.accountDelete, right);
    expect([done.status, done.location]).toEqual([303, "/login?deleted"]);
    expect(here.cookies.has("session")).toBe(false);
    expect((await here.follow(done)).document.querySelector("main .notice")?.textContent).toContain("supprimé");

    expect((await elsewhere.get(urls.dashboard)).status).toBe(303);
    expect((await remembered.get(urls.dashboard)).status).toBe(303);
    expect((await portal.browser().get(urls.reset(link.token))).status).toBe(410);
    for (const table of ["accounts", "credentials", "sessions", "devices", "device_tokens", "known_addresses"])
      expect([
        table,
        count(portal, table === "accounts" ? "accounts WHERE member_id = 'P0001'" : ofAlice(table)),
      ]).toEqual([table, 0]);
    expect(count(portal, "one_time_links WHERE member_id = 'P0001'")).toBe(0);
    // What the feed brings stays.
    expect(count(portal, "members WHERE member_id = 'P0001'")).toBe(1);
    expect(count(portal, "payments WHERE member_id = 'P0001'")).toBeGreaterThan(10);
  });

  test("a sign-in is answered exactly as for a number of nobody", async () => {
    const portal = await startPortal();
    await (await signedIn(portal)).post(urls.accountDelete, right);
    const pages = [];
    for (const number of ["10000001", "99999999"]) {
      const page = await portal.browser("127.0.0.9").post(urls.login, { identifier: number, password: demoPassword });
      const told = page.text.replaceAll(number, "N").replace(/name="token" value="[^"]*"/g, "");
      pages.push({ status: page.status, names: [...page.headers.keys()].sort(), told });
    }
    expect(pages[0]!.status).toBe(422);
    expect(pages[0]).toEqual(pages[1]);
    await portal.browser().post(urls.forgot, { identifier: "10000001" });
    await new Promise((resolve) => setImmediate(resolve));
    expect(portal.mailsTo(alicesMail).filter(({ kind }) => kind === "password.reset")).toEqual([]);
  });

  test("mails that waited are stopped for good; warnings of what was done in the owner's name still go", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const body = { subject: "s", text: "t", html: "h" };
    write(portal.db, () => {
      for (const kind of ["message.answered", "password.changed"])
        queueMail(portal, { kind, memberId: "P0001", to: alicesMail, language: "fr", body });
      queueMail(portal, { kind: "message.answered", memberId: "P0002", to: "bob@demo.example", language: "fr", body });
    });
    await alice.post(urls.accountDelete, right);
    const states = portal.db.$client
      .prepare(
        "SELECT kind, member_id AS member, state, answer FROM mails WHERE kind IN ('message.answered', 'password.changed')",
      )
      .all();
    expect(states).toEqual([
      { kind: "message.answered", member: "P0001", state: "dead", answer: "account deleted" },
      { kind: "password.changed", member: "P0001", state: "queued", answer: null },
      { kind: "message.answered", member: "P0002", state: "queued", answer: null },
    ]);
    expect(kindsOf(portal).filter((kind) => kind === "mail.dead")).toHaveLength(1);
    const retry = { ...portal, createMailer: () => ({}) as never, print: () => {} };
    expect(await mailCommand(retry, ["retry"])).toBe(0);
    expect(count(portal, "mails WHERE kind = 'message.answered' AND state = 'dead'")).toBe(1);
  });

  test("9.3 the back office is told once that the account is gone and that paper is back, with the day in Paris", async () => {
    const portal = await startPortal({ now: Date.parse("2026-11-23T23:55:00+01:00") });
    const alice = await signedIn(portal);
    portal.setTime(Date.parse("2026-11-24T00:00:30+01:00"));
    await alice.get(urls.accountDelete);
    await alice.post(urls.accountDelete, right);
    expect(outboundOf(portal)).toEqual([
      { entity: "suppressions", row: { personne_id: "P0001", date_suppression: "2026-11-24" } },
      { entity: "preferences_papier", row: { personne_id: "P0001", papier: "O", date_effet: "2026-11-24" } },
    ]);
  });

  test("9.4 the receipt lists what is kept, why and until when, and that paper is back", async () => {
    const portal = await startPortal();
    await (await signedIn(portal)).post(urls.accountDelete, right);
    expect(receipts(portal)).toHaveLength(1);
    const { subject, text } = receipts(portal)[0]!;
    const said = text.replace(/\s+/g, " ");
    expect(subject).toBe("Votre compte SMENO est supprimé");
    for (const words of [
      "le 23 novembre 2026 à 09:00",
      "reviennent par la poste",
      "Pourquoi : pour répondre à une contestation.",
      "23 novembre 2031",
      "23 novembre 2027",
      `${portal.config.origin}/register`,
    ])
      expect(said).toContain(words);
    expect(portal.db.$client.prepare("SELECT state FROM mails WHERE kind = 'account.deleted'").all()).toEqual([
      { state: "queued" },
    ]);
  });

  test("in English, the receipt is in English", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("UPDATE accounts SET language = 'en' WHERE member_id = 'P0001'");
    await (await signedIn(portal)).post(urls.accountDelete, right);
    expect(receipts(portal)[0]!.subject).toBe("Your SMENO account is deleted");
    expect(receipts(portal)[0]!.text.replace(/\s+/g, " ")).toContain("by post again");
  });

  test("leaves its evidence, in a journal that can still be followed", async () => {
    const portal = await startPortal();
    await (await signedIn(portal)).post(urls.accountDelete, right);
    expect(kindsOf(portal).filter((kind) => /^(?:account\.deleted|paper\.restored)$/.test(kind))).toEqual([
      "account.deleted",
      "paper.restored",
    ]);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("somebody else's account is untouched, whatever ids the form carries", async () => {
    const portal = await startPortal();
    const [alice, bob] = [await signedIn(portal), await signedIn(portal, "bob", "127.0.0.2")];
    await alice.post(urls.accountDelete, { ...right, accountId: "x", memberId: "P0002", member_id: "P0002" });
    expect((await bob.get(urls.dashboard)).status).toBe(200);
    expect(count(portal, "accounts WHERE member_id IN ('P0001', 'P0002')")).toBe(1);
    expect(outboundOf(portal, "P0002")).toEqual([]);
  });

  test("20 forms at once delete once, and are all told so: one row each for the back office, one receipt", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const tabs = Array.from({ length: 20 }, () => {
      const tab = portal.browser();
      for (const [name, value] of alice.cookies) tab.cookies.set(name, value);
      return tab;
    });
    const pages = await Promise.all(tabs.map((tab) => tab.post(urls.accountDelete, right)));
    expect(pages.map(({ status, location }) => `${status} ${location}`)).toEqual(Array(20).fill("303 /login?deleted"));
    expect(outboundOf(portal).map(({ entity }) => entity)).toEqual(["suppressions", "preferences_papier"]);
    expect(receipts(portal)).toHaveLength(1);
    expect(kindsOf(portal).filter((kind) => kind === "account.deleted")).toHaveLength(1);
  });

  test("a wrong password among right ones at once counts as one try; wrong ones alone are still slowed down", async () => {
    const portal = await startPortal();
    const [alice, bob] = [await signedIn(portal), await signedIn(portal, "bob", "127.0.0.2")];
    const wrong = { ...right, password: "Wrong-pass-1" };
    const mixed = await Promise.all([wrong, right, right].map((fields) => alice.post(urls.accountDelete, fields)));
    expect(mixed.map(({ status }) => status)).toEqual([422, 303, 303]);
    const guessed = await Promise.all(Array.from({ length: 20 }, () => bob.post(urls.accountDelete, wrong)));
    expect(guessed.map(({ status }) => status).sort()).toEqual([...Array(5).fill(422), ...Array(15).fill(429)]);
    expect(count(portal, "accounts WHERE member_id = 'P0002'")).toBe(1);
  });

  test("a form sent twice, one after the other, ends at the sign-in page", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const copy = portal.browser();
    for (const [name, value] of alice.cookies) copy.cookies.set(name, value);
    await alice.post(urls.accountDelete, right);
    expect((await copy.post(urls.accountDelete, right)).location).toMatch(/^\/login/);
    expect(receipts(portal)).toHaveLength(1);
  });

  test("a password replaced while it was being compared deletes nothing", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    const { verify } = portal.passwords;
    vi.spyOn(portal.passwords, "verify").mockImplementation(async (hash, password) => {
      const matches = await verify(hash, password);
      portal.db.$client.exec("UPDATE credentials SET password_hash = 'that of a reset'");
      return matches;
    });
    expect((await alice.post(urls.accountDelete, right)).location).toMatch(/^\/login/);
    expect(count(portal, "accounts WHERE member_id = 'P0001'")).toBe(1);
    expect(receipts(portal)).toEqual([]);
  });
});

test("9.1 the person may come back: a new account is a new one, and nothing of the old one opens it", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const old = new Map(alice.cookies);
  await alice.post(urls.accountDelete, right);
  expect(invite(portal, "P0001", "operator")).toBe(true);
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo(alicesMail).at(-1)!.text)![0];
  const opened = await portal.browser().post(link, { password: "Retour-Heureux-26", charter: "on" });
  expect(opened.location).toBe("/login?opened");
  const back = portal.browser();
  expect((await back.signIn("alice", "Retour-Heureux-26")).status).toBe(303);
  expect((await portal.browser("127.0.0.3").signIn("alice")).status).toBe(422);
  const thief = portal.browser();
  for (const [name, value] of old) thief.cookies.set(name, value);
  expect((await thief.get(urls.dashboard)).status).toBe(303);
  expect(findAccountHolder(portal, "P0001")?.accountId).toBeDefined();
});

test("what was told the back office before stays told: rows of the outbound feed are not taken back", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const row = { personne_id: "P0001", papier: "N", date_effet: "2026-11-01" };
  write(portal.db, () => queueOutbound(portal, { entity: "preferences_papier", memberId: "P0001", row }));
  await alice.post(urls.accountDelete, right);
  expect(count(portal, "outbound WHERE member_id = 'P0001' AND entity = 'preferences_papier'")).toBeGreaterThan(1);
});

/** Rows of a table whose account is gone. */
function ofAlice(table: string): string {
  if (table === "device_tokens") return "device_tokens WHERE device_id NOT IN (SELECT device_id FROM devices)";
  const column = table === "sessions" ? "user_id" : "account_id";
  return `${table} WHERE ${column} NOT IN (SELECT id FROM accounts)`;
}
