import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parisDay } from "../lib/dates.ts";
import { csv, line, openPlace, payment, person, type Row, sha256 } from "./import-kit.ts";

const people = "personnes_20260301080000_1.csv";
const contract: Row = {
  contrat_id: "C1",
  adherent_id: "P1",
  produit_code: "ESS",
  produit_libelle: "Essentielle",
  responsable: "O",
  debut: "2025-09-01",
  fin: "2026-08-31",
  statut: "actif",
  num_amc: "00000000",
};
const iban = "FR7630004001230000045678904";

/** One row of every entity, in an order that is not that of loading. */
function wholeFeed(): Record<string, string> {
  const rows: Record<string, Row[]> = {
    lignes: [line({})],
    paiements: [payment({})],
    personnes: [person({ email: "alice@example.fr", date_inscription: "2026-03-01" })],
    amo: [
      {
        personne_id: "P1",
        regime: "01",
        caisse: "595",
        centre: "1234",
        caisse_libelle: "CPAM de Lille-Douai",
        ouvrant_droit_id: "P1",
        qualite: 1,
        rang: "01",
        droits_debut: "2025-09-01",
        droits_fin: "2026-08-31",
        mt_renseigne: "O",
      },
    ],
    contrats: [contract],
    beneficiaires: [
      {
        contrat_id: "C1",
        personne_id: "P1",
        lien: "assure",
        debut: "2025-09-01",
        noemie_statut: "active",
        noemie_code: "33",
      },
    ],
    garanties: [
      {
        contrat_id: "C1",
        poste: "soins",
        libelle: "Soins courants",
        niveau_pct_br: 10000,
        tiers_payant: "O",
        ordre: 1,
      },
    ],
    echeances: [
      {
        echeance_id: "E1",
        contrat_id: "C1",
        date_echeance: "2026-04-05",
        montant_cents: 2500,
        mode: "prelevement",
        statut: "a_venir",
      },
    ],
    coordonnees_bancaires: [{ personne_id: "P1", usage: "cotisations", iban, titulaire: "Alice Martin" }],
    vitale: [{ personne_id: "P1", num_carte: "12345678", statut: "active", statut_le: "2025-10-01" }],
    ceam: [{ demande_id: "D1", personne_id: "P1", statut: "expediee", num_carte: "80250000010000000001" }],
    changements_ack: [{ changement_id: "CH1", resultat: "applique" }],
  };
  return Object.fromEntries(
    Object.entries(rows).map(([entity, list]) => [`${entity}_20260301080000_000001.csv`, csv(list)]),
  );
}

/** The change that an answer of the feed is to; its author comes with the feed. */
function askChange({ db }: ReturnType<typeof openPlace>) {
  db.$client.exec(`
    PRAGMA foreign_keys = OFF;
    INSERT INTO changes (change_id, member_id, kind, state, content_sealed, requested_at, due_at)
    VALUES ('CH1', 'P1', 'address', 'pending', x'00', 1, 1);
    PRAGMA foreign_keys = ON`);
}

test("a feed of all twelve entities loads, and loads again without changing anything", async () => {
  const place = openPlace();
  const folder = place.feed(1, wholeFeed());
  askChange(place);
  expect(await place.import(folder)).toMatchObject({ applied: 12, rejected: 0, invited: 1, alerts: 0 });
  expect(place.invited).toEqual(["P1"]);
  const tables =
    "members amo_rights contracts beneficiaries guarantees instalments bank_accounts payments lines line_payments vitale_cards ehic_requests change_acks";
  const dump = () => tables.split(" ").map((table) => place.all(`SELECT * FROM ${table}`));
  const before = dump();
  expect(before.map((rows) => rows.length)).toEqual(before.map(() => 1));
  expect(place.one("SELECT as_of FROM data_freshness WHERE entity = 'lignes'")).toEqual({
    as_of: Date.parse("2026-03-01T07:00:00Z") / 1000,
  });
  expect(await place.import(folder)).toMatchObject({ applied: 0, unchanged: 12, rejected: 0, invited: 0 });
  expect(dump()).toEqual(before);
});

