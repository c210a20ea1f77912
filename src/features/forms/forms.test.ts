import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Browser, demoPassword } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { fieldsOfPdf } from "../../../test/kit/pdf-fields.ts";
import { textOfPdf } from "../../../test/kit/pdf-text.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { countUse } from "../../domain/throttle.ts";
import { formatNir, parseNir } from "../../lib/nir.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Env } from "../../web/env.ts";
import { createFormQueries } from "./queries.ts";
import { formNames, forms } from "./questions.ts";

/** A file as it comes, not as text. */
async function fetchFile(portal: Portal, path: string, browser?: Browser, more: Record<string, string> = {}) {
  const cookie = browser ? [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ") : "";
  const headers = { ...(cookie && { cookie }), ...more };
  const incoming = { headers, socket: { remoteAddress: "127.0.0.1" } };
  const request = new Request(new URL(path, portal.config.origin), { headers });
  const answer = await portal.app.fetch(request, { incoming } as unknown as Env["Bindings"]);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  return { status: answer.status, headers: answer.headers, bytes };
}

/** The words of a form, spaces made alike, lines put together. */
const wordsOf = (bytes: Uint8Array) => flat(textOfPdf(bytes));
const flat = (text: string) => text.replace(/\s+/g, " ").trim();
const namesOf = (bytes: Uint8Array) => fieldsOfPdf(bytes).map(({ name }) => name);

async function formOf(portal: Portal, browser: Browser, path: string) {
  const { status, bytes } = await fetchFile(portal, path, browser);
  expect([path, status]).toEqual([path, 200]);
  return { words: wordsOf(bytes), lines: textOfPdf(bytes).split("\n"), fields: namesOf(bytes), bytes };
}

async function alicesPortal() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  return { portal, alice };
}

type Stored = Record<string, string | number | null> & { nir_sealed: Buffer | null };
const personOf = ({ db }: Portal, memberId: string) =>
  db.$client.prepare<[string], Stored>("SELECT * FROM members WHERE member_id = ?").get(memberId)!;
const nirOf = (portal: Portal, memberId: string) => {
  const { nir_sealed: sealed } = personOf(portal, memberId);
  return sealed ? formatNir(parseNir(portal.seal.open("members.nir", sealed))!) : undefined;
};

