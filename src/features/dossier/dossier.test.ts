import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { makeDemoFeed } from "../../feeds/demo/demo-feed.ts";
import { readFeed, temporaryFolder } from "../../feeds/demo/test-kit.ts";
import { euros } from "../../lib/money.ts";

const flat = (text: string | undefined) => (text ?? "").replace(/\s+/g, " ").trim();

/** A block of the page by its id, or undefined. */
const block = ({ document }: Page, id: string) => document.querySelector(`section#${id}`);
const textOf = (page: Page, id: string) => flat(block(page, id)?.textContent);

/** The terms of a block, in order, with what they are worth. */
function terms(page: Page, id: string): Record<string, string> {
  return Object.fromEntries(
    [...(block(page, id)?.querySelectorAll("dl > div") ?? [])].map((line) => [
      flat(line.querySelector("dt")?.textContent),
      flat(line.querySelector("dd")?.textContent),
    ]),
  );
}

/** The rows of the tables of a block, cell by cell. */
function rows(page: Page, id: string): string[][] {
  return [...(block(page, id)?.querySelectorAll("tbody tr") ?? [])].map((row) =>
    [...row.querySelectorAll("th, td")].map((cell) => flat(cell.textContent)),
  );
}

const blocks = ({ document }: Page) =>
  [...document.querySelectorAll("main > section")].map((section) => section.getAttribute("id"));

async function fileOf(memberId: string, lang: "fr" | "en" = "fr", given?: Portal): Promise<Page> {
  const portal = given ?? (await startPortal());
  const page = await (await signInAs(portal, memberId)).get(`/dossier?lang=${lang}`);
  expect(page.status).toBe(200);
  return page;
}

test("5.1 Alice sees her civil status, her rights and caisse, and that she has a treating doctor", async () => {
  const page = await fileOf("P0001");
  expect(terms(page, "identity")).toEqual({
    Civilité: "MME",
    "Nom de naissance": "LEFÈVRE",
    Prénoms: "Alice Marie",
    "Date de naissance": "14 mars 2002",
    "Numéro de Sécurité sociale": "2 02 ** ** *** *** **",
  });
  expect(terms(page, "rights")).toEqual({
    Régime: "Régime général",
    "Caisse de rattachement": "CPAM de Lille-Douai",
    "Code de la caisse": "01 595 1234",
    Qualité: "Assuré",
    Rang: "01",
    Période: "du 1er juillet 2023 au 31 décembre 2027",
    "État des droits": "Ouverts",
    "Médecin traitant": "Renseigné",
  });
});

test("5.1 the treating doctor is declared, not declared or not communicated, and nothing more is told", async () => {
  for (const [memberId, fr, en] of [
    ["P0001", "Renseigné", "Declared"],
    ["P0002", "Non renseigné", "Not declared"],
    ["P0015", "Non communiqué", "Not communicated"],
  ] as const) {
    expect(terms(await fileOf(memberId), "rights")["Médecin traitant"]).toBe(fr);
    expect(terms(await fileOf(memberId, "en"), "rights")["Treating doctor"]).toBe(en);
  }
  const sentence = "Sans médecin traitant, l’Assurance Maladie rembourse moins vos consultations.";
  expect(textOf(await fileOf("P0002"), "rights")).toContain(sentence);
  expect(textOf(await fileOf("P0001"), "rights")).not.toContain(sentence);
  expect(textOf(await fileOf("P0015"), "rights")).not.toContain(sentence);
});

test("5.2 each block says who its data come from and of which day they are, and leads to the report of an error", async () => {
  const portal = await startPortal();
  portal.db.$client
    .prepare("UPDATE data_freshness SET as_of = ? WHERE entity = 'garanties'")
    .run(Date.parse("2026-11-20T23:30:00Z") / 1000);
  const page = await fileOf("P0001", "fr", portal);
  const source = (id: string) => flat(block(page, id)?.querySelector("p.hint:last-child")?.firstChild?.textContent);
  const day = "données du 23 novembre 2026.";
  expect(Object.fromEntries(blocks(page).map((id) => [id, source(id!)]))).toEqual({
    identity: `Source : Assurance Maladie, ${day}`,
    rights: `Source : Assurance Maladie, ${day}`,
    contract: `Source : SMENO, ${day}`,
    // Half past midnight in Paris.
    guarantees: "Source : SMENO, données du 21 novembre 2026.",
    instalments: `Source : SMENO, ${day}`,
    transmission: `Source : SMENO, ${day}`,
    "former-contracts": `Source : SMENO, ${day}`,
    bank: `Source : Assurance Maladie et SMENO, ${day}`,
    address: `Source : SMENO, ${day}`,
    contact: `Source : SMENO, ${day}`,
  });
  const names = new Set<string>();
  for (const section of page.document.querySelectorAll("main > section")) {
    const link = section.querySelector("p.hint:last-child a")!;
    const { pathname, searchParams } = new URL(link.getAttribute("href")!, portal.config.origin);
    expect([pathname, searchParams.get("about")]).toEqual(["/contact", `/dossier#${section.id}`]);
    names.add(flat(link.textContent));
  }
  expect(names.size).toBe(10);
});

