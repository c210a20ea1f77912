import { Hono } from "hono";
import { keptAfterDeletion } from "../../domain/retention.ts";
import type { Deps } from "../../platform/deps.ts";
import { challengeCookieName, deviceCookieName, dropCookie, sessionCookieName } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { deleteOwnAccount } from "./actions.ts";
import { DeleteAccount, type DeletionField } from "./pages.tsx";
import { deleteSchema } from "./schema.ts";

/** The end of an account, at any moment and without a reason: charter article 9. */
export function deletionRoutes(deps: Deps, { respond, guards }: Web) {
  const { clock } = deps;
  const secure = deps.config.secureOrigin;

  const page = (c: Ctx, faults: Faults<DeletionField>, typed: Typed<DeletionField>) => {
    const { t, language } = c.var;
    const kept = keptAfterDeletion(clock);
    return respond.page(c, {
      title: titleWith(t, t("deletion:title"), faults),
      section: "account",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <DeleteAccount t={t} language={language} kept={kept} faults={faults} typed={typed} />,
    });
  };

  return new Hono<Env>()
    .get(urls.accountDelete, guards.signedIn, (c) => page(c, {}, {}))
    .post(urls.accountDelete, guards.signedIn, formOf(deleteSchema, page), async (c) => {
      const { password, confirm } = c.req.valid("form");
      const deleted = await deleteOwnAccount(deps, { session: sessionOf(c), password, address: c.var.address });
      if (deleted.ok) {
        for (const name of [sessionCookieName, deviceCookieName, challengeCookieName])
          dropCookie(c, name(secure), secure);
        return respond.goTo(c, `${urls.login}?deleted`);
      }
      switch (deleted.fault) {
        case "tooMany":
          return errorPage(c, respond, 429, deleted.waitSeconds);
        case "ended":
          return respond.goTo(c, urls.loginThen(urls.accountDelete));
        case "refused":
          return page(c, { password: "currentPasswordWrong" }, { confirm });
      }
    });
}
