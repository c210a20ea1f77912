import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeDemoFeed } from "./demo-feed.ts";
import { birthDateOf, demoPersonas } from "./personas.ts";
import {
  arithmeticFaults,
  identifierFaults,
  type ReadFeed,
  type Row,
  readFeed,
  sha256,
  temporaryFolder,
} from "./test-kit.ts";

const today = "2026-11-23";
const temporary = temporaryFolder();
let feed: ReadFeed;

async function make(day: string, seed = "demo"): Promise<ReadFeed> {
  const folder = join(temporary.path, `${day}-${seed}`);
  await makeDemoFeed({ folder, today: day, seed });
  return readFeed(folder);
}

const person = (id: string) => feed.rows("personnes").find(({ personne_id }) => personne_id === id)!;
const payment = (id: string | undefined) => feed.rows("paiements").find(({ paiement_id }) => paiement_id === id)!;
const line = (id: string) => feed.rows("lignes").find(({ ligne_id }) => ligne_id === id)!;
const linesPaidTo = (read: ReadFeed, id: string) => {
  const own = new Set(read.rows("paiements").flatMap((row) => (row.personne_id === id ? row.paiement_id! : [])));
  return read.rows("lignes").filter((row) => own.has(row.paiement_amo_id!) || own.has(row.paiement_amc_id!));
};
const valuesOf = (entity: string, column: string) => new Set(feed.rows(entity).map((row) => row[column]));

beforeAll(async () => {
  feed = await make(today);
});
afterAll(temporary.remove);

describe("The feed", () => {
  test("the manifest tells the name, the rows and the hash of each of the twelve files", () => {
    const { sequence, mode, source, files } = feed.manifest;
    expect({ sequence, mode, source, count: files.length }).toEqual({
      sequence: 1,
      mode: "delta",
      source: "demo",
      count: 12,
    });
    for (const file of files) {
      const entity = /^([a-z_]+)_20261123000000_000001\.csv$/.exec(file.name)![1]!;
      expect([file.name, file.sha256]).toEqual([file.name, sha256(feed.bytes[file.name]!)]);
      expect([file.name, file.rows]).toEqual([file.name, feed.rows(entity).length]);
    }
  });

  test("the same day and seed give the same bytes", async () => {
    const folder = join(temporary.path, "again");
    await makeDemoFeed({ folder, today, seed: "demo" });
    expect(readFeed(folder).bytes).toEqual(feed.bytes);
  });

  test("another seed draws other care and leaves the people as they are", async () => {
    const other = await make(today, "other");
    expect(other.rows("personnes")).toEqual(feed.rows("personnes"));
    expect(other.rows("lignes")).not.toEqual(feed.rows("lignes"));
  });

  test("made a day later, the dates are a day later and nothing stays behind in the folder", async () => {
    const folder = join(temporary.path, "shift");
    await makeDemoFeed({ folder, today, seed: "demo" });
    await makeDemoFeed({ folder, today: "2026-11-24", seed: "demo" });
    const later = readFeed(folder);
    expect(Object.keys(later.bytes)).toHaveLength(13);
    const paidOn = (read: ReadFeed) =>
      read.rows("paiements").find(({ paiement_id }) => paiement_id === "AMOEX05")!.date_mandat;
    expect([paidOn(feed), paidOn(later)]).toEqual(["2026-10-04", "2026-10-05"]);
  });
});

