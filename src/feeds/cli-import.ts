import { stderr } from "node:process";
import { type CommandOutput, helpByLetter, readCommand } from "../platform/command-line.ts";
import { type ImportDeps, type ImportReport, importFeed, type Progress } from "./import.ts";

const help = `espace import [PATH…] [--dry-run] [--accept-gap] [--json]

Brings feeds into the base. PATH is a feed folder (with its manifest.json) or a CSV file named by itself;
without PATH, what the drop folder (DATA_DIR/inbox) holds, which is then moved to inbox/done.

  --dry-run      tell what would be done, change nothing in the base
  --accept-gap   take a feed whose sequence skips one
  --json         print the result as one JSON object
  --help         this text

Exit: 0 done (rejected rows are in DATA_DIR/rejects), 1 a file was refused, 2 wrong usage.`;

const options = {
  ...helpByLetter,
  "dry-run": { type: "boolean", default: false },
  "accept-gap": { type: "boolean", default: false },
} as const;

export type ImportCommandDeps = Omit<ImportDeps, "onProgress"> & CommandOutput & { inbox: string; rejectsDir: string };

/** The operator's `import`; returns the exit code: 0 done, 1 a file was refused, 2 wrong usage. */
export async function importCommand(deps: ImportCommandDeps, argv: string[]): Promise<number> {
  const asked = readCommand(deps, { help, reminder: "Try: espace import --help", options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, complain } = asked;
  const dryRun = values["dry-run"];
  const progress = stderr.isTTY ? createBar() : undefined;
  const report = await importFeed(
    { ...deps, ...(progress && { onProgress: progress.show }) },
    {
      paths: positionals,
      inbox: deps.inbox,
      rejectsDir: deps.rejectsDir,
      dryRun,
      acceptGap: values["accept-gap"],
    },
  );
  progress?.clear();
  const refused = report.files.filter(({ refusal }) => refusal !== null);
  say(report, summary(report, dryRun));
  for (const { name, refusal } of refused) complain(`${name}: ${refusal}`);
  return refused.length > 0 ? 1 : 0;
}

function summary(report: ImportReport, dryRun: boolean): string {
  if (report.files.length === 0)
    return "Nothing to import. The drop folder is read by its manifest.json; a file without one is named on the command.";
  const { applied, unchanged, ignored, rejected, invited, alerts } = report;
  const lines = report.files
    .filter(({ refusal }) => refusal === null)
    .map(
      (file) =>
        `${file.name}: ${file.applied} applied, ${file.unchanged} unchanged, ${file.ignored} ignored, ${file.rejected} rejected${file.report ? ` (see ${file.report})` : ""}`,
    );
  lines.push(
    `${dryRun ? "Dry run, nothing was changed. " : ""}In all: ${applied} applied, ${unchanged} unchanged, ${ignored} ignored, ${rejected} rejected; ${invited} invited, ${alerts} alerts.`,
  );
  return lines.join("\n");
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
