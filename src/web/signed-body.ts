import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { z } from "zod";
import { clockTolerance } from "../domain/signed-posts.ts";
import { type Clock, seconds } from "../lib/clock.ts";
import type { Ctx } from "./env.ts";
import { header } from "./header.ts";
import { urls } from "./urls.ts";

/** Where other machines post JSON that they have signed: no browser comes here, so that no cookie nor form counts. */
const signedPaths: readonly string[] = [urls.mailBounces, urls.smsInbound];

/** True for a request whose signature stands in for the origin of a form. */
export function comesSigned(c: Ctx): boolean {
  return c.req.method === "POST" && signedPaths.includes(c.req.path);
}

/**
 * `status` of the answer to a body that is not taken: too large, not signed by who knows the secret or too long ago, no
 * such JSON. `digest`: of the body, by which the same one is known when it is sent again in time.
 */
type Signed<T> = { ok: true; value: T; digest: string } | { ok: false; status: 400 | 403 | 413 };

/**
 * Reads a JSON body signed as `X-Signature: sha256=<HMAC-SHA256 of the raw body, in hexadecimal>`. The signature is
 * checked before a character is read. One taken from the wire is good for some minutes: the caller takes it once.
 * @param most bytes; `schema`: with the moment of the post (`postedAt`) under `at`.
 */
export async function signedJson<S extends z.ZodType<{ at: number }>>(
  c: Ctx,
  { clock, secret, schema, most }: { clock: Clock; secret: string; schema: S; most: number },
): Promise<Signed<z.output<S>>> {
  const body = Buffer.from(await c.req.arrayBuffer());
  if (body.byteLength > most) return { ok: false, status: 413 };
  if (!isSignedWith(secret, body, header(c, "x-signature"))) return { ok: false, status: 403 };
  try {
    const json: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    const parsed = schema.safeParse(json);
    if (!parsed.success) return { ok: false, status: 400 };
    if (Math.abs(parsed.data.at - seconds(clock)) > clockTolerance) return { ok: false, status: 403 };
    return { ok: true, value: parsed.data, digest: createHash("sha256").update(body).digest("hex") };
  } catch {
    return { ok: false, status: 400 };
  }
}

function isSignedWith(secret: string, body: Buffer, signature: string | undefined): boolean {
  const [, given] = /^sha256=([\da-f]{64})$/i.exec(signature?.trim() ?? "") ?? [];
  const right = createHmac("sha256", secret).update(body).digest();
  return given !== undefined && timingSafeEqual(Buffer.from(given, "hex"), right);
}
