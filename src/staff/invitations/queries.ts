import { invitationSeconds } from "../../domain/invitations.ts";
import { seconds } from "../../lib/clock.ts";
import { perBase } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { type Person, personColumns } from "../queue/people.ts";
import { type Cursor, rowsShown } from "../queue/schema.ts";
import type { InvitationQuery } from "./schema.ts";

type QueryDeps = Pick<Deps, "db" | "clock">;

/** Somebody invited who has not opened an account; `at` in seconds: when the last invitation left. */
export type Invited = Person & { email: string; at: number };

/** One row more than a page shows, the oldest first: whose link is over, or whose link still works. */
export function listInvited({ db, clock }: QueryDeps, { state, after }: InvitationQuery): Invited[] {
  const lapsed = seconds(clock) - invitationSeconds;
  const from = after ?? { at: 0, id: "" };
  const limit = rowsShown + 1;
  if (state === "expired") return statements(db).invited.all({ ...from, to: lapsed, limit });
  const later = from.at > lapsed ? from : { at: lapsed, id: "\uffff" };
  return statements(db).invited.all({ ...later, to: Number.MAX_SAFE_INTEGER, limit });
}

/** When the last invitation of somebody left; undefined when nobody invited them. */
export function lastInvitedAt({ db }: Pick<Deps, "db">, memberId: string): number | undefined {
  return statements(db).last.get(memberId);
}

/** Somebody to be invited by post: no e-mail on file, no account. */
export type Addressee = Person & {
  title: string | null;
  firstNames: string;
  lastName: string;
  lines: string[];
  country: string | null;
};

/** The people to be invited by post who stand in no file yet, after one of them. */
export function listAddressees(
  { db }: Pick<Deps, "db">,
  { after, limit }: { after: string; limit: number },
): Addressee[] {
  return statements(db).addressees.all({ after, limit }).map(addressee);
}

/** A file made for a mailing; `at` in seconds, which names it. */
export type LetterFile = { at: number; people: number };

/** The last files that were made before a moment, with how many people were put in each. */
export function listLetterFiles({ db }: Pick<Deps, "db">, before: number, limit: number): LetterFile[] {
  return statements(db).files.all(before, limit);
}

/** The people of a file who are still to be written to, with their address of today. */
export function listPeopleOf({ db }: Pick<Deps, "db">, file: number): Addressee[] {
  return statements(db).ofFile.all(file).map(addressee);
}

/** Puts people in a file of their own. @returns the moment that names it. */
export function markListed({ db, clock }: QueryDeps, people: Pick<Addressee, "memberId">[]): number {
  const { newest, mark } = statements(db);
  const at = Math.max(seconds(clock), (newest.get() ?? 0) + 1);
  for (const { memberId } of people) mark.run(at, memberId);
  return at;
}

function addressee({ line1, line2, line3, line4, line5, line6, ...person }: AddresseeRow): Addressee {
  return { ...person, lines: [line1, line2, line3, line4, line5, line6].map((line) => line ?? "") };
}

type AddresseeRow = Omit<Addressee, "lines"> & Record<`line${1 | 2 | 3 | 4 | 5 | 6}`, string | null>;

const withoutAccount = `NOT EXISTS (
  SELECT 1 FROM accounts a WHERE a.member_id = m.member_id AND a.status <> 'unconfirmed')`;

const addresseeColumns = `${personColumns}, m.title, m.first_names AS firstNames,
  coalesce(m.usual_name, m.birth_name) AS lastName, m.address_1 AS line1, m.address_2 AS line2, m.address_3 AS line3,
  m.address_4 AS line4, m.address_5 AS line5, m.address_6 AS line6, m.country`;

const statements = perBase(({ $client }) => ({
  newest: $client.prepare<[], number | null>("SELECT max(letter_listed_at) FROM members").pluck(),
  mark: $client.prepare<[number, string]>("UPDATE members SET letter_listed_at = ? WHERE member_id = ?"),
  files: $client.prepare<[number, number], LetterFile>(`
    SELECT letter_listed_at AS at, count(*) AS people FROM members WHERE letter_listed_at < ?
    GROUP BY letter_listed_at ORDER BY letter_listed_at DESC LIMIT ?`),
  ofFile: $client.prepare<[number], AddresseeRow>(`
    SELECT ${addresseeColumns} FROM members m WHERE m.letter_listed_at = ?
      AND m.email IS NULL AND m.deceased = 0 AND m.ended = 0 AND ${withoutAccount}
    ORDER BY m.member_id`),
  invited: $client.prepare<Cursor & { to: number; limit: number }, Invited>(`
    SELECT ${personColumns}, m.email, i.last_invited_at AS at
    FROM invitations i INDEXED BY invitations_waiting JOIN members m ON m.member_id = i.member_id
    WHERE i.used_at IS NULL AND (i.last_invited_at, i.member_id) > (@at, @id) AND i.last_invited_at <= @to
      AND m.email IS NOT NULL AND m.deceased = 0 AND m.ended = 0 AND ${withoutAccount}
    ORDER BY i.last_invited_at, i.member_id LIMIT @limit`),
  last: $client.prepare<[string], number>("SELECT last_invited_at FROM invitations WHERE member_id = ?").pluck(),
  addressees: $client.prepare<{ after: string; limit: number }, AddresseeRow>(`
    SELECT ${addresseeColumns} FROM members m INDEXED BY members_without_mail
    WHERE m.member_id > @after AND m.email IS NULL AND m.joined_on IS NOT NULL AND m.deceased = 0 AND m.ended = 0
      AND m.letter_listed_at IS NULL AND ${withoutAccount}
    ORDER BY m.member_id LIMIT @limit`),
}));
