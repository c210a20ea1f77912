import { Hono } from "hono";
import { findAccountHolder } from "../../domain/accounts.ts";
import { charterStates } from "../../domain/charter-notices.ts";
import { findInvitee } from "../../domain/members.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { queryOf } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Account, Activity, Cases } from "./pages.tsx";
import { latestActs, latestCases } from "./queries.ts";
import { pageSchema } from "./schema.ts";

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
        const { before = Number.MAX_SAFE_INTEGER } = c.req.valid("query");
        const found = latestActs(db, sessionOf(c).memberId, before, actsShown + 1);
        const acts = found.slice(0, actsShown);
        const older = found.length > actsShown ? `${urls.accountActivity}?before=${acts.at(-1)!.sequence}` : undefined;
        return respond.page(c, {
          title: t("account:activity.title"),
          section: "account",
          main: <Activity t={t} language={language} acts={acts} older={older} organisation={config.organisation} />,
        });
      },
    )
    .get(
      urls.accountCases,
      guards.signedIn,
      queryOf(pageSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { before = Number.MAX_SAFE_INTEGER } = c.req.valid("query");
        const found = latestCases(deps, sessionOf(c).memberId, before, casesShown + 1);
        const cases = found.slice(0, casesShown);
        const older = found.length > casesShown ? `${urls.accountCases}?before=${cases.at(-1)!.number}` : undefined;
        const { phone } = config.organisation;
        return respond.page(c, {
          title: t("account:cases.title"),
          section: "account",
          main: <Cases t={t} language={language} cases={cases} older={older} phone={phone} />,
        });
      },
    );
}