test("a block of a base that no feed has reached yet says its source without a day", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("DELETE FROM data_freshness");
  const page = await fileOf("P0001", "fr", portal);
  for (const id of blocks(page)) expect(textOf(page, id!)).toMatch(/Source : [A-Za-z ]+\. Signaler une erreur – /);
  expect(page.text).not.toContain("données du");
});

test("P4 Bob, with the compulsory cover alone, has neither contract nor guarantees nor schedule", async () => {
  const page = await fileOf("P0002");
  expect(blocks(page)).toEqual(["identity", "rights", "bank", "address", "contact"]);
  expect(flat(page.document.querySelector("main > p")?.textContent)).toBe(
    "Voici ce que l’Assurance Maladie sait de vous. Vous n’avez pas de contrat de complémentaire santé chez SMENO.",
  );
  const main = flat(page.document.querySelector("main")?.textContent);
  expect(main).not.toMatch(/Garanties|Échéancier|Télétransmission|cotisation/);
  expect(terms(page, "bank")).toMatchObject({ "Compte (IBAN)": expect.stringMatching(/^FR\d\d •••• \d{3}$/) });
  expect([...block(page, "bank")!.querySelectorAll("h3")].map(({ textContent }) => textContent)).toEqual([
    "Remboursements de l’Assurance Maladie",
  ]);
});

test("P4 Chloé, with the mutual alone, has no rights at the Assurance Maladie, and the mutual is the source of all", async () => {
  const page = await fileOf("P0003");
  expect(blocks(page)).toEqual([
    "identity",
    "contract",
    "guarantees",
    "instalments",
    "transmission",
    "bank",
    "address",
    "contact",
  ]);
  expect(flat(page.document.querySelector("main > p")?.textContent)).toBe(
    "Voici ce que SMENO sait de vous. Vos droits à l’Assurance Maladie ne sont pas suivis ici : demandez-les à votre caisse.",
  );
  expect(page.text).not.toContain("Source\u00a0: Assurance Maladie");
  expect(page.document.querySelectorAll("main > section > p.hint:last-child").length).toBe(8);
});

test("somebody of whom neither rights nor contract are known is told so", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "UPDATE members SET is_affiliate = 0 WHERE member_id = 'P0002'; UPDATE amo_rights SET ended = 1 WHERE member_id = 'P0002'",
  );
  const page = await fileOf("P0002", "fr", portal);
  expect(blocks(page)).toEqual(["identity", "bank", "address", "contact"]);
  expect(page.document.querySelector("main")?.textContent).toContain("ni droits à l’Assurance Maladie, ni contrat");
});

test("rights and a contract that have not come yet are announced", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "UPDATE amo_rights SET ended = 1 WHERE member_id = 'P0009'; UPDATE contracts SET ended = 1 WHERE contract_id = 'C0009'",
  );
  const page = await fileOf("P0009", "fr", portal);
  expect(textOf(page, "rights")).toContain("Nous n’avons pas encore reçu vos droits.");
  expect(textOf(page, "contract")).toContain("Nous n’avons pas encore reçu votre contrat.");
  expect(block(page, "guarantees")).toBeNull();
});

