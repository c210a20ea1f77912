import { asc, eq, lt, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { deferred } from "../platform/schema.ts";

type Kind = (typeof deferred.$inferSelect)["kind"];

/** What each kind of work does, inside the transaction that removes it from the list. */
export type DeferredHandlers = Record<Kind, (payload: string) => void>;

type DeferredDeps = Pick<Deps, "db" | "clock" | "seal" | "log">;

/** Work that failed so often is left for somebody to look at. */
export const mostAttempts = 5;

/**
 * Work that is kept before the answer and done after it: whoever is asked about, a visitor waits for the same thing.
 * What a crash leaves is done at the next start. Work that fails five times stays, for somebody to look at.
 * @param pauseMs how long to wait before the work: a random time, so that the request after a known name is not the
 *   slow one. 0 does it in the next turn of the event loop.
 */
export function createDeferredWork(deps: DeferredDeps, handlers: DeferredHandlers, pauseMs: () => number) {
  const { db, clock, seal, log } = deps;
  let waking = false;

  const runAll = () => {
    waking = false;
    for (const { deferredId, kind, payloadSealed } of pending(deps)) {
      try {
        write(db, () => {
          db.delete(deferred).where(eq(deferred.deferredId, deferredId)).run();
          handlers[kind](seal.open("deferred.payload", payloadSealed));
        });
      } catch (error) {
        log.error({ deferredId, kind, error: String(error) }, "deferred work failed");
        write(db, () => {
          db.update(deferred)
            .set({ attempts: sql`${deferred.attempts} + 1` })
            .where(eq(deferred.deferredId, deferredId))
            .run();
        });
      }
    }
  };

  return {
    /** Keeps work for after the answer. */
    add(kind: Kind, payload: string): void {
      write(db, () => {
        const payloadSealed = seal.seal("deferred.payload", payload);
        db.insert(deferred)
          .values({ kind, payloadSealed, queuedAt: seconds(clock) })
          .run();
      });
      if (waking) return;
      waking = true;
      const pause = pauseMs();
      if (pause === 0) setImmediate(runAll);
      else setTimeout(runAll, pause).unref();
    },
    runAll,
  };
}

export type DeferredWork = ReturnType<typeof createDeferredWork>;

function pending({ db }: DeferredDeps) {
  return db.select().from(deferred).where(lt(deferred.attempts, mostAttempts)).orderBy(asc(deferred.deferredId)).all();
}
