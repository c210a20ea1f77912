import { setImmediate } from "node:timers/promises";
import { seconds } from "../lib/clock.ts";
import { truncateLog, write } from "../platform/database.ts";
import { settings } from "../platform/schema.ts";
import { type PurgeDeps, type PurgeRule, purgeRules } from "./purge-rules.ts";

export type Purged = Pick<PurgeRule, "name" | "kept"> & { removed: number; left: number };

/** When the last purge ended, in seconds: a row of the settings. */
export const purgedAtSetting = "purged_at";

/**
 * Removes all that has been kept long enough, rule after rule, a few rows at a time: whoever reads or writes in
 * between waits for one step at most. Then counts what is left of each rule on the base itself. Run again, or by two
 * processes at once, it removes nothing twice.
 * @param dryRun only counts: `left` tells what would go, `removed` is 0.
 */
export async function purge(deps: PurgeDeps, { dryRun = false } = {}): Promise<Purged[]> {
  const results: Purged[] = [];
  for (const { name, kept, remove, due } of purgeRules) {
    const removed = dryRun ? 0 : await sum(remove(deps));
    results.push({ name, kept, removed, left: await sum(due(deps)) });
  }
  if (dryRun) return results;
  const value = String(seconds(deps.clock));
  write(deps.db, () =>
    deps.db
      .insert(settings)
      .values({ name: purgedAtSetting, value })
      .onConflictDoUpdate({ target: settings.name, set: { value } })
      .run(),
  );
  truncateLog(deps.db);
  return results;
}

async function sum(steps: Iterable<number>): Promise<number> {
  let total = 0;
  for (const count of steps) {
    total += count;
    await setImmediate();
  }
  return total;
}
