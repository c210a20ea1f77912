import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Home } from "./pages.tsx";

export function homeRoutes({ config }: Deps, { respond, guards }: Web) {
  return new Hono<Env>().get(urls.home, guards.maybeSignedIn, (c) => {
    if (c.var.session) return respond.goTo(c, urls.dashboard);
    const { t } = c.var;
    const organisation = config.organisation.name;
    return respond.page(c, {
      title: t("homePage.title", { organisation }),
      main: <Home t={t} organisation={organisation} />,
    });
  });
}
