import { and, desc, eq, gte } from "drizzle-orm";
import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";
import { payments } from "../../platform/schema.ts";
import type { FileFacts } from "./rules.ts";

export function createDashboardQueries(db: Db) {
  const facts = db.$client.prepare<[{ memberId: string; today: Day }], FileFacts>(`
    SELECT r.rights_to AS rightsTo, coalesce(r.quality <> 1, 0) AS isDependant,
      EXISTS (SELECT 1 FROM bank_accounts b WHERE b.member_id = m.member_id AND b.usage = 'prestations_amo' AND b.ended = 0)
        AS hasAmoBank,
      EXISTS (SELECT 1 FROM bank_accounts b WHERE b.member_id = m.member_id AND b.usage = 'prestations_amc' AND b.ended = 0)
        AS hasAmcBank,
      EXISTS (SELECT 1 FROM contracts c WHERE c.subscriber_id = m.member_id AND c.ended = 0 AND c.status = 'actif'
        AND coalesce(c.ends_on, @today) >= @today) AS hasContract,
      (SELECT count(*) FROM contracts c JOIN instalments i ON i.contract_id = c.contract_id AND i.ended = 0
       WHERE c.subscriber_id = m.member_id AND i.status = 'rejete') AS unpaidCount,
      (SELECT coalesce(sum(i.amount_cents), 0) FROM contracts c JOIN instalments i ON i.contract_id = c.contract_id
        AND i.ended = 0 WHERE c.subscriber_id = m.member_id AND i.status = 'rejete') AS unpaidCents
    FROM members m LEFT JOIN amo_rights r ON r.member_id = m.member_id AND r.ended = 0
    WHERE m.member_id = @memberId`);
  return {
    /** The member's latest payments that did go out, newest first. */
    latestPayments(memberId: string, since: Day, limit: number) {
      const { paymentId, paidOn, payer, amountCents } = payments;
      return db
        .select({ paymentId, paidOn, payer, amountCents })
        .from(payments)
        .where(and(eq(payments.memberId, memberId), gte(paidOn, since), eq(payments.status, "emis")))
        .orderBy(desc(paidOn), desc(paymentId))
        .limit(limit)
        .all();
    },
    /** What the file says that its member may have to do something about; undefined when the row went in the meantime. */
    fileFacts: (memberId: string, today: Day): FileFacts | undefined => facts.get({ memberId, today }),
  };
}

export type LatestPayment = ReturnType<ReturnType<typeof createDashboardQueries>["latestPayments"]>[number];