test("D3a the address has its lines as they are, in their order, and the name of the country", async () => {
  const lines = async (memberId: string, lang: "fr" | "en") =>
    block(await fileOf(memberId, lang), "address")!
      .querySelector("address")!
      .innerHTML.split(/<br\s*\/?>/);
  expect(await lines("P0003", "fr")).toEqual([
    "MME CHLOE D HONDT",
    "CHAMBRE 214",
    "RESIDENCE CROUS DU PANORAMA",
    "BOULEVARD ANDRE SIEGFRIED",
    "76130 MONT SAINT AIGNAN",
    "France",
  ]);
  expect((await lines("P0021", "fr")).slice(1, 4)).toEqual([
    "73 ROUTE NATIONALE",
    "LIEU DIT LE MOULIN",
    "62217 BEAURAINS",
  ]);
  expect((await lines("P0022", "fr")).at(-1)).toBe("Belgique");
  expect((await lines("P0022", "en")).at(-1)).toBe("Belgium");
});

test("D3a six lines are shown as six; no address and no country are told as well", async () => {
  const portal = await startPortal();
  const set = portal.db.$client.prepare(
    `UPDATE members SET address_1 = @a, address_2 = @b, address_3 = @c, address_4 = @d, address_5 = @e, address_6 = @f,
     country = @country WHERE member_id = 'P0001'`,
  );
  const nothing = { a: null, b: null, c: null, d: null, e: null, f: null, country: null };
  const browser = await signInAs(portal, "P0001");
  set.run({ a: "UN", b: "DEUX", c: "TROIS", d: "QUATRE", e: "CINQ", f: "SIX", country: "QM" });
  const address = block(await browser.get("/dossier"), "address")!.querySelector("address")!;
  expect(address.innerHTML.split(/<br\s*\/?>/)).toEqual(["UN", "DEUX", "TROIS", "QUATRE", "CINQ", "SIX", "QM"]);
  set.run({ ...nothing, d: "" });
  expect(textOf(await browser.get("/dossier"), "address")).toContain("Nous ne connaissons pas votre adresse postale.");
});

test("D3b each account is told by what it is for, masked, with its holder, its first day and its mandate", async () => {
  const page = await fileOf("P0001");
  const told = [...block(page, "bank")!.querySelectorAll("h3")].map((heading) => [
    flat(heading.textContent),
    ...[...heading.nextElementSibling!.querySelectorAll("dd")].map(({ textContent }) => flat(textContent)),
  ]);
  expect(told).toEqual([
    ["Remboursements de l’Assurance Maladie", "FR76 •••• 976", "Alice Marie LEFÈVRE", "1er mai 2024"],
    ["Remboursements de SMENO", "FR76 •••• 976", "Alice Marie LEFÈVRE", "1er mai 2024"],
    ["Prélèvement des cotisations", "BE68 •••• 034", "Alice Marie LEFÈVRE", "1er mai 2024", "RUMP00010001"],
  ]);
});

test("D3b no page holds a whole account number, a longer piece of one, nor a social security number", async () => {
  const portal = await startPortal();
  const { db, seal } = portal;
  const ibans = db.$client
    .prepare<[], { iban_sealed: Buffer }>("SELECT iban_sealed FROM bank_accounts")
    .all()
    .map((row) => seal.open("bank_accounts.iban", row.iban_sealed));
  const nirs = db.$client
    .prepare<[], { nir_sealed: Buffer }>("SELECT nir_sealed FROM members WHERE nir_sealed IS NOT NULL")
    .all()
    .map((row) => seal.open("members.nir", row.nir_sealed));
  expect([ibans.length > 80, nirs.length > 35]).toEqual([true, true]);
  for (const memberId of everybody(portal)) {
    const compact = (await fileOf(memberId, "fr", portal)).text.replace(/\s|&nbsp;/g, "");
    for (const iban of ibans) expect(compact).not.toContain(iban.slice(4, 12));
    for (const iban of ibans) expect(compact).not.toContain(iban.slice(-8));
    for (const nir of nirs) expect(compact).not.toContain(nir.slice(5));
  }
});

test("D3b without any account, or without one of them, the page says what follows", async () => {
  expect(textOf(await fileOf("P0040"), "bank")).toContain(
    "Nous ne connaissons aucun compte bancaire à votre nom : vos remboursements ne peuvent pas être virés.",
  );
  expect(textOf(await fileOf("P0008"), "bank")).toContain(
    "Les remboursements d’un ayant droit vont en général à la personne qui l’assure.",
  );
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE bank_accounts SET ended = 1 WHERE member_id = 'P0001' AND usage = 'prestations_amc'");
  const page = await fileOf("P0001", "fr", portal);
  expect(textOf(page, "bank")).toContain("Nous ne connaissons pas de compte pour les remboursements de SMENO.");
  expect(block(page, "bank")!.querySelectorAll("h3").length).toBe(2);
  // Who pays by card or cheque has no mandate, and misses none.
  expect(textOf(await fileOf("P0030"), "bank")).not.toContain("Prélèvement des cotisations");
});

