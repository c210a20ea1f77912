import { createHash } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type Day, parisMoment } from "../../lib/dates.ts";
import { makeFolder } from "../../platform/config.ts";
import { commonColumns, type Entity, entities, type FeedRow, feedColumns } from "./columns.ts";

type FeedFile = { name: string; rows: number; sha256: string };
export type FeedSummary = { files: FeedFile[]; rows: number };

type FileWriter = { push(record: string): void; close(): FeedFile };

export type FeedWriter = {
  write<E extends Entity>(entity: E, row: FeedRow<E>): void;
  /** Appends a record already in the order of the columns and quoted where needed: for bulk. */
  writeRecord(entity: Entity, record: string): void;
  /** Closes the files, an empty one for each entity not written, then puts the manifest that makes them a feed. */
  finish(): FeedSummary;
};

// Long strings under construction are costly to the garbage collector: small chunks keep memory flat.
const chunkCharacters = 1 << 15;
const fileName = /^[a-z_]+_\d{14}_\d{6}\.csv$/;

/**
 * Writes a feed folder (made when missing) as of midnight in Paris of the day given, with flat memory. A feed
 * written there before is replaced; other files are left alone.
 */
export function createFeedWriter(folder: string, today: Day, source: string): FeedWriter {
  makeFolder(folder);
  removeFeed(folder);
  const stamp = `${today.replaceAll("-", "")}000000`;
  const lead = `U;1;${midnight(today)};`;
  const files = new Map<Entity, FileWriter>();
  const fileOf = (entity: Entity) => {
    const open = files.get(entity);
    if (open) return open;
    const opened = openFile(folder, `${entity}_${stamp}_000001.csv`);
    opened.push(`${[...commonColumns, ...feedColumns[entity]].join(";")}\r\n`);
    files.set(entity, opened);
    return opened;
  };
  return {
    write(entity, row) {
      const cells: Partial<Record<string, unknown>> = row;
      fileOf(entity).push(`${lead}${feedColumns[entity].map((column) => cell(cells[column])).join(";")}\r\n`);
    },
    writeRecord: (entity, record) => fileOf(entity).push(`${lead}${record}\r\n`),
    finish() {
      const closed = entities.map((entity) => fileOf(entity).close());
      const manifest = { sequence: 1, mode: "delta", source, files: closed };
      const draft = join(folder, "manifest.json.part");
      writeFileSync(draft, `${JSON.stringify(manifest, null, 2)}\n`);
      // The manifest says the feed is whole: it appears at once or not at all.
      renameSync(draft, join(folder, "manifest.json"));
      return { files: closed, rows: closed.reduce((sum, { rows }) => sum + rows, 0) };
    },
  };
}

/** A value as it stands in a feed file, quoted when it holds a separator, a quote or a line break. */
export function cell(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "boolean") return value ? "O" : "N";
  const text = String(value);
  return /[;"\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function openFile(folder: string, name: string): FileWriter {
  const descriptor = openSync(join(folder, name), "w", 0o600);
  const hash = createHash("sha256");
  // One buffer for the whole file, large enough for a chunk in UTF-8 and the record that completes it.
  const buffer = Buffer.alloc(4 * chunkCharacters);
  let pending = "";
  // The header is not a row.
  let rows = -1;
  const flush = () => {
    const length = buffer.write(pending);
    hash.update(buffer.subarray(0, length));
    for (let written = 0; written < length; ) written += writeSync(descriptor, buffer, written, length - written);
    pending = "";
  };
  return {
    push(record) {
      pending += record;
      rows += 1;
      if (pending.length >= chunkCharacters) flush();
    },
    close() {
      flush();
      closeSync(descriptor);
      return { name, rows, sha256: hash.digest("hex") };
    },
  };
}

/** True when a folder holds a manifest that was not written here, and must not be replaced. */
export function holdsForeignFeed(folder: string): boolean {
  return existsSync(join(folder, "manifest.json")) && readOwnManifest(folder) === undefined;
}

function removeFeed(folder: string): void {
  const manifest = readOwnManifest(folder);
  if (!manifest) return;
  rmSync(join(folder, "manifest.json"));
  for (const { name } of manifest.files) if (fileName.test(name)) rmSync(join(folder, name), { force: true });
}

const ownManifest = z.object({
  source: z.string().regex(/^(demo$|synthetic-)/),
  files: z.array(z.object({ name: z.string() })),
});

function readOwnManifest(folder: string): z.infer<typeof ownManifest> | undefined {
  const file = join(folder, "manifest.json");
  if (!existsSync(file)) return undefined;
  try {
    return ownManifest.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

/** Midnight in Paris as a time stamp with its offset, which is one hour in winter and two in summer. */
function midnight(day: Day): string {
  const offset = parisMoment(Date.parse(`${day}T00:00:00Z`)).time;
  return `${day}T00:00:00+${offset}`;
}
