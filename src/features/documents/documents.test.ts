import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { textOfPdf } from "../../../test/kit/pdf-text.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { formatNir, parseNir } from "../../lib/nir.ts";

const rights = "/documents/rights-certificate";
const mutual = "/documents/mutual-certificate";
const card = "/documents/card";
const all = [rights, mutual, card];
/** It may not be on this machine. */
const checker = "qpdf";

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const main = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
const said = ({ document }: Page) => flat(document.querySelector(".document")?.textContent);

/** The terms of the document, all lists together. */
function terms({ document }: Page): Record<string, string> {
  return Object.fromEntries(
    [...document.querySelectorAll(".document dl > div")].map((line) => [
      flat(line.querySelector("dt")?.textContent),
      flat(line.querySelector("dd")?.textContent),
    ]),
  );
}

function rows({ document }: Page, table = 0): string[][] {
  return [...(document.querySelectorAll(".document table")[table]?.querySelectorAll("tbody tr") ?? [])].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => flat(cell.textContent)),
  );
}

const codeOn = (page: Page) => /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(said(page))?.[0] ?? "";
const count = ({ db }: Portal, rows: string) =>
  db.$client.prepare<[], number>(`SELECT count(*) FROM ${rows}`).pluck().get()!;
const change = ({ db }: Portal, sql: string) => db.$client.exec(sql);

/** The bytes of a PDF that a browser downloads. */
async function download(portal: Portal, browser: Browser, path: string) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = new Request(new URL(path, portal.config.origin), { headers: { cookie } });
  const incoming = { headers: { cookie }, socket: { remoteAddress: "127.0.0.1" } };
  const response = await portal.app.fetch(request, { incoming } as never);
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
}

async function opened(memberId: string, path: string, given?: Portal): Promise<Page> {
  return (await signInAs(given ?? (await startPortal()), memberId)).get(path);
}