test("D3c the contract is told with its number, product, period and people", async () => {
  const page = await fileOf("P0001");
  expect(terms(page, "contract")).toEqual({
    "Numéro de contrat": "C0002",
    "Garantie souscrite": "Confort Étudiant",
    "Contrat responsable": "Oui",
    Période: "depuis le 1er mars 2026",
    État: "En cours",
    Cotisation: "Chaque mois",
  });
  const people = [...block(page, "contract")!.querySelectorAll("li")].map(({ textContent }) => flat(textContent));
  expect(people).toEqual([
    "Alice Marie LEFÈVRE, assuré principal, depuis le 1er mars 2026",
    "Jules LEFÈVRE, autre personne, depuis le 1er mars 2026",
    "Léo LEFÈVRE-ROUSSEL, enfant, depuis le 1er mars 2026",
  ]);
  expect(textOf(page, "former-contracts")).toContain(
    "Essentielle Étudiant, contrat C0001, du 1er juillet 2023 au 28 février 2026",
  );
});

test("D3c the guarantees are those of the feed, item by item, in its order", async () => {
  const { path, remove } = temporaryFolder();
  await makeDemoFeed({ folder: path, today: "2026-11-23", seed: "demo" });
  const fed = readFeed(path)
    .rows("garanties")
    .filter(({ contrat_id }) => contrat_id === "C0002")
    .sort((a, b) => Number(a.ordre) - Number(b.ordre));
  remove();
  const periods: Record<string, string> = { deux_ans: "tous les deux ans", jour: "par jour", seance: "par séance" };
  expect(rows(await fileOf("P0001"), "guarantees")).toEqual(
    fed.map((row) => [
      row.libelle,
      row.niveau_pct_br
        ? `${Number(row.niveau_pct_br) / 100} % de la base`
        : flat(`${euros(Number(row.forfait_cents), "fr")} ${periods[row.periode_forfait!]}`),
      row.tiers_payant === "O" ? "Oui" : "Non",
    ]),
  );
  expect(fed.length).toBe(11);
});

test("D3c a level may be a share, an amount, both or neither, and an unknown period is shown as it is", async () => {
  const portal = await startPortal();
  const set = portal.db.$client.prepare(
    "UPDATE guarantees SET level_pct_br = ?, allowance_cents = ?, allowance_period = ? WHERE contract_id = 'C0002' AND item = 'dentaire'",
  );
  const browser = await signInAs(portal, "P0001");
  const level = async (lang = "fr") =>
    rows(await browser.get(`/dossier?lang=${lang}`), "guarantees").find(([label]) => label?.includes("dentaires"))![1];
  set.run(12_550, 10_000, "an");
  expect(await level()).toBe("125,5 % de la base + 100,00 € par an");
  expect(await level("en")).toBe("125.5% of the base + €100.00 a year");
  set.run(null, 10_000, null);
  expect(await level()).toBe("100,00 €");
  set.run(null, 10_000, "par dent posée");
  expect(await level()).toBe("100,00 € par dent posée");
  set.run(null, 10_000, "constructor");
  expect(await level()).toBe("100,00 € constructor");
  set.run(null, null, "an");
  expect(await level()).toBe("Non communiqué");
  portal.db.$client.exec("UPDATE guarantees SET ended = 1 WHERE contract_id = 'C0002'");
  expect(textOf(await browser.get("/dossier"), "guarantees")).toContain("pas encore reçu le détail de vos garanties");
});

