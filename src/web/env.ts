import type { Context } from "hono";
import type { DraftFields } from "../domain/drafts.ts";
import type { Language } from "../lib/languages.ts";
import type { T } from "../platform/i18n.ts";
import type { Session } from "../platform/sessions.ts";

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
    /** Reads what was typed on this page before the last session ended; for who is signed in. */
    draft: () => DraftFields;
    /** The form of the page shows what was kept, which the page then says. */
    showsDraft: boolean;
    /** What this request sent is kept for later, instead of being heard. */
    isFormKept: boolean;
    /** Set-Cookie values to send with the answer. */
    cookies: string[];
  };
};

export type Ctx = Context<Env>;
