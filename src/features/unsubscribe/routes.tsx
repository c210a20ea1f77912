import { Hono } from "hono";
import { readUnsubscribeToken, unsubscribe } from "../../domain/unsubscribe.ts";
import type { Deps } from "../../platform/deps.ts";
import { clientOf } from "../../web/client.ts";
import type { Ctx, Env } from "../../web/env.ts";
import type { Web } from "../../web/web.ts";
import { Unsubscribe, Unsubscribed, Unusable } from "./pages.tsx";

const path = "/unsubscribe/:token";

/**
 * The link that every list ends with. The token alone is the key, for whoever holds the mail; reading changes nothing,
 * as programs that look at links do. Mail servers post here by themselves (RFC 8058): they are answered without a
 * redirection, whatever became of the account.
 */
export function unsubscribeRoutes(deps: Deps, { respond, guards }: Web) {
  const { seal, config } = deps;
  const { organisation } = config;
  const readToken = (c: Ctx) => readUnsubscribeToken(seal, c.req.param("token") ?? "");

  const unusable = (c: Ctx) => {
    const { t } = c.var;
    const main = <Unusable t={t} organisation={organisation} />;
    return respond.page(c, { title: t("unsubscribe:unusable.title"), status: 404, noindex: true, main });
  };

  return new Hono<Env>()
    .get(path, guards.maybeSignedIn, (c) => {
      const { t } = c.var;
      const wanted = readToken(c);
      if (!wanted) return unusable(c);
      const main = <Unsubscribe t={t} list={wanted.list} token={c.req.param("token")} organisation={organisation} />;
      return respond.page(c, { title: t("unsubscribe:ask.title"), noindex: true, main });
    })
    .post(path, guards.maybeSignedIn, (c) => {
      const { t } = c.var;
      const wanted = readToken(c);
      if (!wanted) return unusable(c);
      unsubscribe(deps, wanted, clientOf(c));
      const main = <Unsubscribed t={t} list={wanted.list} organisation={organisation} />;
      return respond.page(c, { title: t("unsubscribe:done.title"), noindex: true, main });
    });
}