test("numbers of social security and IBANs are nowhere in clear: base, log, reports", async () => {
  const place = openPlace();
  const files = wholeFeed();
  await place.import(place.feed(1, files));
  await place.rows(
    "personnes",
    [person({ personne_id: "P2", num_adherent: "199055935012335", nir13: "199055935012X" })],
    people,
  );
  await place.rows("coordonnees_bancaires", [
    { personne_id: "P1", usage: "cotisations", version: 2, iban: "FR7630004001230000045678960", titulaire: iban },
    { personne_id: "P8", usage: "cotisations", version: 2, iban, titulaire: "Un autre" },
  ]);
  expect(place.codes(people)).toEqual(["2 E_FORMAT", "2 E_NIR"]);
  expect(place.codes("coordonnees_bancaires_20260301080000_1")).toEqual(["2 E_IBAN", "3 E_PARENT"]);
  const written = [place.folder, place.rejectsDir].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^(espace\.db|rejets_)/.test(name))
      .map((name) => readFileSync(join(folder, name), "latin1")),
  );
  expect(written.length).toBeGreaterThan(3);
  for (const text of written) {
    expect(text).not.toContain("1990559350123");
    expect(text).not.toContain("30004001230000045678");
  }
  const { nir_sealed } = place.one<{ nir_sealed: Buffer }>("SELECT nir_sealed FROM members");
  expect(place.seal.open("members.nir", nir_sealed)).toBe("199055935012335");
  const account = place.one<{ iban_sealed: Buffer; iban_last4: string }>("SELECT * FROM bank_accounts");
  expect(place.seal.open("bank_accounts.iban", account.iban_sealed)).toBe(iban);
  expect(account.iban_last4).toBe("8904");
});

test("the highest version wins; an equal one is the same or a conflict, a lower one is ignored", async () => {
  const place = openPlace();
  const outcome = async (row: Row) => {
    const { applied, unchanged, ignored, rejected } = await place.rows("personnes", [person(row)], people);
    return [applied, unchanged, ignored, rejected, ...place.codes("personnes")];
  };
  expect(await outcome({ version: 5 })).toEqual([1, 0, 0, 0]);
  expect(await outcome({ version: 5, maj_le: "2026-03-02" })).toEqual([0, 1, 0, 0]);
  expect(await outcome({ version: 5, prenoms: "Anne" })).toEqual([0, 0, 0, 1, "2 E_CONFLIT"]);
  expect(await outcome({ version: 5, nir13: "2000899352117", nir_cle: "64" })).toEqual([0, 0, 0, 1, "2 E_CONFLIT"]);
  expect(await outcome({ version: 4, prenoms: "Anne" })).toEqual([0, 0, 1, 0, "2 I_ANCIEN"]);
  expect(await outcome({ version: 6, telephone: "06 12 34 56 78" })).toEqual([1, 0, 0, 0]);
  expect(place.one("SELECT phone, version FROM members")).toEqual({ phone: "+33612345678", version: 6 });
  expect(await outcome({ version: 7 })).toEqual([1, 0, 0, 0]);
  expect(place.one("SELECT phone FROM members")).toEqual({ phone: null });
});

test("D ends a key, a higher version brings it back, and a D of what is not there is ignored", async () => {
  const place = openPlace();
  await place.startWith([]);
  const end = { op: "D", version: 2, personne_id: "P1" };
  expect(await place.rows("personnes", [{ ...person({}), ...end, nom_naissance: "" }])).toMatchObject({ applied: 1 });
  expect(place.one("SELECT ended, birth_name FROM members")).toEqual({ ended: 1, birth_name: "MARTIN" });
  expect(place.one("SELECT updated_at FROM members")).toEqual({ updated_at: "2026-03-01T08:00:00+01:00" });
  expect(await place.rows("personnes", [{ ...person({}), ...end }])).toMatchObject({ applied: 0, unchanged: 1 });
  expect(await place.rows("personnes", [person({ version: 3 })])).toMatchObject({ applied: 1 });
  expect(place.one("SELECT ended FROM members")).toEqual({ ended: 0 });
  expect(await place.rows("personnes", [person({ op: "D", personne_id: "P7" })])).toMatchObject({ ignored: 1 });
});