describe("Every number holds", () => {
  const days = ["2026-11-23", "2026-06-30", "2027-01-01", "2027-03-28", "2028-02-29", "2029-12-31"];
  test.each(days)("made on %s, with three seeds", async (day) => {
    for (const seed of ["demo", "one", "two"]) {
      const read = await make(day, seed);
      expect(arithmeticFaults(read, day)).toEqual([]);
      expect(identifierFaults(read)).toEqual([]);
      const count = linesPaidTo(read, demoPersonas.alice.personId).length;
      expect(count).toBeGreaterThanOrEqual(60);
      expect(count).toBeLessThanOrEqual(120);
    }
  });

  test("the checks themselves find a wrong cent, key and account", () => {
    const spoil = (entity: string, column: string, value: string): ReadFeed => ({
      ...feed,
      rows: (name) =>
        name === entity
          ? feed.rows(name).map((row, index) => (index === 3 ? { ...row, [column]: value } : row))
          : feed.rows(name),
    });
    expect(arithmeticFaults(spoil("lignes", "amo_verse_cents", "1"), today)).not.toEqual([]);
    expect(arithmeticFaults(spoil("paiements", "montant_cents", "1"), today)).not.toEqual([]);
    expect(identifierFaults(spoil("personnes", "nir_cle", "00"))).not.toEqual([]);
    expect(identifierFaults(spoil("coordonnees_bancaires", "iban", "FR7630004001230000045678960"))).not.toEqual([]);
  });
});

describe("The worked examples", () => {
  const cents = (row: Row) =>
    [
      row.depense_cents,
      row.br_cents,
      row.taux,
      row.amo_brut_cents,
      row.pf_cents,
      row.franchise_cents,
      row.amo_verse_cents,
      row.amc_cents,
      row.reste_cents,
    ].map((text) => (text === "" ? undefined : Number(text)));
  // Expense, base, rate, AMO gross, participation, deductible, AMO paid, AMC, rest.
  test.each([
    ["EX01", 3000, 3000, 7000, 2100, 200, 0, 1900, 900, 200],
    ["EX02", 3000, 3000, 3000, 900, 200, 0, 700, 900, 1400],
    ["EX03A", 6000, 2300, 7000, 1610, 200, 0, 1410, 690, 3900],
    ["EX03B", 6000, 2300, 7000, 1610, 200, 0, 1410, 1840, 2750],
    ["EX04A", 583, 583, 6500, 379, 0, 0, 379, 204, 0],
    ["EX04B", 343, 343, 6500, 223, 0, 0, 223, 120, 0],
    ["EX05", 3000, 3000, 7000, 2100, 200, 0, 1900, 900, 200],
    ["EX05F", 0, undefined, undefined, 0, 0, 200, -200, undefined, 200],
    ["EX06", 2892, 2892, 6000, 1735, 0, 0, 1735, 1157, 0],
    ["EX07A", 3250, 975, 6000, 585, 0, 0, 585, 2665, 0],
    ["EX07B", 3250, 975, 6000, 585, 0, 0, 585, 2665, 0],
    ["EX07C", 3000, 900, 6000, 540, 0, 0, 540, 2460, 0],
    ["EX08", 3000, 3000, 7000, 2100, 0, 0, 2100, 900, 0],
    ["EX09", 4600, 0, 0, 0, 0, 0, 0, 4600, 0],
    ["EX10A", -3000, -3000, 7000, -2100, -200, 0, -1900, -900, -200],
    ["EX10B", 3000, 2500, 7000, 1750, 200, 0, 1550, 750, 700],
  ])("%s is there to the cent, paid to Alice or for her", (id, ...expected) => {
    const row = line(id);
    expect(cents(row)).toEqual(expected);
    expect(payment(row.paiement_amo_id || row.paiement_amc_id).personne_id).toBe("P0001");
  });

  test("the transfer of example 5 is 17.00 and its deduction is dated by example 4", () => {
    expect(payment("AMOEX05").montant_cents).toBe("1700");
    expect(line("EX05F")).toMatchObject({
      type: "DEDUCTION",
      ligne_origine_id: "EX04A",
      soin_debut: line("EX04A").soin_debut,
    });
  });

  test("example 10 cancels example 1, then corrects it, for a negative payment", () => {
    expect(line("EX10A")).toMatchObject({ type: "ANNULATION", ligne_origine_id: "EX01", quantite: "-1" });
    expect(line("EX10B")).toMatchObject({ type: "CORRECTION", ligne_origine_id: "EX01" });
    expect([payment("AMOEX10").montant_cents, payment("AMCEX10").montant_cents]).toEqual(["-350", "-150"]);
  });

  test("the patient of example 8 is 17", () => {
    expect([person("P0008").date_naissance, line("EX08").soin_debut]).toEqual(["2009-03-23", "2026-11-03"]);
    expect(line("EX08").beneficiaire_id).toBe("P0008");
  });
});

