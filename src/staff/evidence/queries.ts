import type { EvidenceKind } from "../../domain/evidence.ts";
import { addDays, type Day } from "../../lib/dates.ts";
import { parisSeconds } from "../../lib/paris-time.ts";
import type { Deps } from "../../platform/deps.ts";

/** What is looked for; days in Paris, both included. */
export type Search = { memberId?: string | undefined; kind: string; from?: Day | undefined; to?: Day | undefined };
export type JournalCursor = { at: number; sequence: number };

/** A row of the journal as it was written; `at` in seconds, 0 for one the purge has emptied. */
export type FoundFact = {
  sequence: number;
  at: number;
  kind: EvidenceKind | "purged";
  memberId: string | null;
  /** Of everybody's rows nobody's name is shown: a search for the person gives it, and is told to them. */
  number: string | null;
  actor: string;
  details: string;
};

/**
 * Rows of the journal, the latest first, one person's or everybody's: read along the index of the person, of the kind,
 * or of the time, so that a million others are not walked through.
 */
export function searchJournal(
  { db }: Pick<Deps, "db">,
  search: Search,
  before: JournalCursor | undefined,
  limit: number,
) {
  const { memberId, kind, from, to } = search;
  const since = from === undefined ? undefined : parisSeconds(from, "00:00");
  const until = to === undefined ? undefined : parisSeconds(addDays(to, 1), "00:00");
  const conditions = [
    memberId !== undefined && "e.member_id = @memberId",
    // The plus keeps a person's rows on the index of the person.
    kind !== "" && (memberId === undefined ? "e.kind = @kind" : "+e.kind = @kind"),
    since !== undefined && (memberId === undefined ? "e.at >= @since" : "+e.at >= @since"),
    until !== undefined && (memberId === undefined ? "e.at < @until" : "+e.at < @until"),
    before && (memberId === undefined ? "(e.at, e.sequence) < (@at, @sequence)" : "e.sequence < @sequence"),
  ].filter((condition) => typeof condition === "string");
  // A person's rows stand in the order of the journal; all of them, in that of time.
  const order = memberId === undefined ? "e.at DESC, e.sequence DESC" : "e.sequence DESC";
  return db.$client
    .prepare<[object], FoundFact>(
      `SELECT e.sequence, e.at, e.kind, e.member_id AS memberId, e.actor, e.details,
         coalesce(m.member_number, m.affiliate_number) AS number
       FROM evidence e LEFT JOIN members m ON m.member_id = e.member_id
       ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""} ORDER BY ${order} LIMIT @limit`,
    )
    .all({ memberId, kind, since, until, ...before, limit });
}

/** The name and number of a person, as a page is headed. */
export function personNamed({ db }: Pick<Deps, "db">, memberId: string) {
  return db.$client
    .prepare<[string], { name: string; number: string }>(
      `SELECT first_names || ' ' || coalesce(usual_name, birth_name) AS name,
         coalesce(member_number, affiliate_number) AS number FROM members WHERE member_id = ?`,
    )
    .get(memberId);
}

/** Every kind of fact that the journal may hold, for the list to choose from. */
export function kindsIn(words: object): string[] {
  return Object.entries(words)
    .flatMap(([family, names]) =>
      typeof names === "string" ? [family] : Object.keys(names as object).map((name) => `${family}.${name}`),
    )
    .sort();
}
