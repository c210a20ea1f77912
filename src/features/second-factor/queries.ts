import { and, eq } from "drizzle-orm";
import { type AccountHolder, findAccountHolder } from "../../domain/accounts.ts";
import { type Challenge, findChallenge } from "../../domain/challenges.ts";
import { hasSecondFactor } from "../../domain/second-factors.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Passkey } from "../../platform/passkeys.ts";
import { accounts, secondFactors } from "../../platform/schema.ts";

/** Who has given a right password and owes a second factor. */
export type Pending = { challenge: Challenge; holder: AccountHolder };

export function findPending(deps: Pick<Deps, "db" | "clock">, token: string | undefined): Pending | undefined {
  const challenge = token === undefined ? undefined : findChallenge(deps, "second_factor", token);
  // Whoever has taken the last one away meanwhile signs in with the password alone.
  if (!challenge || !hasSecondFactor(deps, challenge.accountId)) return undefined;
  const { memberId } = accounts;
  const owner = deps.db.select({ memberId }).from(accounts).where(eq(accounts.id, challenge.accountId)).get();
  const holder = owner && findAccountHolder(deps, owner.memberId);
  return holder && { challenge, holder };
}

export type KnownPasskey = Passkey & { factorId: string };

/** The passkeys of an account, with what proves them. */
export function findPasskeys({ db }: Pick<Deps, "db">, accountId: string): KnownPasskey[] {
  return db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.accountId, accountId), eq(secondFactors.kind, "passkey")))
    .all()
    .map(({ factorId, credentialId, publicKey, signCount, transports }) => ({
      factorId,
      credentialId: credentialId!,
      publicKey: publicKey!,
      signCount,
      transports: JSON.parse(transports ?? "[]") as string[],
    }));
}

/** True when a passkey of this id is anybody's. */
export function isPasskeyKnown({ db }: Pick<Deps, "db">, credentialId: string): boolean {
  const { factorId } = secondFactors;
  return (
    db.select({ factorId }).from(secondFactors).where(eq(secondFactors.credentialId, credentialId)).get() !== undefined
  );
}

export const secretPlace = "second_factors.secret";

/** The authenticator app of an account, with its key; one at most. */
export function findTotp({ db, seal }: Pick<Deps, "db" | "seal">, accountId: string) {
  const row = db
    .select()
    .from(secondFactors)
    .where(and(eq(secondFactors.accountId, accountId), eq(secondFactors.kind, "totp")))
    .get();
  return row && { factorId: row.factorId, lastStep: row.lastStep, secret: seal.open(secretPlace, row.secretSealed!) };
}

export function hasMailCode({ db }: Pick<Deps, "db">, accountId: string): boolean {
  const { factorId } = secondFactors;
  return (
    db
      .select({ factorId })
      .from(secondFactors)
      .where(and(eq(secondFactors.accountId, accountId), eq(secondFactors.kind, "mail")))
      .get() !== undefined
  );
}
