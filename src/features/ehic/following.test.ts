import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { settleCard } from "../../domain/card-settling.ts";
import { count, exportAll, flat, forgetCards, forLeo, load, main, rowsOf, trip } from "./ehic-kit.ts";

async function alicesPortal() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const mails = () => portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "ehic.step");
  return { portal, alice, mails };
}

const block = ({ document }: Page, id: string) => flat(document.querySelector(`#${id}`)?.textContent);
const links = ({ document }: Page, id: string) =>
  [...document.querySelectorAll(`#${id} a`)].map((link) => link.getAttribute("href"));

async function askedAndSent() {
  const known = await alicesPortal();
  await known.alice.post("/ehic/requests", forLeo);
  exportAll(known.portal);
  return { ...known, id: rowsOf(known.portal)[0]!.request_id };
}

const header = "op;version;maj_le;demande_id;personne_id;statut;num_carte;expire_le;motif";
const row = (id: string, memberId: string, statut: string, motif = "", version = 1) =>
  `U;${version};2026-11-25T06:00:00+01:00;${id};${memberId};${statut};;;${motif}`;
const loadFile = (portal: Portal, ...rows: string[]) => load(portal, rows, header);

describe("D5 a refusal of the caisse", () => {
  test("is shown with its reason, where numbers are hidden; the mail says where it stands, and not what it is", async () => {
    const { portal, alice, mails, id } = await askedAndSent();
    await loadFile(portal, row(id, "P0007", "refusee", "Droits fermés, n° 2 02 03 59 350 123 50"));
    expect(rowsOf(portal)).toMatchObject([{ state: "refused", reason: "Droits fermés, n° 2…" }]);
    const page = await alice.get("/ehic");
    expect(block(page, "ehic-2")).toContain("MotifDroits fermés, n° 2…");
    expect(block(page, "ehic-2")).not.toContain("pas donné de motif");
    const mail = mails().at(-1)!;
    expect(mail.subject).toBe("Votre demande de carte européenne est refusée");
    expect(mail.text).toContain("Le motif est dans votre espace");
    expect(mail.text + mail.html).not.toContain("Droits fermés");
    const kept = portal.db.$client.prepare("SELECT reason FROM ehic_requests WHERE request_id = ?").pluck().get(id);
    expect(kept).toBe("Droits fermés, n° 2…");
  });

  test("without a reason, page and mail say that there is none, and lead to who can tell it", async () => {
    const { portal, alice, mails, id } = await askedAndSent();
    await loadFile(portal, row(id, "P0007", "refusee"));
    const page = await alice.get("/ehic");
    expect(block(page, "ehic-2")).toContain("La caisse n’a pas donné de motif.");
    expect(links(page, "ehic-2")).toContain("https://www.ameli.fr");
    expect(links(page, "ehic-2")).toContain("/contact?about=%2Fehic");
    const mail = mails().at(-1)!;
    const text = flat(mail.text);
    expect(text).toContain("La caisse n’a pas donné de motif.");
    expect(text).not.toContain("Le motif est dans votre espace");
    // No mail leads elsewhere: the page of the card leads to the caisse.
    for (const address of [`${portal.config.origin}/ehic`, `${portal.config.origin}/contact`]) {
      expect(text).toContain(address);
      expect(mail.html).toContain(`href="${address}"`);
    }
  });

  test("of a card asked for elsewhere is shown with its reason too", async () => {
    const { portal, alice } = await alicesPortal();
    await loadFile(portal, row("ELSEWHERE", "P0007", "refusee", "Dossier incomplet"));
    expect(block(await alice.get("/ehic"), "ehic-2")).toContain("MotifDossier incomplet");
  });

  test("a file without the column is taken as before", async () => {
    const { portal, id } = await askedAndSent();
    const old = `U;1;2026-11-25T06:00:00+01:00;${id};P0007;en_fabrication;;`;
    expect(await load(portal, [old])).toMatchObject({ rejected: 0, applied: 1 });
    // The same row, from a back office that has learnt the column since.
    expect(await loadFile(portal, row(id, "P0007", "en_fabrication"))).toMatchObject({ rejected: 0, unchanged: 1 });
    expect(await loadFile(portal, row(id, "P0007", "en_fabrication", "Pourquoi"))).toMatchObject({ rejected: 1 });
  });
});

