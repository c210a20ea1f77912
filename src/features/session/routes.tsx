import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import { readCookie, sessionCookieName } from "../../web/cookies.ts";
import { fieldsOf } from "../../web/drafts.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { formOf } from "../../web/forms.ts";
import { pageOf, pathOf } from "../../web/page-of.ts";
import { safeNext, urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { keepTyped, standingOf } from "./actions.ts";
import { draftSchema } from "./schema.ts";

const prefix = "field.";

/** The end of a session, seen from the page: how long it lasts, staying, and what is typed by then (WCAG 2.2.1). */
export function sessionRoutes(deps: Deps, { respond, guards }: Web) {
  const { config } = deps;
  const cookieName = sessionCookieName(config.secureOrigin);

  return (
    new Hono<Env>()
      // Without a guard: asking is no use of the session.
      .get(urls.session, (c) => respond.json(c, standingOf(deps, readCookie(c, cookieName))))
      .post(urls.sessionExtend, guards.signedIn, (c) =>
        respond.goTo(c, safeNext(pageOf(c), config.origin) ?? urls.dashboard),
      )
      .post(
        urls.sessionDraft,
        formOf(draftSchema, (c) => errorPage(c, respond, 422)),
        async (c) => {
          const { path, owner } = c.req.valid("form");
          const page = safeNext(path, config.origin);
          if (page === undefined) return errorPage(c, respond, 422);
          const fields = (await fieldsOf(c))
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, value]): [string, string] => [name.slice(prefix.length), value]);
          const isKept = keepTyped(deps, readCookie(c, cookieName) ?? "", { path: pathOf(page), owner, fields });
          return respond.goTo(c, isKept ? page : urls.loginThen(page));
        },
      )
  );
}