test("D3d the sums of every subscriber's year are those of the feed's rows, to the cent", async () => {
  const { path, remove } = temporaryFolder();
  await makeDemoFeed({ folder: path, today: "2026-11-23", seed: "demo" });
  const feed = readFeed(path);
  remove();
  const portal = await startPortal();
  let compared = 0;
  for (const contract of feed.rows("contrats")) {
    const page = await fileOf(contract.adherent_id!, "fr", portal);
    if (terms(page, "contract")["Numéro de contrat"] !== contract.contrat_id) continue;
    // The anniversary was computed by hand here: all contracts of the demo begin on the first of a month.
    const last = contract.fin && contract.fin < "2026-11-23" ? contract.fin : "2026-11-23";
    const month = contract.debut!.slice(5);
    const isPast = `${last.slice(0, 4)}-${month}` <= last;
    const year = Number(last.slice(0, 4)) - (isPast ? 0 : 1);
    const from = contract.debut! > last ? contract.debut! : `${year}-${month}`;
    const to = `${Number(from.slice(0, 4)) + 1}-${month}`;
    const own = feed
      .rows("echeances")
      .filter(({ contrat_id, statut }) => contrat_id === contract.contrat_id && statut !== "annule")
      .filter(({ date_echeance = "" }) => date_echeance >= from && date_echeance < to)
      .filter(({ date_echeance = "" }) => !contract.fin || date_echeance <= contract.fin);
    const sum = (among: typeof own) => among.reduce((total, { montant_cents }) => total + Number(montant_cents), 0);
    const due = sum(own);
    const paid = sum(own.filter(({ statut }) => /^(preleve|paye|regularise)$/.test(statut!)));
    expect([contract.contrat_id, terms(page, "instalments")]).toEqual([
      contract.contrat_id,
      expect.objectContaining({
        "Total des échéances": flat(euros(due, "fr")),
        "Total payé": flat(euros(paid, "fr")),
        "Reste à payer": flat(euros(due - paid, "fr")),
      }),
    ]);
    const next = feed
      .rows("echeances")
      .filter(({ contrat_id, statut }) => contrat_id === contract.contrat_id && statut === "a_venir")
      .map(({ date_echeance }) => date_echeance!)
      .sort()[0];
    expect(terms(page, "instalments")["Prochaine échéance"]).toMatch(
      next ? new RegExp(`${Number(next.slice(8))} \\S+ ${next.slice(0, 4)}$`) : /^Aucune n’est prévue$/,
    );
    compared++;
  }
  expect(compared).toBe(feed.rows("contrats").length - 1);
});

test("D3d every instalment is told with its day, amount, state and reason; the means once when it is always the same", async () => {
  const page = await fileOf("P0018");
  const told = rows(page, "instalments");
  expect(told[0]).toEqual(["05/07/2026", "18,90 €", "Prélevée le 06/07/2026"]);
  expect(terms(page, "instalments").Moyen).toBe("Prélèvement");
  expect(told.filter(([, , state]) => state === "Rejetée (Provision insuffisante)").map(([day]) => day)).toEqual([
    "05/10/2026",
    "05/11/2026",
  ]);
  expect(told.find(([day]) => day === "05/08/2026")?.[2]).toBe(
    "Rejetée, puis réglée le 25/08/2026 (Provision insuffisante)",
  );
  expect(told.find(([day]) => day === "05/12/2026")?.[2]).toBe("À venir");
  expect(textOf(page, "instalments")).toContain(
    "2 échéances rejetées sont impayées, soit 37,80 €. Pour les régler, appelez le 09 72 67 60 00.",
  );
  const earlier = block(page, "instalments")!.querySelectorAll("details tbody th");
  expect(earlier[0]?.textContent).toBe("05/06/2026");
  const headers = [...block(page, "instalments")!.querySelectorAll("thead th")].slice(0, 4);
  expect(headers.map(({ textContent }) => textContent)).toEqual(["Date", "Montant", "État", "Date"]);
});

test("D3d different means are told row by row, an unknown one as it is, and a day that passed without news waits", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(`UPDATE instalments SET mode = 'mandat_cash' WHERE instalment_id = 'C0002-202603';
    UPDATE instalments SET mode = 'toString' WHERE instalment_id = 'C0002-202604';
    UPDATE instalments SET status = 'a_venir', paid_on = NULL WHERE instalment_id = 'C0002-202611'`);
  const page = await fileOf("P0001", "fr", portal);
  const told = rows(page, "instalments");
  expect(told.slice(0, 3).map(([, , mode]) => mode)).toEqual(["mandat_cash", "toString", "Prélèvement"]);
  expect(told.find(([day]) => day === "05/11/2026")).toEqual([
    "05/11/2026",
    "97,50 €",
    "Prélèvement",
    "En attente de confirmation",
  ]);
  expect(terms(page, "instalments")["Prochaine échéance"]).toBe("97,50 € le 5 décembre 2026");
  expect(terms(page, "instalments").Moyen).toBeUndefined();
});

