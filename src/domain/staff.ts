import { and, eq, gt, isNull, lt } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { staff, staffLinks } from "../platform/schema.ts";
import type { Client } from "../platform/sessions.ts";
import { hashToken, newId, newToken } from "../platform/tokens.ts";
import { findTotpStep, newTotpSecret } from "../platform/totp.ts";
import { record } from "./evidence.ts";
import type { StaffRole } from "./staff-roles.ts";

type StaffDeps = Pick<Deps, "db" | "clock" | "seal">;
type Colleague = typeof staff.$inferSelect;

const totpPlace = "staff.totp";

/** Seconds. The operator hands the link over within two working days. */
export const setUpLinkSeconds = 48 * 3600;

/** One spelling an address, so that a person is there once. */
export const staffEmail = (typed: string) => typed.trim().toLowerCase();

/**
 * Lets somebody of the mutual into the back office, or gives who is there a new role and a new link: a lost phone or
 * password is mended by the same command. What they sign in with stays good until the link is used.
 * @returns the token of the link, good once for 48 hours; an earlier one is dead.
 */
export function addStaff(deps: StaffDeps, typed: string, role: StaffRole): string {
  const { db, clock, seal } = deps;
  const email = staffEmail(typed);
  const token = newToken();
  const now = seconds(clock);
  return write(db, () => {
    const { staffId } = db
      .insert(staff)
      .values({ staffId: newId(), email, role, createdAt: now })
      .onConflictDoUpdate({ target: staff.email, set: { role, disabledAt: null } })
      .returning({ staffId: staff.staffId })
      .get();
    db.delete(staffLinks).where(eq(staffLinks.staffId, staffId)).run();
    const totpSealed = seal.seal(totpPlace, newTotpSecret());
    const expiresAt = now + setUpLinkSeconds;
    db.insert(staffLinks)
      .values({ tokenHash: hashToken(token), staffId, totpSealed, createdAt: now, expiresAt })
      .run();
    record(deps, { kind: "staff.added", actor: "operator", details: { staff: email, role } });
    return token;
  });
}

/** Somebody who may sign in at once, without a link: for the demo. In the caller's transaction. */
export function addReadyStaff(
  { db, clock, seal }: StaffDeps,
  { email, role, passwordHash }: { email: string; role: StaffRole; passwordHash: string },
): void {
  const now = seconds(clock);
  const totpSealed = seal.seal(totpPlace, newTotpSecret());
  db.insert(staff)
    .values({ staffId: newId(), email, role, passwordHash, totpSealed, createdAt: now, setUpAt: now })
    .run();
}

/** Shuts somebody out at once: sessions, link, password and authenticator are gone. @returns false when unknown. */
export function disableStaff(deps: StaffDeps & Pick<Deps, "staffSessions">, typed: string): boolean {
  const { db, clock, staffSessions } = deps;
  return write(db, () => {
    const email = staffEmail(typed);
    const disabled = db
      .update(staff)
      .set({ disabledAt: seconds(clock), passwordHash: null, totpSealed: null, setUpAt: null })
      .where(and(eq(staff.email, email), isNull(staff.disabledAt)))
      .returning({ staffId: staff.staffId })
      .get();
    if (!disabled) return false;
    db.delete(staffLinks).where(eq(staffLinks.staffId, disabled.staffId)).run();
    staffSessions.endAll(disabled.staffId);
    record(deps, { kind: "staff.disabled", actor: "operator", details: { staff: email } });
    return true;
  });
}

/** Whom a set-up link is for, and the key of the authenticator that its page shows; undefined when it is not good. */
export function findSetUp({ db, clock, seal }: StaffDeps, token: string) {
  const found = db
    .select({ staffId: staff.staffId, email: staff.email, totpSealed: staffLinks.totpSealed })
    .from(staffLinks)
    .innerJoin(staff, eq(staff.staffId, staffLinks.staffId))
    .where(and(eq(staffLinks.tokenHash, hashToken(token)), gt(staffLinks.expiresAt, seconds(clock))))
    .get();
  return found && { staffId: found.staffId, email: found.email, secret: seal.open(totpPlace, found.totpSealed) };
}

/**
 * Uses a set-up link: the password and the authenticator replace what was there, and every session ends.
 * @param code what the authenticator shows, which proves that it was set up.
 */
export function setUpStaff(
  deps: StaffDeps & Pick<Deps, "staffSessions">,
  { token, passwordHash, code }: { token: string; passwordHash: string; code: string },
): Result<undefined, "link" | "code"> {
  const { db, clock, seal, staffSessions } = deps;
  return write(db, () => {
    const found = findSetUp(deps, token);
    if (!found) return fail("link");
    const { staffId, email, secret } = found;
    const now = seconds(clock);
    const totpLastStep = findTotpStep(secret, code, now, 0);
    if (totpLastStep === undefined) return fail("code");
    db.delete(staffLinks).where(eq(staffLinks.staffId, staffId)).run();
    db.update(staff)
      .set({ passwordHash, totpSealed: seal.seal(totpPlace, secret), totpLastStep, setUpAt: now })
      .where(eq(staff.staffId, staffId))
      .run();
    staffSessions.endAll(staffId);
    record(deps, { kind: "staff.set-up", actor: "staff", details: { staff: email } });
    return ok(undefined);
  });
}

/** Who may sign in with an e-mail: set up, and not disabled. */
export function findStaff({ db }: Pick<Deps, "db">, typed: string): Colleague | undefined {
  return db
    .select()
    .from(staff)
    .where(and(eq(staff.email, staffEmail(typed)), isNull(staff.disabledAt)))
    .get();
}

/** The key of somebody's authenticator, for the demo to print and for tests to make codes with. */
export function totpSecretOf({ seal }: Pick<Deps, "seal">, { totpSealed }: Pick<Colleague, "totpSealed">) {
  return totpSealed === null ? undefined : seal.open(totpPlace, totpSealed);
}

/**
 * Opens the session of somebody whose password was right, when the code is too: each code is good once.
 * @returns the value of the cookie, or undefined when the code is wrong or used, or the password replaced meanwhile.
 */
export function openStaffSession(
  deps: StaffDeps & Pick<Deps, "staffSessions">,
  { staffId, passwordHash }: Pick<Colleague, "staffId" | "passwordHash">,
  code: string,
  client: Client,
): string | undefined {
  const { db, clock, staffSessions } = deps;
  return write(db, () => {
    const now = seconds(clock);
    const found = db.select().from(staff).where(eq(staff.staffId, staffId)).get();
    const secret = found && totpSecretOf(deps, found);
    if (!found || !secret || found.passwordHash !== passwordHash) return undefined;
    const step = findTotpStep(secret, code, now, found.totpLastStep);
    if (step === undefined) return undefined;
    const { changes } = db
      .update(staff)
      .set({ totpLastStep: step, lastSeenAt: now })
      .where(and(eq(staff.staffId, staffId), isNull(staff.disabledAt), lt(staff.totpLastStep, step)))
      .run();
    if (changes === 0) return undefined;
    record(deps, { kind: "staff.signed-in", actor: "staff", details: { staff: found.email, ...client } });
    return staffSessions.start(staffId, client);
  });
}
