import { Hono } from "hono";
import { findSetUp } from "../../domain/staff.ts";
import type { Deps } from "../../platform/deps.ts";
import { totpAddress } from "../../platform/totp.ts";
import { clientOf } from "../../web/client.ts";
import { addCookie, dropCookie, readCookie, staffCookieName } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { pathOf } from "../../web/page-of.ts";
import type { StaffWeb } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { safeNext, urls } from "../../web/urls.ts";
import { signInStaff, signOutStaff, useSetUpLink } from "./actions.ts";
import { SetUp, SetUpGone, StaffLogin, type StaffLoginNews } from "./pages.tsx";
import { setUpSchema, staffLoginSchema } from "./schema.ts";

type LoginField = "email" | "password" | "code" | "next";
type SetUpField = "password" | "code";

const news = ["expired", "out", "ready"] as const satisfies StaffLoginNews[];

export function staffSignInRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { config } = deps;
  const { organisation, secureOrigin: secure } = config;
  const cookieName = staffCookieName(secure);
  /** Within the back office alone: its sign-in leads to no page of members. */
  const nextOf = (text: string | undefined) => {
    const next = safeNext(text, config.origin);
    if (!next || !/^\/staff(?:[/?]|$)/.test(next)) return undefined;
    // The address of a form that came back with faults is that of no page.
    const page = guards.formPage(pathOf(next));
    return page === pathOf(next) ? next : page;
  };

  const loginPage = (c: Ctx, faults: Faults<LoginField>, typed: Typed<LoginField>) => {
    const told = Object.keys(c.req.query());
    return respond.page(c, {
      title: titleWith(c.var.t, c.var.t("staff:login.title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <StaffLogin t={c.var.t} faults={faults} typed={typed} news={news.find((name) => told.includes(name))} />,
    });
  };

  const gonePage = (c: Ctx) =>
    respond.page(c, { title: c.var.t("staff:setUp.goneTitle"), status: 410, main: <SetUpGone t={c.var.t} /> });

  const setUpPage = (c: Ctx, faults: Faults<SetUpField>) => {
    const token = c.req.param("token") ?? "";
    const found = findSetUp(deps, token);
    if (!found) return gonePage(c);
    const { email, secret } = found;
    return respond.page(c, {
      title: titleWith(c.var.t, c.var.t("staff:setUp.title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <SetUp
          t={c.var.t}
          action={urls.staffSetUp(token)}
          email={email}
          secret={secret}
          address={totpAddress(secret, { issuer: `${c.var.t("staff:brand")} ${organisation.name}`, label: email })}
          faults={faults}
        />
      ),
    });
  };

  return new Hono<Env>()
    .get(urls.staffLogin, guards.maybe, (c) => {
      const next = nextOf(c.req.query("next"));
      if (c.var.staff) return respond.goTo(c, next ?? urls.staff);
      return loginPage(c, {}, next === undefined ? {} : { next });
    })
    .post(urls.staffLogin, formOf(staffLoginSchema, loginPage), async (c) => {
      const { next, ...form } = c.req.valid("form");
      const signedIn = await signInStaff(deps, { ...form, address: c.var.address, client: clientOf(c) });
      if (signedIn.outcome === "tooMany") return errorPage(c, respond, 429, signedIn.waitSeconds);
      if (signedIn.outcome === "refused")
        return loginPage(c, { email: "staffRefused" }, { email: form.email, ...(next === undefined ? {} : { next }) });
      // Strict: a link on another site opens no page of the back office, not even to look.
      addCookie(c, cookieName, signedIn.cookie, { secure, sameSite: "Strict" });
      return respond.goTo(c, nextOf(next) ?? urls.staff);
    })
    .post(urls.staffLogout, (c) => {
      const cookie = readCookie(c, cookieName);
      if (cookie) signOutStaff(deps, cookie);
      dropCookie(c, cookieName, secure);
      return respond.goTo(c, `${urls.staffLogin}?out`);
    })
    .get("/staff/set-up/:token", (c) => setUpPage(c, {}))
    .post("/staff/set-up/:token", formOf(setUpSchema, setUpPage), async (c) => {
      const used = await useSetUpLink(deps, { token: c.req.param("token"), ...c.req.valid("form") });
      if (used.ok) return respond.goTo(c, `${urls.staffLogin}?ready`);
      return used.fault === "link" ? gonePage(c) : setUpPage(c, { code: "appCodeRefused" });
    });
}