test("2.2 an invitation leaves once, when a person comes with an e-mail or gets one later", async () => {
  const place = openPlace();
  const joined = { date_inscription: "2026-03-01" };
  const invited = async (row: Row) => (await place.rows("personnes", [person(row)], people)).invited;
  expect(await invited(joined)).toBe(0);
  expect(await invited({ ...joined, version: 2, email: "pas une adresse" })).toBe(0);
  expect(place.codes("personnes")).toEqual(["2 W_EMAIL"]);
  expect(await invited({ ...joined, version: 3, email: "alice@example.fr" })).toBe(1);
  expect(await invited({ ...joined, version: 4, email: "autre@example.fr" })).toBe(0);
  const other = { personne_id: "P2", num_adherent: "10000002", email: "b@example.fr" };
  expect(await invited({ ...joined, ...other, decede: "O" })).toBe(0);
  expect(await invited({ ...other, version: 2 })).toBe(0);
  expect(place.invited).toEqual(["P1"]);
});

const badPeople: [string, Row, string][] = [
  ["without any number", { num_adherent: "" }, "E_NUMERO"],
  ["with a short number", { num_adherent: "12345" }, "E_FORMAT"],
  ["with the number of another", { num_adherent: "10000001" }, "E_DOUBLON"],
  ["whose affiliate number is the member number of another", { num_affilie: "10000001" }, "E_DOUBLON"],
  ["with a wrong key", { nir_cle: "26" }, "E_NIR"],
  ["with transposed digits", { nir13: "1990559350132" }, "E_NIR"],
  ["with a key and no number", { nir13: "" }, "E_NIR"],
  ["without a name", { nom_naissance: "" }, "E_VIDE"],
  ["born tomorrow", { date_naissance: "2026-03-16" }, "E_DATE_FUTURE"],
  ["born on a day that does not exist", { date_naissance: "2003-02-29" }, "E_DATE"],
  ["with a flag that is none", { est_affilie: "1" }, "E_BOOLEEN"],
  ["with a wrong operation", { op: "X" }, "E_OP"],
  ["with a wrong version", { version: "1.5" }, "E_VERSION"],
  ["whose name turns the text after it round", { nom_naissance: "MARTIN\u202eNITRAM" }, "E_TEXTE"],
  ["whose name hides a sign", { nom_naissance: "MAR\u200bTIN" }, "E_TEXTE"],
];

test.each(badPeople)("a person %s is rejected, the next one taken", async (_, change, code) => {
  const place = openPlace();
  await place.startWith([]);
  const second = { personne_id: "P2", num_adherent: "10000002" };
  const third = { personne_id: "P3", num_adherent: "10000003" };
  const report = await place.rows("personnes", [person({ ...second, ...change }), person(third)]);
  expect(report).toMatchObject({ applied: 1, rejected: 1 });
  expect(place.codes("personnes_20260301080000")).toEqual([`2 ${code}`]);
});

test("numbers of Corsica, of people passing through and of children are taken", async () => {
  const place = openPlace();
  const numbers = [
    "202112A00405665",
    "101032B03307844",
    "701099999900181",
    "801099999900131",
    "300079920501449",
    "198207505631185",
    "199055935012335",
  ];
  const rows = numbers.map((nir, index) =>
    person({
      personne_id: `P${index}`,
      num_adherent: `2000000${index}`,
      nir13: nir.slice(0, 13),
      nir_cle: nir.slice(13),
    }),
  );
  expect(await place.rows("personnes", rows)).toMatchObject({ applied: 7, rejected: 0 });
  expect(place.one("SELECT sum(nir_provisional) AS provisional FROM members")).toEqual({ provisional: 2 });
});

