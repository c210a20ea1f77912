import { Hono } from "hono";
import { countUse } from "../../domain/throttle.ts";
import type { Deps } from "../../platform/deps.ts";
import { addCookie, deviceCookieName, dropCookie, sessionCookieName } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { changePassword, faultFor, findReset, resetPassword } from "./actions.ts";
import { Change, Forgot, Lapsed, Reset, Sent } from "./pages.tsx";
import { changeSchema, forgotSchema, resetSchema } from "./schema.ts";

export function passwordRoutes(deps: Deps, { respond, guards }: Web) {
  const { config, deferred } = deps;
  const resetPath = "/password/reset/:token";
  const statusOf = (faults: Faults) => (Object.keys(faults).length > 0 ? 422 : 200);

  const forgotPage = (c: Ctx, faults: Faults<"identifier">, typed: Typed<"identifier">) => {
    const { t } = c.var;
    const title = titleWith(t, t("password:forgot.title"), faults);
    return respond.page(c, { title, status: statusOf(faults), main: <Forgot t={t} faults={faults} typed={typed} /> });
  };

  const sentPage = (c: Ctx) => {
    const { t } = c.var;
    return respond.page(c, { title: t("password:sent.title"), main: <Sent t={t} phone={config.organisation.phone} /> });
  };

  const lapsedPage = (c: Ctx) =>
    respond.page(c, { title: c.var.t("password:lapsed.title"), status: 410, main: <Lapsed t={c.var.t} /> });

  const resetPage = (c: Ctx, faults: Faults<"password">) => {
    const { t } = c.var;
    const token = c.req.param("token") ?? "";
    if (!findReset(deps, token)) return lapsedPage(c);
    const title = titleWith(t, t("password:reset.title"), faults);
    return respond.page(c, {
      title,
      status: statusOf(faults),
      main: <Reset t={t} action={urls.reset(token)} faults={faults} />,
    });
  };

  const changePage = (c: Ctx, faults: Faults<"currentPassword" | "password">) => {
    const { t } = c.var;
    const title = titleWith(t, t("password:change.title"), faults);
    return respond.page(c, {
      title,
      section: "account",
      status: statusOf(faults),
      main: <Change t={t} faults={faults} />,
    });
  };

  return new Hono<Env>()
    .get(urls.forgot, (c) => (c.req.query("sent") === undefined ? forgotPage(c, {}, {}) : sentPage(c)))
    .post(urls.forgot, formOf(forgotSchema, forgotPage), (c) => {
      const waitSeconds = countUse(deps, "recoveryAddress", c.var.address);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      // Known or not, the number is looked at after the answer.
      deferred.add("password.forgotten", c.req.valid("form").identifier);
      return respond.goTo(c, `${urls.forgot}?sent`);
    })
    .get(resetPath, (c) => resetPage(c, {}))
    .post(resetPath, formOf(resetSchema, resetPage), async (c) => {
      const token = c.req.param("token");
      const { password } = c.req.valid("form");
      const holder = findReset(deps, token);
      if (!holder) return lapsedPage(c);
      const fault = faultFor(deps, holder, password);
      if (fault) return resetPage(c, { password: fault });
      const reset = await resetPassword(deps, token, password);
      return reset.ok ? respond.goTo(c, `${urls.login}?reset`) : lapsedPage(c);
    })
    .get(urls.accountPassword, guards.signedIn, (c) => changePage(c, {}))
    .post(urls.accountPassword, guards.signedIn, formOf(changeSchema, changePage), async (c) => {
      const session = sessionOf(c);
      const { currentPassword, password } = c.req.valid("form");
      const fault = faultFor(deps, session, password);
      if (fault) return changePage(c, { password: fault });
      const changed = await changePassword(deps, { session, currentPassword, password, address: c.var.address });
      if (changed.ok) {
        const secure = config.secureOrigin;
        addCookie(c, sessionCookieName(secure), changed.value, { secure });
        dropCookie(c, deviceCookieName(secure), secure);
        return respond.goTo(c, `${urls.account}?changed`);
      }
      if (changed.fault === "tooMany") return errorPage(c, respond, 429, changed.waitSeconds);
      if (changed.fault === "ended") return respond.goTo(c, urls.login);
      return changePage(c, { currentPassword: "currentPasswordWrong" });
    });
}
