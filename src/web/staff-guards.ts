import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { may, type StaffAct } from "../domain/staff-roles.ts";
import type { Deps } from "../platform/deps.ts";
import type { StaffSession } from "../platform/staff-sessions.ts";
import { dropCookie, readCookie, staffCookieName } from "./cookies.ts";
import type { Ctx, Env } from "./env.ts";
import { errorPage } from "./errors.tsx";
import { isReading, ownPath, pageOf } from "./page-of.ts";
import type { Respond } from "./respond.tsx";
import { urls } from "./urls.ts";

/** What the routes of the back office are given: answers inside its own frame, and who may pass. */
export type StaffWeb = { respond: Respond; guards: StaffGuards };
export type StaffGuards = ReturnType<typeof createStaffGuards>;

/** The back office looks at no member's session, and no page of members looks at its cookie. */
export function createStaffGuards(deps: Pick<Deps, "config" | "staffSessions">, respond: Respond) {
  const { config, staffSessions } = deps;
  const secure = config.secureOrigin;

  const enter = async (c: Ctx, next: () => Promise<void>, act?: StaffAct) => {
    const cookie = readCookie(c, staffCookieName(secure));
    const staff = cookie === undefined ? undefined : staffSessions.read(cookie);
    if (!staff) {
      if (cookie !== undefined) dropCookie(c, staffCookieName(secure), secure);
      return respond.goTo(c, urls.staffLoginThen(isReading(c) ? ownPath(c) : (pageOf(c) ?? urls.staff)));
    }
    c.set("staff", staff);
    if (act !== undefined && !may(staff.role, act)) return errorPage(c, respond, 403);
    return next();
  };

  return {
    /** Anybody of the mutual who is signed in. */
    signedIn: createMiddleware<Env>((c, next) => enter(c, next)) satisfies MiddlewareHandler<Env>,
    /** Only those whose role may do this: the others are told so (403), and whoever is not signed in signs in first. */
    may: (act: StaffAct) => createMiddleware<Env>((c, next) => enter(c, next, act)),
    /** Knows who is signed in, and lets everybody pass. */
    maybe: createMiddleware<Env>(async (c, next) => {
      const cookie = readCookie(c, staffCookieName(secure));
      c.set("staff", cookie === undefined ? undefined : staffSessions.read(cookie));
      await next();
    }),
  };
}

/** Who is signed in on a page behind `may` or `signedIn`. */
export function staffOf(c: Ctx): StaffSession {
  const { staff } = c.var;
  if (!staff) throw new Error("this route lacks a guard of the back office");
  return staff;
}
