import { describe, expect, test, vi } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { deleteAccount } from "../../domain/account-deletion.ts";
import { createCertificateCheck } from "../../domain/certificate-check.ts";
import { write } from "../../platform/database.ts";

const rights = "/documents/rights-certificate";
const mutual = "/documents/mutual-certificate";
const card = "/documents/card";
const unknown = "/verify/0000-0000-0000-0000";

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const main = ({ document }: Page) => flat(document.querySelector("main")?.textContent);

function terms({ document }: Page): Record<string, string> {
  return Object.fromEntries(
    [...document.querySelectorAll("main dl > div")].map((line) => [
      flat(line.querySelector("dt")?.textContent),
      flat(line.querySelector("dd")?.textContent),
    ]),
  );
}

/** The code on a certificate of Alice, or of somebody else. */
async function codeOn(portal: Portal, path = rights, memberId = "P0001"): Promise<string> {
  const page = await (await signInAs(portal, memberId)).get(path);
  return /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(flat(page.document.querySelector(".document")?.textContent))![0];
}

const checked = (portal: Portal, code: string, browser: Browser = portal.browser()) => browser.get(`/verify/${code}`);
const state = async (portal: Portal, code: string) => terms(await checked(portal, code)).État;
const change = ({ db }: Portal, sql: string) => db.$client.exec(sql);

describe("D4 a code says", () => {
  test("what it is of, who issued it, initials with years of birth, the period and the state: nothing more", async () => {
    const portal = await startPortal();
    const page = await checked(portal, await codeOn(portal));
    expect([page.status, page.document.querySelector("h1")?.textContent]).toEqual([200, "Document valable"]);
    expect(terms(page)).toEqual({
      État: "Valable",
      Document: "Attestation de droits à l’assurance maladie",
      Émetteur: "Société mutualiste des étudiants du Nord-Ouest",
      Personnes: "A. L., 2002L. L., 2023",
      Période: "du 23 novembre 2026 au 22 novembre 2027",
    });
    expect(main(page)).not.toMatch(/LEF|Alice|Léo|LILLE|xonér|350|10000001|C0002|14 mars/);
  });

  test("the same of the mutual's certificate and of the card; of others of 16 or more, initials alone", async () => {
    const portal = await startPortal();
    const page = await checked(portal, await codeOn(portal, mutual));
    expect(terms(page)).toMatchObject({
      Document: "Attestation de complémentaire santé",
      Personnes: "A. L., 2002J. L.L. L., 2023",
      Période: "du 23 novembre 2026 au 28 février 2027",
    });
    expect(page.text).not.toMatch(/LEFÈVRE|C0002|Confort|Jules/);
    expect(terms(await checked(portal, await codeOn(portal, card))).Document).toBe("Carte de tiers payant");
    const english = await portal.browser().get(`/verify/${await codeOn(portal)}?lang=en`);
    expect(terms(english).State).toBe("Valid");
  });

  test("valid until midnight in Paris of its last day, expired from then on", async () => {
    const portal = await startPortal();
    const code = await codeOn(portal);
    portal.setTime(Date.parse("2027-11-22T23:59:59+01:00"));
    expect(await state(portal, code)).toBe("Valable");
    portal.advance({ seconds: 1 });
    expect(await state(portal, code)).toBe("Expiré");
    portal.advance({ seconds: 1 });
    expect(await state(portal, code)).toBe("Expiré");
  });
});