test("an orphan waits for its parent, is applied by the run that brings it, and is dropped after 7 days", async () => {
  const place = openPlace();
  const orphans = () => place.one<{ count: number }>("SELECT count(*) AS count FROM feed_orphans").count;
  expect(await place.rows("lignes", [line({})])).toMatchObject({ applied: 0, rejected: 1 });
  expect(await place.rows("paiements", [payment({})])).toMatchObject({ applied: 0, rejected: 1 });
  expect(place.report("lignes")[0]).toMatchObject({ ligne: "1", code: "W_COLONNE_ABSENTE" });
  expect(place.codes("lignes")).toEqual(["2 E_PARENT"]);
  expect(orphans()).toBe(2);
  place.now += 6 * 86_400_000;
  // Seen again, it keeps its first day.
  expect(await place.rows("lignes", [line({})])).toMatchObject({ applied: 0, rejected: 1 });
  expect(await place.rows("personnes", [person({})])).toMatchObject({ applied: 3, rejected: 0 });
  expect(orphans()).toBe(0);
  expect(place.all("SELECT line_id FROM line_payments")).toEqual([{ line_id: "L1" }]);

  await place.rows("lignes", [line({ ligne_id: "L2", paiement_amo_id: "PAY9" })]);
  place.now += 7 * 86_400_000 - 1000;
  expect(await place.import([])).toMatchObject({ rejected: 0, files: [] });
  place.now += 1000;
  expect(await place.import([])).toMatchObject({ rejected: 1 });
  expect(place.codes("orphelins")).toEqual(["2 E_PARENT_EXPIRE"]);
  expect(orphans()).toBe(0);
});

const crowd = (count: number, change: (index: number) => Row = () => ({})) =>
  Array.from({ length: count }, (_, index) =>
    person({ personne_id: `P${index}`, num_adherent: String(30_000_000 + index), ...change(index) }),
  );

test("a file is refused from five bad rows on when they are more than 5 %", async () => {
  const place = openPlace();
  const wrong = (count: number) => (index: number) => (index < count ? { est_affilie: "" } : {});
  expect(await place.rows("personnes", crowd(100, wrong(6)))).toMatchObject({
    applied: 0,
    files: [{ refusal: "6 of 100 rows are wrong, more than 5 %." }],
  });
  expect(place.all("SELECT * FROM members")).toEqual([]);
  expect(await place.rows("personnes", crowd(100, wrong(5)))).toMatchObject({ applied: 95, rejected: 5 });
  const other = openPlace();
  expect(await other.rows("personnes", crowd(5, wrong(4)))).toMatchObject({ applied: 1, rejected: 4 });
});

const good = csv([person({}), person({ personne_id: "P2", num_adherent: "10000002" })]);
const brokenFiles: [string, string | Buffer, RegExp][] = [
  ["not UTF-8", Buffer.from(good.replace("Alice", "Zo\xeb"), "latin1"), /not UTF-8/],
  ["without a column that must be there", good.replace("est_affilie", "autre"), /column est_affilie is missing/],
  ["without its key", good.replace("personne_id", "autre"), /column personne_id is missing/],
  ["without versions", good.replace("version", "autre"), /column version is missing/],
  ["with a column twice", good.replace("telephone", "email"), /column email is there twice/],
  ["cut in the middle", good.slice(0, -25), /cut in the middle of line 3/],
  ["with a quote never closed", good.replace("Alice", '"Alice'), /quote opened at line 2 is never closed/],
  ["with 10 MB on one line", good.replace("Alice", "A".repeat(10_485_760)), /line 2 is longer than 1 MB/],
  ["empty", "", /empty/],
];

test.each(brokenFiles)(
  "a file %s is refused with one sentence and the base stays as it was",
  async (_, content, sentence) => {
    const place = openPlace();
    const report = await place.import(place.file(people, content));
    expect(report).toMatchObject({ applied: 0, files: [{ name: people }] });
    expect(report.files[0]!.refusal).toMatch(sentence);
    expect(report.files[0]!.refusal).not.toContain("\n");
    expect(place.all("SELECT * FROM members")).toEqual([]);
    expect(place.report("personnes").at(-1)).toMatchObject({ code: "E_FICHIER", gravite: "E" });
    expect(place.all("SELECT * FROM data_freshness")).toEqual([]);
  },
);

