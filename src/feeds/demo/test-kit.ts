import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "csv-parse/sync";

export type Row = Record<string, string>;
export type ReadFeed = {
  manifest: { sequence: number; mode: string; source: string; files: { name: string; rows: number; sha256: string }[] };
  rows: (entity: string) => Row[];
  bytes: Record<string, string>;
};

/** An empty folder for one test file, and what removes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "espace-demo-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Reads a feed with a strict parser of its own: any fault of quotes or of field count throws. */
export function readFeed(folder: string): ReadFeed {
  const bytes = Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const byEntity = new Map<string, Row[]>();
  for (const [name, text] of Object.entries(bytes)) {
    const entity = /^([a-z_]+)_\d{14}_\d{6}\.csv$/.exec(name)?.[1];
    if (entity) byEntity.set(entity, parse(text, { delimiter: ";", columns: true, record_delimiter: "\r\n" }) as Row[]);
  }
  return {
    manifest: JSON.parse(bytes["manifest.json"]!),
    rows: (entity) => byEntity.get(entity) ?? [],
    bytes,
  };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The remainder by 97 of a number written with digits and letters worth 10 to 35. */
function modulo97(text: string): bigint {
  return BigInt(text.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))) % 97n;
}

/** Faults of people's numbers and accounts, checked without the code that made them. */
export function identifierFaults(feed: ReadFeed): string[] {
  const faults: string[] = [];
  for (const { personne_id, nir13, nir_cle } of feed.rows("personnes")) {
    if (!nir13) continue;
    const digits = nir13.includes("A") || nir13.includes("B") ? nir13.replace("2A", "19").replace("2B", "18") : nir13;
    if (Number(97n - (BigInt(digits) % 97n)) !== Number(nir_cle) || nir_cle!.length !== 2)
      faults.push(`${personne_id} NIR`);
  }
  for (const { personne_id, iban } of feed.rows("coordonnees_bancaires")) {
    if (modulo97(iban!.slice(4) + iban!.slice(0, 4)) !== 1n) faults.push(`${personne_id} IBAN`);
    // The key of the RIB closes the national part, which is then a multiple of 97 with its weights 89, 15, 3.
    const [bank, branch, account, key] = [iban!.slice(4, 9), iban!.slice(9, 14), iban!.slice(14, 25), iban!.slice(25)];
    const rib = 89n * BigInt(bank) + 15n * BigInt(branch);
    if (iban!.startsWith("FR") && (rib + 3n * BigInt(account) + BigInt(key)) % 97n !== 0n)
      faults.push(`${personne_id} RIB`);
  }
  return faults;
}

const amount = (text: string | undefined) => (text ? Number(text) : 0);
const halfUp = (base: number, rate: number) =>
  Math.sign(base) * Math.floor((2 * Math.abs(base) * rate + 10_000) / 20_000);
const amounts = [
  "depense_cents",
  "br_cents",
  "amo_brut_cents",
  "pf_cents",
  "franchise_cents",
  "amo_verse_cents",
  "amc_cents",
  "reste_cents",
];

/** Lines and payments that break the arithmetic of statements, each with the name of the rule. */
export function arithmeticFaults(feed: ReadFeed, today: string): string[] {
  const faults: string[] = [];
  const payments = new Map(feed.rows("paiements").map((payment) => [payment.paiement_id!, payment]));
  const people = new Set(feed.rows("personnes").map(({ personne_id }) => personne_id));
  const seen = new Map<string, Row>();
  const cancelled = new Set<string>();
  const sums = new Map<string, number>();
  const kept = new Map<string, number>();
  for (const line of feed.rows("lignes")) {
    const fault = (rule: string) => faults.push(`${line.ligne_id} ${rule}`);
    const [expense, base, gross, pf, franchise, paid, amc, rest] = amounts.map((name) => amount(line[name]));
    if (amounts.some((name) => !/^-?\d*$/.test(line[name]!))) fault("cents");
    if (!people.has(line.beneficiaire_id)) fault("beneficiary");
    if (!line.paiement_amo_id && !line.paiement_amc_id) fault("no payment");
    const isKnown = line.amo_brut_cents !== "";
    if (Number(line.quantite) > 0) {
      const ceiling = line.br_cents === "" ? expense! : Math.min(base!, expense!);
      if (isKnown && (gross! < 0 || gross! > ceiling)) fault("ii gross");
      if (amc! < 0 || rest! < 0 || pf! < 0 || franchise! < 0 || expense! < 0) fault("ii negative");
    }
    if (isKnown && paid !== gross! - pf! - franchise!) fault("paid");
    if (isKnown && line.reste_cents !== "" && expense !== gross! + amc! + rest! - pf! - franchise!) fault("iii");
    if (line.br_cents && line.taux && Math.abs(gross! - halfUp(base!, Number(line.taux))) > 1) fault("iv");
    if (line.type === "DEDUCTION" && (expense !== 0 || paid! >= 0 || line.quantite !== "1" || rest !== -paid!))
      fault("deduction");
    const origin = line.ligne_origine_id ? seen.get(line.ligne_origine_id) : undefined;
    if ((line.type === "NORMALE") !== (line.ligne_origine_id === "")) fault("origin");
    if (line.ligne_origine_id && !origin) fault("origin comes later");
    if (line.type === "ANNULATION") {
      const sameKey = [
        "beneficiaire_id",
        "soin_debut",
        "soin_fin",
        "code_acte",
        "ps_nom",
        "taux",
        "dest_amo",
        "dest_amc",
      ];
      if (!sameKey.every((name) => line[name] === origin![name])) fault("vi key");
      if (!["quantite", ...amounts].every((name) => amount(line[name]) + amount(origin![name]) === 0)) fault("vi sum");
      if (cancelled.has(line.ligne_origine_id!)) fault("vi twice");
      cancelled.add(line.ligne_origine_id!);
    }
    for (const [id, cents, recipient] of [
      [line.paiement_amo_id!, paid!, line.dest_amo],
      [line.paiement_amc_id!, amc!, line.dest_amc],
    ] as const) {
      if (!id) continue;
      const payment = payments.get(id)!;
      sums.set(id, (sums.get(id) ?? 0) + cents);
      if ((line.soin_fin || line.soin_debut)! > payment.date_mandat!) fault("vii");
      if (payment.destinataire !== recipient) fault("recipient");
    }
    const year = payments.get((line.paiement_amo_id || line.paiement_amc_id)!)!.date_mandat!.slice(0, 4);
    for (const [family, cents] of [
      ["pf", pf!],
      ["franchise", franchise!],
    ] as const) {
      const key = `${line.beneficiaire_id} ${year} ${family}`;
      kept.set(key, (kept.get(key) ?? 0) + cents);
    }
    seen.set(line.ligne_id!, line);
  }
  for (const [key, cents] of kept) if (cents > 5_000) faults.push(`${key} x`);
  for (const payment of payments.values()) {
    const hasLines = sums.has(payment.paiement_id!);
    const isDaily = payment.nature === "INDEMNITE_JOURNALIERE_ASSURE";
    if (hasLines === isDaily) faults.push(`${payment.paiement_id} lines`);
    if (hasLines && sums.get(payment.paiement_id!) !== Number(payment.montant_cents))
      faults.push(`${payment.paiement_id} v`);
    if (payment.date_mandat! > today || payment.date_valeur! > today) faults.push(`${payment.paiement_id} vii`);
    const isThirdParty = payment.destinataire !== "assure";
    if (isThirdParty !== (payment.nature === "PAIEMENT_A_UN_TIERS")) faults.push(`${payment.paiement_id} viii`);
  }
  return faults;
}
