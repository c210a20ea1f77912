import { and, eq, lt } from "drizzle-orm";
import { type Challenge, closeChallenge, saveChallenge, tryChallenge } from "../../domain/challenges.ts";
import { findPasswordHash } from "../../domain/credentials.ts";
import { record } from "../../domain/evidence.ts";
import { queueMail } from "../../domain/outbox.ts";
import { takeRecoveryCode } from "../../domain/second-factors.ts";
import { openSession, type SignedIn } from "../../domain/sign-in.ts";
import { countAttempt, countUse } from "../../domain/throttle.ts";
import { seconds } from "../../lib/clock.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { passkeySite, readPasskeyUse, requestOptions } from "../../platform/passkeys.ts";
import { secondFactors } from "../../platform/schema.ts";
import type { Client } from "../../platform/sessions.ts";
import { newDigits } from "../../platform/tokens.ts";
import { findTotpStep } from "../../platform/totp.ts";
import { codeMail } from "./mails.ts";
import { findPasskeys, findPending, findTotp, hasMailCode, type KnownPasskey, type Pending } from "./queries.ts";
import { mailCodeLength, passkeyChallenge, readCode } from "./rules.ts";

type FactorDeps = Pick<Deps, "config" | "db" | "clock" | "seal" | "sessions">;

/** Who gives a second factor: the cookie of the challenge, and where from. */
type Giver = { token: string; address: string; client: Client };

/** `over`: the time or the tries are used up, and the sign-in begins anew with the password. */
type Outcome =
  | { outcome: "open"; cookies: SignedIn }
  | { outcome: "refused" | "over" }
  | { outcome: "tooMany"; waitSeconds: number };

/** Opens a session with the code of an app, of a mail or of the printed list. */
export function signInWithCode(deps: FactorDeps, giver: Giver, typed: string): Promise<Outcome> {
  return giveFactor(deps, giver, async () => (challenge) => takeCode(deps, challenge, typed));
}

/** Opens a session with what the browser answered for a passkey. */
export function signInWithPasskey(deps: FactorDeps, giver: Giver, answer: object): Promise<Outcome> {
  return giveFactor(deps, giver, async ({ challenge }) => {
    const site = passkeySite(deps.config.origin);
    const passkey = findPasskeys(deps, challenge.accountId).find(
      ({ credentialId }) => "id" in answer && credentialId === answer.id,
    );
    if (!site || !passkey) return () => false;
    const uses = await readPasskeyUse(site, passkeyChallenge(deps, challenge), passkey, answer);
    return () => uses !== undefined && takePasskeyUse(deps, passkey, uses);
  });
}

/** What the browser is asked for, when the account has passkeys and this address can use them. */
export function passkeyRequest(deps: Pick<Deps, "config" | "db" | "seal">, { challenge }: Pending) {
  const site = passkeySite(deps.config.origin);
  const known = site ? findPasskeys(deps, challenge.accountId) : [];
  return site && known.length > 0
    ? requestOptions(site, { challenge: passkeyChallenge(deps, challenge), known })
    : undefined;
}

/**
 * Sends a code to the address on file of an account that asked for such codes; it is good for this challenge alone.
 * Five an hour for one account.
 */
export function sendMailCode(
  deps: Pick<Deps, "config" | "db" | "clock" | "seal">,
  token: string,
): { outcome: "sent" | "over" } | { outcome: "tooMany"; waitSeconds: number } {
  const { db } = deps;
  return write(db, () => {
    const pending = findPending(deps, token);
    if (!pending || !hasMailCode(deps, pending.challenge.accountId)) return { outcome: "over" };
    const { challenge, holder } = pending;
    const waitSeconds = countUse(deps, "signInCode", holder.accountId);
    if (waitSeconds > 0) return { outcome: "tooMany", waitSeconds };
    const code = newDigits(mailCodeLength);
    saveChallenge(deps, challenge, { mailCode: hashMailCode(deps, challenge, code).toString("hex") });
    const { memberId, email, language } = holder;
    const body = codeMail(deps.config, holder, code);
    queueMail(deps, { kind: "sign-in.code", memberId, to: email, language, body, urgent: true });
    return { outcome: "sent" };
  });
}

