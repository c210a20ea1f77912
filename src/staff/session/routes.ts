import { Hono } from "hono";
import { draftSchema } from "../../features/session/schema.ts";
import type { Deps } from "../../platform/deps.ts";
import { readCookie, staffCookieName } from "../../web/cookies.ts";
import { fieldsOf } from "../../web/drafts.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { formOf } from "../../web/forms.ts";
import { pageOf, pathOf } from "../../web/page-of.ts";
import type { StaffWeb } from "../../web/staff-guards.ts";
import { safeNext, urls } from "../../web/urls.ts";
import { keepTyped, standingOf } from "./actions.ts";

const prefix = "field.";

/** The end of a session of the back office, seen from its pages: the same three addresses as members' pages have. */
export function staffSessionRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { config } = deps;
  const cookieName = staffCookieName(config.secureOrigin);
  const pageAt = (address: string | undefined) =>
    guards.formPage(pathOf(safeNext(address, config.origin) ?? urls.staff));

  return (
    new Hono<Env>()
      // Without a guard: asking is no use of the session.
      .get(urls.staffSession, (c) => respond.json(c, standingOf(deps, readCookie(c, cookieName))))
      .post(urls.staffSessionExtend, guards.signedIn, (c) => respond.goTo(c, pageAt(pageOf(c))))
      .post(
        urls.staffSessionDraft,
        formOf(draftSchema, (c) => errorPage(c, respond, 422)),
        async (c) => {
          const { path, owner } = c.req.valid("form");
          const page = pageAt(path);
          const fields = (await fieldsOf(c))
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, value]): [string, string] => [name.slice(prefix.length), value]);
          const isKept = keepTyped(deps, readCookie(c, cookieName) ?? "", { path: page, owner, fields });
          return respond.goTo(c, isKept ? page : urls.staffLoginThen(page));
        },
      )
  );
}
