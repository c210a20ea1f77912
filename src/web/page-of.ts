import type { Ctx } from "./env.ts";
import { urls } from "./urls.ts";

/** True for a request that changes nothing. */
export function isReading(c: Ctx): boolean {
  return c.req.method === "GET" || c.req.method === "HEAD";
}

/**
 * The page of a request, path and query: the one asked for, or the one on which the form stood that was sent. Undefined
 * when a browser does not tell that.
 */
export function pageOf(c: Ctx): string | undefined {
  const address = isReading(c) ? c.req.url : c.req.header("referer");
  if (!address || !URL.canParse(address)) return undefined;
  const { pathname, search } = new URL(address);
  return pathname + search;
}

/**
 * True when what is asked for follows the form of the sign-in: without a cookie of it, the browser refuses them.
 * @param origin of the portal: another site may have a page of the same name.
 */
export function followsSignIn(c: Ctx, origin: string): boolean {
  const referer = c.req.header("referer");
  if (!isReading(c) || !referer || !URL.canParse(referer)) return false;
  const from = new URL(referer);
  return from.origin === new URL(origin).origin && from.pathname === urls.login;
}

/** The path of what is asked for, as it stands in an address. */
export function ownPath(c: Ctx): string {
  return new URL(c.req.url).pathname;
}

/** A page without its query. */
export function pathOf(page: string): string {
  return page.split("?", 1)[0]!;
}
