import { Hono } from "hono";
import { passwordFaultFor } from "../../domain/credentials.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { type Faults, formOf } from "../../web/forms.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { findInvitation, openAccount } from "./actions.ts";
import { ChoosePassword, Lapsed } from "./pages.tsx";
import { activationSchema } from "./schema.ts";

type Field = "password" | "charter";

export function activationRoutes(deps: Deps, { respond }: Web) {
  const { organisation } = deps.config;
  const path = "/activate/:token";

  const lapsed = (c: Ctx) =>
    respond.page(c, {
      title: c.var.t("activation:lapsedTitle"),
      status: 410,
      main: <Lapsed t={c.var.t} phone={organisation.phone} email={organisation.contactEmail} />,
    });

  const page = (c: Ctx, faults: Faults<Field>, ticked = false) => {
    const { t, language } = c.var;
    const token = c.req.param("token") ?? "";
    const invitee = findInvitation(deps, token);
    if (!invitee) return lapsed(c);
    return respond.page(c, {
      title: titleWith(t, t("activation:title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <ChoosePassword
          t={t}
          action={urls.activate(token)}
          name={invitee.firstNames}
          number={invitee.memberNumber ?? invitee.affiliateNumber ?? ""}
          until={longMoment(invitee.expiresAt * 1000, language)}
          faults={faults}
          ticked={ticked}
        />
      ),
    });
  };

  return new Hono<Env>()
    .get(path, (c) => page(c, {}))
    .post(
      path,
      formOf(activationSchema, (c, faults, typed) => {
        // A forgotten tick does not hide what is wrong with the password until the next try.
        const invitee = typed.password ? findInvitation(deps, c.req.param("token") ?? "") : undefined;
        const password = faults.password ?? (invitee && passwordFaultFor(deps, invitee, typed.password ?? ""));
        return page(c, { ...faults, ...(password && { password }) }, typed.charter === "on");
      }),
      async (c) => {
        const token = c.req.param("token");
        const { password } = c.req.valid("form");
        const invitee = findInvitation(deps, token);
        if (!invitee) return lapsed(c);
        const fault = passwordFaultFor(deps, invitee, password);
        if (fault) return page(c, { password: fault }, true);
        const { language, address } = c.var;
        const opened = await openAccount(deps, { token, password, language, address });
        return opened.ok ? respond.goTo(c, `${urls.login}?opened`) : lapsed(c);
      },
    );
}
