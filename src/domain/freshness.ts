import type { Clock } from "../lib/clock.ts";
import type { Config } from "../platform/config.ts";
import { type Db, perBase } from "../platform/database.ts";

type FreshnessDeps = { db: Db; clock: Clock };

const freshMs = 5_000;
const lastRead = perBase(({ $client }) => ({
  at: Number.NaN,
  times: new Map<string, number>(),
  statement: $client.prepare<[], [string, number]>("SELECT entity, as_of FROM data_freshness").raw(),
}));

/** When the back office gave what members read, by inbound entity (seconds); read again every five seconds at most. */
export function dataFreshness({ db, clock }: FreshnessDeps): ReadonlyMap<string, number> {
  const cached = lastRead(db);
  const age = clock() - cached.at;
  if (!(age >= 0 && age < freshMs)) {
    cached.times = new Map(cached.statement.all());
    cached.at = clock();
  }
  return cached.times;
}

/** `never`: nothing of what a page shows has come yet. `late`: the oldest of it is of `asOf` (seconds), too old. */
export type Lateness = { kind: "never" } | { kind: "late"; asOf: number };

/** What is wrong with the age of these entities, if anything is. One that has never come while others have is not late. */
export function latenessOf(
  deps: FreshnessDeps & { config: Pick<Config, "feedLateHours"> },
  entities: readonly string[],
): Lateness | undefined {
  const times = dataFreshness(deps);
  let oldest = Number.POSITIVE_INFINITY;
  for (const entity of entities) oldest = Math.min(oldest, times.get(entity) ?? Number.POSITIVE_INFINITY);
  if (oldest === Number.POSITIVE_INFINITY) return { kind: "never" };
  const lateAfter = oldest + deps.config.feedLateHours * 3600;
  return deps.clock() / 1000 > lateAfter ? { kind: "late", asOf: oldest } : undefined;
}
