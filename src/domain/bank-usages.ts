import type { Db } from "../platform/database.ts";
import type { BankUsage } from "./changes.ts";

/**
 * What a member may have a bank account for: reimbursements of the Assurance Maladie for whom it covers, those of the
 * mutual for whom a contract covers, contributions for whom has a contract to pay.
 */
export function bankUsagesOf(db: Db, memberId: string): BankUsage[] {
  const has = db.$client
    .prepare<{ memberId: string }, Record<BankUsage, 0 | 1>>(
      `SELECT m.is_affiliate = 1 OR EXISTS (SELECT 1 FROM amo_rights r WHERE r.member_id = m.member_id AND r.ended = 0) AS amo,
         m.is_subscriber = 1 OR EXISTS (SELECT 1 FROM contracts c WHERE c.subscriber_id = m.member_id AND c.ended = 0)
           OR EXISTS (SELECT 1 FROM beneficiaries b WHERE b.member_id = m.member_id AND b.ended = 0) AS amc,
         EXISTS (SELECT 1 FROM contracts c WHERE c.subscriber_id = m.member_id AND c.ended = 0) AS contributions
       FROM members m WHERE m.member_id = @memberId`,
    )
    .get({ memberId });
  return has ? (["amo", "amc", "contributions"] as const).filter((usage) => has[usage] === 1) : [];
}
