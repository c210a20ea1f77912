import { createMiddleware } from "hono/factory";
import type { Deps } from "../platform/deps.ts";
import type { Session } from "../platform/sessions.ts";
import { readCookie, sessionCookieName } from "./cookies.ts";
import type { Ctx, Env } from "./env.ts";
import type { Respond } from "./respond.tsx";
import { urls } from "./urls.ts";

export type Guards = ReturnType<typeof createGuards>;

export function createGuards({ config, sessions }: Pick<Deps, "config" | "sessions">, respond: Respond) {
  const cookieName = sessionCookieName(config.secureOrigin);
  return {
    /** Only a living session passes; anyone else signs in first and comes back to the page asked for. */
    signedIn: createMiddleware<Env>(async (c, next) => {
      const cookie = readCookie(c, cookieName);
      const session = cookie === undefined ? undefined : sessions.read(cookie);
      if (!session) {
        // A form cannot be posted again after sign-in: the person comes back to the page it stood on.
        const isReading = c.req.method === "GET" || c.req.method === "HEAD";
        const page = isReading ? c.req.url : (c.req.header("referer") ?? "");
        const { pathname, search } = new URL(URL.canParse(page) ? page : config.origin);
        return respond.goTo(c, urls.loginThen(pathname + search));
      }
      c.set("session", session);
      return next();
    }),
    /** Knows a visitor who is signed in, and lets everybody pass. */
    maybeSignedIn: createMiddleware<Env>(async (c, next) => {
      const cookie = readCookie(c, cookieName);
      if (cookie !== undefined) c.set("session", sessions.read(cookie));
      return next();
    }),
  };
}

/** The session of a page behind `signedIn`. */
export function sessionOf(c: Ctx): Session {
  const { session } = c.var;
  if (!session) throw new Error("this route lacks the signedIn guard");
  return session;
}
