import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import {
  challengeCookieName,
  deviceCookieName,
  formCookieName,
  languageCookieName,
  sessionCookieName,
} from "../../web/cookies.ts";
import type { Env } from "../../web/env.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Cookies } from "./pages.tsx";

/** What the portal keeps in a browser: charter article 6. */
export function cookiesRoutes({ config }: Deps, { respond, guards }: Web) {
  const secure = config.secureOrigin;
  const names = {
    session: sessionCookieName(secure),
    device: deviceCookieName(secure),
    challenge: challengeCookieName(secure),
    form: formCookieName(secure),
    lang: languageCookieName,
  };
  return new Hono<Env>().get(urls.cookies, guards.maybeSignedIn, (c) => {
    const { t } = c.var;
    return respond.page(c, { title: t("cookies:title"), main: <Cookies t={t} names={names} /> });
  });
}
