import { Hono } from "hono";
import { bouncedAddressOf } from "../../domain/bounced-addresses.ts";
import { countOpenRequests } from "../../domain/card-requests.ts";
import { openChanges, usageOf } from "../../domain/changes.ts";
import { countUnread, countWaiting } from "../../domain/threads.ts";
import { visibleSince } from "../../domain/visible-since.ts";
import { parisDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Dashboard } from "./pages.tsx";
import { createDashboardQueries } from "./queries.ts";
import { fileAlerts } from "./rules.ts";

const paymentsShown = 5;

export function dashboardRoutes({ db, clock, config, seal }: Deps, { respond, guards }: Web) {
  const queries = createDashboardQueries(db);
  return new Hono<Env>().get(urls.dashboard, guards.signedIn, (c) => {
    const { t, language } = c.var;
    const { memberId, accountId, firstNames } = sessionOf(c);
    const payments = queries.latestPayments(memberId, visibleSince(clock), paymentsShown);
    const today = parisDay(clock());
    const facts = queries.fileFacts(memberId, today);
    const changes = openChanges({ db, clock, seal }, memberId);
    const title = t("dashboard:title", { name: firstNames.split(" ")[0]! });
    return respond.page(c, {
      title,
      section: "dashboard",
      main: (
        <Dashboard
          t={t}
          language={language}
          title={title}
          organisation={config.organisation}
          payments={payments}
          lateness={c.get("lateness")?.()}
          unread={countUnread(db, memberId)}
          requests={{
            changes,
            cards: countOpenRequests({ db }, memberId),
            messages: countWaiting(db, memberId),
          }}
          alerts={
            facts
              ? fileAlerts(
                  facts,
                  changes.map(({ content }) => usageOf(content)),
                  today,
                )
              : []
          }
          bounced={bouncedAddressOf({ db, clock }, accountId)}
        />
      ),
    });
  });
}