describe("D4 the certificate of rights", () => {
  test("says the organism, the insured, the people by rank, the doctor, the exemptions and how long it counts", async () => {
    const page = await opened("P0001", rights);
    expect(page.status).toBe(200);
    expect(page.document.querySelector("h1")?.textContent).toBe("Attestation de droits à l’assurance maladie");
    expect(terms(page)).toMatchObject({
      "Éditée le": "23 novembre 2026",
      Valable: "du 23 novembre 2026 au 22 novembre 2027",
      "Caisse de rattachement": "CPAM de Lille-Douai",
      "Code de l’organisme": "01 595 1234",
      Institution: "SMENO (code 015950617)",
      "Nom de naissance": "LEFÈVRE",
      Prénoms: "Alice Marie",
      "Date de naissance": "14 mars 2002",
      "Numéro de Sécurité sociale": formatNir(parseNir("2020359350123")!),
      "Médecin traitant déclaré": "oui",
    });
    expect(terms(page).Adresse).toContain("12 RUE DE L HOPITAL MILITAIRE");
    expect(rows(page).map(([name, rank]) => [name, rank])).toEqual([
      ["Alice Marie LEFÈVRE", "01 (assuré)"],
      ["Léo LEFÈVRE-ROUSSEL", "02 (ayant droit)"],
    ]);
    expect(rows(page)[1]).toEqual([
      "Léo LEFÈVRE-ROUSSEL",
      "02 (ayant droit)",
      "23/09/2023, rang de naissance 1",
      formatNir(parseNir("2020359350123")!),
      expect.stringMatching(/^du 23\/09\/2023 au \d\d\/\d\d\/\d{4}$/),
    ]);
    expect(said(page)).toContain("Aucune exonération en cours.");
    expect(said(page)).toContain("en l’absence de carte Vitale");
  });

  test("counts a year at most, and never past the end of anybody's rights on it", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const validity = async (query = "") => terms(await alice.get(rights + query)).Valable;
    change(portal, "UPDATE amo_rights SET rights_to = '2027-03-31' WHERE member_id = 'P0007'");
    expect(await validity()).toBe("du 23 novembre 2026 au 31 mars 2027");
    expect(await validity("?beneficiaries=P0001")).toBe("du 23 novembre 2026 au 22 novembre 2027");
    change(portal, "UPDATE amo_rights SET rights_to = '2026-11-23' WHERE member_id = 'P0001'");
    expect(await validity("?beneficiaries=P0001")).toBe("du 23 novembre 2026 au 23 novembre 2026");
  });

  test("names the exemptions that run, each with its period, and nothing of them when they are left out", async () => {
    const portal = await startPortal();
    change(
      portal,
      `UPDATE amo_rights SET exemption_code = 'ALD', exemption_from = '2026-01-01', exemption_to = '2028-12-31' WHERE member_id = 'P0001';
       UPDATE amo_rights SET exemption_code = 'C2S', exemption_from = '2020-01-01', exemption_to = '2026-11-22' WHERE member_id = 'P0007'`,
    );
    const alice = await signInAs(portal, "P0001");
    const page = await alice.get(rights);
    expect(rows(page, 1)).toEqual([
      [
        "Alice Marie LEFÈVRE",
        "Affection de longue durée (ALD), prise en charge à 100 %",
        "du 1er janvier 2026 au 31 décembre 2028",
      ],
    ]);
    const without = await alice.get(`${rights}?without=exemptions`);
    expect(without.document.querySelectorAll(".document table")).toHaveLength(1);
    for (const text of [
      said(without),
      textOfPdf((await download(portal, alice, `${rights}.pdf?without=exemptions`)).bytes),
    ])
      expect(text).not.toMatch(/xonération|ALD|longue durée/);
    expect((await alice.get(`${rights}?without=x`)).status).toBe(400);
  });

  test("somebody insured by another person has a certificate of one's own, without the number of that person", async () => {
    const page = await opened("P0008", rights);
    expect(terms(page)["Assuré (ouvrant droit)"]).toBe("Alice Marie LEFÈVRE");
    expect(rows(page).map(([name, rank]) => [name, rank])).toEqual([["Jules LEFÈVRE", "03 (ayant droit)"]]);
    expect(said(page)).not.toContain(formatNir(parseNir("2020359350123")!));
    expect(said(page)).not.toContain("Léo");
  });

  test.each([
    ["P0012", "2 02 11 2A 004 056"],
    ["P0010", "rang de naissance 1"],
    ["P0011", "rang de naissance 2"],
  ])("of %s says %s", async (memberId, words) => {
    expect(said(await opened(memberId, rights))).toContain(words);
  });

  test("twins stand under each other with their ranks of birth", async () => {
    expect(rows(await opened("P0009", rights)).map((row) => row[2]?.slice(-1))).toEqual(["1", "1", "2"]);
  });

  test("a provisional number is told to be one", async () => {
    const portal = await startPortal();
    const memberId = portal.db.$client
      .prepare<[], string>("SELECT member_id FROM members JOIN amo_rights USING (member_id) WHERE nir_provisional = 1")
      .pluck()
      .get()!;
    expect(terms(await opened(memberId, rights, portal))["Numéro de Sécurité sociale"]).toMatch(/ \(provisoire\)$/);
  });

  test.each([
    ["relayed", /à partir des données de la caisse/],
    ["delegated", /qui gère vos droits pour la caisse/],
  ])("says who issues it when the mutual is %s", async (amoMode, words) => {
    const portal = await startPortal();
    portal.config.organisation = {
      ...portal.config.organisation,
      amoMode: amoMode as "relayed",
      amoInstitution: "Section 617",
    };
    const page = await opened("P0001", rights, portal);
    expect(said(page)).toMatch(words);
    expect(terms(page).Institution).toBe("Section 617 (code 015950617)");
  });
});

