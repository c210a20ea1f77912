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

/**
 * Puts the people to be invited by post who stand in no file yet in one of their own: nobody stands in two.
 * @returns the moment (seconds) that names it; undefined when there is nobody.
 */
export function makeLetterFile(deps: InviteDeps, staff: string): number | undefined {
  return write(deps.db, () => {
    const people = listAddressees(deps, { after: "", limit: lettersAtOnce });
    if (people.length === 0) return undefined;
    const file = markListed(deps, people);
    record(deps, { kind: "invitation.listed", actor: "staff", details: { people: people.length, file, staff } });
    return file;
  });
}

/**
 * A file for a mailing: numbers, names and addresses, without those who have died, left or opened an account since. That
 * it was given is kept.
 * @returns a table for spreadsheets; undefined when there is nobody in it.
 */
export function letterFile(
  deps: InviteDeps,
  file: number,
  { staff, columns }: { staff: string; columns: string[] },
): string | undefined {
  return write(deps.db, () => {
    const people = listPeopleOf(deps, file);
    if (people.length === 0) return undefined;
    const details = { people: people.length, file, downloaded: true, staff };
    record(deps, { kind: "invitation.listed", actor: "staff", details });
    return spreadsheet([columns, ...people.map(rowOf)]);
  });
}

const lines = ["line1", "line2", "line3", "line4", "line5", "line6"] as const;
/** The columns of the file, in the order of `rowOf`. */
export const letterColumns = ["number", "title", "firstNames", "lastName", ...lines, "country"] as const;

function rowOf({ number, title, firstNames, lastName, lines: address, country }: Addressee): string[] {
  return [number ?? "", title ?? "", firstNames, lastName, ...address, country ?? ""];
}