describe("The people with a role", () => {
  test.each(Object.entries(demoPersonas))("%s is who the tests expect", (_, persona) => {
    const row = person(persona.personId);
    expect(row.num_adherent || row.num_affilie).toBe(persona.memberNumber);
    expect(row.email).toBe(persona.email ?? "");
    expect(row.date_naissance).toBe(birthDateOf(persona, today));
  });

  test("Farid is 15 years and 3 months old, and no minor pays the flat participation", () => {
    expect(person("P0006").date_naissance).toBe("2011-08-23");
    const minorLines = feed.rows("lignes").filter((row) => {
      const birth = person(row.beneficiaire_id!).date_naissance!;
      return `${Number(birth.slice(0, 4)) + 18}${birth.slice(4)}` > row.soin_debut!;
    });
    expect(minorLines.length).toBeGreaterThan(20);
    expect(minorLines.filter((row) => row.pf_cents !== "0" || row.franchise_cents !== "0")).toEqual([]);
  });

  test("Alice has both covers, a child on both, the mutual's part of her last payment pending", () => {
    expect(person("P0001")).toMatchObject({ est_affilie: "O", est_adherent: "O", date_inscription: "" });
    expect(feed.rows("amo").find(({ personne_id }) => personne_id === "P0007")).toMatchObject({
      ouvrant_droit_id: "P0001",
      qualite: "3",
    });
    expect(
      feed
        .rows("beneficiaires")
        .filter(({ lien }) => lien === "enfant")
        .map(({ personne_id }) => personne_id),
    ).toContain("P0007");
    expect(linesPaidTo(feed, "P0001").some(({ beneficiaire_id }) => beneficiaire_id === "P0007")).toBe(true);
    expect(line("TODAY1")).toMatchObject({ paiement_amc_id: "", amc_cents: "", reste_cents: "", dest_amc: "" });
    expect(payment("AMOTODAY1").date_mandat).toBe(today);
  });

  test("Bob has no complementary part, Chloé no compulsory payment and some lines without its amounts", () => {
    expect(person("P0002")).toMatchObject({ est_affilie: "O", est_adherent: "N" });
    const bob = linesPaidTo(feed, "P0002");
    expect(bob.length).toBeGreaterThan(15);
    expect(bob.filter((row) => row.amc_cents || row.paiement_amc_id || row.reste_cents === "")).toEqual([]);
    expect(person("P0003")).toMatchObject({ est_affilie: "N", est_adherent: "O" });
    const chloe = linesPaidTo(feed, "P0003");
    expect(chloe.filter((row) => row.paiement_amo_id)).toEqual([]);
    const unknown = chloe.filter((row) => row.amo_brut_cents === "");
    expect(unknown.length).toBeGreaterThan(0);
    expect(unknown.length).toBeLessThan(chloe.length / 2);
    expect(
      unknown.every(
        (row) => row.br_cents === "" && row.taux === "" && row.amo_verse_cents === "" && row.amc_cents !== "",
      ),
    ).toBe(true);
  });

  test("only David and a few others are to be invited", () => {
    const joined = feed.rows("personnes").filter((row) => row.date_inscription && row.email && row.decede === "N");
    expect(joined.map(({ personne_id }) => personne_id)).toEqual(["P0004", "P0020", "P0028", "P0037"]);
  });
});

