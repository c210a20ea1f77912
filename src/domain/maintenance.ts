import { eq } from "drizzle-orm";
import * as z from "zod";
import { type Clock, seconds } from "../lib/clock.ts";
import { type Db, perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { settings } from "../platform/schema.ts";
import { type Fact, record } from "./evidence.ts";

/** `read-only`: members look, and change nothing. `closed`: they are told until when. */
export const maintenanceModes = ["open", "read-only", "closed"] as const;
export type MaintenanceMode = (typeof maintenanceModes)[number];

const stateSchema = z.object({
  mode: z.enum(maintenanceModes),
  /** When it should be over (seconds), as members are told: nothing opens by itself. */
  until: z.int().nullable(),
  /** A sentence for members, in French as it was typed. */
  message: z.string().nullable(),
  /** Who set it: an e-mail, or `operator`. For the mutual alone. */
  by: z.string(),
  since: z.int(),
});
export type Maintenance = z.output<typeof stateSchema>;

const settingName = "maintenance";
const open: Maintenance = { mode: "open", until: null, message: null, by: "", since: 0 };

export const longestMaintenanceMessage = 300;

/** How the portal stands, as the base says at this moment. */
export function readMaintenance({ db }: { db: Db }): Maintenance {
  const row = db.select({ value: settings.value }).from(settings).where(eq(settings.name, settingName)).get();
  if (!row) return open;
  try {
    return stateSchema.parse(JSON.parse(row.value));
  } catch {
    // What nobody can read closes nothing.
    return open;
  }
}

const freshMs = 1_000;
const lastRead = perBase(() => ({ at: Number.NaN, state: open }));

/**
 * The same for every request, read once a second at most: what another process sets is felt within two seconds, and a
 * request costs no query.
 */
export function maintenanceNow({ db, clock }: { db: Db; clock: Clock }): Maintenance {
  const cached = lastRead(db);
  const age = clock() - cached.at;
  // A clock set back reads anew.
  if (!(age >= 0 && age < freshMs)) {
    cached.state = readMaintenance({ db });
    cached.at = clock();
  }
  return cached.state;
}

export type MaintenanceChange = {
  mode: MaintenanceMode;
  until: number | null;
  message: string | null;
  actor: Extract<Fact["actor"], "staff" | "operator">;
  by: string;
  /** The `since` of the state that whoever decides has seen; when another stands there now, nothing is done. */
  seen?: number;
};

/** Sets how the portal stands, at once in this process. @returns false when it is not as it was seen any more. */
export function setMaintenance(deps: Pick<Deps, "db" | "clock" | "seal">, change: MaintenanceChange): boolean {
  const { db, clock } = deps;
  const { mode, until, message, actor, by, seen } = change;
  const isSet = write(db, () => {
    const before = readMaintenance(deps);
    if (seen !== undefined && seen !== before.since) return false;
    // The number of a state as well: two changes in one second are two.
    const since = Math.max(seconds(clock), before.since + 1);
    const value = JSON.stringify({ mode, until, message, by, since } satisfies Maintenance);
    db.insert(settings)
      .values({ name: settingName, value })
      .onConflictDoUpdate({ target: settings.name, set: { value } })
      .run();
    const details = { mode, ...(until !== null && { until }), ...(message !== null && { message }), staff: by };
    record(deps, { kind: "maintenance.changed", actor, details });
    return true;
  });
  lastRead(db).at = Number.NaN;
  return isSet;
}

/** Seconds until a client may ask again: until the announced end, else an hour. */
export function retryAfter({ until }: Pick<Maintenance, "until">, clock: Clock): number {
  const left = until === null ? 0 : until - seconds(clock);
  return left > 0 ? left : 3600;
}
