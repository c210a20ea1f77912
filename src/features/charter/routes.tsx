import { Hono } from "hono";
import { currentCharter } from "../../domain/charter.ts";
import { longDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { CharterText } from "./pages.tsx";

export function charterRoutes({ db }: Deps, { respond, guards }: Web) {
  return new Hono<Env>().get(urls.charter, guards.maybeSignedIn, (c) => {
    const { t, language } = c.var;
    const { number, effectiveOn, text } = currentCharter(db);
    const version = t("charter.version", { number, day: longDay(effectiveOn, language) });
    return respond.page(c, { title: t("charter.title"), main: <CharterText t={t} text={text} version={version} /> });
  });
}