test("a manifest whose hash or count is not the file's refuses the file; the sequence stays", async () => {
  const place = openPlace();
  const folder = place.feed(1, { [people]: good });
  place.file(join("feed_1_si", people), good.replace("Alice", "Carol"));
  const wrongHash = await place.import(folder);
  expect(wrongHash.files[0]!.refusal).toMatch(/sha256 differs/);
  const manifest = {
    sequence: 1,
    mode: "delta",
    source: "si",
    files: [{ name: people, rows: 3, sha256: sha256(good) }],
  };
  place.file(join("feed_1_si", people), good);
  place.file(join("feed_1_si", "manifest.json"), JSON.stringify(manifest));
  expect((await place.import(folder)).files[0]!.refusal).toBe("The file holds 2 rows, the manifest says 3.");
  place.file(join("feed_1_si", "manifest.json"), "{");
  expect((await place.import(folder)).files[0]!.refusal).toBe("The manifest is not JSON.");
  expect(place.all("SELECT * FROM feed_sources")).toEqual([]);
  expect(place.all("SELECT * FROM members")).toEqual([]);
});

test("a feed of which nothing is read leaves a run all the same, the same refusal once a day however often it comes", async () => {
  const place = openPlace();
  const runs = () =>
    place.all("SELECT source, sequence, name, refusal FROM feed_runs JOIN feed_files USING (run_id) ORDER BY run_id");
  await place.import(place.feed(1, { [people]: good }));
  const [whole] = runs();
  const skips = place.feed(3, { [people]: good });
  const broken = place.feed(9, { [people]: good });
  place.file(join("feed_9_si", "manifest.json"), "{");
  for (let times = 0; times < 3; times++) {
    place.now += 60_000;
    await place.import([skips, broken]);
  }
  const refusals = () => runs().map(({ source, sequence, name, refusal }) => [source, sequence, name, refusal]);
  const noted = [
    ["si", 3, "manifest.json", expect.stringContaining("skips")],
    [null, null, join("feed_9_si", "manifest.json"), "The manifest is not JSON."],
  ];
  expect(runs()[0]).toEqual(whole);
  expect(refusals().slice(1)).toEqual(noted);
  // Two folders of one source and sequence, whose refusals come by turns.
  const twice = place.feed(3, { [people]: good }, { into: join(place.folder, "again") });
  for (let times = 0; times < 3; times++) await place.import([skips, twice]);
  expect(refusals().slice(3)).toEqual([["si", 3, "manifest.json", expect.stringContaining("An earlier feed")]]);
  place.now += 24 * 3_600_000;
  await place.import([skips, broken]);
  expect(refusals().slice(4)).toEqual(noted);
  expect(place.all("SELECT sequence FROM feed_sources")).toEqual([{ sequence: 1 }]);
  await place.import(join(place.folder, "mistyped"));
  expect(runs()).toHaveLength(6);
});

test("a sequence that skips is refused until the gap is accepted; each source has its own", async () => {
  const place = openPlace();
  const one = (n: number) => ({ [people]: csv([person({ personne_id: `P${n}`, num_adherent: `1000000${n}` })]) });
  expect(await place.import(place.feed(4, one(4)))).toMatchObject({ applied: 1 });
  const skipped = await place.import(place.feed(6, one(6)));
  expect(skipped).toMatchObject({ applied: 0, files: [{ refusal: expect.stringContaining("skips") }] });
  expect(await place.import(place.feed(1, one(1), { source: "autre" }))).toMatchObject({ applied: 1 });
  expect(await place.import(place.feed(6, one(6)), { acceptGap: true })).toMatchObject({ applied: 1 });
  // A sequence loaded before changes nothing, even when it says something new.
  expect(await place.import(place.feed(5, one(5)))).toMatchObject({ applied: 0, ignored: 1 });
  expect(place.codes("personnes")).toEqual(["2 I_REJEU"]);
  expect(place.all("SELECT * FROM feed_sources ORDER BY source")).toEqual([
    { source: "autre", sequence: 1 },
    { source: "si", sequence: 6 },
  ]);
});

