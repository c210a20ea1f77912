import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { makeFolder } from "../platform/config.ts";
import type { Deps } from "../platform/deps.ts";
import { readBounceReport } from "./bounce-report.ts";
import { type Taken, takeBounce } from "./bounces.ts";

/** `unread`: files that are no report of non-delivery, put aside for somebody to look at. */
export type FolderRead = Record<Taken, number> & { unread: number };

const largestFile = 10 * 1024 * 1024;

/**
 * Reads the mails that came back from DATA_DIR/inbox/bounces, each one an .eml file that the mailbox of the sender
 * delivers there. What was read is removed; what is no such report goes to inbox/bounces/unread.
 * @param most how many to read; the others wait for the next run. Between two of them pages are answered.
 */
export async function readBounceFolder(
  deps: Pick<Deps, "db" | "clock" | "seal"> & { dataDir: string },
  most = Number.POSITIVE_INFINITY,
): Promise<FolderRead> {
  const folder = join(deps.dataDir, "inbox", "bounces");
  const found: FolderRead = { kept: 0, known: 0, unknown: 0, unread: 0 };
  if (!existsSync(folder)) return found;
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".eml"))
    .map(({ name }) => name)
    .sort();
  for (const name of names.slice(0, most)) {
    await setImmediate();
    const path = join(folder, name);
    const bounces = statSync(path).size > largestFile ? undefined : readBounceReport(readFileSync(path, "utf8"));
    if (bounces === undefined) {
      makeFolder(join(folder, "unread"));
      renameSync(path, join(folder, "unread", name));
      found.unread++;
      continue;
    }
    // Kept before the file goes: a run that is killed in between reads it again, which adds nothing.
    for (const bounce of bounces) found[takeBounce(deps, bounce, "mailbox")]++;
    rmSync(path, { force: true });
  }
  return found;
}
