import { parse, serialize } from "hono/utils/cookie";
import type { Ctx } from "./env.ts";
import { header } from "./header.ts";

export function readCookie(c: Ctx, name: string): string | undefined {
  const text = header(c, "cookie");
  return text ? parse(text, name)[name] : undefined;
}

type CookieOptions = { secure: boolean; maxAge?: number; httpOnly?: boolean; sameSite?: "Lax" | "Strict" };

/** Adds a cookie to the answer: whole site, SameSite=Lax unless told; without maxAge (seconds) it ends with the browser. */
export function addCookie(
  c: Ctx,
  name: string,
  value: string,
  { secure, maxAge, httpOnly = true, sameSite = "Lax" }: CookieOptions,
): void {
  const cookie = serialize(name, value, {
    path: "/",
    sameSite,
    httpOnly,
    secure,
    ...(maxAge === undefined ? {} : { maxAge }),
  });
  c.set("cookies", [...(c.get("cookies") ?? []), cookie]);
}

/** `__Host-` ties a cookie to this very host over https; a plain-http demo on loopback cannot have it. */
const hostOnly = (secure: boolean, name: string) => (secure ? `__Host-${name}` : name);

export const sessionCookieName = (secure: boolean) => hostOnly(secure, "session");
/** The token of a remembered device. */
export const deviceCookieName = (secure: boolean) => hostOnly(secure, "device");
/** Between a right password and the session: a second factor to give, an account to confirm. */
export const challengeCookieName = (secure: boolean) => hostOnly(secure, "challenge");

/** The session of somebody of the mutual, which no page of members reads. */
export const staffCookieName = (secure: boolean) => hostOnly(secure, "staff");

/** The token of forms, for browsers that do not say where a form comes from. */
export const formCookieName = (secure: boolean) => hostOnly(secure, "form");
/** The language chosen: nothing to protect, so the same name everywhere. */
export const languageCookieName = "lang";

/** Makes the browser forget a cookie of ours. */
export function dropCookie(c: Ctx, name: string, secure: boolean): void {
  addCookie(c, name, "", { secure, maxAge: 0 });
}

/** The cookies that a sign-in brings; the device's lasts `deviceSeconds`, the session's ends with the browser. */
export function addSignInCookies(
  c: Ctx,
  secure: boolean,
  { session, device }: { session: string; device: string | undefined },
  deviceSeconds: number,
): void {
  addCookie(c, sessionCookieName(secure), session, { secure });
  if (device) addCookie(c, deviceCookieName(secure), device, { secure, maxAge: deviceSeconds });
}