test("D3d what is left unpaid of a former contract is not forgotten", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE instalments SET status = 'rejete' WHERE instalment_id = 'C0001-202602'");
  expect(textOf(await fileOf("P0001", "fr", portal), "former-contracts")).toContain(
    "Il reste 56,70 € de cotisations impayées : appelez le 09 72 67 60 00.",
  );
});

test("D3d a contract without a schedule says so", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE instalments SET ended = 1 WHERE contract_id = 'C0003'");
  const page = await fileOf("P0003", "fr", portal);
  expect(textOf(page, "instalments")).toContain("Nous n’avons pas encore reçu votre échéancier.");
});

test("D3e the account's own e-mail is verified; what comes from the feed is not", async () => {
  const portal = await startPortal();
  const alice = await signInAs(portal, "P0001");
  expect(terms(await alice.get("/dossier"), "contact")).toEqual({
    "E-mail de votre compte": "alice@demo.example (vérifié)",
    "Téléphone connu de SMENO": "06 39 98 00 01 (non vérifié)",
  });
  portal.db.$client.exec(`UPDATE accounts SET email = 'alice@ailleurs.example', mobile = '+33612345678' WHERE member_id = 'P0001';
    UPDATE members SET phone = NULL WHERE member_id = 'P0001'`);
  expect(terms(await alice.get("/dossier"), "contact")).toEqual({
    "E-mail de votre compte": "alice@ailleurs.example (vérifié)",
    "E-mail connu de SMENO": "alice@demo.example (non vérifié)",
    "Mobile donné pour les alertes": "06 12 34 56 78 (non vérifié)",
    "Téléphone connu de SMENO": "Aucun",
  });
  portal.db.$client.exec("UPDATE members SET email = 'ALICE@Ailleurs.example' WHERE member_id = 'P0001'");
  expect(terms(await alice.get("/dossier"), "contact")["E-mail connu de SMENO"]).toBeUndefined();
});

test("D3e Emma, of whom no e-mail is on file, is told so", async () => {
  expect(terms(await fileOf("P0005"), "contact")).toEqual({
    "E-mail de votre compte": "own@demo.example (vérifié)",
    "E-mail connu de SMENO": "Aucun",
    "Téléphone connu de SMENO": "Aucun",
  });
});

test.each([
  ["P0017", "Terminés le 24 septembre 2026", "ne rembourse plus les soins reçus après cette date"],
  ["P0001", "Ouverts", undefined],
])("the rights of %s are told: %s", async (memberId, state, meaning) => {
  const page = await fileOf(memberId);
  expect(terms(page, "rights")["État des droits"]).toBe(state);
  if (meaning) expect(block(page, "rights")?.querySelector("p.flag")?.textContent).toContain(meaning);
  else expect(block(page, "rights")?.querySelector("p.flag")).toBeNull();
});

test("rights whose last day is today are open until midnight in Paris, and ended from then on", async () => {
  const portal = await startPortal();
  const set = portal.db.$client.prepare(
    "UPDATE amo_rights SET rights_from = ?, rights_to = ? WHERE member_id = 'P0002'",
  );
  const stateAt = async (moment: string) => {
    portal.setTime(Date.parse(moment));
    return terms(await fileOf("P0002", "fr", portal), "rights")["État des droits"];
  };
  set.run("2025-01-01", "2026-11-30");
  expect(await stateAt("2026-11-30T23:59:59+01:00")).toBe("Ouverts");
  expect(await stateAt("2026-12-01T00:00:00+01:00")).toBe("Terminés le 30 novembre 2026");
  set.run("2026-12-05", "2027-12-31");
  expect(await stateAt("2026-12-04T23:59:59+01:00")).toBe("Pas encore ouverts");
  expect(textOf(await fileOf("P0002", "fr", portal), "rights")).toContain(
    "L’Assurance Maladie rembourse les soins reçus à partir du 5 décembre 2026.",
  );
  expect(await stateAt("2026-12-05T00:00:00+01:00")).toBe("Ouverts");
});

