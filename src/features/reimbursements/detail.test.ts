import type { Document } from "happy-dom";
import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

const spaced = (text: string | null | undefined) => (text ?? "").replace(/\s+/g, " ").trim();

/** A list of terms as an object, `Dépense` → `30,00 €`. */
function termsOf(root: { querySelectorAll: Document["querySelectorAll"] } | null | undefined): Record<string, string> {
  const terms = [...(root?.querySelectorAll("dl > div") ?? [])];
  return Object.fromEntries(
    terms.map((term) => [spaced(term.querySelector("dt")?.textContent), spaced(term.querySelector("dd")?.textContent)]),
  );
}

const lineOf = (page: Page, lineId: string) => page.document.getElementById(lineId);
const why = (page: Page, lineId: string) =>
  [...(lineOf(page, lineId)?.querySelectorAll("ul li") ?? [])].map(({ textContent }) => spaced(textContent));

async function open(portal: Portal, who: string, paymentId: string): Promise<Page> {
  const browser = portal.browser();
  await browser.signIn(who);
  const page = await browser.get(`/reimbursements/${paymentId}`);
  expect(page.status).toBe(200);
  return page;
}

async function openAs(portal: Portal, memberId: string, path: string): Promise<Page> {
  portal.db.$client
    .prepare(
      "INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at) VALUES ('A', ?, 'active', 'x@demo.example', 'fr', 0, 0)",
    )
    .run(memberId);
  const browser = portal.browser();
  browser.cookies.set(
    "session",
    await portal.sessions.start("A", { label: "firefox/linux", network: "127.0.0.x", withPassword: true }),
  );
  return browser.get(path);
}

test("a consultation is told column by column and explained in sentences", async () => {
  const portal = await startPortal();
  const page = await open(portal, "alice", "AMOEX02");
  expect(page.document.querySelector("h1")?.textContent).toBe("Paiement du 13 novembre 2025");
  expect(termsOf(lineOf(page, "EX02"))).toMatchObject({
    "Pour qui": "Alice Marie",
    Dépense: "30,00 €",
    "Base de remboursement": "30,00 €",
    "Taux de l’Assurance Maladie": "30 %",
    "Part de l’Assurance Maladie avant retenues": "9,00 €",
    "Participation forfaitaire": "2,00 €",
    Franchise: "0,00 €",
    "Versé par l’Assurance Maladie": "7,00 €, versé à vous le 13 novembre 2025",
    "Versé par SMENO": "9,00 €, versé à vous le 16 novembre 2025",
    "Reste à votre charge": "14,00 €",
    "Parcours de soins": "Non, hors parcours",
  });
  const sentences = why(page, "EX02").join(" ");
  for (const words of [
    "en rembourse 30 %, soit 9,00 €",
    "en dehors du parcours de soins",
    "participation forfaitaire de 2,00 €",
    "a donc versé 7,00 €",
    "SMENO ajoute 9,00 €",
    "Il reste 14,00 € à votre charge",
  ])
    expect(sentences).toContain(words);
});

test.each([
  ["AMOEX03A", "EX03A", { "Reste à votre charge": "39,00 €" }, "37,00 € de plus que le tarif de base"],
  ["AMOEX03B", "EX03B", { "Reste à votre charge": "27,50 €" }, "SMENO ajoute 18,40 €"],
  ["AMOEX06", "EX06", { "Reste à votre charge": "0,00 €" }, "Il ne reste rien à votre charge"],
  [
    "AMCEX09",
    "EX09",
    { Quantité: "2", "Reste à votre charge": "0,00 €" },
    "n’est pas remboursé par l’Assurance Maladie",
  ],
  ["AMOEX08", "EX08", { "Pour qui": "Jules", "Participation forfaitaire": "0,00 €" }, "moins de 18 ans"],
])("the worked example of payment %s, line %s, is told and explained", async (paymentId, lineId, terms, words) => {
  const portal = await startPortal();
  const page = await open(portal, "alice", paymentId);
  expect(termsOf(lineOf(page, lineId))).toMatchObject(terms);
  expect(why(page, lineId).join(" ")).toContain(words);
});

