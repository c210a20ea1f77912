// The import of a long history, beside what sqlite3 itself takes for the same rows in the same tables, and how long
// a server writing at the same time has to wait. Prints one JSON object.
//   node scripts/bench/import.ts [--lines 1000000] [--members 60000]
import { spawn, spawnSync } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { closeSync, cpSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildSync } from "esbuild";
import { importFeed } from "../../src/feeds/import.ts";
import { lineColumns } from "../../src/feeds/lignes.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { productRoot } from "../../src/platform/config.ts";
import { migrate, openDatabase, write } from "../../src/platform/database.ts";
import { createSeal } from "../../src/platform/seal.ts";

// As the product runs: one bundled file, and a young generation kept small (see the script "espace" of package.json).
const nodeOptions = ["--max-semi-space-size=4"];
let program = "";
const { values } = parseArgs({
  args: argv.slice(2),
  options: {
    lines: { type: "string", default: "1000000" },
    members: { type: "string", default: "60000" },
    role: { type: "string" },
    base: { type: "string" },
    file: { type: "string" },
  },
});

if (values.role === "writer") beServer(values.base!);
else if (values.role === "importer") await beImporter(values.base!, [values.file!]);
else await bench(Number(values.lines), Number(values.members));

/** Writes a small row every 5 ms, as a server does, and prints the longest wait when told to stop. */
function beServer(base: string): void {
  const db = openDatabase(base);
  const put = db.$client.prepare("INSERT OR REPLACE INTO settings (name, value) VALUES ('bench', ?)");
  const waits: number[] = [];
  const timer = setInterval(() => {
    const started = performance.now();
    write(db, () => put.run(String(started)));
    waits.push(performance.now() - started);
  }, 5);
  process.stdin.on("data", () => {
    clearInterval(timer);
    waits.sort((one, other) => one - other);
    stdout.write(
      JSON.stringify({ writes: waits.length, p99: waits[Math.floor(waits.length * 0.99)], max: waits.at(-1) }),
    );
    process.exit(0);
  });
  stdout.write("ready\n");
}

async function beImporter(base: string, paths: string[]): Promise<void> {
  const db = openDatabase(base, { durability: "normal", cacheMegabytes: 16 });
  const seal = createSeal([createSecretKey(randomBytes(32))]);
  const started = performance.now();
  const report = await importFeed(
    { db, seal, clock: systemClock, invite: () => false, identityChanged: () => {}, changeAnswered: () => {} },
    { paths, inbox: join(base, "../inbox"), rejectsDir: join(base, "../rejects") },
  );
  const seconds = (performance.now() - started) / 1000;
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuSeconds = (userCPUTime + systemCPUTime) / 1e6;
  const peakMegabytes = process.resourceUsage().maxRSS / 1024;
  stdout.write(JSON.stringify({ seconds, cpuSeconds, peakMegabytes, report }));
}

