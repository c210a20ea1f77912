import { timingSafeEqual } from "node:crypto";
import type { Deps } from "../../platform/deps.ts";
import { urls } from "../../web/urls.ts";

/** What a page of this feature confirms: an account blocked, a check of an account opened. */
export type Confirmed = "frozen" | "audit";

type SealDeps = Pick<Deps, "seal">;

/** The address of the page that confirms a case. Its mark is ours: nobody can make a link that tells of another case. */
export function confirmation(deps: SealDeps, what: Confirmed, number: number): string {
  return `${urls.helpCredentials}?${what}=${number}&mark=${markOf(deps, what, number)}`;
}

/** True when the mark of an address was made here for this very case. */
export function isConfirmed(deps: SealDeps, what: Confirmed, number: number, mark = ""): boolean {
  const [own, given] = [Buffer.from(markOf(deps, what, number)), Buffer.from(mark)];
  return own.length === given.length && timingSafeEqual(own, given);
}

function markOf({ seal }: SealDeps, what: Confirmed, number: number): string {
  return seal.hash("help.confirmation", `${what} ${number}`).toString("base64url").slice(0, 22);
}
