import { inSlices } from "../lib/slices.ts";
import { openDatabase, perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type NotedHead, type Verification, verificationSteps } from "./evidence.ts";
import { type EvidenceRecord, evidenceRecord } from "./evidence-record.ts";

type CheckDeps = Pick<Deps, "db" | "clock" | "seal" | "config" | "log">;

/** The base as it stands now, on a handle of its own: what is read of it stays the same while others write. */
async function onSnapshot<D extends Pick<Deps, "db" | "config">, T>(deps: D, read: (own: D) => Promise<T>): Promise<T> {
  const db = openDatabase(deps.config.databaseFile, { readonly: true, cacheMegabytes: 4 });
  try {
    db.$client.exec("BEGIN");
    return await read({ ...deps, db });
  } finally {
    db.$client.close();
  }
}

/** A verification of the journal by staff; moments in seconds. */
export type Check =
  | { state: "running"; startedAt: number; rows: number; noted: NotedHead | undefined }
  | { state: "done"; startedAt: number; doneAt: number; noted: NotedHead | undefined; found: Verification }
  | { state: "failed"; startedAt: number };

const checks = perBase(() => ({ last: undefined as Check | undefined }));

/** The verification under way in this process, or its last one. */
export function lastCheck({ db }: Pick<Deps, "db">): Check | undefined {
  return checks(db).last;
}

/**
 * Begins to verify the journal, and answers at once: a million rows take seconds, in which the others are served.
 * @returns the end of it; undefined when another one is under way, which is as good.
 */
export function startCheck(deps: CheckDeps, noted: NotedHead | undefined): Promise<void> | undefined {
  const own = checks(deps.db);
  if (own.last?.state === "running") return undefined;
  const now = () => Math.floor(deps.clock() / 1000);
  const running: Check = { state: "running", startedAt: now(), rows: 0, noted };
  own.last = running;
  const { startedAt } = running;
  return onSnapshot(deps, (snapshot) =>
    inSlices(verificationSteps(snapshot, noted), (rows) => {
      running.rows = rows;
    }),
  ).then(
    (found) => {
      own.last = { state: "done", startedAt, doneAt: now(), noted, found };
    },
    (error: unknown) => {
      deps.log.error({ error: String(error) }, "the verification of the journal failed");
      own.last = { state: "failed", startedAt };
    },
  );
}

/** The record of a person with a verification of the whole journal at the same moment, the others served meanwhile. */
export function recordInSlices(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  memberId: string,
): Promise<EvidenceRecord> {
  return onSnapshot(deps, async (snapshot) =>
    evidenceRecord(snapshot, memberId, await inSlices(verificationSteps(snapshot))),
  );
}
