import { Hono } from "hono";
import { findAccountHolder } from "../../domain/accounts.ts";
import { countUse } from "../../domain/throttle.ts";
import type { Deps } from "../../platform/deps.ts";
import { deviceCookieName, dropCookie, readCookie, sessionCookieName } from "../../web/cookies.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { canFreeze, freezeByLink, freezeOwn, openAudit, type Report } from "./actions.ts";
import { confirmation, isConfirmed } from "./confirmation.ts";
import { justFrozen, rememberFreeze } from "./double-click.ts";
import { AuditOpen, Freeze, FreezeLapsed, Frozen, Help, type ReportField, Sent } from "./pages.tsx";
import { reportSchema, shownSchema } from "./schema.ts";

/** Lost or disclosed credentials, phishing: for visitors and for who is signed in. */
export function helpRoutes(deps: Deps, { respond, guards }: Web) {
  const { config, deferred } = deps;
  const { organisation, secureOrigin: secure } = config;
  const freezePath = "/help/credentials/freeze/:token";

  const helpPage = (c: Ctx, faults: Faults<ReportField>, typed: Typed<ReportField>, ended = false) => {
    const { t, session } = c.var;
    const title = titleWith(t, t("help:title"), faults);
    const form = { t, signedIn: session !== undefined, faults, typed };
    return respond.page(c, {
      title,
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <Help {...form} organisation={organisation} ended={ended} />,
    });
  };

  const emptyForm = (c: Ctx) => {
    const { session } = c.var;
    const email = session && findAccountHolder(deps, session.memberId)?.email;
    return helpPage(c, {}, { email, ...draftOf(c, ["kind", "email", "message"]) });
  };

  const frozenPage = (c: Ctx, number: number) => {
    const { t } = c.var;
    const main = <Frozen t={t} number={number} phone={organisation.phone} />;
    return respond.page(c, { title: t("help:frozen.title"), main });
  };

  const lapsedPage = (c: Ctx) => {
    const { t } = c.var;
    const main = <FreezeLapsed t={t} phone={organisation.phone} />;
    return respond.page(c, { title: t("help:lapsed.title"), status: 410, main });
  };

  /** A link that has just blocked the account leads to what it has done, as often as it is clicked. */
  const frozenBefore = (c: Ctx, token: string) => {
    const number = justFrozen(deps, token);
    return number === undefined ? lapsedPage(c) : respond.goTo(c, confirmation(deps, "frozen", number));
  };

  const signInCookiesOf = (c: Ctx) =>
    [sessionCookieName, deviceCookieName].flatMap((name) => readCookie(c, name(secure)) ?? []);

  return new Hono<Env>()
    .get(
      urls.helpCredentials,
      guards.maybeSignedIn,
      queryOf(shownSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t } = c.var;
        const { sent, frozen, audit, mark } = c.req.valid("query");
        if (frozen !== undefined && isConfirmed(deps, "frozen", frozen, mark)) return frozenPage(c, frozen);
        if (audit !== undefined && isConfirmed(deps, "audit", audit, mark))
          return respond.page(c, { title: t("help:audit.title"), main: <AuditOpen t={t} number={audit} /> });
        if (sent === undefined) return emptyForm(c);
        return respond.page(c, { title: t("help:sent.title"), main: <Sent t={t} phone={organisation.phone} /> });
      },
    )
    .post(
      urls.helpCredentials,
      guards.maybeSignedIn,
      formOf(reportSchema, (c, faults, typed) => helpPage(c, faults, typed)),
      (c) => {
        const { session, language, address } = c.var;
        const { kind, identifier, email, message } = c.req.valid("form");
        const report: Report = { kind, identifier: identifier || undefined, email, message, language };
        if (session && kind === "lost") {
          const number = freezeOwn(deps, session, { ...report, identifier: undefined });
          if (number === undefined) return respond.goTo(c, urls.login);
          for (const cookie of signInCookiesOf(c)) rememberFreeze(deps, cookie, number);
          dropCookie(c, sessionCookieName(secure), secure);
          dropCookie(c, deviceCookieName(secure), secure);
          return respond.goTo(c, confirmation(deps, "frozen", number));
        }
        const before = session || kind !== "lost" ? [] : signInCookiesOf(c).map((cookie) => justFrozen(deps, cookie));
        const number = before.find((known) => known !== undefined);
        if (number !== undefined) return respond.goTo(c, confirmation(deps, "frozen", number));
        // Whoever thinks to be signed in and is not any more has not been asked who they are.
        const ended = !session && readCookie(c, sessionCookieName(secure)) !== undefined;
        if (ended && !report.identifier) return helpPage(c, { identifier: "required" }, { kind, email, message }, true);
        const waitSeconds = countUse(deps, "reportAddress", session ? session.accountId : address);
        if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
        if (session) {
          const number = openAudit(deps, session, { ...report, identifier: undefined });
          return respond.goTo(c, confirmation(deps, "audit", number));
        }
        // Known or not, the number is looked at after the answer.
        deferred.add("credentials.reported", JSON.stringify(report));
        return respond.goTo(c, `${urls.helpCredentials}?sent`);
      },
    )
    .get(freezePath, (c) => {
      const { t } = c.var;
      const token = c.req.param("token");
      if (!canFreeze(deps, token)) return frozenBefore(c, token);
      return respond.page(c, { title: t("help:freeze.title"), main: <Freeze t={t} action={urls.freeze(token)} /> });
    })
    .post(freezePath, (c) => {
      const token = c.req.param("token");
      const frozen = freezeByLink(deps, token);
      if (frozen.ok) rememberFreeze(deps, token, frozen.value);
      return frozenBefore(c, token);
    });
}