test("a row for a request of somebody else is rejected, with its code in the report", async () => {
  const { portal, id } = await askedAndSent();
  const told = await loadFile(portal, row(id, "P0001", "recue"));
  expect(told).toMatchObject({ applied: 0, rejected: 1 });
  const folder = join(portal.dataDir, "rejects");
  const report = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  expect(report.join()).toContain("E_DEMANDE");
  expect(rowsOf(portal)).toMatchObject([{ state: "sent" }]);
  expect(count(portal, `FROM ehic_requests WHERE request_id = '${id}'`)).toBe(0);
});

describe("a request that was given up says by whom:", () => {
  const asked = async (browser: Browser, portal: Portal) => {
    await browser.post("/ehic/requests", forLeo);
    return rowsOf(portal)[0]!.request_id;
  };

  test("by the member, in their own account alone", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(`/ehic/requests/${await asked(alice, portal)}/cancel`);
    expect(block(await alice.get("/ehic"), "ehic-2")).toContain("Vous l’avez annulée.");
    const leo = block(await (await signInAs(portal, "P0007")).get("/ehic"), "ehic-1");
    expect(leo).toContain("Elle a été annulée avant d’être transmise.");
    expect(leo).not.toContain("Vous l’avez");
  });

  test("by the caisse", async () => {
    const { portal, alice } = await alicesPortal();
    const requestId = await asked(alice, portal);
    settleCard(portal, { requestId, memberId: "P0007", status: "annulee", reason: null });
    const shown = block(await alice.get("/ehic"), "ehic-2");
    expect(shown).toContain("La caisse l’a annulée.");
    expect(shown).not.toContain("Vous l’avez");
  });

  test("by the caisse, in its own words", async () => {
    const { portal, alice } = await alicesPortal();
    const requestId = await asked(alice, portal);
    settleCard(portal, { requestId, memberId: "P0007", status: "annulee", reason: "Demande en double" });
    expect(block(await alice.get("/ehic"), "ehic-2")).toContain("MotifDemande en double");
  });
});

test("the button that cancels is shown to who has asked, and to nobody else", async () => {
  const { portal, alice } = await alicesPortal();
  await alice.post("/ehic/requests", forLeo);
  const action = `form[action="/ehic/requests/${rowsOf(portal)[0]!.request_id}/cancel"]`;
  expect((await alice.get("/ehic")).document.querySelector(action)).not.toBeNull();
  const leo = await signInAs(portal, "P0007");
  const page = await leo.get("/ehic");
  expect(main(page)).toContain("Demande du 23 novembre 2026");
  expect(page.document.querySelector(action)).toBeNull();
});

describe("how long it takes", () => {
  test.each([
    [19, true],
    [20, false],
    [21, false],
  ])("%i days after the request, a day to come is promised: %s", async (days, isPromised) => {
    const { portal, alice } = await askedAndSent();
    portal.advance({ days });
    await alice.signIn("alice");
    const shown = block(await alice.get("/ehic"), "ehic-2");
    expect(shown.includes("Carte attendue avant le 13 décembre 2026.")).toBe(isPromised);
    expect(shown.includes("La carte devait arriver avant le 13 décembre 2026 : elle a du retard.")).toBe(!isPromised);
    expect(shown.includes("Appelez le")).toBe(!isPromised);
  });

  test("what was sent is not said to have arrived at the caisse", async () => {
    const { alice } = await askedAndSent();
    const shown = block(await alice.get("/ehic"), "ehic-2");
    expect(shown).toContain("Nous l’avons transmise à la caisse.");
    expect(shown).not.toContain("La caisse l’a reçue");
  });
});

