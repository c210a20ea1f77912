import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { OutboundEntity } from "../domain/outbound.ts";
import { makeFolder } from "../platform/config.ts";
import { exportColumns } from "./export-columns.ts";
import { type ExportDeps, fileName, finishExport, type Plan, planExport, rowsOf } from "./export-plan.ts";

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
    place(outbox, plan, feed);
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

const manifestName = "manifest.json";

/** Written beside under another name, on the disk for good, then renamed: the back office never sees half a feed. */
function place(outbox: string, { folder }: Plan, { contents }: Feed): void {
  const target = join(outbox, folder);
  // A run that was cut short just after, or another one just now, has put it there.
  const isThere = () =>
    existsSync(join(target, manifestName)) &&
    readFileSync(join(target, manifestName), "utf8") === contents.get(manifestName);
  makeFolder(outbox);
  try {
    if (!isThere()) write(outbox, folder, contents);
  } finally {
    removeDrafts(outbox, folder);
  }
  syncFolder(outbox);
}

function write(outbox: string, folder: string, contents: Map<string, string>): void {
  const draft = mkdtempSync(join(outbox, `.${folder}.`));
  for (const [name, content] of contents) writeDurably(join(draft, name), content);
  syncFolder(draft);
  rmSync(join(outbox, folder), { recursive: true, force: true });
  renameSync(draft, join(outbox, folder));
}

/** This run's and what runs that were killed have left of the same feed. */
function removeDrafts(outbox: string, folder: string): void {
  for (const name of readdirSync(outbox)) {
    if (name.startsWith(`.${folder}.`)) rmSync(join(outbox, name), { recursive: true, force: true });
  }
}

function writeDurably(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** A cell as RFC 4180 has it. */
function quoted(cell: string): string {
  return /[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
