import { Hono } from "hono";
import { listDevices } from "../../domain/devices.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { revoke, revokeOthers } from "./actions.ts";
import { Devices } from "./pages.tsx";
import { openSessions } from "./queries.ts";

export function devicesRoutes(deps: Deps, { respond, guards }: Web) {
  return new Hono<Env>()
    .get(urls.accountDevices, guards.signedIn, (c) => {
      const { t, language } = c.var;
      const { id, accountId, deviceId } = sessionOf(c);
      const query = c.req.query();
      return respond.page(c, {
        title: t("devices:title"),
        section: "account",
        main: (
          <Devices
            t={t}
            language={language}
            sessions={openSessions(deps, accountId)}
            current={id}
            devices={listDevices(deps, accountId)}
            currentDevice={deviceId}
            news={"ended" in query ? "ended" : "others" in query ? "othersEnded" : undefined}
          />
        ),
      });
    })
    .post(urls.revokeOthers, guards.signedIn, (c) => {
      revokeOthers(deps, sessionOf(c));
      return respond.goTo(c, `${urls.accountDevices}?others`);
    })
    .post("/account/devices/:id/revoke", guards.signedIn, (c) => {
      if (!revoke(deps, sessionOf(c), c.req.param("id"))) return errorPage(c, respond, 404);
      // Whoever ends the session they look from is led to the sign-in by the next page.
      return respond.goTo(c, `${urls.accountDevices}?ended`);
    });
}
