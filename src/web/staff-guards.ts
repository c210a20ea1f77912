import type { MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import { dropStaffDrafts, findStaffDraft, keepStaffDraft } from "../domain/staff-drafts.ts";
import { may, type StaffAct } from "../domain/staff-roles.ts";
import type { Deps } from "../platform/deps.ts";
import type { StaffSession } from "../platform/staff-sessions.ts";
import { dropCookie, readCookie, staffCookieName } from "./cookies.ts";
import { fieldsOf } from "./drafts.ts";
import type { Ctx, Env } from "./env.ts";
import { errorPage } from "./errors.tsx";
import { isReading, ownPath, pageOf, pathOf } from "./page-of.ts";
import type { Respond } from "./respond.tsx";
import { urls } from "./urls.ts";

/** What the routes of the back office are given: answers inside its own frame, and who may pass. */
export type StaffWeb = { respond: Respond; guards: StaffGuards };
export type StaffGuards = ReturnType<typeof createStaffGuards>;

type GuardDeps = Pick<Deps, "config" | "db" | "clock" | "seal" | "staffSessions">;

/**
 * The back office looks at no member's session, and no page of members looks at its cookie.
 * @param isPage whether a path is the one of a page, which may be asked for with GET.
 */
export function createStaffGuards(
  deps: GuardDeps,
  respond: Respond,
  isPage: (path: string) => boolean = (path) => path === urls.staff,
) {
  const { config, staffSessions } = deps;
  const secure = config.secureOrigin;

  /** The page of a form: faults are shown at the address it is sent to, which mostly lies below that of its page. */
  const formPage = (path: string): string => {
    if (!path.startsWith(`${urls.staff}/`) || path === urls.staffSession) return urls.staff;
    return isPage(path) ? path : formPage(path.slice(0, path.lastIndexOf("/")));
  };

  /** Where a form stood. */
  const standsOn = (c: Ctx) => formPage(pathOf(pageOf(c) ?? ownPath(c)));

  /** To stay, or to open a file anew, is not the form that waits on the page. */
  const leadsToForm = (path: string) => path === urls.staffSessionExtend || path.endsWith("/open");

  /** What comes too late is kept for who typed it, who signs in and sends it again. */
  const refuse = async (c: Ctx, cookie: string | undefined) => {
    if (cookie === undefined) return respond.goTo(c, urls.staffLoginThen(isReading(c) ? ownPath(c) : standsOn(c)));
    const owner = isReading(c) ? undefined : staffSessions.lapsedOwner(cookie);
    const back = isReading(c) ? ownPath(c) : standsOn(c);
    if (owner !== undefined) c.set("isFormKept", keepStaffDraft(deps, owner, back, await fieldsOf(c)));
    dropCookie(c, staffCookieName(secure), secure);
    return respond.goTo(c, urls.staffLoginExpired(back));
  };

  const enter = async (c: Ctx, next: () => Promise<void>, act?: StaffAct) => {
    const cookie = readCookie(c, staffCookieName(secure));
    const staff = cookie === undefined ? undefined : staffSessions.read(cookie);
    if (!staff) return refuse(c, cookie);
    c.set("staff", staff);
    if (act !== undefined && !may(staff.role, act)) {
      const { t } = c.var;
      const [title, text] = [t("errors:notYourRole.title"), t("errors:notYourRole.text")];
      return errorPage(c, respond, 403, undefined, { title, text, next: t("errors:notYourRole.next") });
    }
    if (isReading(c)) c.set("draft", () => findStaffDraft(deps, staff.id, ownPath(c)));
    await next();
    const isHeard = !isReading(c) && (c.res.status === 303 || c.res.status === 204);
    if (isHeard && !leadsToForm(ownPath(c))) dropStaffDrafts(deps, staff.staffId, [standsOn(c)]);
  };

  return {
    formPage,
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
