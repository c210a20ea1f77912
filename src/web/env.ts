import type { Context } from "hono";
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
    /** Set-Cookie values to send with the answer. */
    cookies: string[];
  };
};

export type Ctx = Context<Env>;