describe("D4 the certificate of complementary cover", () => {
  test("says the mutual, the contract, who is covered with masked numbers, the guarantees and the condition", async () => {
    const page = await opened("P0001", mutual);
    expect(terms(page)).toMatchObject({
      Organisme: "Société mutualiste des étudiants du Nord-Ouest",
      Adhérent: "Alice Marie LEFÈVRE",
      "Numéro d’adhérent": "10000001",
      "Numéro de contrat": "C0002",
      Garantie: "Confort Étudiant",
      "Contrat responsable": "Oui",
      "Date d’effet": "1er mars 2026",
      "Fin du contrat": "sans date de fin ; cette attestation vaut jusqu’au 28 février 2027",
      Valable: "du 23 novembre 2026 au 28 février 2027",
    });
    expect(terms(page)["Numéro AMC"]).toMatch(/^\d{8}$/);
    expect(said(page)).toContain(
      "Nous attestons que Mme Alice Marie LEFÈVRE bénéficie d’une couverture complémentaire santé",
    );
    expect(said(page)).toContain("SIREN : 000000000");
    expect(said(page)).toContain("sous réserve du paiement des cotisations");
    expect(rows(page)[0]).toEqual([
      "Alice Marie LEFÈVREassuré principal",
      "14/03/2002",
      "2 02 ** ** *** *** **",
      "depuis le 01/03/2026",
      "Active",
    ]);
    expect(rows(page, 1)).toContainEqual(["Consultations de spécialistes", "150 % de la base", "Non"]);
    expect(rows(page, 1)).toContainEqual(["Chambre particulière", "50,00 € par jour", "Oui"]);
    expect(page.text).not.toContain("350 123");
  });

  test("of another person of 16 or more says the name and the days alone", async () => {
    const page = await opened("P0001", mutual);
    const jules = rows(page).find(([name]) => name?.startsWith("Jules"));
    expect(jules).toEqual(["Jules LEFÈVREautre personne", "–", "–", "depuis le 01/03/2026", "–"]);
    expect(said(page)).toContain("À partir de 16 ans");
  });

  test("a spouse on somebody else's contract stands on it alone", async () => {
    const page = await opened("P0030", mutual);
    expect(rows(page).map(([name]) => name)).toEqual(["Quentin AUBERTconjoint"]);
    expect(terms(page).Adhérent).toBe("Sarah AUBERT");
  });

  test("never counts past the end of the contract or of somebody on it", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    change(
      portal,
      `UPDATE contracts SET status = 'resilie', ends_on = '2027-01-31' WHERE contract_id = 'C0002';
       UPDATE beneficiaries SET ends_on = '2026-12-31' WHERE contract_id = 'C0002' AND member_id = 'P0007'`,
    );
    expect(terms(await alice.get(mutual)).Valable).toBe("du 23 novembre 2026 au 31 décembre 2026");
    const own = await alice.get(`${mutual}?beneficiaries=P0001`);
    expect(terms(own)).toMatchObject({
      Valable: "du 23 novembre 2026 au 31 janvier 2027",
      "Fin du contrat": "31 janvier 2027",
    });
  });

  test("a contract over is named to be refused, another person's is not found", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    expect(main(await alice.get(`${mutual}?contract=C0001`))).toContain("Votre contrat est terminé depuis le");
    expect((await alice.get(`${mutual}?contract=C0003`)).status).toBe(404);
    expect((await alice.get(`${mutual}?contract=none`)).status).toBe(404);
    expect(terms(await alice.get(`${mutual}?contract=C0002`))["Numéro de contrat"]).toBe("C0002");
  });
});

test("D4 the third-party payment card lists the care that is open to it, the people and the télétransmission", async () => {
  const portal = await startPortal();
  const alice = await signInAs(portal, "P0001");
  const page = await alice.get(card);
  expect(page.document.querySelector("h1")?.textContent).toBe("Carte de tiers payant");
  expect(terms(page)).toMatchObject({
    "Numéro d’adhérent": "10000001",
    Valable: "du 23 novembre 2026 au 28 février 2027",
  });
  expect(rows(page)[0]).toEqual([
    "Alice Marie LEFÈVREassuré principal",
    "14/03/2002",
    "depuis le 01/03/2026",
    "Active",
  ]);
  expect(rows(page, 1)).toContainEqual(["Médicaments remboursés", "100 % de la base"]);
  expect(said(page)).not.toContain("Consultations de spécialistes");
  expect(textOfPdf((await download(portal, alice, `${card}.pdf`)).bytes)).toContain("Carte de tiers payant");
  change(portal, "UPDATE guarantees SET third_party = 0 WHERE contract_id = 'C0002'");
  expect(said(await alice.get(card))).toContain("Ce contrat n’ouvre aucun soin au tiers payant");
});

