import { seconds } from "../../lib/clock.ts";
import { perBase } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { hashToken } from "../../platform/tokens.ts";

/** How long a second click is told the same as the first. */
const rememberedSeconds = 10 * 60;

/** By the hash of a cookie or link that has just blocked an account. In memory: a restart is no double click. */
const traces = perBase(() => new Map<string, { number: number; until: number }>());

type TraceDeps = Pick<Deps, "db" | "clock">;

const keyOf = (token: string) => hashToken(token).toString("base64url");

/** Remembers what the cookie of a session or the link of a mail has just done: it is worth nothing else any more. */
export function rememberFreeze({ db, clock }: TraceDeps, token: string, number: number): void {
  const now = seconds(clock);
  const known = traces(db);
  for (const [key, { until }] of known) if (until <= now) known.delete(key);
  known.set(keyOf(token), { number, until: now + rememberedSeconds });
}

/** The case of the block that this cookie or link has made in the last ten minutes. */
export function justFrozen({ db, clock }: TraceDeps, token: string | undefined): number | undefined {
  const trace = token === undefined ? undefined : traces(db).get(keyOf(token));
  return trace && trace.until > seconds(clock) ? trace.number : undefined;
}
