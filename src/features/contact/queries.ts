import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";

type Own = { memberId: string; since: Day; paymentId: string };

/** The day of a payment that its member can see; undefined for anybody else's, and for one that is not there. */
export function paidOn(db: Db, own: Own): Day | undefined {
  return db.$client
    .prepare<[Own], Day>(
      "SELECT paid_on FROM payments WHERE member_id = @memberId AND payment_id = @paymentId AND paid_on >= @since",
    )
    .pluck()
    .get(own);
}

/** The day of the care of one line of such a payment. */
export function careOn(db: Db, own: Own & { lineId: string }): Day | undefined {
  return db.$client
    .prepare<[Own & { lineId: string }], Day>(
      `SELECT l.care_from FROM line_payments lp
       JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id
       WHERE lp.member_id = @memberId AND lp.payment_id = @paymentId AND lp.line_id = @lineId AND lp.paid_on >= @since`,
    )
    .pluck()
    .get(own);
}
