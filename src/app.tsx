import { join } from "node:path";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { routePath } from "hono/route";
import { currentNotices } from "./domain/notice-sending.ts";
import { accountRoutes } from "./features/account/routes.tsx";
import { activationRoutes } from "./features/activation/routes.tsx";
import { bouncesRoutes } from "./features/bounces/routes.ts";
import { changesRoutes } from "./features/changes/routes.tsx";
import { charterRoutes } from "./features/charter/routes.tsx";
import { confirmRoutes } from "./features/confirm/routes.tsx";
import { contactRoutes } from "./features/contact/routes.tsx";
import { cookiesRoutes } from "./features/cookies/routes.tsx";
import { dashboardRoutes } from "./features/dashboard/routes.tsx";
import { dataRoutes } from "./features/data/routes.tsx";
import { deletionRoutes } from "./features/deletion/routes.tsx";
import { devicesRoutes } from "./features/devices/routes.tsx";
import { documentsRoutes } from "./features/documents/routes.tsx";
import { dossierRoutes } from "./features/dossier/routes.tsx";
import { ehicRoutes } from "./features/ehic/routes.tsx";
import { formsRoutes } from "./features/forms/routes.tsx";
import { healthRoutes } from "./features/health/routes.ts";
import { helpRoutes } from "./features/help/routes.tsx";
import { homeRoutes } from "./features/home/routes.tsx";
import { loginRoutes } from "./features/login/routes.tsx";
import { passwordRoutes } from "./features/password/routes.tsx";
import { preferencesRoutes } from "./features/preferences/routes.tsx";
import { registrationRoutes } from "./features/registration/routes.tsx";
import { reimbursementsRoutes } from "./features/reimbursements/routes.tsx";
import { secondFactorRoutes } from "./features/second-factor/routes.tsx";
import { signInSecondFactorRoutes } from "./features/second-factor/sign-in-routes.tsx";
import { sessionRoutes } from "./features/session/routes.tsx";
import { smsRoutes } from "./features/sms/routes.ts";
import { isOneClick } from "./features/unsubscribe/one-click.ts";
import { unsubscribeRoutes } from "./features/unsubscribe/routes.tsx";
import { verifyRoutes } from "./features/verify/routes.tsx";
import { vitaleDeclareRoutes } from "./features/vitale/declare-routes.tsx";
import { vitaleRoutes } from "./features/vitale/routes.tsx";
import { isLanguage, type Language } from "./lib/languages.ts";
import { productRoot } from "./platform/config.ts";
import { isOutage } from "./platform/database.ts";
import type { Deps } from "./platform/deps.ts";
import { tFor } from "./platform/i18n.ts";
import { TooBusyError } from "./platform/passwords.ts";
import { newId } from "./platform/tokens.ts";
import { staffRoutes } from "./staff/routes.ts";
import { createAddressReader } from "./web/address.ts";
import { addCookie, languageCookieName, readCookie } from "./web/cookies.ts";
import type { Ctx, Env } from "./web/env.ts";
import { type ErrorStatus, errorPage } from "./web/errors.tsx";
import { carriesFormToken } from "./web/form-token.ts";
import { onlyForms } from "./web/forms.ts";
import { createGuards } from "./web/guards.ts";
import { header } from "./web/header.ts";
import { createLateness } from "./web/late-data.tsx";
import { createShell } from "./web/layout.tsx";
import { createMaintenanceGate } from "./web/maintenance.tsx";
import { createRespond } from "./web/respond.tsx";
import { securityHeaders } from "./web/security.ts";
import { comesSigned } from "./web/signed-body.ts";
import { createStaffGuards } from "./web/staff-guards.ts";
import { createStaffShell } from "./web/staff-layout.tsx";
import { createAssets } from "./web/static.ts";
import type { Web } from "./web/web.ts";

const largestForm = 64 * 1024;
const oneYear = 31_536_000;
/** Whatever may change something is looked at before a route sees it; reading pays nothing for it. */
const changing = ["POST", "PUT", "PATCH", "DELETE"];

