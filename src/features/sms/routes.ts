import { Hono } from "hono";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { signedJson } from "../../web/signed-body.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { takeInbound } from "./actions.ts";
import { inboundSchema } from "./schema.ts";

const mostBytes = 4 * 1024;

/** For the gateway of text messages: a STOP that came back, and what became of each message. */
export function smsRoutes(deps: Deps, { respond }: Web) {
  const secret = deps.config.smsInboundSecret;
  return new Hono<Env>().post(urls.smsInbound, async (c) => {
    if (secret === undefined) return errorPage(c, respond, 404);
    const inbound = await signedJson(c, { clock: deps.clock, secret, schema: inboundSchema, most: mostBytes });
    if (!inbound.ok) return respond.text(c, "not taken", inbound.status);
    takeInbound(deps, inbound.value, inbound.digest);
    return respond.text(c, "ok");
  });
}
