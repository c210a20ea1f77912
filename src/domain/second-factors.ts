import { and, asc, count, eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { recoveryCodes, secondFactors } from "../platform/schema.ts";
import { newDigits, newId } from "../platform/tokens.ts";

type Row = typeof secondFactors.$inferSelect;
export type FactorKind = Row["kind"];

/** A second factor as its owner sees it: without what proves it. */
export type Factor = Pick<Row, "factorId" | "kind" | "label" | "createdAt" | "lastUsedAt">;

/** True when a right password is not enough to sign in to this account. */
export function hasSecondFactor({ db }: Pick<Deps, "db">, accountId: string): boolean {
  const { factorId } = secondFactors;
  return (
    db.select({ factorId }).from(secondFactors).where(eq(secondFactors.accountId, accountId)).limit(1).get() !==
    undefined
  );
}

/** The second factors of an account, oldest first; times in seconds. */
export function listFactors({ db }: Pick<Deps, "db">, accountId: string): Factor[] {
  const { factorId, kind, label, createdAt, lastUsedAt } = secondFactors;
  return db
    .select({ factorId, kind, label, createdAt, lastUsedAt })
    .from(secondFactors)
    .where(eq(secondFactors.accountId, accountId))
    .orderBy(asc(createdAt), asc(factorId))
    .all();
}

type Proof = Partial<
  Pick<Row, "secretSealed" | "lastStep" | "credentialId" | "publicKey" | "signCount" | "transports">
>;

/** Keeps a second factor, in the caller's transaction. */
export function keepFactor(
  { db, clock }: Pick<Deps, "db" | "clock">,
  accountId: string,
  { kind, label = "", ...proof }: { kind: FactorKind; label?: string } & Proof,
): void {
  db.insert(secondFactors)
    .values({ factorId: newId(), accountId, kind, label, ...proof, createdAt: seconds(clock) })
    .run();
}

/**
 * Takes a second factor from an account, in the caller's transaction; the recovery codes stand in for one, and go with
 * the last.
 * @returns its kind, or undefined when it is not theirs.
 */
export function dropFactor(deps: Pick<Deps, "db">, accountId: string, factorId: string): FactorKind | undefined {
  const { db } = deps;
  const dropped = db
    .delete(secondFactors)
    .where(and(eq(secondFactors.factorId, factorId), eq(secondFactors.accountId, accountId)))
    .returning({ kind: secondFactors.kind })
    .get();
  if (dropped && !hasSecondFactor(deps, accountId)) dropRecoveryCodes(deps, accountId);
  return dropped?.kind;
}

/** Digits, for the same box and the same keys as the other codes; twenty of them are 66 bits, far from any guessing. */
export const recoveryLength = 20;
const codesAtOnce = 10;

/** Makes ten new recovery codes in place of those there were, in the caller's transaction. The base keeps hashes. */
export function makeRecoveryCodes(deps: Pick<Deps, "db" | "seal">, accountId: string): string[] {
  const codes = Array.from({ length: codesAtOnce }, () => newDigits(recoveryLength));
  dropRecoveryCodes(deps, accountId);
  deps.db
    .insert(recoveryCodes)
    .values(codes.map((code) => ({ accountId, codeHash: hashCode(deps, accountId, code) })))
    .run();
  return codes;
}

/** Uses a recovery code up, in the caller's transaction. @returns false when there is no such code any more. */
export function takeRecoveryCode(deps: Pick<Deps, "db" | "seal">, accountId: string, code: string): boolean {
  const codeHash = hashCode(deps, accountId, code);
  return (
    deps.db
      .delete(recoveryCodes)
      .where(and(eq(recoveryCodes.accountId, accountId), eq(recoveryCodes.codeHash, codeHash)))
      .run().changes === 1
  );
}

export function countRecoveryCodes({ db }: Pick<Deps, "db">, accountId: string): number {
  return (
    db.select({ left: count() }).from(recoveryCodes).where(eq(recoveryCodes.accountId, accountId)).get()?.left ?? 0
  );
}

function dropRecoveryCodes({ db }: Pick<Deps, "db">, accountId: string): void {
  db.delete(recoveryCodes).where(eq(recoveryCodes.accountId, accountId)).run();
}

function hashCode({ seal }: Pick<Deps, "seal">, accountId: string, code: string): Buffer {
  return seal.hash("recovery_codes", `${accountId} ${code}`);
}