describe("P4 each person finds the documents of their situation alone:", () => {
  test.each([
    ["P0001", ["rights", "mutual", "card"]],
    ["P0002", ["rights"]],
    ["P0003", ["mutual", "card"]],
  ])("%s", async (memberId, kinds) => {
    const portal = await startPortal();
    const browser = await signInAs(portal, memberId);
    const list = await browser.get("/documents");
    expect([...list.document.querySelectorAll("main section")].map(({ id }) => id)).toEqual(kinds);
    for (const [index, path] of all.entries()) {
      const has = kinds.includes(["rights", "mutual", "card"][index]!);
      for (const form of ["", ".pdf"]) expect((await browser.get(path + form)).status).toBe(has ? 200 : 404);
    }
    expect(list.document.querySelector("header [aria-current=page]")?.textContent).toBe("Mes documents");
  });

  test.each([
    ["suspendu", null, ["Suspendu", "Suspendu"]],
    ["resilie", "2026-11-22", ["Terminé", undefined]],
    ["resilie", "2026-12-31", ["Résilié, encore en cours", "Résilié, encore en cours"]],
    ["actif", null, ["", ""]],
  ] as const)(
    "of a contract that is %s (end: %s) the list says so, and offers no card when it is over",
    async (status, end, said) => {
      const portal = await startPortal();
      portal.db.$client
        .prepare("UPDATE contracts SET status = ?, ends_on = ? WHERE contract_id = 'C0002'")
        .run(status, end);
      const { document } = await (await signInAs(portal, "P0001")).get("/documents");
      const of = (kind: string) =>
        [...document.querySelectorAll(`#${kind} li, #${kind} p`)].find((line) =>
          line.querySelector('a[href*="C0002"], a[href$="-certificate"], a[href$="/card"]'),
        );
      expect(
        [of("mutual"), of("card")].map((line) => (line ? flat(line.querySelector("strong")?.textContent) : undefined)),
      ).toEqual(said);
    },
  );

  test("who has none is told whom to ask", async () => {
    expect(main(await opened("P0002", mutual))).toContain(
      "Vous n’avez pas de contrat de complémentaire santé chez SMENO",
    );
    expect(main(await opened("P0003", rights))).toContain("Demandez l’attestation de droits à votre caisse.");
  });
});

describe("D4 refused, with the reason and what to do:", () => {
  const suspend = "UPDATE contracts SET status = 'suspendu' WHERE contract_id = 'C0002'";
  const end = (day: string) => `UPDATE amo_rights SET rights_to = '${day}' WHERE member_id = 'P0001'`;

  test.each([
    [rights, end("2026-11-22"), "terminés depuis le 22 novembre 2026. Si c’est une erreur"],
    [
      rights,
      "UPDATE amo_rights SET rights_from = '2026-11-24' WHERE member_id = 'P0001'",
      "ne commencent que le 24 novembre 2026",
    ],
    [rights, "UPDATE amo_rights SET ended = 1 WHERE member_id = 'P0001'", "Nous n’avons pas encore reçu vos droits"],
    [mutual, suspend, "Votre contrat est suspendu : il ne couvre pas vos soins"],
    [card, suspend, "Votre contrat est suspendu"],
    [
      mutual,
      "UPDATE contracts SET status = 'resilie', ends_on = '2026-11-22' WHERE contract_id = 'C0002'",
      "terminé depuis le 22 novembre 2026",
    ],
    [
      mutual,
      "UPDATE contracts SET status = 'resilie' WHERE contract_id = 'C0002'; UPDATE contracts SET ended = 1 WHERE contract_id = 'C0001'",
      "Votre contrat est résilié",
    ],
    [
      mutual,
      "UPDATE contracts SET starts_on = '2026-11-24' WHERE contract_id = 'C0002'",
      "il doit commencer le 24 novembre 2026",
    ],
    [mutual, "UPDATE contracts SET ended = 1", "Nous n’avons pas encore reçu votre contrat"],
    [
      mutual,
      "UPDATE beneficiaries SET ends_on = '2026-11-22' WHERE contract_id = 'C0002'",
      "ne couvre personne aujourd’hui",
    ],
  ])("%s after %s", async (path, sql, words) => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    change(portal, sql);
    const page = await alice.get(path);
    expect([page.status, main(page)]).toEqual([200, expect.stringContaining(words)]);
    expect(page.document.querySelector(".document")).toBeNull();
    const file = await alice.get(`${path}.pdf`);
    expect([file.status, file.headers.get("content-type")]).toEqual([409, "text/html; charset=utf-8"]);
    expect(main(file)).toContain(words);
    expect(count(portal, "certificates")).toBe(0);
  });

  test("the last day of the rights and of the contract still has its certificate", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    change(portal, `${end("2026-11-23")}; UPDATE contracts SET ends_on = '2026-11-23' WHERE contract_id = 'C0002'`);
    expect(said(await alice.get(rights))).toContain("atteste de vos droits");
    expect(said(await alice.get(mutual))).toContain("Nous attestons");
    portal.setTime(Date.parse("2026-11-23T23:59:59+01:00"));
    const late = await signInAs(portal, "P0001");
    expect(said(await late.get(rights))).toContain("atteste de vos droits");
    portal.advance({ seconds: 1 });
    expect(main(await late.get(rights))).toContain("terminés depuis le 23 novembre 2026");
    expect(main(await late.get(mutual))).toContain("terminé depuis le 23 novembre 2026");
  });
});

