import { Hono } from "hono";
import { parisDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Env } from "../../web/env.ts";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Vitale } from "./pages.tsx";
import { createVitaleQueries } from "./queries.ts";
import { cardNames } from "./words.ts";

export function vitaleRoutes({ db, clock, config }: Deps, { respond, guards }: Web) {
  const queries = createVitaleQueries(db);
  const names = { fr: cardNames(tFor("fr")), en: cardNames(tFor("en")) };
  return new Hono<Env>().get(urls.vitale, guards.signedIn, (c) => {
    const { t, language } = c.var;
    const { memberId } = sessionOf(c);
    const bearers = queries.bearers(memberId, parisDay(clock()));
    const shown = bearers.filter(({ isShown }) => isShown === 1).map((bearer) => bearer.memberId);
    return respond.page(c, {
      title: t("vitale:title"),
      section: "dossier",
      main: (
        <Vitale
          words={{ t, language, organisation: config.organisation, names: names[language] }}
          memberId={memberId}
          bearers={bearers}
          declarations={queries.declarations(shown)}
          asOf={queries.asOf()}
        />
      ),
    });
  });
}
