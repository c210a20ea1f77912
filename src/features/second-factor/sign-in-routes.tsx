import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import { clientOf } from "../../web/client.ts";
import { challengeCookieName, dropCookie, readCookie } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf } from "../../web/forms.ts";
import { followsSignIn } from "../../web/page-of.ts";
import { letIn } from "../../web/sign-in.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { safeNext, urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { findPending, findTotp, hasMailCode } from "./queries.ts";
import { nextSchema, signInCodeSchema, signInPasskeySchema } from "./schema.ts";
import { passkeyRequest, sendMailCode, signInWithCode, signInWithPasskey } from "./sign-in-actions.ts";
import { SecondFactor } from "./sign-in-pages.tsx";

/** The second step of a sign-in, after the right password. */
export function signInSecondFactorRoutes(deps: Deps, { respond }: Web) {
  const { config } = deps;
  const cookieName = challengeCookieName(config.secureOrigin);
  const nextOf = (text: string | undefined) => safeNext(text, config.origin);
  const giverOf = (c: Ctx) => ({
    token: readCookie(c, cookieName) ?? "",
    address: c.var.address,
    client: clientOf(c),
  });

  const page = (c: Ctx, faults: Faults<"code" | "next">, next: string | undefined) => {
    const { t } = c.var;
    const pending = findPending(deps, readCookie(c, cookieName));
    if (!pending) return over(c, next);
    const { accountId } = pending.holder;
    const passkeyOptions = passkeyRequest(deps, pending);
    return respond.page(c, {
      title: titleWith(t, t("second-factor:signIn.title"), faults),
      status: Object.keys(faults).length > 0 ? 422 : 200,
      script: passkeyOptions && "passkey.js",
      main: (
        <SecondFactor
          t={t}
          has={{ totp: findTotp(deps, accountId) !== undefined, mail: hasMailCode(deps, accountId) }}
          passkeyOptions={passkeyOptions}
          faults={faults}
          next={nextOf(next)}
          wasSent={c.req.method === "GET" && c.req.query("sent") !== undefined}
          phone={config.organisation.phone}
        />
      ),
    });
  };

  /** No challenge any more: the sign-in begins anew. */
  const over = (c: Ctx, next: string | undefined) => {
    const challenge = readCookie(c, cookieName);
    if (challenge !== undefined) dropCookie(c, cookieName, config.secureOrigin);
    else if (followsSignIn(c, config.origin)) {
      return respond.goTo(c, urls.loginWithoutCookie(nextOf(next) ?? urls.dashboard));
    }
    return respond.goTo(c, urls.loginOver(nextOf(next)));
  };

  type Answered = Awaited<ReturnType<typeof signInWithCode>>;
  const answer = async (c: Ctx, answered: Answered, faults: Faults<"code">, next: string | undefined) => {
    switch (answered.outcome) {
      case "open":
        await letIn(c, deps, answered.cookies);
        return respond.goTo(c, nextOf(next) ?? urls.dashboard);
      case "refused":
        return page(c, faults, next);
      case "over":
        return over(c, next);
      case "tooMany":
        return errorPage(c, respond, 429, answered.waitSeconds);
    }
  };

  return new Hono<Env>()
    .get(urls.loginSecondFactor, (c) => page(c, {}, c.req.query("next")))
    .post(
      urls.loginSecondFactor,
      formOf(signInCodeSchema, (c, faults, typed) => page(c, faults, typed.next)),
      async (c) => {
        const { code, next } = c.req.valid("form");
        return answer(c, await signInWithCode(deps, giverOf(c), code), { code: "codeRefused" }, next);
      },
    )
    .post(
      urls.loginPasskey,
      formOf(signInPasskeySchema, (c, _, typed) => page(c, { code: "passkeyRefused" }, typed.next)),
      async (c) => {
        const { credential, next } = c.req.valid("form");
        return answer(c, await signInWithPasskey(deps, giverOf(c), credential), { code: "passkeyRefused" }, next);
      },
    )
    .post(
      urls.loginMailCode,
      formOf(nextSchema, (c) => page(c, {}, undefined)),
      (c) => {
        const next = nextOf(c.req.valid("form").next);
        const sent = sendMailCode(deps, readCookie(c, cookieName) ?? "");
        if (sent.outcome === "over") return over(c, next);
        if (sent.outcome === "tooMany") return errorPage(c, respond, 429, sent.waitSeconds);
        return respond.goTo(c, urls.secondFactorSent(next));
      },
    );
}