describe("choosing who stands on it", () => {
  test("the form offers those it may be, with everybody ticked, and names who has an own space", async () => {
    const { document } = await opened("P0001", rights);
    const boxes = [...document.querySelectorAll("form input[name=beneficiaries]")];
    expect(boxes.map((box) => [box.getAttribute("value"), box.hasAttribute("checked")])).toEqual([
      ["P0001", true],
      ["P0007", true],
    ]);
    expect(flat(document.querySelector("form fieldset:has([name=beneficiaries])")?.textContent)).toContain(
      "Jules LEFÈVRE a 16 ans ou plus",
    );
  });

  test("one person, the PDF beside it of the same one", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const page = await alice.get(`${rights}?chosen=1&beneficiaries=P0007&without=exemptions`);
    expect(rows(page).map(([name]) => name)).toEqual(["Léo LEFÈVRE-ROUSSEL"]);
    const link = page.document.querySelector("a.button")!.getAttribute("href")!;
    expect(link).toBe(`${rights}.pdf?beneficiaries=P0007&without=exemptions`);
    const text = textOfPdf((await download(portal, alice, link)).bytes);
    expect(text).toContain("Léo LEFÈVRE-ROUSSEL");
    expect(text).toContain(codeOn(page));
  });

  test("nobody chosen is said on the form, and nothing is issued", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const page = await alice.get(`${rights}?chosen=1&without=exemptions`);
    expect([page.status, page.document.title.slice(0, 6)]).toEqual([422, "Erreur"]);
    expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe("#beneficiaries");
    expect(page.document.querySelector("#beneficiaries-error")?.textContent).toContain("Personnes");
    expect(page.document.querySelector("#without")?.hasAttribute("checked")).toBe(true);
    expect((await alice.get(`${rights}.pdf?chosen=1`)).status).toBe(400);
    expect(count(portal, "certificates")).toBe(0);
  });

  test("X1 whoever is not Alice's to certify is not found: strangers, her brother of 17, nobody", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    for (const form of ["", ".pdf"])
      for (const id of ["P0002", "P0008", "none", "P0001' OR 1=1", "../P0001"]) {
        const page = await alice.get(`${rights}${form}?beneficiaries=P0001&beneficiaries=${encodeURIComponent(id)}`);
        expect([id, page.status]).toEqual([id, 404]);
      }
    expect((await alice.get(`${mutual}?beneficiaries=P0003`)).status).toBe(404);
    expect(count(portal, "certificates")).toBe(0);
  });

  test("the sixteenth birthday takes somebody off", async () => {
    const portal = await startPortal();
    change(portal, "UPDATE members SET birth_date = '2010-11-24' WHERE member_id = 'P0008'");
    const alice = await signInAs(portal, "P0001");
    expect(rows(await alice.get(rights))).toHaveLength(3);
    portal.advance({ days: 1 });
    expect(rows(await (await signInAs(portal, "P0001")).get(rights))).toHaveLength(2);
  });

  test.each([
    "beneficiaries=",
    `beneficiaries=${"x".repeat(65)}`,
    `${"beneficiaries=P0001&".repeat(60)}`,
    "contract=",
    "without=exemptions&without=exemptions",
    "without[]=x&beneficiaries[$ne]=1&__proto__=1",
    "beneficiaries=%00",
    "beneficiaries=%ff",
    "chosen=12345678901",
  ])("an odd address is refused or changes nothing: %s", async (query) => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    for (const path of all) expect((await alice.get(`${path}?${query}`)).status).toBeLessThan(500);
  });
});

describe("certificates of others ask for the password anew", () => {
  test("five minutes after the sign-in, those of others; one's own never", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    portal.advance({ minutes: 4, seconds: 59 });
    expect((await alice.get(rights)).status).toBe(200);
    portal.advance({ seconds: 1 });
    const page = await alice.get(`${rights}?without=exemptions`);
    expect(page.status).toBe(303);
    expect(page.location).toBe(`/account/confirm?next=${encodeURIComponent(`${rights}?without=exemptions`)}`);
    // Back to the page, where the file is one press away.
    expect((await alice.get(`${rights}.pdf?without=exemptions`)).location).toBe(page.location);
    for (const form of ["", ".pdf"]) expect((await alice.get(`${rights}${form}?beneficiaries=P0001`)).status).toBe(200);
    expect((await alice.get(`${mutual}?beneficiaries=P0007`)).status).toBe(303);
    const back = await alice.post("/account/confirm", { password: "Demo-2026!", next: `${rights}?without=exemptions` });
    expect(rows(await alice.follow(back))).toHaveLength(2);
  });

  test("a session begun by a remembered device has its own alone", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.post("/login", { identifier: "10000001", password: "Demo-2026!", remember: "on" });
    alice.cookies.delete("session");
    expect((await alice.get(rights)).location).toContain("/account/confirm");
    expect((await alice.get(`${rights}?beneficiaries=P0001`)).status).toBe(200);
  });
});