test("the drop folder is emptied in the order of sequences, and stops at a refusal", async () => {
  const place = openPlace();
  const one = (n: number, more: Row = {}) => ({
    [people]: csv([person({ personne_id: `P${n}`, num_adherent: `1000000${n}`, ...more })]),
  });
  place.feed(1, one(1), { into: place.inbox });
  place.feed(3, one(3), { into: join(place.inbox, "troisieme") });
  place.feed(2, one(2), { into: join(place.inbox, "deuxieme") });
  place.file("inbox/ceam_20260301080000_1.csv", "being dropped");
  expect(await place.import([])).toMatchObject({ applied: 3 });
  expect(readdirSync(place.inbox).sort()).toEqual(["ceam_20260301080000_1.csv", "done"]);
  expect(readdirSync(join(place.inbox, "done")).sort()).toEqual(["si_1", "si_2", "si_3"]);
  expect(readdirSync(join(place.inbox, "done", "si_1")).sort()).toEqual(["manifest.json", people]);
  expect(await place.import([])).toMatchObject({ applied: 0, files: [] });

  place.feed(4, { [people]: "wrong" }, { into: join(place.inbox, "a") });
  place.feed(5, one(5), { into: join(place.inbox, "b") });
  const report = await place.import([]);
  expect(report.applied).toBe(0);
  expect(report.files.map(({ refusal }) => refusal)).toEqual([
    expect.stringContaining("missing"),
    expect.stringContaining("earlier feed"),
  ]);
  expect(existsSync(join(place.inbox, "b", "manifest.json"))).toBe(true);
});

test("a full feed ends what it no longer tells, when that is less than 2 % of the base", async () => {
  const place = openPlace();
  await place.import(place.feed(1, { [people]: csv(crowd(101)) }));
  const tooFew = await place.import(place.feed(2, { [people]: csv(crowd(98)) }, { mode: "full" }));
  expect(tooFew.files[0]!.refusal).toContain("3 of the 101 keys");
  expect(place.one("SELECT sum(ended) AS ended FROM members")).toEqual({ ended: 0 });
  const report = await place.import(place.feed(2, { [people]: csv(crowd(99)) }, { mode: "full" }));
  expect(report).toMatchObject({ unchanged: 99, rejected: 0, files: [{ refusal: null }] });
  expect(
    place
      .report("personnes")
      .filter(({ code }) => code === "I_FIN")
      .map(({ cle }) => cle),
  ).toEqual(["P99", "P100"]);
  expect(place.all("SELECT member_id FROM members WHERE ended = 1 ORDER BY 1")).toEqual([
    { member_id: "P100" },
    { member_id: "P99" },
  ]);
  // What has ended is purged some years later: the day it was left out is its end, not its last change before.
  expect(place.all("SELECT DISTINCT updated_at FROM members WHERE ended = 1")).toEqual([
    { updated_at: parisDay(place.now) },
  ]);
  expect(await place.import(place.feed(3, { [people]: csv(crowd(101)) }, { mode: "full" }))).toMatchObject({
    applied: 2,
    unchanged: 99,
  });
  expect(place.one("SELECT sum(ended) AS ended FROM members")).toEqual({ ended: 0 });
});

test("D without a moment of its own ends a key on the day of the import", async () => {
  const place = openPlace();
  await place.startWith([]);
  await place.rows("personnes", [{ ...person({}), op: "D", version: 2, maj_le: "" }]);
  expect(place.one("SELECT ended, updated_at FROM members")).toEqual({ ended: 1, updated_at: parisDay(place.now) });
});

test("payments that a full feed no longer tells stay: they are history", async () => {
  const place = openPlace();
  await place.startWith([payment({}), payment({ paiement_id: "PAY2" })]);
  const full = { "paiements_20260302080000_1.csv": csv([payment({})]) };
  expect(await place.import(place.feed(1, full, { mode: "full" }))).toMatchObject({
    unchanged: 1,
    files: [{ refusal: null }],
  });
  expect(place.one("SELECT sum(ended) AS ended FROM payments")).toEqual({ ended: 0 });
});

test("a dry run tells what would be done and leaves base, drop folder and invitations alone", async () => {
  const place = openPlace();
  askChange(place);
  place.feed(1, wholeFeed(), { into: place.inbox });
  expect(await place.import([], { dryRun: true })).toMatchObject({ applied: 12, rejected: 0, invited: 1 });
  for (const table of ["members", "lines", "feed_runs", "feed_sources"])
    expect(place.all(`SELECT * FROM ${table}`)).toEqual([]);
  expect(place.invited).toEqual([]);
  expect(existsSync(join(place.inbox, "manifest.json"))).toBe(true);
  expect(readdirSync(place.folder).filter((name) => name.startsWith(".dry-run"))).toEqual([]);
  expect(await place.import([])).toMatchObject({ applied: 12, invited: 1 });
});

