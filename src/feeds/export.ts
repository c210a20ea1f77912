import { createHash } from "node:crypto";
import { join } from "node:path";
import type { OutboundEntity } from "../domain/outbound.ts";
import { exportColumns } from "./export-columns.ts";
import { type ExportDeps, fileName, finishExport, type Plan, planExport, rowsOf } from "./export-plan.ts";
import { manifestName, putFolder, readManifest, writeDurably } from "./outbox-folder.ts";

type ExportedFile = { name: string; rows: number; sha256: string };
export type Exported = { sequence: number; folder: string; files: ExportedFile[] };

/**
 * Writes what is due to the back office into folders of the outbox, each in place at once with its manifest. Killed
 * at any moment and run again, it writes the same folder again, with the same rows; each row is in one feed, for ever.
 */
export function exportFeed(deps: ExportDeps, outbox: string): Exported[] {
  const exported: Exported[] = [];
  for (;;) {
    const plan = planExport(deps);
    if (!plan) return exported;
    const feed = drawFeed(deps, plan);
    place(outbox, plan.folder, feed);
    if (finishExport(deps, plan)) exported.push({ ...plan, files: feed.files });
  }
}

type Feed = { files: ExportedFile[]; contents: Map<string, string> };

/** The files of a feed by name, the manifest last. */
function drawFeed(deps: ExportDeps, plan: Plan): Feed {
  const contents = new Map<string, string>();
  const files = Object.entries(exportColumns).flatMap(([entity, columns]) => {
    const rows = rowsOf(deps, plan, entity as OutboundEntity);
    if (rows.length === 0) return [];
    const content = [[...columns], ...rows.map((row) => columns.map((column) => row[column] ?? ""))]
      .map((cells) => `${cells.map(quoted).join(";")}\r\n`)
      .join("");
    const name = fileName(entity as OutboundEntity, plan);
    contents.set(name, content);
    return [{ name, rows: rows.length, sha256: createHash("sha256").update(content).digest("hex") }];
  });
  const manifest = { sequence: plan.sequence, mode: "delta", source: "portal", files };
  contents.set(manifestName, `${JSON.stringify(manifest, null, 2)}\n`);
  return { files, contents };
}

function place(outbox: string, folder: string, { contents }: Feed): void {
  const target = join(outbox, folder);
  // A run that was cut short just after, or another one just now, has put it there.
  const isThere = () => readManifest(target) === contents.get(manifestName);
  const fill = (draft: string) => {
    for (const [name, content] of contents) writeDurably(join(draft, name), content);
  };
  putFolder(outbox, folder, { isThere, fill });
}

/** A cell as RFC 4180 has it. */
export function quoted(cell: string): string {
  return /[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
