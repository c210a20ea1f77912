import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { settings } from "../platform/schema.ts";
import { purge, purgedAtSetting } from "./purge.ts";
import type { PurgeDeps } from "./purge-rules.ts";

const daySeconds = 24 * 3600;
const running = new WeakSet<object>();

/** Purges once in 24 hours, by whoever it is done: the base remembers when, a restart does not begin anew. */
export async function purgeDaily(deps: PurgeDeps & Pick<Deps, "log">): Promise<void> {
  const { db, clock, log } = deps;
  const last = db.select().from(settings).where(eq(settings.name, purgedAtSetting)).get();
  if (last && seconds(clock) - Number(last.value) < daySeconds) return;
  if (running.has(db)) return;
  running.add(db);
  try {
    const rules = await purge(deps);
    const removed = rules.filter((rule) => rule.removed > 0).map((rule) => [rule.name, rule.removed]);
    const left = rules.reduce((sum, rule) => sum + rule.left, 0);
    log.info({ removed: Object.fromEntries(removed), left }, "purged");
  } catch (error) {
    // The process is stopping and the base is closed: the next one goes on.
    if (db.$client.open) throw error;
  } finally {
    running.delete(db);
  }
}
