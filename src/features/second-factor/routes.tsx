import { Hono } from "hono";
import { isFresh } from "../../domain/reauthentication.ts";
import { countRecoveryCodes, listFactors } from "../../domain/second-factors.ts";
import type { Deps } from "../../platform/deps.ts";
import { passkeySite } from "../../platform/passkeys.ts";
import { clientOf } from "../../web/client.ts";
import { addCookie, challengeCookieName, dropCookie, readCookie } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { AddPasskey, AddTotp, RecoveryCodes, Settings, type SettingsNews } from "./pages.tsx";
import { codeSchema, passkeySchema } from "./schema.ts";
import {
  addMailCode,
  beginPasskey,
  beginTotp,
  confirmPasskey,
  confirmTotp,
  hideRecoveryCodes,
  passkeySetup,
  removeFactor,
  renewRecoveryCodes,
  shownRecoveryCodes,
  totpSetup,
} from "./setup-actions.ts";

const allNews: SettingsNews[] = ["added", "removed", "lapsed", "kept"];

/** Where members add a second step to their sign-in, and take it away. */
export function secondFactorRoutes(deps: Deps, { respond, guards }: Web) {
  const { config } = deps;
  const { signedIn, recentlyConfirmed } = guards;
  const secure = config.secureOrigin;
  const cookieName = challengeCookieName(secure);
  const tokenOf = (c: Ctx) => readCookie(c, cookieName);

  const settings = (c: Ctx, news?: SettingsNews) =>
    respond.goTo(c, news ? `${urls.accountSecondFactor}?${news}` : urls.accountSecondFactor);

  /** On to the next page of a set-up, or back when it cannot be begun. */
  const begin = (c: Ctx, token: string | undefined, page: string) => {
    if (token === undefined) return settings(c);
    addCookie(c, cookieName, token, { secure });
    return respond.goTo(c, page);
  };

  /** After a change: the recovery codes when it made some, else the list. */
  const changed = (c: Ctx, codesToken: string | undefined) => {
    if (codesToken !== undefined) return begin(c, codesToken, urls.recoveryCodes);
    if (tokenOf(c) !== undefined) dropCookie(c, cookieName, secure);
    return settings(c, "added");
  };

  const totpPage = (c: Ctx, faults: Faults<"code">) => {
    const { t } = c.var;
    const setup = totpSetup(deps, sessionOf(c), tokenOf(c));
    if (!setup) return settings(c, "lapsed");
    return respond.page(c, {
      title: titleWith(t, t("second-factor:totp.title"), faults),
      section: "account",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <AddTotp t={t} {...setup} faults={faults} />,
    });
  };

  const passkeyPage = (c: Ctx, refused: boolean) => {
    const { t } = c.var;
    const options = passkeySetup(deps, sessionOf(c), tokenOf(c));
    if (!options) return settings(c, "lapsed");
    return respond.page(c, {
      title: titleWith(t, t("second-factor:passkey.title"), refused ? { credential: "passkeyRefused" } : {}),
      section: "account",
      status: refused ? 422 : 200,
      script: "passkey.js",
      main: <AddPasskey t={t} options={options} refused={refused} />,
    });
  };

  return new Hono<Env>()
    .get(urls.accountSecondFactor, signedIn, (c) => {
      const { t, language } = c.var;
      const session = sessionOf(c);
      const query = c.req.query();
      return respond.page(c, {
        title: t("second-factor:title"),
        section: "account",
        main: (
          <Settings
            t={t}
            language={language}
            factors={listFactors(deps, session.accountId)}
            codesLeft={countRecoveryCodes(deps, session.accountId)}
            isFresh={isFresh(deps, session)}
            canHavePasskeys={passkeySite(config.origin) !== undefined}
            news={allNews.find((name) => name in query)}
          />
        ),
      });
    })
    .post(urls.totpStart, signedIn, recentlyConfirmed, (c) => begin(c, beginTotp(deps, sessionOf(c)), urls.totp))
    .get(urls.totp, signedIn, recentlyConfirmed, (c) => totpPage(c, {}))
    .post(urls.totp, signedIn, recentlyConfirmed, formOf(codeSchema, totpPage), (c) => {
      const done = confirmTotp(deps, sessionOf(c), tokenOf(c), c.req.valid("form").code);
      if (done.ok) return changed(c, done.value.codesToken);
      return done.fault === "refused" ? totpPage(c, { code: "appCodeRefused" }) : settings(c, "lapsed");
    })
    .post(urls.passkeysStart, signedIn, recentlyConfirmed, (c) =>
      begin(c, beginPasskey(deps, sessionOf(c)), urls.passkeys),
    )
    .get(urls.passkeys, signedIn, recentlyConfirmed, (c) => passkeyPage(c, false))
    .post(
      urls.passkeys,
      signedIn,
      recentlyConfirmed,
      formOf(passkeySchema, (c) => passkeyPage(c, true)),
      async (c) => {
        const given = { answer: c.req.valid("form").credential, label: clientOf(c).label };
        const done = await confirmPasskey(deps, sessionOf(c), tokenOf(c), given);
        if (done.ok) return changed(c, done.value.codesToken);
        return done.fault === "refused" ? passkeyPage(c, true) : settings(c, "lapsed");
      },
    )
    .post(urls.mailCode, signedIn, recentlyConfirmed, (c) => changed(c, addMailCode(deps, sessionOf(c)).codesToken))
    .post(urls.recoveryCodes, signedIn, recentlyConfirmed, (c) =>
      begin(c, renewRecoveryCodes(deps, sessionOf(c)), urls.recoveryCodes),
    )
    .get(urls.recoveryCodes, signedIn, recentlyConfirmed, (c) => {
      const { t } = c.var;
      const codes = shownRecoveryCodes(deps, sessionOf(c), tokenOf(c));
      if (!codes) return settings(c);
      const { serviceName, name } = config.organisation;
      return respond.page(c, {
        title: t("second-factor:codes.pageTitle"),
        section: "account",
        main: <RecoveryCodes t={t} codes={codes} service={`${serviceName} ${name}`} />,
      });
    })
    .post(urls.recoveryCodesKept, signedIn, (c) => {
      hideRecoveryCodes(deps, sessionOf(c), tokenOf(c));
      if (tokenOf(c) !== undefined) dropCookie(c, cookieName, secure);
      return settings(c, "kept");
    })
    .post("/account/second-factor/:id/remove", signedIn, recentlyConfirmed, (c) => {
      if (!removeFactor(deps, sessionOf(c), c.req.param("id"))) return errorPage(c, respond, 404);
      return settings(c, "removed");
    });
}