test.each([
  ["P0026", "Complémentaire santé solidaire (C2S)", "du 1er juillet 2023 au 30 juin 2027"],
  ["P0028", "Affection de longue durée (ALD)", "du 1er juillet 2023 au 30 juin 2028"],
  ["P0029", "Maternité", "du 4 octobre 2026 au 1er février 2027"],
])("the exemption of %s is told with its days", async (memberId, name, period) => {
  expect(terms(await fileOf(memberId), "rights")).toMatchObject({
    Exonération: name,
    "Période de l’exonération": period,
  });
});

test("an exemption may be unknown, over, or without days", async () => {
  const portal = await startPortal();
  const set = portal.db.$client.prepare(
    "UPDATE amo_rights SET exemption_code = ?, exemption_from = ?, exemption_to = ? WHERE member_id = 'P0028'",
  );
  const oceane = await signInAs(portal, "P0028");
  const told = async () => terms(await oceane.get("/dossier"), "rights");
  set.run("INVALIDITE", null, "2026-11-22");
  expect(await told()).toMatchObject({
    Exonération: "INVALIDITE",
    "Période de l’exonération": "jusqu’au 22 novembre 2026 (terminée)",
  });
  set.run("__proto__", "2026-11-24", null);
  expect(await told()).toMatchObject({
    Exonération: "__proto__",
    "Période de l’exonération": "à partir du 24 novembre 2026",
  });
  set.run("ALD", null, null);
  expect((await told())["Période de l’exonération"]).toBeUndefined();
});

test("the scheme is told in words, one that is not known by its code", async () => {
  expect(terms(await fileOf("P0036"), "rights")).toMatchObject({
    Régime: "Régime agricole (MSA)",
    "Caisse de rattachement": "MSA Côtes normandes",
    "Code de la caisse": "02 508 0001",
  });
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE amo_rights SET scheme = '95' WHERE member_id = 'P0036'");
  expect(terms(await fileOf("P0036", "en", portal), "rights").Scheme).toBe("95");
});

test("a provisional number is said to be one, and a missing one not communicated", async () => {
  const page = await fileOf("P0014");
  expect(terms(page, "identity")["Numéro de Sécurité sociale"]).toBe("7 01 ** ** *** *** **");
  expect(textOf(page, "identity")).toContain("Ce numéro de Sécurité sociale est provisoire");
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE members SET nir_sealed = NULL, nir_hash = NULL WHERE member_id = 'P0014'");
  const without = await fileOf("P0014", "fr", portal);
  expect(terms(without, "identity")["Numéro de Sécurité sociale"]).toBe("Non communiqué");
  expect(textOf(without, "identity")).not.toContain("provisoire");
});

test.each([
  ["P0018", "Suspendu", "Tant que le contrat est suspendu, SMENO ne rembourse pas vos soins."],
  ["P0019", "Terminé", "Ce contrat ne vous couvre plus."],
  ["P0020", "À venir", "Vous n’êtes pas encore couvert par ce contrat : il doit commencer le 1er décembre 2026."],
  ["P0003", "En cours", "SMENO rembourse vos soins selon les garanties ci-dessous."],
])("the contract of %s is: %s, and the page says what it means", async (memberId, state, meaning) => {
  const page = await fileOf(memberId);
  expect(terms(page, "contract").État).toBe(state);
  expect(textOf(page, "contract")).toContain(meaning);
  expect(blocks(page)).toContain("guarantees");
  expect(blocks(page).includes("transmission")).toBe(state !== "Terminé");
});

test("two contracts in force stand one after the other under names of their own", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE contracts SET status = 'actif', ends_on = NULL WHERE contract_id = 'C0001'");
  const page = await fileOf("P0001", "fr", portal);
  expect(blocks(page).filter((id) => /contract|guarantees|instalments|transmission/.test(id!))).toEqual([
    "contract",
    "guarantees",
    "instalments",
    "contract-2",
    "guarantees-2",
    "instalments-2",
    "transmission-2",
  ]);
  expect(terms(page, "contract")["Numéro de contrat"]).toBe("C0001");
  expect(flat(block(page, "contract-2")?.querySelector("h2")?.textContent)).toBe("Contrat – Confort Étudiant");
});

