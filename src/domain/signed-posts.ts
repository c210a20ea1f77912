import * as z from "zod";
import type { Deps } from "../platform/deps.ts";
import { countUse } from "./throttle.ts";

/** When a machine posts something, at each try anew: seconds since 1970, or a date of ISO 8601 with its zone. */
export const postedAt = z.union([
  z.int().min(0).max(99_999_999_999),
  z.iso.datetime({ offset: true }).transform((text) => Math.floor(Date.parse(text) / 1000)),
]);

/** Seconds: what was posted further from now was kept and is sent again, or comes from a wrong clock. */
export const clockTolerance = 5 * 60;

/**
 * Takes a signed body, in the caller's transaction: kept with what it does, or forgotten with it.
 * @param digest of the body.
 * @returns false for one that was taken before, as long as it would be believed.
 */
export function takeOnce(deps: Pick<Deps, "db" | "clock" | "seal">, digest: string): boolean {
  return countUse(deps, "signedPost", digest) === 0;
}
