import { Hono } from "hono";
import { seconds } from "../../lib/clock.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { settings } from "../../platform/schema.ts";
import type { Env } from "../../web/env.ts";
import type { Web } from "../../web/web.ts";

/** For the machines that watch the service: alive, and ready to serve. */
export function healthRoutes({ db, clock, log, isMailWorkerAlive, isTextWorkerAlive }: Deps, { respond }: Web) {
  return new Hono<Env>()
    .get("/healthz", (c) => respond.text(c, "ok"))
    .get("/readyz", (c) => {
      try {
        write(db, () => {
          const value = String(seconds(clock));
          db.insert(settings)
            .values({ name: "ready_at", value })
            .onConflictDoUpdate({ target: settings.name, set: { value } })
            .run();
        });
      } catch (error) {
        log.error({ error: String(error) }, "the database cannot be written");
        return respond.text(c, "the database cannot be written", 503);
      }
      if (!isMailWorkerAlive()) return respond.text(c, "the mail worker has stopped", 503);
      if (!isTextWorkerAlive()) return respond.text(c, "the worker of text messages has stopped", 503);
      return respond.text(c, "ok");
    });
}
