import type { PostalAddress } from "../../domain/postal-address.ts";
import { addDays, type Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";

/** What the portal knows of somebody whom a form is about. */
export type Known = PostalAddress & {
  birthName: string;
  usualName: string | null;
  firstNames: string;
  birthDate: Day;
  nirSealed: Buffer | null;
  memberNumber: string | null;
  affiliateNumber: string | null;
  email: string | null;
  phone: string | null;
  fundName: string | null;
  fundCode: string | null;
  /** Who insures them at the Assurance Maladie, when it is somebody else. */
  holder: string | null;
};

/** Care that was reimbursed. */
export type Care = { day: Day; label: string; provider: string | null };

/** How long after an accident care is listed, in days. */
const careDays = 90;
const mostCare = 12;

/** Reads what forms are filled in with, by key. Whether the person is the member's to ask about is looked at before. */
export function createFormQueries({ $client }: Db) {
  const known = $client.prepare<[string], Known>(`
    SELECT m.birth_name AS birthName, m.usual_name AS usualName, m.first_names AS firstNames,
      m.birth_date AS birthDate, m.nir_sealed AS nirSealed, m.member_number AS memberNumber,
      m.affiliate_number AS affiliateNumber, coalesce(a.email, m.email) AS email, coalesce(a.mobile, m.phone) AS phone,
      m.address_1 AS address1, m.address_2 AS address2, m.address_3 AS address3, m.address_4 AS address4,
      m.address_5 AS address5, m.address_6 AS address6, m.country, r.fund_name AS fundName,
      r.scheme || ' ' || r.fund || ' ' || r.centre AS fundCode,
      coalesce(h.usual_name, h.birth_name) || ' ' || h.first_names AS holder
    FROM members m
      LEFT JOIN accounts a ON a.member_id = m.member_id AND a.status = 'active'
      LEFT JOIN amo_rights r ON r.member_id = m.member_id AND r.ended = 0
      LEFT JOIN members h ON h.member_id = r.holder_id AND h.member_id <> m.member_id
    WHERE m.member_id = ?`);

  const contract = $client.prepare<{ memberId: string; bearerId: string; today: Day }, string>(`
    WITH visible AS (
      SELECT contract_id FROM contracts WHERE subscriber_id = @memberId
      UNION SELECT contract_id FROM beneficiaries WHERE member_id = @memberId AND ended = 0)
    SELECT c.contract_id || ', ' || c.product_name
    FROM visible v JOIN contracts c ON c.contract_id = v.contract_id
    WHERE c.ended = 0 AND c.status IN ('actif', 'suspendu') AND c.starts_on <= @today
      AND (c.ends_on IS NULL OR c.ends_on >= @today)
      AND (c.subscriber_id = @bearerId OR EXISTS (
        SELECT 1 FROM beneficiaries b
        WHERE b.contract_id = c.contract_id AND b.member_id = @bearerId AND b.ended = 0 AND b.starts_on <= @today
          AND (b.ends_on IS NULL OR b.ends_on >= @today)))
    ORDER BY c.starts_on DESC, c.contract_id DESC LIMIT 1`);

  // What the member is paid for: of a child, what the other parent was paid for is not the member's to read.
  const care = $client.prepare<{ memberId: string; bearerId: string; from: Day; to: Day }, Care>(`
    SELECT DISTINCT l.care_from AS day, l.label, l.provider
    FROM line_payments p JOIN lines l ON l.beneficiary_id = p.beneficiary_id AND l.line_id = p.line_id
    WHERE p.member_id = @memberId AND p.paid_on >= @from AND p.beneficiary_id = @bearerId
      AND l.care_from BETWEEN @from AND @to AND l.type IN ('NORMALE', 'CORRECTION')
      AND NOT EXISTS (SELECT 1 FROM lines x WHERE x.origin_id = l.line_id AND x.type = 'ANNULATION')
    ORDER BY l.care_from, l.label, l.provider LIMIT ${mostCare}`);

  return {
    known: (memberId: string): Known | undefined => known.get(memberId),
    /** Number and name of the mutual's contract that covers somebody today, as far as it is the member's too. */
    contract: (memberId: string, bearerId: string, today: Day): string | undefined =>
      contract.pluck().get({ memberId, bearerId, today }),
    /** The care of somebody from a day on, oldest first: a dozen acts at most. */
    careSince: (memberId: string, bearerId: string, from: Day): Care[] =>
      care.all({ memberId, bearerId, from, to: addDays(from, careDays) }),
  };
}

export type FormQueries = ReturnType<typeof createFormQueries>;