/** The whole portal as one function from request to answer. */
export function createApp(deps: Deps): Hono<Env> {
  const { config, log, clock } = deps;
  const headers = securityHeaders(config.secureOrigin);
  const assets = createAssets(join(productRoot, "dist", "static"), headers);
  const app = new Hono<Env>();
  const shell = createShell(config.organisation, assets.url, () => currentNotices(deps));
  const respond = createRespond(shell, headers, config.secureOrigin);
  const isPage = (path: string) => app.router.match("GET", path)[0].some(([[, route]]) => route.method === "GET");
  const guards = createGuards(deps, respond, isPage);
  const addressOf = createAddressReader(config.trustedProxies);
  const bootId = newId().slice(0, 8);
  let requests = 0;

  app.use(async (c, next) => {
    const start = clock();
    const language = languageOf(c);
    c.set("requestId", `${bootId}-${(++requests).toString(36)}`);
    c.set("language", language);
    c.set("t", tFor(language));
    c.set("address", addressOf(c));
    if (c.req.query("lang") === language)
      addCookie(c, languageCookieName, language, { secure: config.secureOrigin, maxAge: oneYear });
    await next();
    const route = routePath(c, -1);
    log.info(
      { request: c.get("requestId"), method: c.req.method, route, status: c.res.status, ms: clock() - start },
      "request",
    );
  });
  app.on(changing, "*", bodyLimit({ maxSize: largestForm, onError: (c) => errorPage(c as Ctx, respond, 413) }));
  const fromOurPages = csrf({ origin: config.origin });
  app.on(changing, "*", async (c, next) => {
    if (comesSigned(c) || isOneClick(c)) return next();
    const silent = header(c, "origin") === undefined && header(c, "sec-fetch-site") === undefined;
    if (silent && (isFromOurPage(c, config.origin) || (await carriesFormToken(c, config.secureOrigin)))) return next();
    return fromOurPages(c, next);
  });
  app.on(changing, "*", (c, next) => (comesSigned(c) ? next() : onlyForms(c, next)));
  app.use(createMaintenanceGate(deps, respond, guards));
  app.use(createLateness(deps));

  const web: Web = { respond, guards };
  const staffRespond = createRespond(createStaffShell(config.organisation, assets.url), headers, config.secureOrigin);
  const staffGuards = createStaffGuards(deps, staffRespond, isPage);
  app.route("/", assets.routes);
  app.route("/", healthRoutes(deps, web));
  app.route("/", homeRoutes(deps, web));
  app.route("/", charterRoutes(deps, web));
  app.route("/", cookiesRoutes(deps, web));
  app.route("/", loginRoutes(deps, web));
  app.route("/", signInSecondFactorRoutes(deps, web));
  app.route("/", activationRoutes(deps, web));
  app.route("/", registrationRoutes(deps, web));
  app.route("/", dashboardRoutes(deps, web));
  app.route("/", sessionRoutes(deps, web));
  app.route("/", confirmRoutes(deps, web));
  app.route("/", devicesRoutes(deps, web));
  app.route("/", passwordRoutes(deps, web));
  app.route("/", helpRoutes(deps, web));
  app.route("/", accountRoutes(deps, web));
  app.route("/", dataRoutes(deps, web));
  app.route("/", deletionRoutes(deps, web));
  app.route("/", secondFactorRoutes(deps, web));
  app.route("/", reimbursementsRoutes(deps, web));
  app.route("/", dossierRoutes(deps, web));
  app.route("/", changesRoutes(deps, web));
  app.route("/", vitaleRoutes(deps, web));
  app.route("/", documentsRoutes(deps, web));
  app.route("/", verifyRoutes(deps, web));
  app.route("/", ehicRoutes(deps, web));
  app.route("/", vitaleDeclareRoutes(deps, web));
  app.route("/", formsRoutes(deps, web));
  app.route("/", contactRoutes(deps, web));
  app.route("/", smsRoutes(deps, web));
  app.route("/", bouncesRoutes(deps, web));
  app.route("/", preferencesRoutes(deps, web));
  app.route("/", unsubscribeRoutes(deps, web));

  app.route("/", staffRoutes(deps, { respond: staffRespond, guards: staffGuards }));

  app.notFound(async (c) => {
    if (isOfStaff(c)) {
      await staffGuards.maybe(c, async () => {});
      return errorPage(c, staffRespond, 404);
    }
    // The menu of who is signed in stays theirs on a page that does not exist.
    await guards.maybeSignedIn(c, async () => {});
    return errorPage(c, respond, 404);
  });
  app.onError((error, c) => {
    const status = statusOf(error);
    if (status === 500 || isOutage(error)) {
      log.error(
        { request: c.var.requestId, route: routePath(c, -1), error: error.stack ?? String(error) },
        "request failed",
      );
    }
    return errorPage(c, isOfStaff(c) ? staffRespond : respond, status);
  });
  return app;
}

const isOfStaff = (c: Ctx) => /^\/staff(?:\/|$)/.test(c.req.path);

/** Text browsers send neither Origin nor Sec-Fetch-Site, but mostly say which page the form was on. */
function isFromOurPage(c: Ctx, origin: string): boolean {
  const referer = header(c, "referer");
  return referer !== undefined && URL.canParse(referer) && new URL(referer).origin === origin;
}

function statusOf(error: Error): ErrorStatus {
  if (error instanceof TooBusyError || isOutage(error)) return 503;
  // The visitor went away in the middle of sending.
  if ((error as NodeJS.ErrnoException).code === "ECONNRESET" || error.message === "aborted") return 400;
  if (!(error instanceof HTTPException)) return 500;
  return error.status === 403 || error.status === 413 || error.status === 422 ? error.status : 400;
}

/** The language asked for now, or chosen before on this browser; French first. */
function languageOf(c: Ctx): Language {
  const asked = c.req.query("lang");
  if (isLanguage(asked)) return asked;
  const chosen = readCookie(c, languageCookieName);
  return isLanguage(chosen) ? chosen : "fr";
}