test("a deduction says how much, and for which earlier care it was taken back", async () => {
  const portal = await startPortal();
  // Its own day says nothing: the one that counts is the day of the care it is for.
  portal.db.$client.exec(
    "UPDATE lines SET care_from = '2026-10-04' WHERE type = 'DEDUCTION' AND amo_payment_id = 'AMOEX05'",
  );
  const page = await open(portal, "alice", "AMOEX05");
  const deduction = [...page.document.querySelectorAll("section.line")].find((line) =>
    line.querySelector("h2")?.textContent.startsWith("Retenue"),
  )!;
  const origin = portal.db.$client
    .prepare("SELECT care_from FROM lines WHERE line_id LIKE 'EX04%' LIMIT 1")
    .pluck()
    .get();
  expect(origin).toBe("2026-09-09");
  expect(spaced(deduction.querySelector("ul")?.textContent)).toContain(
    "Cette retenue de 2,00 € concerne le soin du 9 septembre 2026",
  );
  expect(deduction.querySelector("table")).toBeNull();
  expect(spaced(deduction.textContent)).not.toContain("en attente");
  expect(termsOf(deduction)["Versé par l’Assurance Maladie"]).toMatch(/^−2,00 €, repris sur vos remboursements/);
  expect(termsOf(page.document.querySelector("main"))["Montant du paiement"]).toBe("17,00 €");
});

test("a cancelled line is told whole: struck amounts, the cancellation, the correction, and the net", async () => {
  const portal = await startPortal();
  const page = await open(portal, "alice", "AMOEX01");
  const section = lineOf(page, "EX01")!;
  expect(section.querySelector(".flag")?.textContent).toBe("Cette ligne a été annulée.");
  const table = [...section.querySelectorAll("table tr")].map((row) =>
    [...row.querySelectorAll("th, td")].map(({ textContent }) => spaced(textContent)),
  );
  expect(table).toEqual([
    ["", "Dépense", "Assurance Maladie", "SMENO", "Reste à votre charge"],
    ["Au départ", "30,00 €", "19,00 €", "9,00 €", "2,00 €"],
    ["Annulation", "−30,00 €", "−19,00 €", "−9,00 €", "−2,00 €"],
    ["Après correction", "30,00 €", "15,50 €", "7,50 €", "7,00 €"],
    ["Au total", "30,00 €", "15,50 €", "7,50 €", "7,00 €"],
  ]);
  expect(section.querySelectorAll("tbody tr s")).toHaveLength(8);
  expect(section.querySelectorAll("tfoot s")).toHaveLength(0);
  expect(section.querySelector("caption")?.textContent).toBe("Ce qui a été corrigé");
});

test("the payment of a cancellation and its correction explains both, and that nothing was sent when nothing was", async () => {
  const portal = await startPortal();
  const page = await open(portal, "alice", "AMOEX10");
  expect(why(page, "EX10A")).toEqual([
    "Cette ligne annule une ligne précédente : ses montants sont les mêmes, en sens inverse.",
  ]);
  expect(why(page, "EX10B")[0]).toBe("Cette ligne remplace une ligne annulée.");
  const summary = termsOf(page.document.querySelector("main"));
  expect(summary["Montant du paiement"]).toBe("−3,50 €");
  expect(summary.Moyen).toBe("Compensation, sans versement");
  expect(page.document.querySelector("main")?.textContent).toContain("rien n’est versé");
  expect(page.document.querySelector("main")?.textContent).not.toContain("Les retenues");
  expect(termsOf(lineOf(page, "EX10A"))["Versé par l’Assurance Maladie"]).toMatch(
    /^−19,00 €, repris sur vos remboursements/,
  );
});

