import type { DraftFields } from "../../domain/drafts.ts";
import { keepStaffDraft } from "../../domain/staff-drafts.ts";
import type { Deps } from "../../platform/deps.ts";

type SessionDeps = Pick<Deps, "db" | "clock" | "seal" | "staffSessions">;

/** How a session stands: the seconds left, whether they can become more, and whose it is without saying who. */
export type Standing = { secondsLeft: number; extensible: boolean; owner: string };

/** Tells how the session of a cookie stands, without using it; nothing is left to a visitor. */
export function standingOf(deps: SessionDeps, cookie: string | undefined): Standing {
  const session = cookie === undefined ? undefined : deps.staffSessions.peek(cookie);
  if (!session) return { secondsLeft: 0, extensible: false, owner: "" };
  const { staffId, secondsLeft, secondsAtMost } = session;
  return { secondsLeft, extensible: secondsAtMost > secondsLeft, owner: ownerName(deps, staffId) };
}

/**
 * Keeps what is typed in a page and not sent, for the owner of a session that ends or has just ended, without using it.
 * What stands in the page of somebody else who was signed in here before is not theirs.
 * @returns false when there is no such session.
 */
export function keepTyped(
  deps: SessionDeps,
  cookie: string,
  { path, owner, fields }: { path: string; owner: string; fields: DraftFields },
): boolean {
  const staffId = deps.staffSessions.peek(cookie)?.staffId ?? deps.staffSessions.lapsedOwner(cookie);
  if (staffId === undefined || ownerName(deps, staffId) !== owner) return false;
  keepStaffDraft(deps, staffId, path, fields);
  return true;
}

/** The same in every tab of one person, and of no use elsewhere. */
function ownerName({ seal }: Pick<Deps, "seal">, staffId: string): string {
  return seal.hash("staff_session.owner", staffId).toString("hex").slice(0, 32);
}