describe("numbered, logged, stable within a day", () => {
  test("page and PDF have one number and one code; asked again, the same bytes and no second row", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const page = await alice.get(rights);
    const number = terms(page)["Numéro du document"]!;
    expect(number).toMatch(/^AD-20261123-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    expect(codeOn(page)).toMatch(/^(?:[0-9A-HJKMNP-TV-Z]{4}-?){4}$/);
    const first = await download(portal, alice, `${rights}.pdf`);
    expect(first.response.headers.get("content-type")).toBe("application/pdf");
    expect(first.response.headers.get("content-disposition")).toBe(
      'attachment; filename="attestation-droits-2026-11-23.pdf"',
    );
    expect(first.response.headers.get("cache-control")).toBe("private, no-store");
    for (const part of [number, codeOn(page)]) expect(textOfPdf(first.bytes)).toContain(part);
    portal.setTime(Date.parse("2026-11-23T23:59:59+01:00"));
    // A portal begun anew has no file kept from before.
    const { createApp } = await import("../../app.tsx");
    const later = await signInAs(portal, "P0001");
    const second = await download({ ...portal, app: createApp(portal) }, later, `${rights}.pdf`);
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0);
    expect(count(portal, "certificates")).toBe(1);
    expect(count(portal, "evidence WHERE kind = 'certificate.issued' AND member_id = 'P0001'")).toBe(1);
    const kept = portal.db.$client.prepare<[], Record<string, unknown>>("SELECT * FROM certificates").get()!;
    const { createHash } = await import("node:crypto");
    expect(kept).toMatchObject({
      certificate_id: number,
      pdf_sha256: createHash("sha256").update(first.bytes).digest("hex"),
      valid_from: "2026-11-23",
      valid_to: "2027-11-22",
    });
    portal.advance({ seconds: 1 });
    const next = await later.get(`${rights}?beneficiaries=P0001`);
    expect(terms(next)["Éditée le"]).toBe("24 novembre 2026");
  });

  test("another choice, another content, another language and another person have others", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const codes = new Set<string>();
    for (const path of [rights, `${rights}?beneficiaries=P0001`, `${rights}?without=exemptions`, `${rights}?lang=en`])
      codes.add(codeOn(await alice.get(path)));
    change(portal, "UPDATE members SET address_4 = '1 RUE NEUVE' WHERE member_id = 'P0001'");
    codes.add(codeOn(await alice.get(rights)));
    codes.add(codeOn(await opened("P0002", rights, portal)));
    expect(codes.size).toBe(6);
    expect(count(portal, "certificates")).toBe(6);
  });

  test("fifty at once are one certificate, one row of the journal and one file", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const files = await Promise.all(Array.from({ length: 50 }, () => download(portal, alice, `${mutual}.pdf`)));
    expect(new Set(files.map(({ bytes }) => Buffer.from(bytes).toString("base64"))).size).toBe(1);
    expect(count(portal, "certificates")).toBe(1);
    expect(count(portal, "evidence WHERE kind = 'certificate.issued'")).toBe(1);
  });

  test("neither the base nor the log holds the code or a number of social security, nor the journal a name", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const code = codeOn(await alice.get(rights));
    await alice.get(`/verify/${code}`);
    portal.db.$client.pragma("wal_checkpoint(TRUNCATE)");
    const { readFileSync } = await import("node:fs");
    const base = readFileSync(portal.config.databaseFile).toString("latin1");
    const logged = JSON.stringify(portal.logged);
    for (const secret of [code, code.replaceAll("-", ""), "2020359350123"])
      expect([base.includes(secret), logged.includes(secret)]).toEqual([false, false]);
    const details = portal.db.$client
      .prepare<[], string>("SELECT details FROM evidence WHERE kind = 'certificate.issued'")
      .pluck()
      .get()!;
    expect(Object.keys(JSON.parse(details)).sort()).toEqual(["certificate", "number", "people"]);
  });

  test("more than a hundred and twenty new ones an hour are too many; one that was issued still opens", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const first = await alice.get(`${rights}?beneficiaries=P0001`);
    let last = first;
    for (let index = 0; index < 125 && last.status === 200; index++) {
      change(portal, `UPDATE members SET address_4 = '${index} RUE NEUVE' WHERE member_id = 'P0001'`);
      last = await alice.get(`${rights}?beneficiaries=P0001`);
    }
    expect([last.status, Number(last.headers.get("retry-after"))]).toEqual([429, 600]);
    expect(count(portal, "certificates")).toBe(120);
    change(portal, "UPDATE members SET address_4 = '12 RUE DE L HOPITAL MILITAIRE' WHERE member_id = 'P0001'");
    expect(codeOn(await alice.get(`${rights}?beneficiaries=P0001`))).toBe(codeOn(first));
  });
});

