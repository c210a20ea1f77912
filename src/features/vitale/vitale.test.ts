import { describe, expect, onTestFinished, test, vi } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { bearersOf, type Card, cardInUse, inOrder, maskSerial } from "../../domain/vitale-cards.ts";
import { openBase } from "../../platform/base.ts";
import { createVitaleQueries } from "./queries.ts";
import { hasUsableCard } from "./rules.ts";

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const main = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
const cards = ({ document }: Page, id = "card-1") =>
  [...document.querySelectorAll(`section#${id} h3`)].map((heading) => flat(heading.textContent));

/** The terms of a card, the first of the page being 0. */
function terms({ document }: Page, index = 0): Record<string, string> {
  const list = document.querySelectorAll("main dl")[index];
  return Object.fromEntries(
    [...(list?.querySelectorAll("div") ?? [])].map((line) => [
      flat(line.querySelector("dt")?.textContent),
      flat(line.querySelector("dd")?.textContent),
    ]),
  );
}

async function cardOf(memberId: string, lang: "fr" | "en" = "fr", given?: Portal): Promise<Page> {
  const portal = given ?? (await startPortal());
  const page = await (await signInAs(portal, memberId)).get(`/vitale?lang=${lang}`);
  expect(page.status).toBe(200);
  return page;
}

test("D13 Alice sees her card in use first, then the old one; masked numbers, dates, meaning and what to do", async () => {
  const page = await cardOf("P0001");
  expect(cards(page)).toEqual(["En circulation", "Invalidée"]);
  expect(terms(page)).toEqual({
    "Depuis le": "23 mars 2026",
    "Numéro de série": "•••• 8765",
    "Émise le": "23 février 2026",
    "Expédiée le": "3 mars 2026",
  });
  expect(main(page)).toContain("La carte peut servir chez les professionnels de santé.");
  expect(main(page)).toContain("Que faire – Mettez-la à jour chaque année");
  expect(page.text).not.toContain("3590098765");
  expect(main(page)).not.toContain("Sans carte, présentez");
});

test("D13 of Alice's dependants, the child's card is told, the brother of 17 by name alone", async () => {
  const page = await cardOf("P0001");
  expect([...page.document.querySelectorAll("main h2")].map(({ textContent }) => textContent)).toEqual([
    "Votre carte",
    "Carte de Léo LEFÈVRE-ROUSSEL",
    "De 16 ans ou plus",
  ]);
  expect(flat(page.document.querySelector("#card-2 p")?.textContent)).toContain(
    "Nous n’avons pas d’information sur une carte à ce nom.",
  );
  expect(flat(page.document.querySelector("#others")?.textContent)).toBe(
    "De 16 ans ou plusJules LEFÈVREÀ partir de 16 ans, chacun voit sa carte dans son propre espace.",
  );
  expect(page.text).not.toContain("8888");
  expect(cards(await cardOf("P0008"))).toEqual(["Expédiée"]);
});

test("the cards of somebody else of 16 or more are not even read", async () => {
  const [alice, leo, jules] = bearersOf(await startPortal(), "P0001", "2026-11-23");
  expect(alice?.cards.length).toBe(2);
  expect(leo).toMatchObject({ name: "Léo LEFÈVRE-ROUSSEL", isShown: 1, cards: [] });
  expect(jules).toMatchObject({ name: "Jules LEFÈVRE", isShown: 0, cards: [] });
});

