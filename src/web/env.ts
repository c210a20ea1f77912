import type { Context } from "hono";
import type { DraftFields } from "../domain/drafts.ts";
import type { Lateness } from "../domain/freshness.ts";
import type { Maintenance } from "../domain/maintenance.ts";
import type { Language } from "../lib/languages.ts";
import type { T } from "../platform/i18n.ts";
import type { Session } from "../platform/sessions.ts";
import type { StaffSession } from "../platform/staff-sessions.ts";

/** What a request knows of itself once it has entered. */
export type Env = {
  Bindings: { incoming?: import("node:http").IncomingMessage };
  Variables: {
    requestId: string;
    language: Language;
    t: T;
    /** Client address, after the trusted proxies. */
    address: string;
    /** Undefined before the guard has looked, and for visitors. */
    session: Session | undefined;
    /** Who of the mutual is signed in, on the pages of the back office alone. */
    staff: StaffSession | undefined;
    /** Reads what was typed on this page before the last session ended; for who is signed in. */
    draft: () => DraftFields;
    /** The form of the page shows what was kept, which the page then says. */
    showsDraft: boolean;
    /** What this request sent is kept for later, instead of being heard. */
    isFormKept: boolean;
    /** How the portal stands, when it is not simply open. */
    maintenance: Maintenance | undefined;
    /** What is wrong with the age of the data that the page shows. */
    lateness: () => Lateness | undefined;
    /** Set-Cookie values to send with the answer. */
    cookies: string[];
  };
};

export type Ctx = Context<Env>;
