import { openChallenge } from "../../domain/challenges.ts";
import { findPasswordHash } from "../../domain/credentials.ts";
import { record } from "../../domain/evidence.ts";
import { statusNow } from "../../domain/guardians.ts";
import { findSignInTarget } from "../../domain/members.ts";
import { hasSecondFactor } from "../../domain/second-factors.ts";
import { openSession, type SignedIn } from "../../domain/sign-in.ts";
import { countAttempt, giveBackAttempt } from "../../domain/throttle.ts";
import { compactIdentifier, parseNir } from "../../lib/nir.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Client } from "../../platform/sessions.ts";

type SignInDeps = Pick<Deps, "config" | "db" | "clock" | "seal" | "passwords" | "sessions">;
type SignInForm = { identifier: string; password: string; address: string; client: Client; remember: boolean };

/** What a sign-in comes to. A challenge is the value of a cookie: the person has one more thing to do. */
type Outcome =
  | { outcome: "open"; cookies: SignedIn }
  | { outcome: "secondFactor" | "unconfirmed" | "awaitingGuardian"; challenge: string }
  | { outcome: "frozen" | "refused" }
  | { outcome: "tooMany"; waitSeconds: number };

/**
 * Checks number and password, and opens a session. A number unknown here takes the same steps and the same time as
 * a wrong password; only the right password learns in what state the account is.
 */
export async function signIn(deps: SignInDeps, form: SignInForm): Promise<Outcome> {
  const { db, passwords } = deps;
  const { identifier, password, address, client, remember } = form;
  const target = findSignInTarget(deps, identifier);
  // A social security number of nobody counts once with its key and without, as one of somebody does.
  const subject = target?.memberId ?? parseNir(identifier)?.number ?? compactIdentifier(identifier);
  const attempt = { subject, accountId: target?.accountId, address };
  const waitSeconds = countAttempt(deps, attempt);
  if (waitSeconds > 0) return { outcome: "tooMany", waitSeconds };

  const matches = await passwords.verify(target?.passwordHash, password);
  if (!matches || !target) {
    // For the owner to know a stranger by; of a number of nobody, nothing more is kept.
    const details = target ? { ...client } : {};
    record(deps, { kind: "sign-in.refused", memberId: target?.memberId, actor: "visitor", details });
    return { outcome: "refused" };
  }
  const { accountId, memberId, passwordHash } = target;
  const next = write(db, (): Outcome | undefined => {
    // While the password was being compared, a reset may have replaced it.
    if (findPasswordHash(deps, accountId) !== passwordHash) return { outcome: "refused" };
    const status = statusNow(deps, target);
    if (status !== "active") giveBackAttempt(deps, attempt);
    if (status === "frozen") return { outcome: "frozen" };
    if (status !== "active") {
      const challenge = openChallenge(deps, "confirm_first", accountId);
      return { outcome: status === "unconfirmed" ? "unconfirmed" : "awaitingGuardian", challenge };
    }
    if (!hasSecondFactor(deps, accountId)) return undefined;
    return { outcome: "secondFactor", challenge: openChallenge(deps, "second_factor", accountId, { remember }) };
  });
  if (next) return next;
  const cookies = await openSession(deps, { accountId, memberId, passwordHash, attempt, client, remember });
  return cookies ? { outcome: "open", cookies } : { outcome: "refused" };
}

/** Ends the session of a cookie: the same cookie copied elsewhere opens nothing more. */
export async function signOut(deps: Pick<Deps, "db" | "clock" | "seal" | "sessions">, cookie: string): Promise<void> {
  const session = deps.sessions.read(cookie);
  await deps.sessions.end(cookie);
  if (session) record(deps, { kind: "session.ended", memberId: session.memberId, actor: "member" });
}
