import type { Clock } from "../lib/clock.ts";
import type { Config } from "./config.ts";
import type { Db } from "./database.ts";
import type { Log } from "./log.ts";
import type { Passwords } from "./passwords.ts";
import type { deferred } from "./schema.ts";
import type { Seal } from "./seal.ts";
import type { Sessions } from "./sessions.ts";
import type { StaffSessions } from "./staff-sessions.ts";

type DeferredKind = (typeof deferred.$inferSelect)["kind"];

/** Everything a feature may be given. A function asks for the least of it: `Pick<Deps, "db" | "clock">`. */
export type Deps = {
  config: Config;
  db: Db;
  clock: Clock;
  seal: Seal;
  log: Log;
  passwords: Passwords;
  sessions: Sessions;
  staffSessions: StaffSessions;
  /** Keeps work that is done after the answer, the same for whoever is asked about. */
  deferred: { add(kind: DeferredKind, payload: string): void };
  isMailWorkerAlive: () => boolean;
  isTextWorkerAlive: () => boolean;
};