describe("the PDF", () => {
  test.each([
    [rights, "Attestation de droits"],
    [mutual, "Attestation de complémentaire santé"],
    [card, "Carte de tiers payant"],
  ])("%s says all that the page says", async (path, title) => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const page = await alice.get(path);
    const { bytes } = await download(portal, alice, `${path}.pdf`);
    const letters = (text: string) => text.replace(/\s/g, "");
    const drawn = letters(textOfPdf(bytes));
    const { document } = page;
    const texts = [
      ...document.querySelectorAll(".document p, .document dt, .document dd, .document h2, .document th, .document td"),
    ].flatMap((element) => element.innerHTML.split(/<br ?\/?>/).map((line) => letters(line.replace(/<[^>]*>/g, ""))));
    expect(texts.length).toBeGreaterThan(40);
    for (const text of texts) expect(drawn).toContain(text.replaceAll("&nbsp;", "").replaceAll("&amp;", "&"));
    expect(textOfPdf(bytes)).toContain(title);
    expect(bytes.length).toBeLessThan(40 * 1024);
    expect(Buffer.from(bytes).toString("latin1")).toContain("/Lang (fr-FR)");
    expect(textOfPdf(bytes)).toMatch(/page 1 sur \d/);
  });

  test("qpdf finds it sound, where it is installed", async () => {
    const portal = await startPortal();
    const alice = await signInAs(portal, "P0001");
    const file = join(portal.dataDir, "certificate.pdf");
    for (const path of all) {
      writeFileSync(file, (await download(portal, alice, `${path}.pdf`)).bytes);
      const checked = spawnSync(checker, ["--check", file], { encoding: "utf8" });
      if (!checked.error) expect([path, checked.status]).toEqual([path, 0]);
    }
  });

  test.each([
    ["Łucja Ðorđević", "ŞAHİN-Œuvrard", ["Łucja Ðorđević", "ŞAHİN-Œuvrard"]],
    ["Иван", "ЩЕРБАКОВ", ["Ivan", "SHCHERBAKOV", "écrits en lettres latines"]],
    ["Αλέξανδρος", "Παπαδόπουλος", ["Alexandros", "Papadopoulos"]],
    ["محمد", "عبد الله", ["Mhmd", "Ebd Allh"]],
    ["小明", "王", ["Xiaoming Wang", "écrits en lettres latines"]],
    ["გიორგი", "Պետրոսյան", ["Giorgi Petrosyan"]],
    ["राहुल", "คำแก้ว", ["Rahul"]],
    ["Thị Ánh", "NGUYỄN ĐẶNG", ["Thị Ánh NGUYỄN ĐẶNG"]],
    ["Anne)(\\", "<b>D’HONDT</b> & %PDF /JS", ["Anne)(\\", "<b>D’HONDT</b> & %PDF /JS"]],
    ["A".repeat(300), "B".repeat(300), []],
    ["\u202eRLO", "\u0301x", ["RLO"]],
  ])("the name %s %s comes out right", async (first, last, words) => {
    const portal = await startPortal();
    portal.db.$client
      .prepare("UPDATE members SET first_names = ?, birth_name = ?, usual_name = NULL WHERE member_id = 'P0002'")
      .run(first, last);
    const bob = await signInAs(portal, "P0002");
    const page = await bob.get(rights);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain("<b>D’HONDT");
    const { response, bytes } = await download(portal, bob, `${rights}.pdf`);
    expect(response.status).toBe(200);
    // Letters of two fonts are two pieces.
    const drawn = textOfPdf(bytes).replaceAll("\n", "");
    for (const word of words) expect([drawn, said(page)]).toEqual(Array(2).fill(expect.stringContaining(word)));
    expect(drawn).not.toContain("□");
    expect(bytes.length).toBeLessThan(40 * 1024);
    expect(Buffer.from(bytes).toString("latin1")).not.toMatch(/OpenAction|JavaScript|\/JS\b|\/AA\b|\/Launch|\/URI/);
    const check = await bob.get(`/verify/${codeOn(page)}`);
    expect(check.status).toBe(200);
  });
});

