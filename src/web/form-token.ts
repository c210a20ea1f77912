import { timingSafeEqual } from "node:crypto";
import { newToken } from "../platform/tokens.ts";
import { addCookie, formCookieName, readCookie } from "./cookies.ts";
import type { Ctx } from "./env.ts";
import { header } from "./header.ts";

/**
 * Browsers say where a form comes from: Sec-Fetch-Site, Origin. Text browsers and old ones only send the Referer, and
 * lynx leaves it out when the page has a query. There, for them, each form carries the value of a cookie, which no
 * other site can read.
 */
const field = "formToken";

/** Puts the token in the forms of a page with a query, for a browser that will not say where they come from. */
export function withFormToken(c: Ctx, page: string, secure: boolean): string {
  const says = header(c, "sec-fetch-site") ?? header(c, "origin");
  if (says !== undefined || !c.req.url.includes("?") || !page.includes('method="post"')) return page;
  const name = formCookieName(secure);
  let token = readCookie(c, name);
  if (!token || !/^[\w-]{43}$/.test(token)) {
    token = newToken();
    addCookie(c, name, token, { secure });
  }
  return page.replace(/<form [^>]*method="post"[^>]*>/g, `$&<input type="hidden" name="${field}" value="${token}">`);
}

/** True when a posted form carries the token of this browser. */
export async function carriesFormToken(c: Ctx, secure: boolean): Promise<boolean> {
  const cookie = readCookie(c, formCookieName(secure));
  if (!cookie) return false;
  const body = new TextDecoder().decode(await c.req.arrayBuffer());
  const given = new URLSearchParams(body).get(field) ?? "";
  return given.length === cookie.length && timingSafeEqual(Buffer.from(given), Buffer.from(cookie));
}
