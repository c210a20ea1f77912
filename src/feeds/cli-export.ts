import { join } from "node:path";
import { type CommandOutput, helpByLetter, readCommand } from "../platform/command-line.ts";
import { exportFeed } from "./export.ts";
import type { ExportDeps } from "./export-plan.ts";

const help = `espace export [--json]

Writes what is due to the back office into DATA_DIR/outbox: a folder with one CSV file per entity and its
manifest.json, in place at once. Each row is written once, whatever is killed when. Nothing due, no folder.

  --json   print the result as one JSON object
  --help   this text

Exit: 0 done, 1 failed, 2 wrong usage.`;

/** The operator's `export`. @returns the exit code: 0 done, 2 wrong usage. */
export function exportCommand(deps: ExportDeps & CommandOutput & { dataDir: string }, argv: string[]): number {
  const form = { help, reminder: "Try: espace export --help", options: helpByLetter, allowPositionals: false };
  const asked = readCommand(deps, form, argv);
  if (typeof asked === "number") return asked;
  const outbox = join(deps.dataDir, "outbox");
  const feeds = exportFeed(deps, outbox).map(({ sequence, folder, files }) => ({
    sequence,
    folder: join(outbox, folder),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    files,
  }));
  const rows = feeds.reduce((sum, feed) => sum + feed.rows, 0);
  const lines = feeds.map((feed) => `Feed ${feed.sequence}: ${feed.rows} rows in ${feed.folder}`);
  return asked.say({ rows, feeds }, feeds.length === 0 ? "Nothing is due to the back office." : lines.join("\n"));
}
