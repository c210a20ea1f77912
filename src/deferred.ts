import { createDeferredWork, type DeferredWork } from "./domain/deferred.ts";
import { type RegistrationRequest, receiveRegistration } from "./domain/registration.ts";
import { renewLink } from "./domain/registration-links.ts";
import { takeReport } from "./features/help/actions.ts";
import { sendResetLink } from "./features/password/actions.ts";
import type { Deps } from "./platform/deps.ts";

/** What is done after the answer, kind by kind. */
export function createDeferred(
  deps: Pick<Deps, "db" | "clock" | "seal" | "log" | "config">,
  pauseMs: () => number = () => 0,
): DeferredWork {
  const handlers = {
    "credentials.reported": (report: string) => takeReport(deps, report),
    "link.lapsed": (token: string) => renewLink(deps, token),
    "password.forgotten": (identifier: string) => sendResetLink(deps, identifier),
    "registration.requested": (request: string) =>
      receiveRegistration(deps, JSON.parse(request) as RegistrationRequest),
  };
  return createDeferredWork(deps, handlers, pauseMs);
}