test("columns in any order, unknown ones and missing optional ones are told once", async () => {
  const place = openPlace();
  const row = {
    futur: "x",
    est_adherent: "O",
    est_affilie: "N",
    date_naissance: "2000-01-01",
    prenoms: "Zoé",
    nom_naissance: "A",
    num_affilie: "ABC123",
    personne_id: "P1",
  };
  expect(await place.rows("personnes", [row])).toMatchObject({ applied: 1, rejected: 0 });
  const told = place.report("personnes").map(({ code, colonne }) => `${code} ${colonne}`);
  expect(told).toContain("W_COLONNE futur");
  expect(told.filter((text) => text === "W_COLONNE_ABSENTE email")).toHaveLength(1);
});

test("the reject report holds no formula and names the file, the line, the key and the column", async () => {
  const place = openPlace();
  await place.rows("personnes", [
    person({ personne_id: "=1+1", est_affilie: "@SUM(A1)" }),
    person({ est_affilie: "-1" }),
  ]);
  const [formula, number] = place.report("personnes").filter(({ code }) => code === "E_BOOLEEN");
  expect(formula).toEqual({
    fichier: people,
    ligne: "2",
    entite: "personnes",
    cle: "'=1+1",
    colonne: "est_affilie",
    code: "E_BOOLEEN",
    gravite: "E",
    valeur_masquee: "'@SUM(A1)",
    message: "The value must be O or N.",
  });
  expect(number).toMatchObject({ ligne: "3", valeur_masquee: "-1" });
});

test("names that are no inbound entity and paths that lead nowhere are refused", async () => {
  const place = openPlace();
  const report = await place.import([
    place.file("changements_20260301080000_1.csv", good),
    join(place.folder, "absent.csv"),
  ]);
  expect(report.files.map(({ refusal }) => refusal)).toEqual([
    "There is no such file or folder.",
    expect.stringContaining("not that of an inbound entity"),
  ]);
});

test("a file dated in the future makes nothing fresher than the moment it is taken", async () => {
  const place = openPlace("2026-03-15T12:00:00Z");
  await place.startWith([]);
  await place.rows(
    "personnes",
    [person({ personne_id: "P9", num_adherent: "10000009" })],
    "personnes_20260401000000_1.csv",
  );
  const { as_of: asOf } = place.one("SELECT as_of FROM data_freshness WHERE entity = 'personnes'") as { as_of: number };
  expect(asOf).toBe(Date.parse("2026-03-15T12:00:00Z") / 1000);
});

test("a file whose rows are all rejected or out of date makes nothing fresher; an empty one does", async () => {
  const place = openPlace("2026-03-15T12:00:00Z");
  await place.startWith([]);
  const asOf = () => place.all("SELECT as_of FROM data_freshness WHERE entity = 'personnes'");
  const row = { personne_id: "P9", num_adherent: "10000009" };
  await place.rows("personnes", [person({ ...row, version: 2 })], "personnes_20260301000000_1.csv");
  const first = asOf();
  expect(
    await place.rows(
      "personnes",
      [person({ ...row, version: 3, date_naissance: "x" })],
      "personnes_20260305000000_1.csv",
    ),
  ).toMatchObject({ applied: 0, rejected: 1 });
  expect(asOf()).toEqual(first);
  expect(
    await place.rows("personnes", [person({ ...row, version: 1 })], "personnes_20260306000000_1.csv"),
  ).toMatchObject({
    applied: 0,
    ignored: 1,
  });
  expect(asOf()).toEqual(first);
  await place.rows("personnes", [person({ ...row, version: 2 })], "personnes_20260307000000_1.csv");
  expect(asOf()).not.toEqual(first);
  const second = asOf();
  const header = csv([person({})]).split("\n")[0];
  await place.import(place.file("personnes_20260310000000_1.csv", `${header}\n`));
  expect(asOf()).not.toEqual(second);
});
