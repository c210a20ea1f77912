import { existsSync, mkdirSync, renameSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { doneFolder, type Feed } from "./manifest.ts";

/** Moves a feed of the drop folder to `done/<source>_<sequence>`, its manifest last: cut short, it is found again. */
export function putAway(inbox: string, { folder, source, sequence, files }: Feed): void {
  if (folder === undefined || source === undefined || sequence === undefined) return;
  const target = doneFolder(inbox, { source, sequence });
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const { name } of [...files, { name: "manifest.json" }]) {
    const here = join(folder, name);
    if (existsSync(here)) renameSync(here, join(target, name));
  }
  if (folder === inbox) return;
  try {
    rmdirSync(folder);
  } catch {
    // Something else was dropped in it: it stays for people to see.
  }
}
