import { and, desc, eq, gte } from "drizzle-orm";
import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";
import { payments } from "../../platform/schema.ts";

/** The member's latest payments that did go out, newest first. */
export function latestPayments(db: Db, memberId: string, since: Day, limit: number) {
  const { paymentId, paidOn, payer, amountCents } = payments;
  return db
    .select({ paymentId, paidOn, payer, amountCents })
    .from(payments)
    .where(and(eq(payments.memberId, memberId), gte(paidOn, since), eq(payments.status, "emis")))
    .orderBy(desc(paidOn), desc(paymentId))
    .limit(limit)
    .all();
}