test("the télétransmission is told for each person, with what to do when it is not active", async () => {
  const alice = textOf(await fileOf("P0001"), "transmission");
  expect(alice).toContain("Alice Marie LEFÈVRE – Active depuis le 7 mai 2026");
  expect(alice).toContain("Léo LEFÈVRE-ROUSSEL – Active depuis le 27 janvier 2026");
  expect(alice).toContain("Jules LEFÈVRE – Cette personne voit sa télétransmission dans son propre espace.");
  expect(alice).not.toContain("envoyez-nous");

  const reported = textOf(await fileOf("P0023"), "transmission");
  expect(reported).toContain("Signalée par la caisse depuis le 27 janvier 2026");
  expect(reported).toContain("Cause : l’état civil n’est pas le même à la caisse et chez nous.");
  expect(reported).toContain("Comparez votre attestation de droits avec l’état civil de cette page");

  const rejected = textOf(await fileOf("P0024"), "transmission");
  expect(rejected).toContain("Rejetée depuis le 27 janvier 2026");
  expect(rejected).toContain("Cause : l’assuré dépend d’une autre caisse.");
  expect(rejected).toContain("Demandez à votre caisse une attestation de droits récente");

  const waiting = textOf(await fileOf("P0015"), "transmission");
  expect(waiting).toContain("En attenteLa liaison a été demandée");
  expect(waiting).toContain("En attendant, envoyez-nous vos décomptes de l’Assurance Maladie");
});

test("a télétransmission in a state or with a code of a later feed is shown as it is, and says whom to call", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "UPDATE beneficiaries SET noemie_status = 'constructor', noemie_code = '99' WHERE member_id = 'P0003'",
  );
  const page = await fileOf("P0003", "en", portal);
  const text = textOf(page, "transmission");
  expect(text).toContain("constructor");
  expect(text).toContain("Answer of the fund: code 99.");
  expect(text).toContain("Call us on 09 72 67 60 00.");
  expect(block(page, "transmission")!.querySelector('span[lang="fr"]')?.textContent).toBe("constructor");
});

test("6.4b every code of the caisse has its words in both languages", async () => {
  const portal = await startPortal();
  const set = portal.db.$client.prepare("UPDATE beneficiaries SET noemie_code = ? WHERE member_id = 'P0024'");
  const tomas = await signInAs(portal, "P0024");
  for (const code of ["14", "18", "20", "21", "25", "27", "30", "31", "38", "40", "41", "53"])
    for (const [lang, cause] of [
      ["fr", "Cause : "],
      ["en", "Cause: "],
    ] as const) {
      set.run(code);
      const text = textOf(await tomas.get(`/dossier?lang=${lang}`), "transmission");
      expect([code, lang, text.includes(cause)]).toEqual([code, lang, true]);
    }
});

test("every person of the demo has a whole page in both languages", async () => {
  const portal = await startPortal();
  for (const memberId of everybody(portal)) {
    for (const lang of ["fr", "en"] as const) {
      const page = await fileOf(memberId, lang, portal);
      const text = flat(page.document.querySelector("main")?.textContent);
      expect([memberId, lang, text.match(/undefined|null|NaN|\[object|dossier:|\{\{|Invalid/)]).toEqual([
        memberId,
        lang,
        null,
      ]);
      expect(blocks(page)).toEqual(expect.arrayContaining(["identity", "bank", "address", "contact"]));
    }
  }
});

test("the page of Alice stays below 14 kB, uncompressed", async () => {
  const portal = await startPortal();
  const alice = await signInAs(portal, "P0001");
  const page = await alice.get("/dossier");
  expect(Buffer.byteLength(page.text)).toBeLessThan(14_000);
});

test("a visitor signs in first, and comes back to the file", async () => {
  const portal = await startPortal();
  const page = await portal.browser().get("/dossier");
  expect([page.status, page.location, page.text]).toEqual([303, "/login?next=%2Fdossier", ""]);
});

test("the file is private: not stored, and changed by no other method", async () => {
  const portal = await startPortal();
  const alice = await signInAs(portal, "P0001");
  expect((await alice.get("/dossier")).headers.get("cache-control")).toBe("private, no-store");
  for (const path of ["/dossier", "/vitale"]) expect((await alice.post(path, { a: "b" })).status).toBe(404);
  for (const path of ["/dossier/P0002", "/dossier/", "/vitale/P0007"]) expect((await alice.get(path)).status).toBe(404);
  expect((await alice.get("/dossier?member=P0002&memberId=P0002")).text).not.toContain("DELATTRE");
});

function everybody({ db }: Portal): string[] {
  return db.$client
    .prepare<[], string>("SELECT member_id FROM members WHERE deceased = 0 ORDER BY member_id")
    .pluck()
    .all();
}
