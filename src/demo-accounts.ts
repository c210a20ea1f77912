import type { Db } from "./platform/database.ts";
import { members } from "./platform/schema.ts";

export const demoPassword = "Demo-2026!";
export const signInAtOnce = ["10000001", "10000002", "10000003"];

export const demoAccounts = `Demo accounts, password ${demoPassword}
  10000001  Alice: health insurance and mutual, with a child
  10000002  Bob: health insurance only
  10000003  Chloé: mutual only
  10000004  David: has an invitation by e-mail, not used yet`;

/** The demo fills an empty base, and never touches one that has people in it. */
export function isDemoNeeded(db: Db): boolean {
  return db.select({ memberId: members.memberId }).from(members).limit(1).get() === undefined;
}
