import { Hono } from "hono";
import { type OpeningField, openingFaults, readOpening } from "../../domain/account-form.ts";
import { passwordFaultFor } from "../../domain/credentials.ts";
import {
  cancelRegistration,
  confirmRegistration,
  findRegistration,
  isLapsedLink,
  type Registration,
} from "../../domain/registration-links.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { findInvitation, type Invited, openAccount } from "./actions.ts";
import { ChoosePassword, Confirm, Lapsed } from "./pages.tsx";
import { activationSchema } from "./schema.ts";

type Shown = { faults: Faults<OpeningField>; typed: Typed<OpeningField> };

const untouched: Shown = { faults: {}, typed: {} };

export function activationRoutes(deps: Deps, { respond }: Web) {
  const { organisation } = deps.config;
  const path = "/activate/:token";
  const tokenOf = (c: Ctx) => c.req.param("token") ?? "";

  const lapsed = (c: Ctx) => {
    const token = tokenOf(c);
    const renew = isLapsedLink(deps, token) ? urls.renewLink(token) : undefined;
    return respond.page(c, {
      title: c.var.t("activation:lapsedTitle"),
      status: 410,
      main: <Lapsed t={c.var.t} phone={organisation.phone} renew={renew} />,
    });
  };

  const choosePage = (c: Ctx, invited: Invited, { faults, typed }: Shown) => {
    const { t, language } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("activation:title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <ChoosePassword
          t={t}
          organisation={organisation.name}
          action={urls.activate(tokenOf(c))}
          name={invited.firstNames}
          number={invited.memberNumber ?? invited.affiliateNumber ?? ""}
          until={longMoment(invited.expiresAt * 1000, language)}
          isMinor={invited.isMinor}
          faults={faults}
          typed={typed}
        />
      ),
    });
  };

  const confirmPage = (c: Ctx, { requestedAt, expiresAt, isMinor }: Registration) => {
    const { t, language } = c.var;
    const token = tokenOf(c);
    return respond.page(c, {
      title: t("activation:confirm.title"),
      main: (
        <Confirm
          t={t}
          action={urls.activate(token)}
          cancel={urls.cancelRegistration(token)}
          asked={longMoment(requestedAt * 1000, language)}
          until={longMoment(expiresAt * 1000, language)}
          isMinor={isMinor}
        />
      ),
    });
  };

  /** What the fields say together; a forgotten tick does not hide what is wrong with the password until the next try. */
  const furtherFaults = (invited: Invited, typed: Typed<OpeningField>): Faults<OpeningField> => {
    const password = typed.password && passwordFaultFor(deps, invited, typed.password);
    const owner = { isMinor: invited.isMinor, email: invited.email ?? undefined };
    return { ...openingFaults(typed, owner), ...(password && { password }) };
  };

  return new Hono<Env>()
    .get(path, (c) => {
      const registration = findRegistration(deps, tokenOf(c));
      if (registration) return confirmPage(c, registration);
      const invited = findInvitation(deps, tokenOf(c));
      return invited ? choosePage(c, invited, untouched) : lapsed(c);
    })
    .post(
      path,
      (c, next) => {
        // A registration of one's own: the button sends no field.
        if (!findRegistration(deps, tokenOf(c))) return next();
        const confirmed = confirmRegistration(deps, tokenOf(c));
        if (!confirmed.ok) return Promise.resolve(lapsed(c));
        const done = confirmed.value === "active" ? `${urls.login}?confirmed` : `${urls.register}?awaiting`;
        return Promise.resolve(respond.goTo(c, done));
      },
      formOf(activationSchema, (c, faults, typed) => {
        const invited = findInvitation(deps, tokenOf(c));
        if (!invited) return lapsed(c);
        return choosePage(c, invited, { faults: { ...furtherFaults(invited, typed), ...faults }, typed });
      }),
      async (c) => {
        const token = tokenOf(c);
        const typed = c.req.valid("form");
        const invited = findInvitation(deps, token);
        if (!invited) return lapsed(c);
        const faults = furtherFaults(invited, typed);
        if (Object.keys(faults).length > 0) return choosePage(c, invited, { faults, typed });
        const { language, address } = c.var;
        const choice = { ...readOpening(typed, invited.isMinor), token, password: typed.password, language, address };
        const opened = await openAccount(deps, choice);
        if (!opened.ok) return lapsed(c);
        return respond.goTo(c, opened.value === "active" ? `${urls.login}?opened` : `${urls.register}?awaiting`);
      },
    )
    .post("/activate/:token/cancel", (c) =>
      cancelRegistration(deps, tokenOf(c)) ? respond.goTo(c, `${urls.register}?cancelled`) : lapsed(c),
    );
}
