import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Db, openDatabase } from "../platform/database.ts";

export type Copy = { db: Db; folder: string };

/** A copy of the base to try an import on, in a folder only its owner can enter, beside the base. */
export function openCopy({ $client }: Db): Copy {
  const folder = mkdtempSync(join($client.memory ? tmpdir() : dirname($client.name), ".dry-run-"));
  const file = join(folder, "espace.db");
  $client.prepare("VACUUM INTO ?").run(file);
  return { db: openDatabase(file, { durability: "normal" }), folder };
}

export function dropCopy({ db, folder }: Copy): void {
  db.$client.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Brings all that is committed down to the disk: what is told done is not undone by a power cut. */
export function makeWalDurable({ $client }: Db): void {
  $client.pragma("wal_checkpoint(PASSIVE)");
  // A checkpoint held up by a reader leaves the log as it is.
  const log = `${$client.name}-wal`;
  if ($client.memory || !existsSync(log)) return;
  const descriptor = openSync(log, "r+");
  fsyncSync(descriptor);
  closeSync(descriptor);
}
