import { and, eq } from "drizzle-orm";
import type { Db } from "../platform/database.ts";
import { accounts, members } from "../platform/schema.ts";

/** How the account is reached, and the telephone that the feed has brought. */
export type Contact = {
  email: string;
  mobile: string | null;
  mobileVerifiedAt: number | null;
  phone: string | null;
};

export function findContact(db: Db, memberId: string): Contact | undefined {
  const { email, mobile, mobileVerifiedAt } = accounts;
  return db
    .select({ email, mobile, mobileVerifiedAt, phone: members.phone })
    .from(accounts)
    .innerJoin(members, eq(members.memberId, accounts.memberId))
    .where(and(eq(accounts.memberId, memberId), eq(accounts.status, "active")))
    .get();
}
