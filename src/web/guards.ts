import { createMiddleware } from "hono/factory";
import { useDevice } from "../domain/devices.ts";
import { dropDrafts, findDraft, keepDraft } from "../domain/drafts.ts";
import { isFresh } from "../domain/reauthentication.ts";
import type { Deps } from "../platform/deps.ts";
import type { Session } from "../platform/sessions.ts";
import { clientOf } from "./client.ts";
import { addSignInCookies, deviceCookieName, dropCookie, readCookie, sessionCookieName } from "./cookies.ts";
import { fieldsOf } from "./drafts.ts";
import type { Ctx, Env } from "./env.ts";
import { followsSignIn, isReading, ownPath, pageOf, pathOf } from "./page-of.ts";
import type { Respond } from "./respond.tsx";
import { urls } from "./urls.ts";

export type Guards = ReturnType<typeof createGuards>;

type GuardDeps = Pick<Deps, "config" | "db" | "clock" | "seal" | "sessions">;

/** @param isPage whether a path is the one of a page, which may be asked for with GET. */
export function createGuards(deps: GuardDeps, respond: Respond, isPage: (path: string) => boolean = () => false) {
  const { config, sessions } = deps;
  const secure = config.secureOrigin;

  const findSession = async (c: Ctx) => {
    const cookie = readCookie(c, sessionCookieName(secure));
    return (cookie === undefined ? undefined : sessions.read(cookie)) ?? (await resume(c));
  };

  /** A remembered device opens a session of its own, and gets its next token. */
  const resume = async (c: Ctx) => {
    const token = readCookie(c, deviceCookieName(secure));
    if (token === undefined) return undefined;
    const client = clientOf(c);
    const used = useDevice(deps, token, client);
    if (used.outcome === "unknown" || used.outcome === "copied") dropCookie(c, deviceCookieName(secure), secure);
    if (used.outcome !== "opens") return undefined;
    const { accountId, deviceId, secondsLeft } = used;
    const session = await sessions.start(accountId, { ...client, deviceId, withPassword: false });
    addSignInCookies(c, secure, { session, device: used.token }, secondsLeft);
    return sessions.read(session);
  };

  /**
   * A form that cannot be heard now is kept for its owner: the person signs in, and sends it again.
   * @returns where to come back to: a form cannot be posted again by itself, it is the page it stood on. When a browser
   *   does not tell that, the address of the form, which mostly is that page.
   */
  const keepForm = async (c: Ctx, accountId: string | undefined): Promise<string> => {
    const page = pageOf(c);
    const own = ownPath(c);
    const back = page ?? (isPage(own) ? own : urls.home);
    if (isReading(c) || accountId === undefined) return back;
    const isKept = keepDraft(deps, accountId, page ? pathOf(page) : own, await fieldsOf(c));
    c.set("isFormKept", isKept);
    return isKept && page === undefined ? own : back;
  };

  const lapsedOwner = (c: Ctx) => {
    const cookie = readCookie(c, sessionCookieName(secure));
    return cookie === undefined ? undefined : sessions.lapsedOwner(cookie);
  };

  /** Lets somebody signed in pass; what was kept of a form serves until the form is sent with success. */
  const pass = async (c: Ctx, next: () => Promise<void>, session: Session) => {
    c.set("session", session);
    if (isReading(c)) c.set("draft", () => findDraft(deps, session.id, ownPath(c)));
    await next();
    const isHeard = !isReading(c) && (c.res.status === 303 || c.res.status === 204);
    if (!isHeard || c.get("isFormKept")) return;
    dropDrafts(deps, session.accountId, [ownPath(c), pathOf(pageOf(c) ?? urls.home)]);
  };

  return {
    /** Only a living session passes; anyone else signs in first and comes back to the page asked for. */
    signedIn: createMiddleware<Env>(async (c, next) => {
      const session = await findSession(c);
      if (session) return pass(c, next, session);
      const back = await keepForm(c, lapsedOwner(c));
      const isRefused = readCookie(c, sessionCookieName(secure)) === undefined && followsSignIn(c, config.origin);
      return respond.goTo(c, isRefused ? urls.loginWithoutCookie(back) : urls.loginThen(back));
    }),
    /** Knows a visitor who is signed in, and lets everybody pass. */
    maybeSignedIn: createMiddleware<Env>(async (c, next) => {
      const session = await findSession(c);
      return session ? pass(c, next, session) : next();
    }),
    /** After `signedIn`, before what cannot be undone: the password was typed within five minutes, or is now. */
    recentlyConfirmed: createMiddleware<Env>(async (c, next) => {
      const session = sessionOf(c);
      if (isFresh(deps, session)) return next();
      return respond.goTo(c, urls.confirmThen(await keepForm(c, session.accountId)));
    }),
  };
}

/** The session of a page behind `signedIn`. */
export function sessionOf(c: Ctx): Session {
  const session = c.get("session");
  if (!session) throw new Error("this route lacks the signedIn guard");
  return session;
}
