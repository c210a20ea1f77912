import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type ImportDeps, type ImportReport, importFeed, type Progress } from "./import.ts";

const usage = `espace import [PATH…] [--dry-run] [--accept-gap] [--json]

Brings feeds into the base. PATH is a feed folder (with its manifest.json) or a CSV file named by itself;
without PATH, what the drop folder (DATA_DIR/inbox) holds, which is then moved to inbox/done.

  --dry-run      tell what would be done, change nothing in the base
  --accept-gap   take a feed whose sequence skips one
  --json         print the result as one JSON object
  --help         this text

Exit: 0 done (rejected rows are in DATA_DIR/rejects), 1 a file was refused, 2 wrong usage.
`;

export type ImportCommandDeps = Omit<ImportDeps, "onProgress"> & { inbox: string; rejectsDir: string };

/** The operator's `import`; returns the exit code: 0 done, 1 a file was refused, 2 wrong usage. */
export async function importCommand(deps: ImportCommandDeps, argv: string[]): Promise<number> {
  const wanted = readArguments(argv);
  if (typeof wanted === "string") {
    stderr.write(`${wanted}\nTry: espace import --help\n`);
    return 2;
  }
  const { values, positionals } = wanted;
  if (values.help) {
    stdout.write(usage);
    return 0;
  }
  const progress = stderr.isTTY ? createBar() : undefined;
  const report = await importFeed(
    { ...deps, ...(progress && { onProgress: progress.show }) },
    {
      paths: positionals,
      inbox: deps.inbox,
      rejectsDir: deps.rejectsDir,
      dryRun: values["dry-run"] === true,
      acceptGap: values["accept-gap"] === true,
    },
  );
  progress?.clear();
  const refused = report.files.filter(({ refusal }) => refusal !== null);
  stdout.write(values.json ? `${JSON.stringify(report)}\n` : summary(report, values["dry-run"] === true));
  for (const { name, refusal } of refused) stderr.write(`${name}: ${refusal}\n`);
  return refused.length > 0 ? 1 : 0;
}

function readArguments(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        "dry-run": { type: "boolean" },
        "accept-gap": { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return (error as Error).message;
  }
}

function summary(report: ImportReport, dryRun: boolean): string {
  if (report.files.length === 0)
    return "Nothing to import. The drop folder is read by its manifest.json; a file without one is named on the command.\n";
  const { applied, unchanged, ignored, rejected, invited } = report;
  const lines = report.files
    .filter(({ refusal }) => refusal === null)
    .map(
      (file) =>
        `${file.name}: ${file.applied} applied, ${file.unchanged} unchanged, ${file.ignored} ignored, ${file.rejected} rejected${file.report ? ` (see ${file.report})` : ""}`,
    );
  lines.push(
    `${dryRun ? "Dry run, nothing was changed. " : ""}In all: ${applied} applied, ${unchanged} unchanged, ${ignored} ignored, ${rejected} rejected; ${invited} invited.`,
  );
  return `${lines.join("\n")}\n`;
}

const barCells = 30;

/** One line on the terminal, drawn again at each percent. */
function createBar() {
  let drawn = "";
  return {
    show({ file, phase, done, total }: Progress) {
      const share = total === 0 ? 1 : done / total;
      const full = Math.round(share * barCells);
      const bar = `${"█".repeat(full)}${"░".repeat(barCells - full)} ${String(Math.floor(share * 100)).padStart(3)} %`;
      const text = `${bar} ${phase === "check" ? "checking" : "applying"} ${file}`;
      if (text === drawn) return;
      drawn = text;
      stderr.write(`\r\x1b[K${text}`);
    },
    clear() {
      stderr.write("\r\x1b[K");
    },
  };
}