test.each([
  ["rejete", "7,00 €, rejeté par la banque : l’argent n’est pas arrivé"],
  ["annule", "7,00 €, paiement annulé"],
])("a payment %s is not told as money that came, on its line and in the explanation", async (status, told) => {
  const portal = await startPortal();
  portal.db.$client.prepare("UPDATE payments SET status = ? WHERE payment_id = 'AMOEX02'").run(status);
  const page = await open(portal, "alice", "AMOEX02");
  expect(termsOf(lineOf(page, "EX02"))["Versé par l’Assurance Maladie"]).toBe(told);
  const sentences = why(page, "EX02").join(" ");
  expect(sentences).toContain("devait verser 7,00 €, mais ce paiement a été rejeté ou annulé");
  expect(sentences).not.toContain("a donc versé");
  expect(termsOf(lineOf(page, "EX02"))["Versé par SMENO"]).toContain("versé à vous");
});

test("a part that is not known yet is told as such, never as nothing", async () => {
  const portal = await startPortal();
  const page = await open(portal, "alice", "AMOTODAY1");
  const terms = termsOf(lineOf(page, "TODAY1"));
  expect(terms["Versé par SMENO"]).toBe("en attente de votre mutuelle");
  expect(terms["Reste à votre charge"]).toBe("en attente de votre mutuelle");
  expect(why(page, "TODAY1").join(" ")).toContain("n’est pas encore connue");
  expect(why(page, "TODAY1").join(" ")).not.toContain("Il ne reste rien");
});

test("Bob, without a mutual, reads no word of one, and what is left is after the compulsory part", async () => {
  const portal = await startPortal();
  const page = await open(portal, "bob", "AMOTODAY2");
  const text = page.document.querySelector("main")?.textContent ?? "";
  const terms = termsOf(page.document.querySelector("main section"));
  expect(Object.keys(terms)).toContain("Reste après l’Assurance Maladie");
  expect(Object.keys(terms).filter((name) => /SMENO|à votre charge/.test(name))).toEqual([]);
  expect(text).not.toContain("SMENO");
  expect(text).toContain("Données de l’Assurance Maladie, à jour au 23 novembre 2026");
  const list = await openAs(portal, "P0014", "/reimbursements");
  expect(list.document.querySelector("#payer")).toBeNull();
  expect(list.document.querySelector("main")?.textContent).not.toContain("SMENO");
});

test("Chloé, with the mutual alone, reads “non communiqué” where the compulsory part did not come, not zero", async () => {
  const portal = await startPortal();
  const page = await open(portal, "chloe", "AMCPAPER1");
  const terms = termsOf(page.document.querySelector("main section"));
  expect(terms["Base de remboursement"]).toBe("non communiqué");
  expect([terms["Participation forfaitaire"], terms.Franchise]).toEqual(["non communiqué", "non communiqué"]);
  expect(terms["Taux de l’Assurance Maladie"]).toBe("non communiqué");
  expect(terms["Versé par l’Assurance Maladie"]).toBe("non communiqué");
  expect(terms["Versé par SMENO"]).toMatch(/^\d+,\d\d €, versé à vous le 5 novembre 2026$/);
  expect(page.document.querySelector("main")?.textContent).toContain(
    "La part de l’Assurance Maladie ne nous a pas été communiquée",
  );
  expect(page.document.querySelector("main")?.textContent).toContain("Données de SMENO, à jour");
  const browser = portal.browser();
  await browser.signIn("chloe");
  const list = await browser.get("/reimbursements");
  expect(list.document.querySelector("#payer")).toBeNull();
  expect(list.document.querySelector("#results")?.textContent).not.toContain("Assurance Maladie");
});

test("Alice, with both, chooses the payer and the person among her family; Bob, alone, is asked neither", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const page = await alice.get("/reimbursements");
  const options = (id: string) =>
    [...page.document.querySelectorAll(`#${id} option`)].map(({ textContent }) => textContent);
  expect(options("payer")).toEqual(["Tous les payeurs", "Assurance Maladie", "SMENO"]);
  expect(options("beneficiary").sort()).toEqual(["Alice Marie", "Jules", "Léo", "Toute la famille"]);
  expect(spaced(page.document.querySelector("main .hint")?.textContent)).toContain(
    "Données de l’Assurance Maladie et de SMENO",
  );
  const bob = portal.browser();
  await bob.signIn("bob");
  expect((await bob.get("/reimbursements")).document.querySelector("#payer, #beneficiary")).toBeNull();
});