describe("D4 revoked when what it says no longer holds:", () => {
  test.each([
    [rights, "the rights were ended today", "UPDATE amo_rights SET rights_to = '2026-11-22' WHERE member_id = 'P0001'"],
    [rights, "the rights end sooner", "UPDATE amo_rights SET rights_to = '2027-11-21' WHERE member_id = 'P0001'"],
    [rights, "the rights are gone", "UPDATE amo_rights SET ended = 1 WHERE member_id = 'P0001'"],
    [
      rights,
      "the rights of the child ended",
      "UPDATE amo_rights SET rights_to = '2026-11-30' WHERE member_id = 'P0007'",
    ],
    [rights, "the child has another holder", "UPDATE amo_rights SET holder_id = 'P0002' WHERE member_id = 'P0007'"],
    [rights, "the child has died", "UPDATE members SET deceased = 1 WHERE member_id = 'P0007'"],
    [rights, "the person has left", "UPDATE members SET ended = 1 WHERE member_id = 'P0001'"],
    [mutual, "the contract is suspended", "UPDATE contracts SET status = 'suspendu' WHERE contract_id = 'C0002'"],
    [card, "the contract is suspended", "UPDATE contracts SET status = 'suspendu' WHERE contract_id = 'C0002'"],
    [mutual, "the contract is terminated", "UPDATE contracts SET status = 'resilie' WHERE contract_id = 'C0002'"],
    [mutual, "the contract ends sooner", "UPDATE contracts SET ends_on = '2027-02-27' WHERE contract_id = 'C0002'"],
    [mutual, "the contract is gone", "UPDATE contracts SET ended = 1 WHERE contract_id = 'C0002'"],
    [mutual, "somebody left the contract", "UPDATE beneficiaries SET ended = 1 WHERE member_id = 'P0008'"],
    [mutual, "the cover of somebody ends", "UPDATE beneficiaries SET ends_on = '2026-12-31' WHERE member_id = 'P0007'"],
    [mutual, "another subscriber pays", "UPDATE contracts SET subscriber_id = 'P0002' WHERE contract_id = 'C0002'"],
    [rights, "it was revoked by itself", "UPDATE certificates SET revoked_at = 1"],
  ])("%s: %s", async (path, _, sql) => {
    const portal = await startPortal();
    const code = await codeOn(portal, path);
    expect(await state(portal, code)).toBe("Valable");
    change(portal, sql);
    const page = await checked(portal, code);
    expect([page.status, terms(page).État]).toEqual([200, "Révoqué"]);
  });

  test.each([
    [rights, "UPDATE contracts SET status = 'suspendu'; UPDATE members SET address_4 = 'X' WHERE member_id = 'P0001'"],
    [rights, "UPDATE amo_rights SET rights_to = '2027-11-22' WHERE member_id IN ('P0001', 'P0007')"],
    [mutual, "UPDATE amo_rights SET ended = 1"],
    [mutual, "UPDATE contracts SET status = 'resilie', ends_on = '2027-02-28' WHERE contract_id = 'C0002'"],
  ])("%s: still valid after %s", async (path, sql) => {
    const portal = await startPortal();
    const code = await codeOn(portal, path);
    change(portal, sql);
    expect(await state(portal, code)).toBe("Valable");
  });

  test("what ended after its last day is expired, not revoked", async () => {
    const portal = await startPortal();
    const code = await codeOn(portal);
    portal.advance({ days: 400 });
    change(portal, "UPDATE amo_rights SET ended = 1");
    expect(await state(portal, code)).toBe("Expiré");
  });

  test("1.6 what an annulled account issued; what a deleted account issued stays, and the next account begins anew", async () => {
    const portal = await startPortal();
    const end = (kind: "account.annulled" | "account.deleted", memberId: string) =>
      write(portal.db, () => {
        const accountId = portal.db.$client
          .prepare<[string], string>("SELECT id FROM accounts WHERE member_id = ?")
          .pluck()
          .get(memberId)!;
        deleteAccount(portal, { accountId, memberId }, { kind, actor: "operator", by: "test" });
      });
    const [chloes, bobs] = [await codeOn(portal, mutual, "P0003"), await codeOn(portal, rights, "P0002")];
    end("account.annulled", "P0003");
    end("account.deleted", "P0002");
    expect([await state(portal, chloes), await state(portal, bobs)]).toEqual(["Révoqué", "Valable"]);
    const anew = await codeOn(portal, mutual, "P0003");
    expect(anew).not.toBe(chloes);
    expect([await state(portal, anew), await state(portal, chloes)]).toEqual(["Valable", "Révoqué"]);
  });
});

