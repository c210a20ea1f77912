import { join } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { exportFeed } from "./export.ts";
import type { ExportDeps } from "./export-plan.ts";

const usage = `espace export [--json]

Writes what is due to the back office into DATA_DIR/outbox: a folder with one CSV file per entity and its
manifest.json, in place at once. Each row is written once, whatever is killed when. Nothing due, no folder.

  --json   print the result as one JSON object
  --help   this text

Exit: 0 done, 1 failed, 2 wrong usage.
`;

/** The operator's `export`. @returns the exit code: 0 done, 2 wrong usage. */
export function exportCommand(deps: ExportDeps & { dataDir: string }, argv: string[]): number {
  let values: { json?: boolean; help?: boolean };
  try {
    const options = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;
    ({ values } = parseArgs({ args: argv, options }));
  } catch (error) {
    stderr.write(`${(error as Error).message}\nTry: espace export --help\n`);
    return 2;
  }
  if (values.help) {
    stdout.write(usage);
    return 0;
  }
  const outbox = join(deps.dataDir, "outbox");
  const feeds = exportFeed(deps, outbox).map(({ sequence, folder, files }) => ({
    sequence,
    folder: join(outbox, folder),
    rows: files.reduce((sum, { rows }) => sum + rows, 0),
    files,
  }));
  const rows = feeds.reduce((sum, feed) => sum + feed.rows, 0);
  if (values.json) stdout.write(`${JSON.stringify({ rows, feeds })}\n`);
  else if (feeds.length === 0) stdout.write("Nothing is due to the back office.\n");
  else for (const feed of feeds) stdout.write(`Feed ${feed.sequence}: ${feed.rows} rows in ${feed.folder}\n`);
  return 0;
}
