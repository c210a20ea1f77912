import type { Ctx } from "../../web/env.ts";

/**
 * True for the form that a mail server posts when its user presses “unsubscribe” (RFC 8058): it says nothing of where
 * it comes from, and has no cookie. The token of the address is the key.
 */
export function isOneClick(c: Ctx): boolean {
  return c.req.method === "POST" && /^\/unsubscribe\/[^/]+$/.test(c.req.path);
}
