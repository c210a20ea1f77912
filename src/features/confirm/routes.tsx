import { Hono } from "hono";
import { reauthenticate } from "../../domain/reauthentication.ts";
import type { Deps } from "../../platform/deps.ts";
import { addCookie, sessionCookieName } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { safeNext, urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Confirm } from "./pages.tsx";
import { confirmSchema } from "./schema.ts";

/** The password once more, before what cannot be undone: `guards.recentlyConfirmed` leads here. */
export function confirmRoutes(deps: Deps, { respond, guards }: Web) {
  const { config } = deps;

  const page = (c: Ctx, faults: Faults<"password" | "next">, next: string | undefined) => {
    const { t } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("confirm:title"), faults),
      section: "account",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <Confirm t={t} faults={faults} next={safeNext(next, config.origin)} />,
    });
  };

  return new Hono<Env>()
    .get(urls.confirm, guards.signedIn, (c) => page(c, {}, c.req.query("next")))
    .post(
      urls.confirm,
      guards.signedIn,
      formOf(confirmSchema, (c, faults, typed) => page(c, faults, typed.next)),
      async (c) => {
        const { password, next } = c.req.valid("form");
        const attempt = { session: sessionOf(c), password, address: c.var.address, purpose: "confirmation" };
        const confirmed = await reauthenticate(deps, attempt);
        if (confirmed.ok) {
          addCookie(c, sessionCookieName(config.secureOrigin), confirmed.value.cookie, { secure: config.secureOrigin });
          return respond.goTo(c, safeNext(next, config.origin) ?? urls.account);
        }
        if (confirmed.fault === "tooMany") return errorPage(c, respond, 429, confirmed.waitSeconds);
        if (confirmed.fault === "ended") return respond.goTo(c, urls.login);
        return page(c, { password: "currentPasswordWrong" }, next);
      },
    );
}
