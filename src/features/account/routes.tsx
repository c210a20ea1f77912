import { Hono } from "hono";
import { findAccountHolder } from "../../domain/accounts.ts";
import { charterState } from "../../domain/charter-notices.ts";
import { findInvitee } from "../../domain/members.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { queryOf } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Account, Activity } from "./pages.tsx";
import { latestActs } from "./queries.ts";
import { activitySchema } from "./schema.ts";

const actsShown = 50;

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
            charter={charterState(deps, session)}
          />
        ),
      });
    })
    .get(
      urls.accountActivity,
      guards.signedIn,
      queryOf(activitySchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { before = Number.MAX_SAFE_INTEGER } = c.req.valid("query");
        const found = latestActs(db, sessionOf(c).memberId, before, actsShown + 1);
        const acts = found.slice(0, actsShown);
        const older = found.length > actsShown ? `${urls.accountActivity}?before=${acts.at(-1)!.sequence}` : undefined;
        const { phone } = config.organisation;
        return respond.page(c, {
          title: t("account:activity.title"),
          section: "account",
          main: <Activity t={t} language={language} acts={acts} older={older} phone={phone} />,
        });
      },
    );
}
