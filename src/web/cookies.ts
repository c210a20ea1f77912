import { parse, serialize } from "hono/utils/cookie";
import type { Ctx } from "./env.ts";
import { header } from "./header.ts";

export function readCookie(c: Ctx, name: string): string | undefined {
  const text = header(c, "cookie");
  return text ? parse(text, name)[name] : undefined;
}

type CookieOptions = { secure: boolean; maxAge?: number; httpOnly?: boolean };

/** Adds a cookie to the answer: whole site, SameSite=Lax; without maxAge (seconds) it ends with the browser. */
export function addCookie(
  c: Ctx,
  name: string,
  value: string,
  { secure, maxAge, httpOnly = true }: CookieOptions,
): void {
  const cookie = serialize(name, value, {
    path: "/",
    sameSite: "Lax",
    httpOnly,
    secure,
    ...(maxAge === undefined ? {} : { maxAge }),
  });
  c.set("cookies", [...(c.get("cookies") ?? []), cookie]);
}

/** `__Host-` ties the cookie to this very host over https; a plain-http demo on loopback cannot have it. */
export function sessionCookieName(secure: boolean): string {
  return secure ? "__Host-session" : "session";
}
