import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import { clientOf } from "../../web/client.ts";
import { addCookie, challengeCookieName, dropCookie, readCookie, sessionCookieName } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { forgetBefore, letIn } from "../../web/sign-in.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { safeNext, urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { signIn, signOut } from "./actions.ts";
import { AwaitingGuardian, ConfirmFirst, Frozen, Login, type LoginNews } from "./pages.tsx";
import { loginSchema } from "./schema.ts";

type Field = "identifier" | "password" | "remember" | "next";

/** What the address of the page says has just happened. */
const newsByName: Record<string, LoginNews> = {
  opened: "activated",
  confirmed: "confirmed",
  out: "signedOut",
  reset: "passwordReset",
  deleted: "deleted",
  expired: "sessionEnded",
  over: "secondFactorOver",
  nocookie: "cookiesRefused",
};

export function loginRoutes(deps: Deps, { respond, guards }: Web) {
  const { config } = deps;
  const { organisation, secureOrigin: secure } = config;
  const sessionCookie = sessionCookieName(secure);

  const page = (c: Ctx, faults: Faults<Field>, typed: Typed<Field>, news?: LoginNews) =>
    respond.page(c, {
      title: titleWith(c.var.t, c.var.t("login:title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <Login t={c.var.t} organisation={organisation.name} faults={faults} typed={typed} news={news} />,
    });

  /** A right password for an account that cannot be used: only its owner learns why. */
  const notYet = (c: Ctx, outcome: "unconfirmed" | "awaitingGuardian" | "frozen") => {
    const { t } = c.var;
    const main = {
      unconfirmed: () => <ConfirmFirst t={t} />,
      awaitingGuardian: () => <AwaitingGuardian t={t} />,
      frozen: () => <Frozen t={t} phone={organisation.phone} />,
    }[outcome];
    return respond.page(c, { title: t(`login:${outcome}.title`), status: 403, main });
  };

  return new Hono<Env>()
    .get(urls.login, guards.maybeSignedIn, (c) => {
      const next = safeNext(c.req.query("next"), config.origin);
      if (c.var.session) return respond.goTo(c, next ?? urls.dashboard);
      // A cookie that opens nothing any more: the session is over.
      const lapsed = readCookie(c, sessionCookie) !== undefined;
      if (lapsed) dropCookie(c, sessionCookie, secure);
      const news = Object.keys(c.req.query())
        .map((name) => newsByName[name])
        .find(Boolean);
      return page(c, {}, next === undefined ? {} : { next }, lapsed ? "sessionEnded" : news);
    })
    .post(urls.login, formOf(loginSchema, page), async (c) => {
      const { identifier, password, remember, next } = c.req.valid("form");
      const form = { identifier, password, remember: remember === "on", address: c.var.address, client: clientOf(c) };
      const signedIn = await signIn(deps, form);
      switch (signedIn.outcome) {
        case "open":
          await letIn(c, deps, signedIn.cookies);
          return respond.goTo(c, safeNext(next, config.origin) ?? urls.dashboard);
        case "secondFactor":
          addCookie(c, challengeCookieName(secure), signedIn.challenge, { secure });
          return respond.goTo(c, urls.secondFactorThen(safeNext(next, config.origin)));
        case "unconfirmed":
        case "awaitingGuardian":
          addCookie(c, challengeCookieName(secure), signedIn.challenge, { secure });
          return notYet(c, signedIn.outcome);
        case "frozen":
          return notYet(c, "frozen");
        case "tooMany":
          return errorPage(c, respond, 429, signedIn.waitSeconds);
        case "refused":
          return page(
            c,
            { identifier: "signInRefused" },
            { identifier, remember, ...(next === undefined ? {} : { next }) },
          );
      }
    })
    .post(urls.logout, async (c) => {
      const cookie = readCookie(c, sessionCookie);
      if (cookie) await signOut(deps, cookie);
      await forgetBefore(c, deps);
      dropCookie(c, sessionCookie, secure);
      return respond.goTo(c, `${urls.login}?out`);
    });
}
