import { Hono } from "hono";
import { findAccountHolder } from "../../domain/credentials.ts";
import { findInvitee } from "../../domain/members.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Account } from "./pages.tsx";

export function accountRoutes(deps: Deps, { respond, guards }: Web) {
  return new Hono<Env>().get(urls.account, guards.signedIn, (c) => {
    const { t } = c.var;
    const { memberId } = sessionOf(c);
    const [holder, person] = [findAccountHolder(deps, memberId), findInvitee(deps, memberId)];
    if (!holder || !person) return errorPage(c, respond, 404);
    const changed = c.req.query("changed") !== undefined;
    return respond.page(c, {
      title: t("account:title"),
      section: "account",
      main: <Account t={t} numbers={person} email={holder.email} changed={changed} />,
    });
  });
}
