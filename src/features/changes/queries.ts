import { and, eq } from "drizzle-orm";
import { feedUsages } from "../../domain/change-rows.ts";
import type { BankUsage } from "../../domain/changes.ts";
import type { Db } from "../../platform/database.ts";
import { bankAccounts, members } from "../../platform/schema.ts";
import type { Address } from "./rules.ts";

/** The address that the feed has brought; empty lines where it has none. */
export function findAddress(db: Db, memberId: string): Address {
  const { address1, address2, address3, address4, address5, address6, country } = members;
  const row = db
    .select({ lines: { address1, address2, address3, address4, address5, address6 }, country })
    .from(members)
    .where(eq(members.memberId, memberId))
    .get();
  return { lines: Object.values(row?.lines ?? {}).map((line) => line ?? ""), country: row?.country ?? "FR" };
}

/** The hash of the account known for one use, to tell a change from none. */
export function findIbanHash(db: Db, memberId: string, usage: BankUsage): Buffer | undefined {
  return db
    .select({ ibanHash: bankAccounts.ibanHash })
    .from(bankAccounts)
    .where(
      and(eq(bankAccounts.memberId, memberId), eq(bankAccounts.usage, feedUsages[usage]), eq(bankAccounts.ended, 0)),
    )
    .get()?.ibanHash;
}
