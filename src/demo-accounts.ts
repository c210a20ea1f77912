import { eq } from "drizzle-orm";
import { totpSecretOf } from "./domain/staff.ts";
import type { Base } from "./platform/base.ts";
import type { Db } from "./platform/database.ts";
import { members, staff } from "./platform/schema.ts";

export const demoPassword = "Demo-2026!";
export const signInAtOnce = ["10000001", "10000002", "10000003"];

/** Who is who, for the start of the server. Farid is as old as the demo says on the day it was made. */
export function demoAccounts({ db, seal }: Base): string {
  const farid = db.select().from(members).where(eq(members.memberNumber, "10000006")).get();
  return `Demo accounts, password ${demoPassword}
  10000001  Alice: health insurance and mutual, with a child
  10000002  Bob: health insurance only
  10000003  Chloé: mutual only
  10000004  David: has an invitation by e-mail, not used yet
  10000005  Emma: may register, born on 2003-05-17, no e-mail on file
  10000006  Farid: may register, a minor born on ${farid?.birthDate}
Demo staff, same password, at /staff/login; each TOTP secret goes into an authenticator app
${demoStaffLines({ db, seal })}`;
}

/** Staff of the demo: who they are, and what they may do. */
export const demoStaff = [
  { email: "adviser@demo.example", role: "adviser" },
  { email: "admin@demo.example", role: "admin" },
] as const;

/** A demo made before there was a back office has nobody to enter it. */
export function isDemoStaffNeeded(db: Db): boolean {
  return db.select({ staffId: staff.staffId }).from(staff).limit(1).get() === undefined;
}

function demoStaffLines({ db, seal }: Base): string {
  const known = demoStaff.flatMap(({ email }) => db.select().from(staff).where(eq(staff.email, email)).all());
  return known.map((one) => `  ${one.email}  TOTP secret ${totpSecretOf({ seal }, one)}`).join("\n");
}

/** The demo fills an empty base, and never touches one that has people in it. */
export function isDemoNeeded(db: Db): boolean {
  return db.select({ memberId: members.memberId }).from(members).limit(1).get() === undefined;
}
