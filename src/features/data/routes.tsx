import { Hono } from "hono";
import { countUse } from "../../domain/throttle.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { archiveNames, makeArchive } from "./actions.ts";
import { Data } from "./pages.tsx";

/** The right of access: everything that is held on who is signed in, to take away. */
export function dataRoutes(deps: Deps, { respond, guards }: Web) {
  const { organisation } = deps.config;
  return new Hono<Env>()
    .get(urls.accountData, guards.signedIn, (c) => {
      const { t } = c.var;
      const main = <Data t={t} organisation={organisation} />;
      return respond.page(c, { title: t("data:title"), section: "account", main });
    })
    .post(urls.accountData, guards.signedIn, guards.recentlyConfirmed, (c) => {
      const session = sessionOf(c);
      const waitSeconds = countUse(deps, "dataAccount", session.accountId);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      const { language } = c.var;
      return respond.file(c, makeArchive(deps, session, language), "application/zip", archiveNames[language]);
    });
}