test.each(["Zoë 👩‍🎓", "\u{378}", "a\u0007b"])(
  "a name that cannot be drawn, %j, is refused, with its reason",
  async (name) => {
    const portal = await startPortal();
    portal.db.$client.prepare("UPDATE members SET first_names = ? WHERE member_id = 'P0002'").run(name);
    const bob = await signInAs(portal, "P0002");
    const page = await bob.get(rights);
    expect(page.status).toBe(200);
    expect(main(page)).toContain("un signe que nous ne pouvons pas imprimer");
    expect(main(page)).toMatch(/U\+(?:1F469|0378|0007)/);
    expect((await bob.get(`${rights}.pdf`)).status).toBe(409);
    expect(count(portal, "certificates")).toBe(0);
  },
);

test("the initials that a check shows are Latin", async () => {
  const portal = await startPortal();
  change(portal, "UPDATE members SET first_names = '小明', usual_name = '王' WHERE member_id = 'P0002'");
  const bob = await signInAs(portal, "P0002");
  const check = await portal.browser().get(`/verify/${codeOn(await bob.get(rights))}`);
  expect(main(check)).toContain("X. W.");
});

test("an address abroad has its country, as on an envelope", async () => {
  const portal = await startPortal();
  const alice = await signInAs(portal, "P0001");
  expect(terms(await alice.get(rights)).Adresse).not.toContain("FRANCE");
  change(portal, "UPDATE members SET address_6 = '1000 BRUXELLES', country = 'BE' WHERE member_id = 'P0001'");
  expect(terms(await alice.get(rights)).Adresse).toMatch(/1000 BRUXELLES ?BELGIQUE$/);
  const { bytes } = await download(portal, alice, `${rights}.pdf`);
  expect(textOfPdf(bytes)).toContain("BELGIQUE");
});

test("in English the certificate is English, French words of the feed are named as such, and it says which one counts", async () => {
  const page = await opened("P0001", `${mutual}?lang=en`);
  expect(main(page)).toContain("In France, hand over the French one.");
  expect(page.document.querySelector('.document td span[lang="fr"], .document th span[lang="fr"]')).not.toBeNull();
  expect(terms(page).Valid).toBe("from 23 November 2026 to 28 February 2027");
});

test("a visitor gets none of it", async () => {
  const portal = await startPortal();
  for (const path of ["/documents", ...all, ...all.map((one) => `${one}.pdf`)]) {
    const page = await portal.browser().get(path);
    expect([page.status, page.text]).toEqual([303, ""]);
  }
});

test("every person of the demo has a whole page or a reason, in both languages", async () => {
  const portal = await startPortal();
  const people = portal.db.$client
    .prepare<[], string>("SELECT member_id FROM members WHERE deceased = 0")
    .pluck()
    .all();
  for (const memberId of people)
    for (const path of ["/documents", ...all])
      for (const lang of ["fr", "en"]) {
        const page = await opened(memberId, `${path}?lang=${lang}`, portal);
        expect([200, 404]).toContain(page.status);
        expect([memberId, path, main(page).match(/undefined|null|NaN|\[object|documents:|\{\{/)]).toEqual([
          memberId,
          path,
          null,
        ]);
      }
});

test("what is asked of the base is found by key", async () => {
  const { createDocumentQueries } = await import("./queries.ts");
  const { createCertificateCheck } = await import("../../domain/certificate-check.ts");
  const { vi } = await import("vitest");
  const portal = await startPortal();
  const prepare = vi.spyOn(portal.db.$client, "prepare");
  createDocumentQueries(portal.db);
  createCertificateCheck(portal);
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(statements).toHaveLength(6);
  const plan = statements.flatMap((sql) =>
    portal.db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, "'[]'")}`)
      .all()
      .map(({ detail }) => detail),
  );
  // Lists made for the moment: the family, the contracts, the people named in a certificate.
  expect(
    plan.filter((step) => /^SCAN|AUTOMATIC/.test(step) && !/SCAN (?:f|v|n|json_each|CONSTANT ROW)\b/.test(step)),
  ).toEqual([]);
});
