import type { Guards } from "./guards.ts";
import type { Respond } from "./respond.tsx";

/** What every feature is given beside `deps`: how to answer, and who may pass. */
export type Web = { respond: Respond; guards: Guards };
