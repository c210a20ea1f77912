import { Hono } from "hono";
import { bouncedAddressOf } from "../../domain/bounced-addresses.ts";
import { countOpenRequests } from "../../domain/card-requests.ts";
import { countUnread } from "../../domain/threads.ts";
import { visibleSince } from "../../domain/visible-since.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Dashboard } from "./pages.tsx";
import { latestPayments } from "./queries.ts";

const paymentsShown = 5;

export function dashboardRoutes({ db, clock, config }: Deps, { respond, guards }: Web) {
  return new Hono<Env>().get(urls.dashboard, guards.signedIn, (c) => {
    const { t, language } = c.var;
    const { memberId, accountId, firstNames } = sessionOf(c);
    const payments = latestPayments(db, memberId, visibleSince(clock), paymentsShown);
    const title = t("dashboard:title", { name: firstNames.split(" ")[0]! });
    return respond.page(c, {
      title,
      section: "dashboard",
      main: (
        <Dashboard
          t={t}
          language={language}
          title={title}
          organisation={config.organisation.name}
          payments={payments}
          lateness={c.get("lateness")?.()}
          unread={countUnread(db, memberId)}
          cards={countOpenRequests({ db }, memberId)}
          bounced={bouncedAddressOf({ db, clock }, accountId)}
        />
      ),
    });
  });
}