describe("typing a code", () => {
  test("in any case, with any spaces and hyphens, O for 0 and I or L for 1", async () => {
    const portal = await startPortal();
    const code = await codeOn(portal);
    const form = await portal.browser().get("/verify");
    expect(form.document.querySelector("form")?.getAttribute("method")).toBe("get");
    for (const typed of [code, code.toLowerCase(), code.replaceAll("-", ""), ` ${code.replaceAll("-", " ")} `]) {
      const browser = portal.browser(`10.0.0.${typed.length}`);
      const page = await browser.get(`/verify?code=${encodeURIComponent(typed)}`);
      expect([page.status, page.location]).toEqual([303, `/verify/${code}`]);
      expect((await browser.follow(page)).status).toBe(200);
    }
    const misread = code.replaceAll("0", "O").replaceAll("1", "l").replaceAll("-", "");
    expect((await checked(portal, misread)).status).toBe(200);
  });

  test("nothing typed is said on the form", async () => {
    const portal = await startPortal();
    for (const [typed, words] of [
      ["", "remplissez ce champ"],
      ["A".repeat(61), "trop long"],
    ]) {
      const page = await portal.browser().get(`/verify?code=${typed}`);
      expect([page.status, page.document.querySelector("#code-error")?.textContent]).toEqual([
        422,
        expect.stringContaining(words!),
      ]);
    }
  });

  test.each([
    "0000-0000-0000-0000",
    "x",
    "%F0%9F%98%80",
    "..%2F..%2Fetc",
    "'%20OR%201=1--",
    "<script>alert(1)</script>".replaceAll("/", "%2F"),
    "A".repeat(2_000),
    "%00",
  ])("an unknown code has a plain page, with what was typed in the form: %s", async (typed) => {
    const portal = await startPortal();
    const page = await portal.browser().get(`/verify/${typed}`);
    expect([page.status, page.document.querySelector("h1")?.textContent]).toEqual([404, "Code inconnu"]);
    expect(page.text).not.toContain("<script>alert");
    expect(page.document.querySelector("#code")).not.toBeNull();
  });
});

describe("the number of a certificate is not its code:", () => {
  const numberOn = ({ document }: Page) =>
    /(?:AD|AM|TP|CP)-\d{8}-\w{5}-\w{5}/.exec(flat(document.body.textContent))![0];

  test("who types it is told to type the code, in the same words whether there is such a number or not", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const { location } = await alice.post("/ehic/certificates", { beneficiary: "P0007" });
    const known = [numberOn(await alice.get(rights)), numberOn(await alice.get(mutual)), location!.split("/").at(-1)!];
    expect(known.map((number) => number.slice(0, 2))).toEqual(["AD", "AM", "CP"]);
    const answers = new Set<string>();
    for (const number of [...known, "AD-20261123-AAAAA-AAAAA", "TP-20261123-AAAAA-AAAAA", "CP-20261123-00000-0000"])
      for (const typed of [
        number,
        number.toLowerCase(),
        number.replaceAll("-", ""),
        ` ${number.replaceAll("-", " ")} `,
      ])
        for (const path of [
          `/verify?code=${encodeURIComponent(typed)}`,
          `/verify/${encodeURIComponent(typed.trim())}`,
        ]) {
          const page = await portal.browser(`10.1.0.${answers.size}`).get(path);
          expect([typed, page.status]).toEqual([typed, 422]);
          expect(page.headers.get("x-robots-tag")).toBe("noindex");
          expect(main(page)).toContain("Ce numéro n’est pas le code");
          expect(main(page)).not.toContain("n’acceptez pas");
          expect(page.document.querySelector("#code")?.getAttribute("value")).toBe(typed.trim());
          answers.add(main(page));
        }
    expect(answers.size).toBe(1);
  });

  test("nothing is looked up for it, and a code that begins like one is a code", async () => {
    const portal = await startPortal();
    const visitor = portal.browser("198.51.100.9");
    for (let index = 0; index < 31; index++)
      expect((await visitor.get("/verify/CP-20261123-AAAAA-AAAAA")).status).toBe(422);
    expect((await visitor.get("/verify/CP20-2611-23AA-AAAA")).status).toBe(404);
  });

  test("the page names what has a code, the provisional certificate too", async () => {
    const portal = await startPortal();
    expect(main(await portal.browser().get("/verify"))).toContain("certificat provisoire");
  });
});