async function bench(lines: number, members: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "espace-bench-"));
  try {
    program = bundle(folder);
    const files = writeFeed(folder, lines, members);
    const base = join(folder, "espace.db");
    migrate(openDatabase(base));
    const before = run(["--role", "importer", "--base", base, "--file", files.personnes]);
    const paid = run(["--role", "importer", "--base", base, "--file", files.paiements]);
    for (const name of ["plain.db", "sqlite.db"]) cpSync(base, join(folder, name));
    const plain = run(["--role", "importer", "--base", join(folder, "plain.db"), "--file", files.lignes]);
    const watched = await importBesideServer(base, files.lignes);
    const replay = run(["--role", "importer", "--base", base, "--file", files.lignes]);
    const sqliteSeconds = importBySqlite(join(folder, "sqlite.db"), files.lignes);
    const result = {
      lines,
      people: summary(before),
      payments: summary(paid),
      lignes: summary(plain),
      lignesBesideServer: { ...summary(watched.imported), server: watched.server },
      replay: summary(replay),
      sqliteImportSeconds: sqliteSeconds,
      ratio: plain.seconds / sqliteSeconds,
    };
    stdout.write(`${JSON.stringify(result, null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function bundle(folder: string): string {
  const outfile = join(folder, "import.mjs");
  buildSync({
    entryPoints: [fileURLToPath(import.meta.url)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3", "esbuild"],
  });
  writeFileSync(join(folder, "package.json"), "{}");
  symlinkSync(join(productRoot, "node_modules"), join(folder, "node_modules"));
  return outfile;
}

type Imported = { seconds: number; cpuSeconds: number; peakMegabytes: number; report: Record<string, number> };

function summary({ seconds, cpuSeconds, peakMegabytes, report }: Imported) {
  const { applied, unchanged, ignored, rejected } = report;
  return { seconds, cpuSeconds, peakMegabytes, applied, unchanged, ignored, rejected };
}

function run(args: string[]): Imported {
  const child = spawnSync(execPath, [...nodeOptions, program, ...args], { encoding: "utf8", maxBuffer: 1e8 });
  if (child.status !== 0) throw new Error(child.stderr);
  return JSON.parse(child.stdout) as Imported;
}

async function importBesideServer(base: string, file: string) {
  const server = spawn(execPath, [...nodeOptions, program, "--role", "writer", "--base", base], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise((resolve) => server.stdout.once("data", resolve));
  const importer = spawn(execPath, [...nodeOptions, program, "--role", "importer", "--base", base, "--file", file]);
  const imported = JSON.parse(await textOf(importer.stdout)) as Imported;
  const told = textOf(server.stdout);
  server.stdin.write("stop");
  return { imported, server: JSON.parse(await told) as Record<string, number> };
}

async function textOf(stream: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += String(chunk);
  return text;
}

/** The same file by the sqlite3 command: .import into a table of texts, then INSERT … SELECT into the tables. */
function importBySqlite(base: string, file: string): number {
  const columns = lineColumns.map(({ to }) => to).join(", ");
  const values = lineColumns
    .map(({ name, fallback }) => (fallback === null ? `nullif(${name}, '')` : `coalesce(nullif(${name}, ''), 0)`))
    .join(", ");
  const pays = (payer: string, payment: string, amount: string) => `
    INSERT INTO line_payments (member_id, paid_on, payment_id, line_id, beneficiary_id, payer, amount_cents)
    SELECT p.member_id, p.paid_on, p.payment_id, s.ligne_id, s.beneficiaire_id, '${payer}', s.${amount}
    FROM staging s JOIN payments p ON p.payment_id = s.${payment} WHERE s.${payment} <> '';`;
  const script = `
    PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384;
    .mode csv
    .separator ;
    .import ${file} staging
    BEGIN;
    INSERT INTO lines (${columns}, version, updated_at) SELECT ${values}, version, maj_le FROM staging;
    ${pays("AMO", "paiement_amo_id", "amo_verse_cents")}
    ${pays("AMC", "paiement_amc_id", "amc_cents")}
    COMMIT;
    DROP TABLE staging;`;
  const started = performance.now();
  const child = spawnSync("sqlite3", ["-bail", base], { input: script.replace(/^ +/gm, ""), encoding: "utf8" });
  if (child.status !== 0) throw new Error(child.stderr);
  return (performance.now() - started) / 1000;
}

/** People, two payments for three lines, and lines in the order of their payments, whoever they are of. */
function writeFeed(folder: string, lines: number, members: number) {
  const path = (entity: string) => join(folder, `${entity}_20260101000000_1.csv`);
  const people = createWriter(path("personnes"));
  people.row(
    "op;version;maj_le;personne_id;num_adherent;nom_naissance;prenoms;date_naissance;est_affilie;est_adherent",
  );
  for (let i = 0; i < members; i++) {
    people.row(`U;1;2026-01-01T00:00:00+01:00;P${id(i)};${10_000_000 + i};MARTIN;Camille;2003-05-17;O;O`);
  }
  people.close();
  const payments = createWriter(path("paiements"));
  const cares = createWriter(path("lignes"));
  payments.row(
    "op;version;maj_le;paiement_id;payeur;personne_id;nature;date_mandat;montant_cents;destinataire;mode;statut",
  );
  cares.row(["op", "version", "maj_le", ...lineColumns.map(({ name }) => name)].join(";"));
  let seed = 1;
  for (let line = 0; line < lines; line += 3) {
    seed = (seed * 48_271) % 2_147_483_647;
    const person = `P${id(seed % members)}`;
    const month = 1 + Math.floor((line * 12) / lines);
    const day = `2025-${String(month).padStart(2, "0")}-${String(1 + (line % 28)).padStart(2, "0")}`;
    const [amo, amc] = [`AMO${id(line)}`, `AMC${id(line)}`];
    const count = Math.min(3, lines - line);
    for (const [payment, payer, amount] of [
      [amo, "AMO", 1900],
      [amc, "AMC", 900],
    ]) {
      payments.row(
        `U;1;2026-01-01T00:00:00+01:00;${payment};${payer};${person};REMBOURSEMENT_SOINS;${day};${Number(amount) * count};assure;virement;emis`,
      );
    }
    for (let i = 0; i < count; i++) {
      cares.row(
        `U;1;2026-01-01T00:00:00+01:00;L${id(line + i)};${amo};${amc};${person};${day};;Dr Élise Martin;Médecine générale;G;Consultation médecine générale;1;3000;3000;7000;2100;200;0;1900;900;200;assure;assure;O;NORMALE;`,
      );
    }
  }
  payments.close();
  cares.close();
  return { personnes: path("personnes"), paiements: path("paiements"), lignes: path("lignes") };
}

function id(number: number): string {
  return String(number).padStart(8, "0");
}

function createWriter(path: string) {
  const file = openSync(path, "w");
  let pending: string[] = [];
  const flush = () => {
    writeSync(file, pending.join(""));
    pending = [];
  };
  return {
    row(text: string) {
      pending.push(`${text}\n`);
      if (pending.length === 10_000) flush();
    },
    close() {
      flush();
      closeSync(file);
    },
  };
}
