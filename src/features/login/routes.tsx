import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import { addCookie, readCookie, sessionCookieName } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { safeNext, urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { signIn, signOut } from "./actions.ts";
import { Login, type LoginNews } from "./pages.tsx";
import { loginSchema } from "./schema.ts";

type Field = "identifier" | "password" | "next";

/** What the address of the page says has just happened. */
const newsByName: Record<string, LoginNews> = { opened: "activated", out: "signedOut", reset: "passwordReset" };

export function loginRoutes(deps: Deps, { respond, guards }: Web) {
  const { config } = deps;
  const cookieName = sessionCookieName(config.secureOrigin);

  const page = (c: Ctx, faults: Faults<Field>, typed: Typed<Field>, news?: LoginNews) =>
    respond.page(c, {
      title: titleWith(c.var.t, c.var.t("login:title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <Login t={c.var.t} organisation={config.organisation.name} faults={faults} typed={typed} news={news} />,
    });

  const endCookie = (c: Ctx) => addCookie(c, cookieName, "", { secure: config.secureOrigin, maxAge: 0 });

  return new Hono<Env>()
    .get(urls.login, guards.maybeSignedIn, (c) => {
      const next = safeNext(c.req.query("next"), config.origin);
      if (c.var.session) return respond.goTo(c, next ?? urls.dashboard);
      // A cookie that opens nothing any more: the session is over.
      const lapsed = readCookie(c, cookieName) !== undefined;
      if (lapsed) endCookie(c);
      const news = Object.keys(c.req.query())
        .map((name) => newsByName[name])
        .find(Boolean);
      return page(c, {}, next === undefined ? {} : { next }, lapsed ? "sessionEnded" : news);
    })
    .post(urls.login, formOf(loginSchema, page), async (c) => {
      const { identifier, password, next } = c.req.valid("form");
      const signedIn = await signIn(deps, { identifier, password, address: c.var.address });
      if (signedIn.ok) {
        const previous = readCookie(c, cookieName);
        if (previous) await deps.sessions.end(previous);
        addCookie(c, cookieName, signedIn.value, { secure: config.secureOrigin });
        return respond.goTo(c, safeNext(next, config.origin) ?? urls.dashboard);
      }
      if (signedIn.fault === "tooMany") return errorPage(c, respond, 429, signedIn.waitSeconds);
      return page(c, { identifier: "signInRefused" }, { identifier, ...(next === undefined ? {} : { next }) });
    })
    .post(urls.logout, async (c) => {
      const cookie = readCookie(c, cookieName);
      if (cookie) await signOut(deps, cookie);
      endCookie(c);
      return respond.goTo(c, `${urls.login}?out`);
    });
}
