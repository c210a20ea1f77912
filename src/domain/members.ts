import { compactIdentifier, parseNir } from "../lib/nir.ts";
import type { Deps } from "../platform/deps.ts";

/** A person who can sign in, found by what they typed. */
export type SignInTarget = { accountId: string; memberId: string; passwordHash: string };

/**
 * The account behind a member number, an affiliate number or a social security number (13 or 15 characters, spaces
 * and dots anywhere). A child may carry the number of the parent who insures it: the insured person comes first.
 */
export function findSignInTarget(
  { db, seal }: Pick<Deps, "db" | "seal">,
  identifier: string,
): SignInTarget | undefined {
  const number = compactIdentifier(identifier).slice(0, 40);
  const nir = parseNir(number);
  // One statement whatever was typed: the time taken tells nothing.
  return db.$client
    .prepare<[string, string, Buffer], SignInTarget>(
      `SELECT a.id AS accountId, a.member_id AS memberId, c.password_hash AS passwordHash
       FROM members m JOIN accounts a ON a.member_id = m.member_id JOIN credentials c ON c.account_id = a.id
       LEFT JOIN amo_rights r ON r.member_id = m.member_id
       WHERE (m.member_number = ? OR m.affiliate_number = ? OR m.nir_hash = ?) AND a.status = 'active'
       ORDER BY r.quality = 1 DESC, m.birth_date LIMIT 1`,
    )
    .get(number, number, seal.hash("members.nir", nir?.number ?? number));
}

/** What the page of an invitation says of the person, and what a password must not contain. */
export type Invitee = {
  memberId: string;
  firstNames: string;
  birthName: string;
  usualName: string | null;
  birthDate: string;
  email: string | null;
  memberNumber: string | null;
  affiliateNumber: string | null;
};

export function findInvitee({ db }: Pick<Deps, "db">, memberId: string): Invitee | undefined {
  return db.$client
    .prepare<[string], Invitee>(
      `SELECT member_id AS memberId, first_names AS firstNames, birth_name AS birthName, usual_name AS usualName,
         birth_date AS birthDate, email, member_number AS memberNumber, affiliate_number AS affiliateNumber
       FROM members WHERE member_id = ? AND deceased = 0 AND ended = 0`,
    )
    .get(memberId);
}
