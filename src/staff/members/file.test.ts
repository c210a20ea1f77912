import { describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { startPortal } from "../../../test/kit/portal.ts";
import { aliceFile, open } from "./members-kit.ts";
import { parts } from "./parts.ts";

const pages = [...parts.map(({ name }) => name), "payments/AMOEX02"];

const flat = (text: string) => text.replace(/\s+/g, " ").trim();

/** What a page says, piece by piece, without what leads elsewhere or acts. */
const piecesOf = ({ document }: Page) =>
  [...document.querySelectorAll("main :is(h2, h3, dt, dd, p, li, td, th)")]
    .filter((piece) => !piece.closest("form, details.filters") && !piece.querySelector("a, form, button"))
    .map((piece) => flat(piece.textContent!));

async function opened(file = aliceFile) {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await open(adviser, file);
  return { portal, adviser };
}

describe("4 a file as its owner sees it", () => {
  test.each([
    ["dossier", "/dossier"],
    ["reimbursements", "/reimbursements"],
    ["payments/AMOEX02", "/reimbursements/AMOEX02"],
    ["vitale", "/vitale"],
    ["ehic", "/ehic"],
    ["documents", "/documents"],
    ["requests", "/dossier/changes"],
    ["messages", "/messages"],
    ["cases", "/account/cases"],
  ])("%s says what the member reads at %s", async (part, own) => {
    const { portal, adviser } = await opened();
    const alice = portal.browser();
    await alice.signIn("alice");
    const [seen, read] = [await adviser.get(`${aliceFile}/${part}`), await alice.get(own)];
    expect([seen.status, read.status]).toEqual([200, 200]);
    const pieces = piecesOf(read);
    const words = flat(seen.document.querySelector("main")!.textContent!);
    expect(pieces.length).toBeGreaterThan(0);
    expect(pieces.filter((piece) => !words.includes(piece))).toEqual([]);
  });

  test("its activity shows what the member did and what staff read", async () => {
    const { portal, adviser } = await opened();
    await portal.browser().signIn("alice");
    const seen = await adviser.get(`${aliceFile}/activity`);
    for (const words of ["Connexion", "Nos équipes ont lu votre dossier"]) expect(seen.text).toContain(words);
    expect(seen.text.includes("adviser@demo.example</td>")).toBe(false);
  });

  test("a conversation is read, without the form to go on, and is not read for the member", async () => {
    const { portal, adviser } = await opened();
    const alice = portal.browser();
    await alice.signIn("alice");
    await alice.post("/contact", { topic: "rights", subject: "Droits", message: "Bonjour <b>" });
    const list = await adviser.get(`${aliceFile}/messages`);
    expect(list.document.querySelector("main table a")?.getAttribute("href")).toBe(`${aliceFile}/messages/1`);
    const thread = await adviser.get(`${aliceFile}/messages/1`);
    expect([thread.status, thread.text.includes("Bonjour &lt;b&gt;")]).toEqual([200, true]);
  });

  test("4.8 a social security number and an IBAN that the member wrote are read by nobody of the mutual", async () => {
    const { portal, adviser } = await opened();
    const alice = portal.browser();
    await alice.signIn("alice");
    const secrets = "2 02 03 59 350 123 45 et FR 76 3000 4001 2300 0045 6789 043";
    await alice.post("/contact", {
      topic: "rights",
      subject: "Mon n° 2020359350123",
      message: `Voici ${secrets}, merci`,
    });
    for (const path of ["messages", "messages/1"]) {
      const { text } = await adviser.get(`${aliceFile}/${path}`);
      expect([path, /2 ?02 ?03 ?59|3000 ?4001|2020359/.test(text)]).toEqual([path, false]);
    }
    expect((await adviser.get(`${aliceFile}/messages/1`)).text).toContain("Voici 2… et FR76…, merci");
    expect((await alice.get("/messages/1")).text).toContain(secrets);
  });

  test("a page of a list leads to the next one of the same file", async () => {
    const { adviser } = await opened();
    const first = await adviser.get(`${aliceFile}/reimbursements`);
    const older = first.document.querySelector("main a[href*='before=']")!.getAttribute("href")!;
    expect(older.startsWith(`${aliceFile}/reimbursements?before=`)).toBe(true);
    const second = await adviser.get(older);
    expect([second.status, second.document.querySelector(`main a[href^='${aliceFile}/payments/']`) !== null]).toEqual([
      200,
      true,
    ]);
  });

  test("nothing acts as the member: no form, no button, no link out of the file", async () => {
    const { adviser } = await opened();
    for (const part of pages) {
      const { document, text } = await adviser.get(`${aliceFile}/${part}`);
      expect([part, document.querySelectorAll("main :is(form, button, input, script)").length]).toEqual([part, 0]);
      const links = [...document.querySelectorAll("main a")].map((link) => link.getAttribute("href")!);
      const foreign = links.filter((href) => !/^(?:#|tel:|mailto:|\/staff\/members(?:\/P0001(?:\/|$)|$))/.test(href));
      expect([part, foreign]).toEqual([part, []]);
      expect([part, document.querySelectorAll("h1").length, /\shx-/.test(text)]).toEqual([part, 1, false]);
    }
  });

  test("every link in it leads to a page", async () => {
    const { adviser } = await opened();
    const links = new Set<string>();
    for (const part of pages) {
      const { document } = await adviser.get(`${aliceFile}/${part}`);
      for (const link of document.querySelectorAll(`main a[href^="${aliceFile}/"]`))
        links.add(link.getAttribute("href")!.split("#")[0]!);
    }
    expect(links.size).toBeGreaterThan(20);
    for (const link of links) expect([link, (await adviser.get(link)).status]).toEqual([link, 200]);
  });
});

describe("what nobody sees", () => {
  const everything = async (adviser: Browser, file: string) => {
    const texts = [await adviser.get(file)];
    for (const part of pages) texts.push(await adviser.get(`${file}/${part}`));
    return texts.map(({ text }) => text).join("\n");
  };

  test("4.8 no whole IBAN, no social security number, no password, no secret, no code", async () => {
    const { portal, adviser } = await opened();
    const all = await everything(adviser, aliceFile);
    expect(all).toContain("2 02 ** ** *** *** **");
    expect(/2 ?02 ?03 ?59/.test(all)).toBe(false);
    const ibans = portal.db.$client
      .prepare<[], { iban_sealed: Buffer }>("SELECT iban_sealed FROM bank_accounts")
      .all()
      .map((row) => portal.seal.open("bank_accounts.iban", row.iban_sealed).toString());
    for (const iban of ibans) expect(all.replace(/\s/g, "").includes(iban.slice(4, 14))).toBe(false);
    expect(/type="password"|argon2|autocomplete="one-time-code"/.test(all)).toBe(false);
  });

  test("what a parent does not see of a child of 16 stays hidden from who reads the parent's file", async () => {
    const { adviser } = await opened();
    const dossier = await adviser.get(`${aliceFile}/dossier`);
    expect(dossier.text).toContain("Jules LEFÈVRE");
    expect(dossier.text).toContain("À partir de 16 ans");
    const vitale = await adviser.get(`${aliceFile}/vitale`);
    expect(vitale.document.querySelector("#others")?.textContent).toContain("Jules LEFÈVRE");
  });

  test("what is somebody else's is no page of this file", async () => {
    const { portal, adviser } = await opened("/staff/members/P0002");
    await portal.browser().signIn("alice");
    for (const path of [
      "payments/AMOEX02",
      "payments/none",
      "payments/%00",
      "messages/1",
      "messages/0",
      "messages/x",
    ]) {
      const { status } = await adviser.get(`/staff/members/P0002/${path}`);
      expect([path, [400, 404].includes(status)]).toEqual([path, true]);
    }
    const odd = ["reimbursements?before=x", "activity?before=x", "messages?before=-1", "reimbursements?from=x"];
    for (const path of odd)
      expect([path, (await adviser.get(`/staff/members/P0002/${path}`)).status]).toEqual([path, 404]);
  });
});

test("of somebody without an account the file is shown as it would be, and when they were invited", async () => {
  const { adviser } = await opened("/staff/members/P0004");
  const account = await adviser.get("/staff/members/P0004");
  expect(account.text).toContain("Cette personne n’a pas de compte.");
  expect(account.text).toContain("david@demo.example");
  const dossier = await adviser.get("/staff/members/P0004/dossier");
  expect(dossier.text).toContain("voici ce qu’elle y verrait");
  expect(dossier.text).toContain("COHEN");
});

test("the account is told with its state, address, choices, devices and last sign-in", async () => {
  const { portal, adviser } = await opened();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.db.$client.exec(
    "UPDATE accounts SET mobile = '+33639980001', mobile_verified_at = 1 WHERE member_id = 'P0001'",
  );
  const text = (await adviser.get(aliceFile)).document.querySelector("#account")!.textContent!;
  for (const words of ["Compteouvert", "alice@demo.example", "06 39 98 00 01 – confirmé", "Languefrançais"])
    expect(text).toContain(words);
});