test("D4 a code of nobody costs as many statements and openings of seals as a known one, and writes the same", async () => {
  const portal = await startPortal();
  const code = await codeOn(portal);
  const check = createCertificateCheck(portal);
  const statement = Object.getPrototypeOf(portal.db.$client.prepare("SELECT 1")) as { get(): unknown };
  const [get, open, hash] = [vi.spyOn(statement, "get"), vi.spyOn(portal.seal, "open"), vi.spyOn(portal.seal, "hash")];
  const cost = (typed: string) => {
    for (const spy of [get, open, hash]) spy.mockClear();
    const found = check.check(typed);
    return { found: found !== undefined, calls: [get, open, hash].map(({ mock }) => mock.calls.length) };
  };
  const [known, nobody, nonsense] = [cost(code), cost("0000-0000-0000-0000"), cost("?")];
  vi.restoreAllMocks();
  expect([known.found, nobody.found, nonsense.found]).toEqual([true, false, false]);
  expect(known.calls).toEqual([2, 1, 0]);
  expect(nobody.calls).toEqual(known.calls);
  expect(nonsense.calls).toEqual(known.calls);
});

test("thirty codes in a quarter of an hour from one address, then a wait; other addresses are free", async () => {
  const portal = await startPortal();
  const code = await codeOn(portal);
  const visitor = portal.browser("198.51.100.7");
  for (let index = 0; index < 30; index++) expect((await visitor.get(unknown)).status).toBe(404);
  const stopped = await checked(portal, code, visitor);
  expect([stopped.status, stopped.headers.get("retry-after")]).toEqual([429, "60"]);
  expect(stopped.headers.get("x-robots-tag")).toBe("noindex");
  expect((await visitor.get("/verify")).status).toBe(200);
  expect((await checked(portal, code, portal.browser("198.51.100.8"))).status).toBe(200);
  portal.advance({ seconds: 59 });
  expect((await checked(portal, code, visitor)).status).toBe(429);
  portal.advance({ seconds: 1 });
  expect((await checked(portal, code, visitor)).status).toBe(200);
});

test("no search engine keeps any of these pages, and no cache", async () => {
  const portal = await startPortal();
  const code = await codeOn(portal);
  for (const path of ["/verify", "/verify?code=", "/verify?code=x", unknown, `/verify/${code}`]) {
    const page = await portal.browser().get(path);
    expect([path, page.headers.get("x-robots-tag")]).toEqual([path, "noindex"]);
    expect(page.headers.get("cache-control")).toBe("private, no-store");
    if (page.status !== 303)
      expect([path, page.document.querySelector('meta[name="robots"]')?.getAttribute("content")]).toEqual([
        path,
        "noindex",
      ]);
  }
  expect((await portal.browser().get("/")).document.querySelector('meta[name="robots"]')).toBeNull();
});

test("looking changes nothing but the counter of the address", async () => {
  const portal = await startPortal();
  const code = await codeOn(portal);
  const rows = () => portal.db.$client.prepare("SELECT * FROM certificates").all();
  const facts = () => portal.db.$client.prepare("SELECT count(*) FROM evidence").pluck().get();
  const before = [rows(), facts()];
  await checked(portal, code);
  expect([rows(), facts()]).toEqual(before);
});
