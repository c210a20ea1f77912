import { Hono } from "hono";
import { takeBounce } from "../../domain/bounces.ts";
import { takeOnce } from "../../domain/signed-posts.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { signedJson } from "../../web/signed-body.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { bounceSchema } from "./schema.ts";

const mostBytes = 16 * 1024;

/** For the mail service that tells which mails came back. One that is told again adds nothing. */
export function bouncesRoutes(deps: Deps, { respond }: Web) {
  const secret = deps.config.mailBounceSecret;
  return new Hono<Env>().post(urls.mailBounces, async (c) => {
    if (secret === undefined) return errorPage(c, respond, 404);
    const bounce = await signedJson(c, { clock: deps.clock, secret, schema: bounceSchema, most: mostBytes });
    if (!bounce.ok) return respond.text(c, "not taken", bounce.status);
    const { status = "", messageId, at, ...rest } = bounce.value;
    const taken = write(deps.db, () =>
      takeOnce(deps, bounce.digest) ? takeBounce(deps, { ...rest, status, messageId }, "signed", at) : "known",
    );
    return respond.text(c, taken);
  });
}