test("a daily allowance is a payment without lines, in the list and on its page", async () => {
  const portal = await startPortal();
  const list = await openAs(portal, "P0029", "/reimbursements?from=2026-11-13&to=2026-11-13");
  const link = list.document.querySelector('a[href="/reimbursements/AMODAILY2"]');
  expect(link?.textContent).toBe("Indemnités journalières");
  expect(spaced(link?.closest("tr")?.querySelector(".amount")?.textContent)).toContain("542,88 €");
  const browser = portal.browser();
  browser.cookies.set(
    "session",
    await portal.sessions.start("A", { label: "firefox/linux", network: "127.0.0.x", withPassword: true }),
  );
  const page = await browser.get("/reimbursements/AMODAILY2");
  expect(page.document.querySelector("main")?.textContent).toContain("Ce paiement n’a pas de détail par soin.");
  expect(page.document.querySelectorAll("section.line")).toHaveLength(0);
  expect(
    (await browser.get("/reimbursements?q=journali%C3%A8re")).document.querySelectorAll("#results tbody tr"),
  ).toHaveLength(2);
});

test("a payment called off before it left is shown so, struck, and not summed", async () => {
  const portal = await startPortal();
  const list = await openAs(portal, "P0019", "/reimbursements?q=&from=2026-06-26&to=2026-06-26");
  const row = list.document.querySelector('a[href^="/reimbursements/AMCCANCEL1"]')?.closest("tr");
  expect(row?.querySelector(".flag")?.textContent).toBe("paiement annulé");
  expect(row?.querySelector("s")).not.toBeNull();
  expect(list.document.querySelector(".totals")).toBeNull();
});

test("a value the feed invents for a label-like column is shown as it is", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "UPDATE payments SET mode = 'pigeon', nature = 'AIDE_NOUVELLE' WHERE payment_id = 'AMOEX02'; UPDATE lines SET act_code = 'ZZ9', label = 'Acte nouveau' WHERE line_id = 'EX02'",
  );
  const page = await open(portal, "alice", "AMOEX02");
  const summary = termsOf(page.document.querySelector("main"));
  expect([summary.Moyen, summary.Nature]).toEqual(["pigeon", "AIDE_NOUVELLE"]);
  expect(termsOf(lineOf(page, "EX02"))["Code de l’acte"]).toBe("ZZ9");
});

test("the links of the list lead to the very line on the page of the payment", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const list = await alice.get("/reimbursements");
  const links = [...list.document.querySelectorAll("#results tbody a")].map((link) => link.getAttribute("href")!);
  expect(links).toHaveLength(25);
  for (const link of links.slice(0, 8)) {
    const page = await alice.get(link.split("#")[0]!);
    expect(page.document.getElementById(link.split("#")[1]!)?.tagName).toBe("SECTION");
  }
});

test("only the last four signs of the account are told, and no social security number anywhere", async () => {
  const portal = await startPortal();
  const page = await open(portal, "alice", "AMOEX02");
  expect(termsOf(page.document.querySelector("main")).Compte).toMatch(/^se terminant par \w{4}$/);
  expect(page.text).not.toMatch(/FR76|2020359350123/);
});

test("the dashboard names the latest payments that did go out, newest first, at most five", async () => {
  const portal = await startPortal();
  const bob = portal.browser();
  await bob.signIn("bob");
  portal.db.$client.exec("UPDATE payments SET status = 'rejete' WHERE payment_id = 'AMOTODAY2'");
  const links = [...(await bob.get("/dashboard")).document.querySelectorAll(".payments a")];
  const expected = portal.db.$client
    .prepare(
      "SELECT payment_id FROM payments WHERE member_id = 'P0002' AND status = 'emis' ORDER BY paid_on DESC, payment_id DESC LIMIT 5",
    )
    .pluck()
    .all();
  expect(links.map((link) => link.getAttribute("href"))).toEqual(expected.map((id) => `/reimbursements/${id}`));
});
