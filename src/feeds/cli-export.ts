import { join } from "node:path";
import { type CommandOutput, helpByLetter, readCommand } from "../platform/command-line.ts";
import { exportFeed } from "./export.ts";
import { exportLists, type ListDeps } from "./mailing-lists.ts";

const help = `espace export [--lists] [--json]

Writes what is due to the back office into DATA_DIR/outbox: a folder with one CSV file per entity and its
manifest.json, in place at once. Each row is written once, whatever is killed when. Nothing due, no folder.

The lists for the company that sends newsletters and offers go into a folder of their own, mailing_…: one CSV file
per list, of everybody who agreed to it, each with a link to unsubscribe. They are whole lists, which take the place
of those before; they are written when somebody has joined or left one since the last time.

  --lists  write the lists even when they have not changed
  --json   print the result as one JSON object
  --help   this text

Exit: 0 done, 1 failed, 2 wrong usage.`;

/** The operator's `export`. @returns the exit code: 0 done, 2 wrong usage. */
export function exportCommand(deps: ListDeps & CommandOutput & { dataDir: string }, argv: string[]): number {
  const options = { ...helpByLetter, lists: { type: "boolean" } } as const;
  const form = { help, reminder: "Try: espace export --help", options, allowPositionals: false };
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
  const written = exportLists(deps, outbox, asked.values.lists);
  const lists = written && { ...written, folder: join(outbox, written.folder) };
  const lines = feeds.map((feed) => `Feed ${feed.sequence}: ${feed.rows} rows in ${feed.folder}`);
  if (feeds.length === 0) lines.push("Nothing is due to the back office.");
  if (lists) {
    const counts = lists.files.map((file) => `${file.list} ${file.rows}`).join(", ");
    lines.push(`Mailing lists ${lists.sequence}: ${counts} in ${lists.folder}`);
  }
  return asked.say({ rows, feeds, lists: lists ?? null }, lines.join("\n"));
}