describe("what has not come yet", () => {
  const late = "section.banner";

  test("no card is known only once the back office has spoken of cards", async () => {
    const portal = await startPortal();
    forgetCards(portal, "P0002");
    const bob = portal.browser();
    await bob.signIn("bob");
    expect(block(await bob.get("/ehic"), "ehic-1")).toContain("Aucune carte ni demande connue.");
    portal.db.$client.exec("DELETE FROM data_freshness WHERE entity = 'ceam'");
    portal.advance({ seconds: 6 });
    const shown = block(await bob.get("/ehic"), "ehic-1");
    expect(shown).toContain("Nous n’avons pas encore reçu de nouvelles de vos cartes.");
    expect(shown).not.toContain("Aucune carte");
  });

  test("8.2 old data are said to be old, on the page of the card and on that of the documents", async () => {
    const { portal, alice } = await alicesPortal();
    for (const [path, entity] of [
      ["/ehic", "ceam"],
      ["/ehic", "amo"],
      ["/documents", "amo"],
      ["/documents", "beneficiaires"],
    ] as const) {
      const set = (asOf: number) =>
        portal.db.$client.prepare("UPDATE data_freshness SET as_of = ? WHERE entity = ?").run(asOf, entity);
      portal.advance({ seconds: 6 });
      expect([path, entity, (await alice.get(path)).document.querySelector(late)]).toEqual([path, entity, null]);
      set(Date.parse("2026-11-10T06:00:00+01:00") / 1000);
      portal.advance({ seconds: 6 });
      const page = await alice.get(path);
      expect([path, entity, flat(page.document.querySelector(late)?.textContent)]).toEqual([
        path,
        entity,
        expect.stringContaining("Données du 10 novembre 2026"),
      ]);
      set(Date.parse("2026-11-23T06:00:00+01:00") / 1000);
    }
  });

  test("faults in the form keep the banner", async () => {
    const { portal, alice } = await alicesPortal();
    portal.db.$client.exec("UPDATE data_freshness SET as_of = 1700000000 WHERE entity = 'ceam'");
    portal.advance({ seconds: 6 });
    const page = await alice.post("/ehic/requests", { country: "FR" });
    expect([page.status, page.document.querySelector(late) !== null]).toEqual([422, true]);
  });
});

describe("asking again", () => {
  test("is not offered beside an old request while another one is open", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    await alice.post(`/ehic/requests/${rowsOf(portal)[0]!.request_id}/cancel`);
    expect(block(await alice.get("/ehic"), "ehic-2")).toContain("Vous pouvez faire une nouvelle demande.");
    await alice.post("/ehic/requests", forLeo);
    const shown = block(await alice.get("/ehic"), "ehic-2");
    expect(shown).toContain("Aucune carte ne sera faite.");
    expect(shown).not.toContain("Vous pouvez faire une nouvelle demande.");
  });

  test("with nobody left to ask for, reasons are named above only when they are", async () => {
    const portal = await startPortal();
    forgetCards(portal, "P0002");
    const bob = portal.browser();
    await bob.signIn("bob");
    expect((await bob.post("/ehic/requests", { ...trip, beneficiaries: "P0002" })).status).toBe(303);
    const shown = block(await bob.get("/ehic"), "ask");
    expect(shown).toContain("Une demande est déjà en cours");
    expect(shown).not.toContain("Les raisons");
    const chloe = portal.browser();
    await chloe.signIn("chloe");
    expect(block(await chloe.get("/ehic"), "ask")).toContain("Les raisons sont données plus haut.");
  });

  test("too often in an hour says so, and nothing about guessing", async () => {
    const { portal, alice } = await alicesPortal();
    for (let index = 0; index < 10; index++) {
      await alice.post("/ehic/requests", forLeo);
      await alice.post(`/ehic/requests/${rowsOf(portal).at(-1)!.request_id}/cancel`);
    }
    for (const page of [
      await alice.post("/ehic/requests", forLeo),
      await alice.post("/ehic/certificates", { beneficiary: "P0007" }),
    ]) {
      expect(page.status).toBe(429);
      expect(main(page)).toContain("plus de 10 demandes ou certificats en une heure");
      expect(main(page)).not.toMatch(/deviner|essais/);
    }
  });
});

test("no « de » stands before a name, which may begin with a vowel", async () => {
  const { portal, alice, mails } = await alicesPortal();
  await alice.post("/ehic/requests", [["beneficiaries", "P0001"], ["lost", "P0001"], ...Object.entries(trip)]);
  const requestId = rowsOf(portal)[0]!.request_id;
  for (const status of ["en_fabrication", "expediee", "recue"])
    settleCard(portal, { requestId, memberId: "P0001", status, reason: null });
  const texts = mails().map(({ text }) => flat(text));
  expect(texts).toHaveLength(3);
  for (const text of texts) expect(text).toContain("carte européenne pour Alice");
  const page = await alice.get("/ehic");
  expect(main(page)).not.toMatch(/\bde (?:Alice|Léo)/);
  expect(main(page)).toContain("Carte européenne pour Léo LEFÈVRE-ROUSSEL");
});
