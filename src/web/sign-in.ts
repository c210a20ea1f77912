import { deviceSeconds, endDeviceOf } from "../domain/devices.ts";
import type { SignedIn } from "../domain/sign-in.ts";
import type { Deps } from "../platform/deps.ts";
import {
  addSignInCookies,
  challengeCookieName,
  deviceCookieName,
  dropCookie,
  readCookie,
  sessionCookieName,
} from "./cookies.ts";
import type { Ctx } from "./env.ts";

type SignInDeps = Pick<Deps, "config" | "db" | "sessions">;

/** Somebody signs in or out here: whoever this browser knew before is forgotten. */
export async function forgetBefore(c: Ctx, deps: SignInDeps): Promise<void> {
  const secure = deps.config.secureOrigin;
  const [session, device] = [readCookie(c, sessionCookieName(secure)), readCookie(c, deviceCookieName(secure))];
  if (session) await deps.sessions.end(session);
  if (device) {
    endDeviceOf(deps, device);
    dropCookie(c, deviceCookieName(secure), secure);
  }
}

/** Gives the browser the cookies of a sign-in, in the place of those it had. */
export async function letIn(c: Ctx, deps: SignInDeps, signedIn: SignedIn): Promise<void> {
  const secure = deps.config.secureOrigin;
  await forgetBefore(c, deps);
  if (readCookie(c, challengeCookieName(secure))) dropCookie(c, challengeCookieName(secure), secure);
  addSignInCookies(c, secure, signedIn, deviceSeconds);
}