describe("Every situation is there", () => {
  test("about forty people: both covers, one of them, the other", () => {
    const people = feed.rows("personnes");
    expect(people).toHaveLength(40);
    const kinds = new Set(people.map((row) => `${row.est_affilie}${row.est_adherent}`));
    expect(kinds).toEqual(new Set(["OO", "ON", "NO"]));
    expect(people.filter((row) => !row.email).length).toBeGreaterThan(1);
    expect(people.find((row) => row.date_inscription && !row.email)).toBeDefined();
    expect(people.find((row) => row.decede === "O")).toBeDefined();
    expect(people.find((row) => row.pays === "BE")).toBeDefined();
    expect(people.find((row) => row.nom_naissance!.length > 45)).toBeDefined();
    expect(people.find((row) => row.nom_usage)).toBeDefined();
  });

  test("twins differ by their birth rank and carry their mother's number", () => {
    const mother = person("P0009");
    const twins = [person("P0010"), person("P0011")];
    expect(twins.map((twin) => [twin.nir13, twin.rang_naissance])).toEqual([
      [mother.nir13, "1"],
      [mother.nir13, "2"],
    ]);
    expect(twins[0]!.date_naissance).toBe(twins[1]!.date_naissance);
  });

  test("Corsican, provisional, foreign and overseas numbers, and the keys 07 and 97", () => {
    const numbers = feed.rows("personnes").map((row) => row.nir13!);
    for (const shape of [/^\d{5}2A/, /^\d{5}2B/, /^7/, /^8/, /^3/, /^\d{5}99/, /^\d{5}974/, /^\d{3}20/]) {
      expect(numbers.filter((number) => shape.test(number)).length, String(shape)).toBeGreaterThan(0);
    }
    expect(
      feed
        .rows("personnes")
        .filter((row) => row.nir_provisoire === "O")
        .map((row) => row.nir13![0]),
    ).toEqual(["7", "8"]);
    expect(valuesOf("personnes", "nir_cle")).toContain("07");
    expect(valuesOf("personnes", "nir_cle")).toContain("97");
  });

  test("no number of a member is the number of another", () => {
    const numbers = feed.rows("personnes").flatMap((row) => [row.num_adherent!, row.num_affilie!].filter(Boolean));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(numbers.every((number) => /^[0-9A-Z]{6,12}$/.test(number))).toBe(true);
  });

  test("ended rights, every kind of treating doctor and exemption, a second scheme", () => {
    expect(feed.rows("amo").find(({ personne_id }) => personne_id === "P0017")!.droits_fin).toBe("2026-09-24");
    expect(valuesOf("amo", "mt_renseigne")).toEqual(new Set(["O", "N", "I"]));
    expect(valuesOf("amo", "exo_code")).toEqual(new Set(["", "ALD", "C2S", "MATERNITE"]));
    expect(valuesOf("amo", "regime")).toEqual(new Set(["01", "02"]));
  });

  test("contracts, transmissions and instalments in every state", () => {
    expect(valuesOf("contrats", "statut")).toEqual(new Set(["actif", "suspendu", "resilie", "a_venir"]));
    expect(valuesOf("beneficiaires", "lien")).toEqual(new Set(["assure", "conjoint", "enfant", "autre"]));
    expect(valuesOf("beneficiaires", "noemie_statut")).toEqual(
      new Set(["en_attente", "active", "rejetee", "signalee"]),
    );
    for (const row of feed.rows("beneficiaires"))
      expect(row.noemie_code === "").toBe(row.noemie_statut === "en_attente");
    expect(valuesOf("echeances", "statut")).toEqual(
      new Set(["a_venir", "preleve", "paye", "rejete", "regularise", "annule"]),
    );
    expect(valuesOf("garanties", "niveau_pct_br")).toContain("15000");
    expect(valuesOf("garanties", "forfait_cents")).toContain("5000");
  });

  test("no instalment paid ahead of time, nor to come in the past", () => {
    for (const row of feed.rows("echeances")) {
      if (row.statut === "a_venir") expect(row.date_echeance! > today).toBe(true);
      if (row.paye_le) expect(row.paye_le <= today && row.paye_le >= row.date_echeance!).toBe(true);
    }
  });

  test("accounts of four countries for the three uses, whose end is on the transfers", () => {
    expect(valuesOf("coordonnees_bancaires", "usage").size).toBe(3);
    expect(new Set(feed.rows("coordonnees_bancaires").map(({ iban }) => iban!.slice(0, 2)))).toEqual(
      new Set(["FR", "BE", "DE", "LT"]),
    );
    const account = feed
      .rows("coordonnees_bancaires")
      .find((row) => row.personne_id === "P0001" && row.usage === "prestations_amo")!;
    expect(payment("AMOEX05").iban_fin4).toBe(account.iban!.slice(-4));
  });

  test("cards and European cards in every state", () => {
    const states =
      "non_demandee en_attente_pieces dossier_en_controle en_production expediee active a_mettre_a_jour en_opposition invalidee retournee";
    expect(valuesOf("vitale", "statut")).toEqual(new Set(states.split(" ")));
    expect(valuesOf("vitale", "motif")).toEqual(new Set(["", "perte", "vol", "dysfonctionnement"]));
    const requests = "demandee transmise en_fabrication expediee recue retournee refusee annulee";
    expect(valuesOf("ceam", "statut")).toEqual(new Set(requests.split(" ")));
  });

  test("payments of every kind, up to today and across the limit of three years", () => {
    expect(valuesOf("paiements", "statut")).toEqual(new Set(["emis", "rejete", "annule"]));
    expect(valuesOf("paiements", "nature")).toEqual(
      new Set(["REMBOURSEMENT_SOINS", "PAIEMENT_A_UN_TIERS", "INDEMNITE_JOURNALIERE_ASSURE"]),
    );
    expect(valuesOf("paiements", "mode")).toEqual(new Set(["virement", "lettre_cheque", "compensation"]));
    expect([payment("AMOEDGE1").date_mandat, payment("AMOEDGE2").date_mandat]).toEqual(["2023-11-23", "2023-11-22"]);
    const months = new Set(feed.rows("paiements").map((row) => row.date_mandat!.slice(0, 7)));
    expect(months.size).toBe(37);
  });

  test("care of every kind, at the price of its day", () => {
    expect(valuesOf("lignes", "type")).toEqual(new Set(["NORMALE", "ANNULATION", "CORRECTION", "DEDUCTION"]));
    for (const code of ["G", "CS", "PH7", "B", "SDE", "AMS", "FJ", "GHS", "PAS", "FPU", "V01", "M03", "FRT", "PFT"]) {
      expect(valuesOf("lignes", "code_acte")).toContain(code);
    }
    expect(
      feed.rows("lignes").find((row) => row.parcours === "N" && row.taux === "3000" && row.ligne_id !== "EX02"),
    ).toBeDefined();
    const priceOf = (row: Row) =>
      row.soin_debut! >= "2024-12-22" ? 3000 : row.soin_debut! >= "2023-11-01" ? 2650 : 2500;
    const consultations = feed.rows("lignes").filter((row) => row.code_acte === "G" && row.type === "NORMALE");
    expect(new Set(consultations.map(priceOf)).size).toBe(2);
    for (const row of consultations)
      expect([row.ligne_id, row.depense_cents]).toEqual([row.ligne_id, String(priceOf(row))]);
    const participations = consultations.filter((row) => row.pf_cents !== "0");
    for (const row of participations) expect(row.pf_cents).toBe(row.soin_debut! >= "2024-05-15" ? "200" : "100");
  });

  test("someone reaches the yearly cap of deductibles", () => {
    const yearly = new Map<string, number>();
    for (const row of feed.rows("lignes")) {
      const key = `${row.beneficiaire_id} ${payment(row.paiement_amo_id || row.paiement_amc_id).date_mandat!.slice(0, 4)}`;
      yearly.set(key, (yearly.get(key) ?? 0) + Number(row.franchise_cents));
    }
    expect([...yearly.values()].filter((cents) => cents === 5_000).length).toBeGreaterThan(0);
  });
});
