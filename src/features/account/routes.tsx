import { Hono } from "hono";
import { findAccountHolder } from "../../domain/accounts.ts";
import { charterStates } from "../../domain/charter-notices.ts";
import { findInvitee } from "../../domain/members.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { queryOf } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { cutPage, pageSchema } from "../../web/paging.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Account, Activity, Cases } from "./pages.tsx";
import { latestActs, latestCases } from "./queries.ts";

const actsShown = 50;
const casesShown = 20;

export function accountRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, config } = deps;
  return new Hono<Env>()
    .get(urls.account, guards.signedIn, (c) => {
      const { t, language } = c.var;
      const session = sessionOf(c);
      const { memberId } = session;
      const [holder, person] = [findAccountHolder(deps, memberId), findInvitee(deps, memberId)];
      if (!holder || !person) return errorPage(c, respond, 404);
      const changed = c.req.query("changed") !== undefined;
      return respond.page(c, {
        title: t("account:title"),
        section: "account",
        main: (
          <Account
            t={t}
            numbers={person}
            email={holder.email}
            changed={changed}
            language={language}
            charters={charterStates(deps, session)}
          />
        ),
      });
    })
    .get(
      urls.accountActivity,
      guards.signedIn,
      queryOf(pageSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { before } = c.req.valid("query");
        const found = latestActs(db, sessionOf(c).memberId, before, actsShown + 1);
        const { rows, older } = cutPage(found, actsShown, (act) => `${urls.accountActivity}?before=${act.sequence}`);
        return respond.page(c, {
          title: t("account:activity.title"),
          section: "account",
          main: <Activity t={t} language={language} acts={rows} older={older} organisation={config.organisation} />,
        });
      },
    )
    .get(
      urls.accountCases,
      guards.signedIn,
      queryOf(pageSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { before } = c.req.valid("query");
        const found = latestCases(deps, sessionOf(c).memberId, before, casesShown + 1);
        const { rows, older } = cutPage(found, casesShown, ({ number }) => `${urls.accountCases}?before=${number}`);
        const { phone } = config.organisation;
        return respond.page(c, {
          title: t("account:cases.title"),
          section: "account",
          main: <Cases t={t} language={language} cases={rows} older={older} phone={phone} />,
        });
      },
    );
}
