import { record } from "../../domain/evidence.ts";
import { findSignInTarget } from "../../domain/members.ts";
import { countAttempt, forgiveAttempts } from "../../domain/throttle.ts";
import { compactIdentifier, parseNir } from "../../lib/nir.ts";
import { fail, ok } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "seal" | "passwords" | "sessions">;
type SignInForm = { identifier: string; password: string; address: string };

/**
 * Checks number and password, and opens a session. A number unknown here takes the same steps and the same time as
 * a wrong password.
 * @returns the value of the session cookie; `tooMany` comes with the seconds to wait.
 */
export async function signIn(deps: SignInDeps, { identifier, password, address }: SignInForm) {
  const { db, passwords, sessions } = deps;
  const target = findSignInTarget(deps, identifier);
  // A social security number of nobody counts once with its key and without, as one of somebody does.
  const subject = target?.memberId ?? parseNir(identifier)?.number ?? compactIdentifier(identifier);
  const attempt = { subject, accountId: target?.accountId, address };
  const waitSeconds = countAttempt(deps, attempt);
  if (waitSeconds > 0) return { ...fail("tooMany"), waitSeconds };

  const matches = await passwords.verify(target?.passwordHash, password);
  if (!matches || !target) {
    record(deps, { kind: "sign-in.refused", memberId: target?.memberId, actor: "visitor" });
    return fail("refused");
  }
  const isStillRight = write(db, () => {
    // While the password was being compared, a reset may have replaced it and ended every session.
    if (findSignInTarget(deps, identifier)?.passwordHash !== target.passwordHash) return false;
    forgiveAttempts(deps, { ...attempt, accountId: target.accountId });
    record(deps, { kind: "session.started", memberId: target.memberId, actor: "member" });
    return true;
  });
  return isStillRight ? ok(await sessions.start(target.accountId)) : fail("refused");
}

/** Ends the session of a cookie: the same cookie copied elsewhere opens nothing more. */
export async function signOut(deps: Pick<Deps, "db" | "clock" | "sessions">, cookie: string): Promise<void> {
  const session = deps.sessions.read(cookie);
  await deps.sessions.end(cookie);
  if (session) record(deps, { kind: "session.ended", memberId: session.memberId, actor: "member" });
}
