import { perBase } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";

/** Whose file it is, as the lists of the back office name people. */
export type Person = { memberId: string; name: string; number: string | null };

/** SQL: the name and the number of the person `m`. */
export const personColumns = `m.member_id AS memberId, m.first_names || ' ' || coalesce(m.usual_name, m.birth_name) AS name,
  coalesce(m.member_number, m.affiliate_number) AS number`;

export function findPerson({ db }: Pick<Deps, "db">, memberId: string): Person | undefined {
  return statement(db).get(memberId);
}

const statement = perBase(({ $client }) =>
  $client.prepare<[string], Person>(`SELECT ${personColumns} FROM members m WHERE m.member_id = ?`),
);