/** Uses a factor up, in the caller's transaction. @returns false when it is wrong, or was used before. */
type Take = (challenge: Challenge) => boolean;

async function giveFactor(
  deps: FactorDeps,
  { token, address, client }: Giver,
  prepare: (pending: Pending) => Promise<Take>,
): Promise<Outcome> {
  const { db } = deps;
  const pending = findPending(deps, token);
  if (!pending) return { outcome: "over" };
  const { accountId, memberId } = pending.holder;
  // A wrong code is a failed sign-in: who knows the password must not get five codes with each of many challenges.
  const attempt = { subject: memberId, accountId, address, tries: 2 };
  const waitSeconds = countAttempt(deps, attempt);
  if (waitSeconds > 0) return { outcome: "tooMany", waitSeconds };

  const take = await prepare(pending);
  const given = write(db, () => {
    const challenge = tryChallenge(deps, "second_factor", token);
    // Read while the challenge lives, it is the hash that was compared: a change of password ends the challenge.
    const passwordHash = findPasswordHash(deps, accountId);
    if (!challenge || passwordHash === undefined) return "over";
    if (!take(challenge)) {
      record(deps, { kind: "second-factor.refused", memberId, actor: "visitor", details: { ...client } });
      return "refused";
    }
    closeChallenge(deps, challenge);
    return { passwordHash, remember: challenge.remember === 1, passwordAt: challenge.createdAt };
  });
  if (typeof given === "string") return { outcome: given };
  const cookies = await openSession(deps, { accountId, memberId, attempt, client, ...given });
  return cookies ? { outcome: "open", cookies } : { outcome: "over" };
}

function takeCode(deps: Pick<Deps, "db" | "clock" | "seal">, challenge: Challenge, typed: string): boolean {
  const { kind, code } = readCode(typed);
  switch (kind) {
    case "totp":
      return takeTotp(deps, challenge.accountId, code);
    case "mail":
      return isMailCode(deps, challenge, code);
    case "recovery":
      return takeRecoveryCode(deps, challenge.accountId, code);
    case "unknown":
      return false;
  }
}

function takeTotp(deps: Pick<Deps, "db" | "clock" | "seal">, accountId: string, code: string): boolean {
  const now = seconds(deps.clock);
  const totp = findTotp(deps, accountId);
  const step = totp && findTotpStep(totp.secret, code, now, totp.lastStep);
  if (step === undefined) return false;
  const { factorId, lastStep } = secondFactors;
  return (
    deps.db
      .update(secondFactors)
      .set({ lastStep: step, lastUsedAt: now })
      .where(and(eq(factorId, totp!.factorId), lt(lastStep, step)))
      .run().changes === 1
  );
}

/** A code sent by mail ends with the challenge, which is closed as soon as it is used. */
function isMailCode(deps: Pick<Deps, "db" | "clock" | "seal">, challenge: Challenge, code: string): boolean {
  const { mailCode } = JSON.parse(challenge.state) as { mailCode?: string };
  if (mailCode !== hashMailCode(deps, challenge, code).toString("hex")) return false;
  return (
    deps.db
      .update(secondFactors)
      .set({ lastUsedAt: seconds(deps.clock) })
      .where(and(eq(secondFactors.accountId, challenge.accountId), eq(secondFactors.kind, "mail")))
      .run().changes === 1
  );
}

function takePasskeyUse({ db, clock }: Pick<Deps, "db" | "clock">, passkey: KnownPasskey, uses: number): boolean {
  const { factorId, signCount } = secondFactors;
  return (
    db
      .update(secondFactors)
      .set({ signCount: uses, lastUsedAt: seconds(clock) })
      // Another use may have come in between; most passkeys do not count, and stay at 0.
      .where(and(eq(factorId, passkey.factorId), eq(signCount, passkey.signCount)))
      .run().changes === 1
  );
}

function hashMailCode({ seal }: Pick<Deps, "seal">, { tokenHash }: Challenge, code: string): Buffer {
  return seal.hash("challenges.mail_code", `${tokenHash.toString("hex")} ${code}`);
}