test("cards and declarations are found by key", async () => {
  const portal = await startPortal();
  // A handle of its own: what the portal uses is prepared already.
  const { db } = openBase(portal.config);
  onTestFinished(() => void db.$client.close());
  const prepare = vi.spyOn(db.$client, "prepare");
  createVitaleQueries(db);
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(statements).toHaveLength(4);
  const plan = statements.flatMap((sql) =>
    db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, "'x'")}`)
      .all()
      .map(({ detail }) => detail),
  );
  // The list of the family, and that of the bearers, are made for the moment.
  const made = /SCAN (?:f|CONSTANT ROW|json_each VIRTUAL TABLE INDEX \d+:)$/;
  expect(plan.filter((step) => /^SCAN|AUTOMATIC/.test(step) && !made.test(step))).toEqual([]);
});

const states = [
  ["P0005", "non_demandee", "Aucune carte connue", "No card known"],
  ["P0006", "en_attente_pieces", "Photo et pièce d’identité attendues", "Photo and identity document awaited"],
  ["P0014", "dossier_en_controle", "Dossier en cours de contrôle", "Application being checked"],
  ["P0004", "en_production", "En fabrication (environ 2 à 3 semaines)", "Being made (about 2 to 3 weeks)"],
  ["P0030", "expediee", "Expédiée", "Sent"],
  ["P0002", "active", "En circulation", "In use"],
  ["P0003", "a_mettre_a_jour", "Mise à jour nécessaire", "Update needed"],
  ["P0017", "invalidee", "Invalidée", "No longer valid"],
  ["P0016", "retournee", "Retournée à l’expéditeur", "Returned to sender"],
] as const;

describe.each(states)("D13 the card of %s, %s,", (memberId, status, fr, en) => {
  test.each([
    ["fr", fr],
    ["en", en],
  ] as const)("is told in words in %s, with its day, what it means and what to do", async (lang, words) => {
    const portal = await startPortal();
    const page = await cardOf(memberId, lang, portal);
    expect(cards(page)[0]).toBe(words);
    const fed = portal.db.$client
      .prepare<[string, string], { status_on: string }>(
        "SELECT status_on FROM vitale_cards WHERE member_id = ? AND status = ?",
      )
      .get(memberId, status)!;
    const [, year] = /^(\d{4})/.exec(fed.status_on)!;
    expect(terms(page)[lang === "fr" ? "Depuis le" : "Since"]).toMatch(
      new RegExp(`^${Number(fed.status_on.slice(8))}(?:er)? \\S+ ${year}$`),
    );
    const paragraphs = [...page.document.querySelectorAll("#card-1 dl")][0]!;
    expect(paragraphs.nextElementSibling?.textContent.length).toBeGreaterThan(20);
    expect(paragraphs.nextElementSibling?.nextElementSibling?.textContent).toMatch(
      lang === "fr" ? /^Que faire – .{20,}/ : /^What to do – .{20,}/,
    );
    expect(main(page)).not.toContain(status);
  });
});

test.each([
  ["P0018", "Vol", ["En fabrication (environ 2 à 3 semaines)", "En opposition"]],
  ["P0030", "Perte", ["Expédiée", "En opposition"]],
  ["P0031", "Dysfonctionnement", ["Photo et pièce d’identité attendues", "En opposition"]],
])("D13 the blocked card of %s says why: %s; what is on its way comes first", async (memberId, reason, order) => {
  const page = await cardOf(memberId);
  expect(cards(page)).toEqual(order);
  expect(terms(page, 1).Motif).toBe(reason);
  expect(main(page)).toContain("elle ne doit plus servir, même retrouvée");
  expect(main(page)).toContain("Sans carte, présentez une attestation de droits");
});

test("D13 without any card the page says so, and what stands in for it", async () => {
  const page = await cardOf("P0013");
  expect(main(page)).toContain("Nous n’avons pas d’information sur une carte à votre nom.");
  expect(main(page)).toContain("Sans carte, présentez une attestation de droits");
  expect(cards(page)).toEqual([]);
});

test("a card that has no number yet shows none", async () => {
  expect(terms(await cardOf("P0006"))["Numéro de série"]).toBeUndefined();
});

test("a status and a reason of a later feed are shown as they are", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "UPDATE vitale_cards SET status = 'toString', reason = 'en cours de vol' WHERE member_id = 'P0002'",
  );
  const page = await cardOf("P0002", "en", portal);
  expect(cards(page)).toEqual(["toString"]);
  expect(terms(page).Reason).toBe("en cours de vol");
  expect(page.document.querySelector('h3 span[lang="fr"]')).not.toBeNull();
  expect(main(page)).toContain(
    "We have no explanation for this situation yet. If you have a question, call 09 72 67 60 00.",
  );
});

test("5.2 each block says its source and day, and leads to the report of an error without naming anybody", async () => {
  const page = await cardOf("P0001");
  for (const id of ["card-1", "card-2"]) {
    const hint = page.document.querySelector(`#${id} p.hint:last-child`)!;
    expect(flat(hint.firstChild?.textContent)).toBe("Source : Assurance Maladie, données du 23 novembre 2026.");
    expect(hint.querySelector("a")!.getAttribute("href")).toBe(`/contact?about=${encodeURIComponent(`/vitale#${id}`)}`);
  }
});

