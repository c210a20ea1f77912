import { record } from "../../domain/evidence.ts";
import { invite } from "../../domain/invitations.ts";
import { seconds } from "../../lib/clock.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { spreadsheet } from "../../lib/spreadsheet.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { type Addressee, lastInvitedAt, listAddressees, listPeopleOf, markListed } from "./queries.ts";

type InviteDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** Nobody gets two invitations of ours in one day. */
const betweenSeconds = 24 * 3600;
/** One file holds no more: the others stand in the next. */
export const lettersAtOnce = 5_000;

/**
 * Sends an invitation again, once a day at most.
 * @param seen when the last one left, as who asks has seen it.
 * @returns `conflict` when one has left since or today; `gone` for who has opened an account, left or has no e-mail.
 */
export function inviteAgain(
  deps: InviteDeps,
  { memberId, seen, staff }: { memberId: string; seen: number; staff: string },
): Result<undefined, "unknown" | "conflict" | "gone"> {
  return write(deps.db, () => {
    const last = lastInvitedAt(deps, memberId);
    if (last === undefined) return fail("unknown");
    if (last !== seen || last > seconds(deps.clock) - betweenSeconds) return fail("conflict");
    return invite(deps, memberId, "staff", { staff }) ? ok(undefined) : fail("gone");
  });
}

/** A file for a mailing: a table for spreadsheets, and the moment (seconds) that names it. */
type Letters = { csv: string; at: number };

/**
 * Makes a file of the people to be invited by post who stand in none yet: their numbers, names and addresses. Nobody is
 * put in two files.
 * @returns undefined when there is nobody.
 */
export function makeLetterFile(deps: InviteDeps, asked: { staff: string; columns: string[] }): Letters | undefined {
  return write(deps.db, () => {
    const people = listAddressees(deps, { after: "", limit: lettersAtOnce });
    if (people.length === 0) return undefined;
    return told(deps, { ...asked, people, at: markListed(deps, people), again: false });
  });
}

/** The same file once more, for one that was lost. @returns undefined when there is no such file. */
export function repeatLetterFile(
  deps: InviteDeps,
  at: number,
  asked: { staff: string; columns: string[] },
): Letters | undefined {
  return write(deps.db, () => {
    const people = listPeopleOf(deps, at);
    return people.length === 0 ? undefined : told(deps, { ...asked, people, at, again: true });
  });
}

type Told = { people: Addressee[]; at: number; again: boolean; staff: string; columns: string[] };

/** That people were listed is kept. */
function told(deps: InviteDeps, { people, at, again, staff, columns }: Told): Letters {
  const details = { people: people.length, file: at, ...(again && { again }), staff };
  record(deps, { kind: "invitation.listed", actor: "staff", details });
  return { csv: spreadsheet([columns, ...people.map(rowOf)]), at };
}

const lines = ["line1", "line2", "line3", "line4", "line5", "line6"] as const;
/** The columns of the file, in the order of `rowOf`. */
export const letterColumns = ["number", "title", "firstNames", "lastName", ...lines, "country"] as const;

function rowOf({ number, title, firstNames, lastName, lines: address, country }: Addressee): string[] {
  return [number ?? "", title ?? "", firstNames, lastName, ...address, country ?? ""];
}
