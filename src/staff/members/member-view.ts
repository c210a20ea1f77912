import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { accountRoutes } from "../../features/account/routes.tsx";
import { changesRoutes } from "../../features/changes/routes.tsx";
import { contactRoutes } from "../../features/contact/routes.tsx";
import { documentsRoutes } from "../../features/documents/routes.tsx";
import { dossierRoutes } from "../../features/dossier/routes.tsx";
import { ehicRoutes } from "../../features/ehic/routes.tsx";
import { reimbursementsRoutes } from "../../features/reimbursements/routes.tsx";
import { vitaleRoutes } from "../../features/vitale/routes.tsx";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";
import type { Ctx, Env } from "../../web/env.ts";
import type { Guards } from "../../web/guards.ts";
import type { Respond } from "../../web/respond.tsx";
import { type Link, readOnly } from "./read-only.ts";

/** A page of a member as staff see it: its title, and its content without anything that acts. */
export type SeenPage = { title: string; content: string };

/** As whom a page is drawn: the member, in a session that nobody has opened and that opens nothing. */
export type Seen = Omit<Session, "id" | "passwordAt" | "deviceId" | "newCharters">;

type Asked = { session: Session; c: Ctx; page?: SeenPage; error?: Error };

/**
 * Draws the pages of members by the very routes that draw them for members, so that staff see what a member sees and
 * nothing beside it. Only pages are asked for: a form, a file or a page of another address is not answered.
 */
export function createMemberView(deps: Deps) {
  const asked = new WeakMap<Request, Asked>();
  const own = (c: Ctx) => asked.get(c.req.raw)!;

  const seen = createMiddleware<Env>(async (c, next) => {
    c.set("session", own(c).session);
    await next();
  });
  // Whoever asks has been let in by the back office; nothing of a member's is proven here.
  const guards: Guards = { signedIn: seen, maybeSignedIn: seen, recentlyConfirmed: refuse };
  const nothing = () => new Response(null, { status: 404 });
  const respond: Respond = {
    page(c, { title, main, status = 200 }) {
      if (status === 200) own(c).page = { title, content: String(typeof main === "function" ? main() : main) };
      return new Response(null, { status });
    },
    goTo: nothing,
    file: nothing,
    stream: nothing,
    publicFile: nothing,
    json: nothing,
    text: nothing,
  };

  let routes: Hono<Env> | undefined;
  // Made with the first file that is opened: whoever serves members alone keeps no second set of statements.
  const made = () => {
    const web = { respond, guards };
    routes ??= new Hono<Env>()
      .use(async (c, next) => {
        const { language, t, requestId, address } = own(c).c.var;
        c.set("language", language);
        c.set("t", t);
        c.set("requestId", requestId);
        c.set("address", address);
        await next();
      })
      .onError((error, c) => {
        own(c).error = error;
        return nothing();
      })
      .route("/", dossierRoutes(deps, web))
      .route("/", reimbursementsRoutes(deps, web))
      .route("/", vitaleRoutes(deps, web))
      .route("/", ehicRoutes(deps, web))
      .route("/", documentsRoutes(deps, web))
      .route("/", changesRoutes(deps, web))
      .route("/", contactRoutes(deps, web))
      .route("/", accountRoutes(deps, web));
    return routes;
  };

  /**
   * @param page the path of the member's page, with its query.
   * @param linkOf what becomes of its links for staff.
   * @returns undefined when the member would not see such a page.
   */
  return async (c: Ctx, member: Seen, page: string, linkOf: (href: string) => Link): Promise<SeenPage | undefined> => {
    const request = new Request(new URL(page, deps.config.origin));
    const session: Session = { ...member, id: "", passwordAt: 0, deviceId: null, newCharters: [] };
    const question: Asked = { session, c };
    asked.set(request, question);
    await made().fetch(request);
    if (question.error) throw question.error;
    const drawn = question.page;
    return drawn && { title: hideNumbers(drawn.title), content: readOnly(drawn.content, linkOf) };
  };
}

const refuse = createMiddleware<Env>(async () => new Response(null, { status: 404 }));