test("every person of the demo has a whole page in both languages, and no whole number of a card", async () => {
  const portal = await startPortal();
  const { $client } = portal.db;
  const people = $client.prepare<[], string>("SELECT member_id FROM members WHERE deceased = 0").pluck().all();
  const numbers = $client
    .prepare<[], string>("SELECT card_number FROM vitale_cards WHERE card_number <> '0000000000'")
    .pluck()
    .all();
  for (const memberId of people)
    for (const lang of ["fr", "en"] as const) {
      const page = await cardOf(memberId, lang, portal);
      expect([memberId, main(page).match(/undefined|null|NaN|\[object|vitale:|\{\{/)]).toEqual([memberId, null]);
      expect(numbers.filter((number) => page.text.includes(number))).toEqual([]);
    }
});

const card = (status: string, statusOn: string): Card => ({
  cardNumber: "1",
  status,
  reason: null,
  statusOn,
  issuedOn: null,
  sentOn: null,
});

test("cards that live come before those that are over, the latest first in each", () => {
  const given = [
    card("invalidee", "2026-11-01"),
    card("active", "2024-01-01"),
    card("en_opposition", "2026-11-02"),
    card("nouveau", "2025-01-01"),
  ];
  expect(inOrder(given).map(({ status }) => status)).toEqual(["nouveau", "active", "en_opposition", "invalidee"]);
});

test("a form is about the card in use, not about one on its way, nor one that is over", () => {
  const given = [
    card("expediee", "2026-11-01"),
    card("a_mettre_a_jour", "2024-01-01"),
    card("en_opposition", "2026-11-02"),
  ];
  expect(cardInUse(given)?.status).toBe("a_mettre_a_jour");
  expect(cardInUse([given[0]!, given[2]!])?.status).toBe("expediee");
  expect(cardInUse([given[2]!, card("retournee", "2026-11-03")])).toBeUndefined();
});

test("only a card in use, up to date or not, can be shown to a professional", () => {
  expect(hasUsableCard([card("active", "2026-01-01")], [])).toBe(true);
  expect(hasUsableCard([card("a_mettre_a_jour", "2026-01-01")], [])).toBe(true);
  expect(hasUsableCard([card("expediee", "2026-01-01"), card("en_opposition", "2026-01-01")], [])).toBe(false);
  expect(hasUsableCard([], [])).toBe(false);
  const used = card("active", "2026-01-01");
  const { cardNumber } = used;
  expect(hasUsableCard([used], [{ cardNumber, reason: "dysfonctionnement" }])).toBe(true);
  expect(hasUsableCard([used], [{ cardNumber: "another", reason: "vol" }])).toBe(true);
  for (const reason of ["perte", "vol"] as const) expect(hasUsableCard([used], [{ cardNumber, reason }])).toBe(false);
});

test.each([
  ["3590098765", "•••• 8765"],
  ["12345", "•••• 2345"],
  ["1234", "••••"],
  ["0000000000", undefined],
  ["", undefined],
])("the number %j is shown as %j", (number, shown) => {
  expect(maskSerial(number)).toBe(shown);
});
