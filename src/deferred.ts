import { createDeferredWork, type DeferredWork } from "./domain/deferred.ts";
import { sendResetLink } from "./features/password/actions.ts";
import type { Deps } from "./platform/deps.ts";

/** What is done after the answer, kind by kind. */
export function createDeferred(deps: Pick<Deps, "db" | "clock" | "seal" | "log" | "config">): DeferredWork {
  return createDeferredWork(deps, {
    "password.forgotten": (identifier) => sendResetLink(deps, identifier),
  });
}
