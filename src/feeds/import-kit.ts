import { createHash, createSecretKey } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate, openDatabase } from "../platform/database.ts";
import { createSeal } from "../platform/seal.ts";
import { type ImportOptions, importFeed } from "./import.ts";

/** A row of a feed by column names; `op` U, `version` 1 and `maj_le` unless told. */
export type Row = Record<string, string | number>;

export type Place = ReturnType<typeof openPlace>;

export const testKey = createSecretKey(Buffer.alloc(32, 7));

/** A base in a folder of its own, files written at will, and imports at a chosen moment: for tests. */
export function openPlace(now = "2026-03-15T12:00:00Z") {
  const folder = mkdtempSync(join(tmpdir(), "espace-import-"));
  const inbox = join(folder, "inbox");
  const rejectsDir = join(folder, "rejects");
  mkdirSync(inbox);
  const db = openDatabase(join(folder, "espace.db"), { durability: "normal" });
  migrate(db);
  const seal = createSeal([testKey]);
  const invited: string[] = [];
  const invite = (memberId: string) => {
    if (invited.includes(memberId)) return false;
    invited.push(memberId);
    return true;
  };
  /** Whose identity a feed has changed, and in what. */
  const changed: string[] = [];
  const identityChanged = (memberId: string, what: string[]) => void changed.push(`${memberId} ${what.join(", ")}`);
  const place = {
    folder,
    inbox,
    rejectsDir,
    db,
    seal,
    invited,
    changed,
    now: Date.parse(now),
    /** Writes a file and gives its path. */
    file(name: string, content: string | Buffer): string {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    },
    /** Writes a feed with its manifest in a folder, and gives the folder. */
    feed(
      sequence: number,
      files: Record<string, string>,
      more: { mode?: string; source?: string; into?: string } = {},
    ) {
      const into = more.into ?? join(folder, `feed_${sequence}_${more.source ?? "si"}`);
      mkdirSync(into, { recursive: true });
      const listed = Object.entries(files).map(([name, content]) => {
        writeFileSync(join(into, name), content);
        return { name, rows: content.trim().split("\n").length - 1, sha256: sha256(content) };
      });
      const manifest = { sequence, mode: more.mode ?? "delta", source: more.source ?? "si", files: listed };
      writeFileSync(join(into, "manifest.json"), JSON.stringify(manifest));
      return into;
    },
    import(paths: string | string[], options: Partial<ImportOptions> = {}) {
      return importFeed(
        { db, seal, clock: () => place.now, invite, identityChanged, changeAnswered: () => {} },
        { paths: typeof paths === "string" ? [paths] : paths, inbox, rejectsDir, ...options },
      );
    },
    /** Writes rows as a loose file and imports it. */
    async rows(entity: string, rows: Row[], name = `${entity}_20260301080000_1.csv`) {
      return place.import(place.file(name, csv(rows)));
    },
    /** Codes of a report, as `line code`; the columns these small files leave out are not told. */
    codes(name: string): string[] {
      return place
        .report(name)
        .filter(({ code }) => code !== "W_COLONNE_ABSENTE")
        .map((row) => `${row.ligne} ${row.code}`)
        .sort();
    },
    report(name: string): Record<string, string>[] {
      const path = readdirSync(rejectsDir).find((file) => file.startsWith(`rejets_${name}`));
      if (!path) return [];
      const [header, ...lines] = readFileSync(join(rejectsDir, path), "utf8").trim().split("\r\n");
      return lines.map((line) =>
        Object.fromEntries(line.split(";").map((cell, index) => [header!.split(";")[index], cell])),
      );
    },
    all<T = Record<string, unknown>>(sql: string): T[] {
      return db.$client.prepare<[], T>(sql).all();
    },
    one<T = Record<string, unknown>>(sql: string): T {
      return place.all<T>(sql)[0]!;
    },
    /** A person, then as many payments as asked, so that lines have something to hang on. */
    async startWith(payments: Row[] = [payment({})]) {
      await place.rows("personnes", [person({})], "personnes_20260101080000_1.csv");
      await place.rows("paiements", payments, "paiements_20260101080000_1.csv");
    },
  };
  return place;
}

/** Rows as a CSV file; columns are those of the first row. */
export function csv(rows: Row[]): string {
  const whole = rows.map((row) => ({ op: "U", version: 1, maj_le: "2026-03-01T08:00:00+01:00", ...row }));
  const names = [...new Set(whole.flatMap((row) => Object.keys(row)))] as (keyof Row)[];
  return [names.join(";"), ...whole.map((row) => names.map((name) => (row as Row)[name] ?? "").join(";"))]
    .map((line) => `${line}\n`)
    .join("");
}

export function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

export function person(more: Row): Row {
  return {
    personne_id: "P1",
    num_adherent: "10000001",
    num_affilie: "",
    nir13: "1990559350123",
    nir_cle: "35",
    nom_naissance: "MARTIN",
    prenoms: "Alice",
    date_naissance: "1999-05-17",
    email: "",
    telephone: "",
    est_affilie: "O",
    est_adherent: "O",
    date_inscription: "",
    decede: "N",
    ...more,
  };
}

export function payment(more: Row): Row {
  return {
    paiement_id: "PAY1",
    payeur: "AMO",
    personne_id: "P1",
    nature: "REMBOURSEMENT_SOINS",
    date_mandat: "2026-02-10",
    montant_cents: 1900,
    destinataire: "assure",
    mode: "virement",
    statut: "emis",
    ...more,
  };
}

/** Worked example 1: a consultation at 30 €, AMC part not known yet unless told. */
export function line(more: Row): Row {
  return {
    ligne_id: "L1",
    paiement_amo_id: "PAY1",
    paiement_amc_id: "",
    beneficiaire_id: "P1",
    soin_debut: "2026-02-01",
    ps_nom: "Dr Martin",
    code_acte: "G",
    libelle: "Consultation",
    quantite: 1,
    depense_cents: 3000,
    br_cents: 3000,
    taux: 7000,
    amo_brut_cents: 2100,
    pf_cents: 200,
    franchise_cents: 0,
    amo_verse_cents: 1900,
    amc_cents: 900,
    reste_cents: 200,
    dest_amo: "assure",
    dest_amc: "assure",
    parcours: "O",
    type: "NORMALE",
    ligne_origine_id: "",
    ...more,
  };
}