/** A program that may not be on this machine. */
function check(program: string, bytes: Uint8Array): { status: number | null; output: string } | undefined {
  const folder = mkdtempSync(join(tmpdir(), "espace-forms-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "form.pdf"), bytes);
  const ended = spawnSync(program, ["--check", join(folder, "form.pdf")], { encoding: "utf8" });
  return ended.error ? undefined : { status: ended.status, output: ended.stdout };
}

test("D7 the form of a lost card holds what is known of Alice and her card; the rest are fields", async () => {
  const { portal, alice } = await alicesPortal();
  const { lines, words, fields } = await formOf(portal, alice, "/documents/forms/vitale.pdf");
  for (const known of [
    "LEFÈVRE",
    "Alice Marie",
    "14/03/2002",
    nirOf(portal, "P0001"),
    "3590098765",
    "MME ALICE LEFEVRE",
    "12 RUE DE L HOPITAL MILITAIRE",
    "59800 LILLE",
    "CPAM de Lille-Douai",
    "01 595 1234",
  ])
    expect(lines).toContain(known);
  expect(words).not.toContain("3590012345");
  for (const said of [
    "Déclaration sur l’honneur (article R. 161-33-7 du code de la sécurité sociale).",
    "À la mutuelle : Société mutualiste des étudiants du Nord-Ouest, SMENO, CS 90027, 59 040 LILLE CEDEX.",
    "ne le transmet à personne",
    "L. 114-17-1",
    "Si la carte est retrouvée, je m’engage",
    "de son représentant légal s’il est mineur",
  ])
    expect(words).toContain(said);
  expect(fields).toEqual([
    "titulaire_de_la_carte_nom_d_usage_s_il_est_different",
    "assure_s_il_s_agit_d_une_autre_personne_nom_et_prenoms_de_l_assure",
    "assure_s_il_s_agit_d_une_autre_personne_numero_de_securite_sociale_de_l_assure",
    "ce_qui_s_est_passe_motif_de_la_declaration",
    "ce_qui_s_est_passe_date_des_faits_jj_mm_aaaa",
    "ce_qui_s_est_passe_lieu_des_faits",
    "ce_qui_s_est_passe_en_cas_de_dysfonctionnement_decrivez_le",
    "ce_qui_s_est_passe_en_cas_de_dysfonctionnement_professionnel_de_sante_qui_l_a_constate",
    "en_cas_de_vol_si_vous_avez_porte_plainte_date_de_la_plainte_jj_mm_aaaa",
    "en_cas_de_vol_si_vous_avez_porte_plainte_numero_de_la_plainte_et_lieu_ou_elle_a_ete_depose",
    "declaration_sur_l_honneur_fait_a",
    "declaration_sur_l_honneur_le_jj_mm_aaaa",
  ]);
});

test("D7 its three reasons are circles of which one is chosen", async () => {
  const { portal, alice } = await alicesPortal();
  const { bytes } = await formOf(portal, alice, "/documents/forms/vitale.pdf");
  expect(fieldsOfPdf(bytes).find(({ kind }) => kind === "radios")).toEqual({
    name: "ce_qui_s_est_passe_motif_de_la_declaration",
    tooltip: "Ce qui s’est passé : Motif de la déclaration",
    kind: "radios",
    values: ["perte", "vol", "dysfonctionnement"],
  });
});

test("D7 for a child below 16 the card, the address and the fund are the child's, the insured person is the parent", async () => {
  const { portal, alice } = await alicesPortal();
  portal.db.$client.exec(
    `INSERT INTO vitale_cards (member_id, card_number, status, status_on, version, digest)
     VALUES ('P0007', '3590070007', 'active', '2026-02-01', 1, x'00')`,
  );
  const { lines } = await formOf(portal, alice, "/documents/forms/vitale.pdf?bearer=P0007");
  const leo = personOf(portal, "P0007");
  for (const known of ["Léo", leo.birth_name, "3590070007", "LEFÈVRE Alice Marie", nirOf(portal, "P0001")])
    expect(lines).toContain(known);
  expect(lines).not.toContain("3590098765");
  expect(lines).not.toContain("Alice Marie");
});

test("D8 in the form of the treating doctor the patient's part is filled in, the doctor's never", async () => {
  const { portal, alice } = await alicesPortal();
  const { lines, words, fields } = await formOf(portal, alice, "/documents/forms/doctor.pdf");
  for (const known of ["LEFÈVRE", "Alice Marie", "14/03/2002", nirOf(portal, "P0001"), "CPAM de Lille-Douai"])
    expect(lines).toContain(known);
  expect(words).toContain("S3704 (Cerfa 12485)");
  expect(words).toContain("je déclare choisir le médecin nommé ci-dessus");
  expect(words).toContain("j’accepte d’être le médecin traitant");
  expect(words).toContain("Signature du patient (d’un parent s’il est mineur)");
  expect(words).toContain("Signature du médecin");
  expect(words).not.toContain("Dr ");
  expect(fields.filter((name) => name.startsWith("medecin_"))).toEqual([
    "medecin_rempli_par_le_medecin_nom_et_prenom_du_medecin",
    "medecin_rempli_par_le_medecin_numero_du_medecin_assurance_maladie_9_chiffres_ou_rpps_11",
    "medecin_rempli_par_le_medecin_adresse_du_cabinet",
  ]);
});

test("D9 the form of an accident holds identity, contract and number; nothing of what happened", async () => {
  const { portal, alice } = await alicesPortal();
  const { lines, words, fields } = await formOf(portal, alice, "/documents/forms/accident.pdf");
  for (const known of [
    "LEFÈVRE",
    "Alice Marie",
    "14/03/2002",
    nirOf(portal, "P0001"),
    "10000001",
    "alice@demo.example",
  ])
    expect(lines).toContain(known);
  expect(lines).toContain("C0002, Confort Étudiant");
  expect(words).toContain("À envoyer dans les 15 jours qui suivent l’accident.");
  expect(words).toContain("À la mutuelle : Société mutualiste des étudiants du Nord-Ouest, SMENO, CS 90027");
  expect(words).not.toContain("cochez ceux qui en viennent");
  expect(fields).toContain("accident_date_jj_mm_aaaa");
  expect(fields).toContain("responsable_de_l_accident_le_tiers_immatriculation_du_vehicule");
  expect(fields.filter((name) => name.startsWith("victime_"))).toEqual(["victime_nom_d_usage_s_il_est_different"]);
});

test("D9 with the day of the accident, the care of the 90 days after it is there to tick, from the base alone", async () => {
  const { portal, alice } = await alicesPortal();
  const day = "accidentDay=8&accidentMonth=novembre&accidentYear=2026";
  const { words, lines, bytes } = await formOf(portal, alice, `/documents/forms/accident.pdf?${day}`);
  expect(lines).toContain("08/11/2026");
  expect(words).toContain("Soins remboursés depuis l’accident : cochez ceux qui en viennent");
  const known = portal.db.$client
    .prepare<[], { day: string; label: string }>(
      `SELECT DISTINCT care_from AS day, label FROM lines l
       WHERE beneficiary_id = 'P0001' AND care_from BETWEEN '2026-11-08' AND '2027-02-06'
         AND type IN ('NORMALE', 'CORRECTION')
         AND EXISTS (SELECT 1 FROM line_payments p WHERE p.line_id = l.line_id AND p.member_id = 'P0001')
         AND NOT EXISTS (SELECT 1 FROM lines x WHERE x.origin_id = l.line_id AND x.type = 'ANNULATION')`,
    )
    .all();
  expect(known.length).toBeGreaterThan(0);
  for (const { day: on, label } of known) expect(words).toContain(`${on.split("-").reverse().join("/")} – ${label}`);
  const boxes = fieldsOfPdf(bytes).filter(({ kind }) => kind === "box");
  expect(boxes.filter(({ name }) => name.includes("_soin_"))).toHaveLength(Math.min(12, known.length));
  // What was treated is no name of a field.
  expect(boxes.map(({ name }) => name).join()).not.toMatch(/consultation|teleconsultation/);
});

test.each([
  ["23", "11", "2023", 200],
  ["22", "11", "2023", 422],
  ["23", "11", "2026", 200],
  ["24", "11", "2026", 422],
  ["29", "2", "2024", 200],
  ["29", "2", "2025", 422],
  ["", "", "", 200],
  ["1", "", "2026", 422],
  ["x", "13", "26", 422],
  ["0", "0", "0", 422],
])("D9 an accident on %s %s %s is answered with %i", async (day, month, year, status) => {
  const { portal, alice } = await alicesPortal();
  const query = new URLSearchParams({ accidentDay: day, accidentMonth: month, accidentYear: year });
  const answer = await alice.get(`/documents/forms/accident.pdf?${query}`);
  expect(answer.status).toBe(status);
  if (status === 200) return;
  expect(answer.document.querySelector("h1")?.textContent).toBe("Formulaires à imprimer et à envoyer");
  expect(answer.document.querySelectorAll(".errors a[href^='#accident']").length).toBeGreaterThan(0);
  expect(answer.document.querySelector("#accidentMonth")?.getAttribute("value")).toBe(month);
  expect(
    portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE kind = 'document.downloaded'").pluck().get(),
  ).toBe(0);
});

describe("whose form", () => {
  test("X1 nobody's form but one's own and that of a child below 16 is given", async () => {
    const { portal, alice } = await alicesPortal();
    for (const form of formNames)
      for (const bearer of ["P0002", "P0008", "P9999", "", "P0001 ", "p0001", "P0001'--", "x".repeat(200)]) {
        const answer = await fetchFile(
          portal,
          `/documents/forms/${form}.pdf?bearer=${encodeURIComponent(bearer)}`,
          alice,
        );
        expect([form, bearer, answer.status]).toEqual([form, bearer, 404]);
      }
    expect(
      (await fetchFile(portal, "/documents/forms/vitale.pdf?bearer=P0001&bearer=P0002", alice)).status,
    ).toBeLessThan(500);
    expect((await fetchFile(portal, "/documents/forms/other.pdf", alice)).status).toBe(404);
    const day = "accidentDay=8&accidentMonth=11&accidentYear=2026";
    const bob = portal.browser();
    await bob.signIn("bob");
    const { words } = await formOf(portal, bob, `/documents/forms/accident.pdf?${day}`);
    expect(words).not.toMatch(/LEFÈVRE|Alice|D’Hondt|10000001|Confort/);
  });

  test("a visitor signs in first; a blank one is for anybody", async () => {
    const portal = await startPortal();
    for (const form of formNames) {
      const asked = await portal.browser().get(`/documents/forms/${form}.pdf`);
      expect([asked.status, asked.location]).toEqual([303, `/login?next=%2Fdocuments%2Fforms%2F${form}.pdf`]);
      expect((await fetchFile(portal, `/forms/${form}.pdf`)).status).toBe(200);
    }
  });

  test("the form of a child asks for the password once it is five minutes old; one's own does not", async () => {
    const { portal, alice } = await alicesPortal();
    portal.advance({ minutes: 4, seconds: 59 });
    expect((await alice.get("/documents/forms/vitale.pdf?bearer=P0007")).status).toBe(200);
    portal.advance({ seconds: 1 });
    const asked = await alice.get("/documents/forms/vitale.pdf?bearer=P0007");
    expect([asked.status, asked.location]).toEqual([303, "/account/confirm?next=%2Fforms"]);
    expect((await alice.get("/documents/forms/vitale.pdf")).status).toBe(200);
    await alice.post("/account/confirm", { password: demoPassword, next: "/forms" });
    expect((await alice.get("/documents/forms/vitale.pdf?bearer=P0007")).status).toBe(200);
  });
});

test("a form filled in is private, named after nobody, told to the journal, and limited", async () => {
  const { portal, alice } = await alicesPortal();
  const { headers } = await fetchFile(portal, "/documents/forms/vitale.pdf", alice);
  expect(headers.get("content-type")).toBe("application/pdf");
  expect(headers.get("content-disposition")).toBe('attachment; filename="declaration-carte-vitale.pdf"');
  expect(headers.get("cache-control")).toBe("private, no-store");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  const facts = portal.db.$client
    .prepare<[], { member_id: string; details: string }>(
      "SELECT member_id, details FROM evidence WHERE kind = 'document.downloaded'",
    )
    .all();
  expect(facts).toEqual([{ member_id: "P0001", details: '{"document":"form vitale","forSelf":true}' }]);
  const logged = JSON.stringify(portal.logged);
  expect(logged).not.toMatch(/3590098765|20203|LEFÈVRE|bearer/);
  const accountId = portal.db.$client
    .prepare("SELECT id FROM accounts WHERE member_id = 'P0001'")
    .pluck()
    .get() as string;
  for (let times = 1; times < 120; times++) countUse(portal, "formAccount", accountId);
  const stopped = await fetchFile(portal, "/documents/forms/vitale.pdf", alice);
  expect([stopped.status, Number(stopped.headers.get("retry-after"))]).toEqual([429, 600]);
  portal.advance({ minutes: 9, seconds: 59 });
  await alice.signIn("alice");
  expect((await fetchFile(portal, "/documents/forms/vitale.pdf", alice)).status).toBe(429);
  portal.advance({ seconds: 1 });
  expect((await fetchFile(portal, "/documents/forms/vitale.pdf", alice)).status).toBe(200);
});

test("a blank form holds nobody's data, has every question as a field, and is kept by caches", async () => {
  const portal = await startPortal();
  const people = portal.db.$client.prepare<[], Stored>("SELECT * FROM members").all();
  for (const form of formNames) {
    const { bytes, headers } = await fetchFile(portal, `/forms/${form}.pdf?lang=en`);
    expect(headers.get("cache-control")).toBe("public, max-age=86400");
    expect(headers.getSetCookie()).toEqual([]);
    expect(headers.get("vary")).toBeNull();
    const words = wordsOf(bytes);
    for (const { birth_name: name, member_number: number, email, birth_date: born } of people)
      for (const value of [name, number, email, String(born).split("-").reverse().join("/")])
        if (typeof value === "string" && value.length > 3)
          expect([form, value, words.includes(value)]).toEqual([form, value, false]);
    const texts = forms[form].flatMap(({ questions }) =>
      questions.flatMap((one) => (one.ask === "texts" ? one.texts : [])),
    );
    expect(fieldsOfPdf(bytes).filter(({ kind }) => kind.endsWith("text"))).toHaveLength(texts.length);
    const tag = headers.get("etag")!;
    const again = await fetchFile(portal, `/forms/${form}.pdf`, undefined, { "if-none-match": tag });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
    expect((await fetchFile(portal, `/forms/${form}.pdf`, undefined, { "if-none-match": '"other"' })).status).toBe(200);
    // Signed in or not, today or another day, in another process: the same bytes.
    const later = await startPortal({ now: Date.parse("2027-06-01T12:00:00Z") });
    const alice = later.browser();
    await alice.signIn("alice");
    expect(Buffer.compare((await fetchFile(later, `/forms/${form}.pdf`, alice)).bytes, bytes)).toBe(0);
  }
});

test("every field of every form has a name of its own in ASCII and a tooltip in French", async () => {
  const { portal, alice } = await alicesPortal();
  for (const path of [
    ...formNames.map((form) => `/forms/${form}.pdf`),
    ...formNames.map((form) => `/documents/forms/${form}.pdf?accidentDay=1&accidentMonth=9&accidentYear=2026`),
  ]) {
    const fields = fieldsOfPdf((await fetchFile(portal, path, alice)).bytes);
    expect(fields.length).toBeGreaterThan(7);
    expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
    for (const { name, tooltip, values } of fields) {
      expect(name).toMatch(/^[a-z0-9_]{4,110}$/);
      expect(tooltip).toMatch(/^\p{Lu}.+\s: .+/u);
      for (const value of values) expect(value).toMatch(/^[a-z0-9_]+$/);
    }
  }
});

test("D7 D8 D9 every person of the demo gets forms that say what the base says, sound and small", async () => {
  const portal = await startPortal();
  const ids = portal.db.$client
    .prepare<[], string>("SELECT member_id FROM members WHERE deceased = 0 AND ended = 0 ORDER BY member_id")
    .pluck()
    .all();
  for (const memberId of ids) {
    const browser = await signInAs(portal, memberId);
    const person = personOf(portal, memberId);
    for (const form of formNames) {
      const { bytes, words } = await formOf(portal, browser, `/documents/forms/${form}.pdf`);
      const letters = words.replace(/\s/g, "");
      for (const value of [
        person.birth_name,
        person.usual_name,
        person.first_names,
        nirOf(portal, memberId),
        String(person.birth_date).split("-").reverse().join("/"),
        person.address_4,
      ])
        if (value)
          expect([memberId, form, letters.includes(String(value).normalize("NFC").replace(/\s/g, ""))]).toEqual([
            memberId,
            form,
            true,
          ]);
      expect([memberId, form, bytes.length < 80 * 1024]).toEqual([memberId, form, true]);
      expect([memberId, /undefined|null|NaN|\[object|forms:|\{\{|□/.exec(words)]).toEqual([memberId, null]);
    }
  }
});

test("where to send it follows the situation of a mutual that relays: fund, mutual, or both", async () => {
  const portal = await startPortal();
  portal.config.organisation = { ...portal.config.organisation, amoMode: "relayed" };
  const [bob, chloe] = [portal.browser(), portal.browser()];
  await bob.signIn("bob");
  await chloe.signIn("chloe");
  const fund = portal.db.$client.prepare("SELECT fund_name FROM amo_rights WHERE member_id = 'P0002'").pluck().get();
  expect((await formOf(portal, bob, "/documents/forms/accident.pdf")).words).toContain(
    `À la caisse d’Assurance Maladie : ${fund}, et à votre mutuelle si vous en avez une.`,
  );
  expect((await formOf(portal, bob, "/documents/forms/doctor.pdf")).words).toContain(
    `À la caisse d’Assurance Maladie : ${fund}.`,
  );
  const card = await formOf(portal, chloe, "/documents/forms/vitale.pdf");
  expect(card.words).toContain("À votre caisse d’Assurance Maladie.");
  expect(card.fields).toContain("caisse_d_assurance_maladie_nom_de_la_caisse");
  expect((await formOf(portal, chloe, "/documents/forms/accident.pdf")).words).toContain(
    "À la mutuelle : Société mutualiste des étudiants du Nord-Ouest",
  );
});

test("an insured child of 17 gets the parent's name, never the parent's number", async () => {
  const portal = await startPortal();
  const jules = await signInAs(portal, "P0008");
  const { words, fields } = await formOf(portal, jules, "/documents/forms/vitale.pdf");
  expect(words).toContain("LEFÈVRE Alice Marie");
  expect(words).not.toContain(nirOf(portal, "P0001")!);
  expect(fields).toContain("assure_s_il_s_agit_d_une_autre_personne_numero_de_securite_sociale_de_l_assure");
});

test.each([
  ["brackets and backslashes", "O)Hara (\\) \\x"],
  ["PDF words", "/JS (app.alert(1)) >> endobj /OpenAction"],
  ["line ends", "A\rB\nC"],
  ["right to left", "שלום محمد"],
  ["300 letters", "É".repeat(300)],
  ["templates", `{{7*7}} $${"{8191*8191}"} <b>x</b>`],
])("a name of %s gives a sound form that runs nothing", async (_, name) => {
  const { portal, alice } = await alicesPortal();
  portal.db.$client
    .prepare("UPDATE members SET birth_name = ?, address_1 = ? WHERE member_id = 'P0001'")
    .run(name, name);
  for (const form of formNames) {
    const { bytes, fields } = await formOf(portal, alice, `/documents/forms/${form}.pdf`);
    const file = Buffer.from(bytes).toString("latin1");
    expect(file).not.toMatch(/\/(?:JS|JavaScript|Launch|SubmitForm|OpenAction|URI|AA)\b/);
    expect(wordsOf(bytes)).not.toMatch(/67092481|\b49\b/);
    expect(fields.join()).not.toContain("nom_de_naissance");
    const checked = check("qpdf", bytes);
    if (checked) expect([checked.status, checked.output]).toEqual([0, expect.stringContaining("No syntax or stream")]);
  }
});

test.each([
  ["王", "小明", "Wang", "Xiaoming"],
  ["ЩЕРБАКОВ", "Иван", "SHCHERBAKOV", "Ivan"],
  ["NGUYỄN", "Thị Ánh", "NGUYỄN", "Thị Ánh"],
])("the name %s %s is printed in Latin letters, as on certificates", async (last, first, ...words) => {
  const { portal, alice } = await alicesPortal();
  portal.db.$client
    .prepare("UPDATE members SET birth_name = ?, first_names = ? WHERE member_id = 'P0001'")
    .run(last, first);
  const { bytes } = await formOf(portal, alice, "/documents/forms/vitale.pdf");
  // Letters of two fonts are two pieces.
  const drawn = wordsOf(bytes).replaceAll(" ", "");
  for (const word of words) expect(drawn).toContain(word.replace(" ", ""));
  expect(drawn).not.toContain("□");
  expect(drawn.includes("lettreslatines")).toBe(words[0] !== last);
});

test.each(["Zoë 😀👨‍👩‍👧", "C\u0007D", "\u{378}"])(
  "a name that cannot be drawn, %j, is left to fill in, and the paper says so",
  async (name) => {
    const { portal, alice } = await alicesPortal();
    portal.db.$client.prepare("UPDATE members SET birth_name = ? WHERE member_id = 'P0001'").run(name);
    const { bytes, fields } = await formOf(portal, alice, "/documents/forms/vitale.pdf");
    expect(fields.join()).toContain("nom_de_naissance");
    expect(wordsOf(bytes)).toContain("remplissez-la vous-même");
    expect(wordsOf(bytes)).not.toContain("□");
  },
);

test("a delegated mutual is where the health insurance forms go", async () => {
  const { formDocument } = await import("./document.ts");
  const { config } = await startPortal();
  const model = formDocument("vitale", { ...config.organisation, amoMode: "delegated" });
  const texts = flat(model.blocks.flatMap((block) => (block.kind === "paragraph" ? block.text : [])).join(" "));
  expect(texts).toContain("À la mutuelle : Société mutualiste des étudiants du Nord-Ouest, SMENO, CS 90027");
  expect(texts).not.toContain("À votre caisse");
});

test("what is known is found by key", async () => {
  const portal = await startPortal();
  const prepare = vi.spyOn(portal.db.$client, "prepare");
  createFormQueries(portal.db);
  const statements = prepare.mock.calls.map(([sql]) => sql);
  prepare.mockRestore();
  expect(statements).toHaveLength(3);
  const plan = statements.flatMap((sql) =>
    portal.db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql.replace(/@\w+|\?/g, "'x'")}`)
      .all()
      .map(({ detail }) => detail),
  );
  expect(plan.filter((step) => /^SCAN|AUTOMATIC/.test(step) && !/^SCAN v$/.test(step))).toEqual([]);
});

describe("the guide", () => {
  test.each(["fr", "en"] as const)(
    "says in %s every question of each form, in the order of the paper",
    async (lang) => {
      const portal = await startPortal();
      const page = await portal.browser().get(`/forms?lang=${lang}`);
      expect(page.status).toBe(200);
      const t = tFor(lang);
      for (const form of formNames) {
        const listed = [...page.document.querySelectorAll(`#${form} > ol > li > ol > li`)].map(({ textContent }) =>
          flat(textContent ?? ""),
        );
        const asked = forms[form].flatMap(({ questions }) =>
          questions.flatMap((question) => {
            if (question.ask === "texts") return question.texts.map(({ id }) => t(`forms:texts.${id}`));
            if (question.ask === "choice") return [t(`forms:choices.${question.id}`)];
            if (question.ask === "frames") return question.ids.map((id) => t(`forms:frames.${id}`));
            return [t(`forms:notes.${question.id}`)];
          }),
        );
        expect(listed).toHaveLength(asked.length);
        for (const [index, label] of asked.entries()) expect(listed[index]).toContain(flat(label));
        if (lang === "en") continue;
        // The paper says the same words in the same order.
        const words = wordsOf((await fetchFile(portal, `/forms/${form}.pdf`)).bytes).replace(/\s/g, "");
        let from = 0;
        for (const label of asked) {
          const bare = label.replace(/\s/g, "");
          const at = words.indexOf(bare, from);
          // Two labels side by side, of which one takes two lines, are written line by line.
          if (at >= 0) from = at;
          else expect([form, label, words.includes(bare)]).toEqual([form, label, true]);
        }
      }
    },
  );

  test("tells what each form is for, the delay, what to join and where it goes, and leads to the blank ones", async () => {
    const portal = await startPortal();
    const { document } = await portal.browser().get("/forms");
    const text = flat(document.querySelector("main")!.textContent);
    for (const said of [
      "Dans les 15 jours après l’accident.",
      "la copie du dépôt de plainte",
      "ne le transmet à personne",
    ])
      expect(text).toContain(said);
    for (const form of formNames) {
      const link = document.querySelector(`#${form} a[href="/forms/${form}.pdf"]`)!;
      const { bytes } = await fetchFile(portal, `/forms/${form}.pdf`);
      expect(flat(link.textContent)).toMatch(
        new RegExp(`^Formulaire vierge : .+ \\(PDF, ${Math.ceil(bytes.length / 1024)} Ko\\)$`),
      );
      expect(document.querySelector(`#${form} a[href^="/login?next="]`)).not.toBeNull();
    }
    expect(document.querySelector('a[href^="/documents/forms/"]')).toBeNull();
    expect(document.querySelector("form")).toBeNull();
  });

  test("leads a parent to the forms filled in for each, and asks for the day of the accident", async () => {
    const { alice } = await alicesPortal();
    const { document, text } = await alice.get("/forms");
    const links = [...document.querySelectorAll("#vitale a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual([
      "/documents/forms/vitale.pdf",
      "/documents/forms/vitale.pdf?bearer=P0007",
      "/forms/vitale.pdf",
      "/vitale/declare",
    ]);
    expect(document.querySelector("form[action='/documents/forms/accident.pdf']")?.getAttribute("method")).toBe("get");
    expect(text).not.toMatch(/Jules|3590098765|14\/03\/2002/);
  });

  test("is led to from the home page, the documents, the card and the rights of the file", async () => {
    const { portal, alice } = await alicesPortal();
    expect((await portal.browser().get("/")).document.querySelector('main a[href="/forms"]')).not.toBeNull();
    for (const path of ["/documents", "/vitale", "/dossier"])
      expect([path, (await alice.get(path)).document.querySelector('main a[href^="/forms"]') !== null]).toEqual([
        path,
        true,
      ]);
    expect((await alice.get("/dossier")).document.querySelector('#rights a[href="/forms#doctor"]')).not.toBeNull();
  });
});

test("fifty forms at once are all drawn, and other pages are answered meanwhile", async () => {
  const { portal, alice } = await alicesPortal();
  const asked = Promise.all(Array.from({ length: 50 }, () => fetchFile(portal, "/documents/forms/doctor.pdf", alice)));
  let isDrawn = false;
  void asked.then(() => {
    isDrawn = true;
  });
  for (let times = 0; times < 5; times++) {
    expect([(await alice.get("/vitale")).status, isDrawn]).toEqual([200, false]);
  }
  expect((await asked).map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
});
