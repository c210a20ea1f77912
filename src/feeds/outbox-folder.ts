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
import { makeFolder } from "../platform/config.ts";

export const manifestName = "manifest.json";

/** The manifest of a folder as it stands there; undefined when there is none. */
export function readManifest(folder: string): string | undefined {
  const path = join(folder, manifestName);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

type Filling = {
  /** Whether the folder is in its place already, as it is to be. */
  isThere: () => boolean;
  /** Writes the files into the folder given, with `writeDurably` or as durably. */
  fill: (draft: string) => void;
};

/**
 * Puts a folder in the outbox at once: written beside under another name, on the disk for good, then renamed, so that
 * nobody ever sees half of one. What runs that were killed have left of the same folder goes.
 */
export function putFolder(outbox: string, folder: string, { isThere, fill }: Filling): void {
  makeFolder(outbox);
  try {
    if (!isThere()) {
      const draft = mkdtempSync(join(outbox, `.${folder}.`));
      fill(draft);
      syncFolder(draft);
      rmSync(join(outbox, folder), { recursive: true, force: true });
      renameSync(draft, join(outbox, folder));
    }
  } finally {
    removeDrafts(outbox, folder);
  }
  syncFolder(outbox);
}

/** Writes a file that is not there yet, readable by its owner alone, on the disk for good. */
export function writeDurably(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function removeDrafts(outbox: string, folder: string): void {
  for (const name of readdirSync(outbox)) {
    if (name.startsWith(`.${folder}.`)) rmSync(join(outbox, name), { recursive: true, force: true });
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
