import { fail, ok } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import type { Session } from "../platform/sessions.ts";
import { findPasswordHash } from "./credentials.ts";
import { record } from "./evidence.ts";
import { countAttempt, forgiveAttempts } from "./throttle.ts";

/** Money, contact, deletion and the export of data need the password typed within five minutes. */
export const freshSeconds = 5 * 60;

type ReauthenticationDeps = Pick<Deps, "db" | "clock" | "seal" | "passwords" | "sessions">;

export type Reauthentication = {
  session: Session;
  password: string;
  address: string;
  /** What the password is asked for, for the journal: `deletion`, `password change`… */
  purpose: string;
};

/** True when the password was typed in this session within five minutes. */
export function isFresh({ clock }: Pick<Deps, "clock">, { passwordAt }: Session): boolean {
  return clock() / 1000 - passwordAt < freshSeconds;
}

/**
 * Checks the password of who is signed in, once more. A wrong one is a failed sign-in: a stolen session must not be a
 * place to guess.
 * @returns the new cookie of the session, whose old one is dead, and the hash compared with; `tooMany` comes with the
 *   seconds to wait, `ended` means that the session ended in the meantime.
 */
export async function reauthenticate(
  deps: ReauthenticationDeps,
  { session, password, address, purpose }: Reauthentication,
) {
  const { accountId, memberId } = session;
  const attempt = { subject: memberId, accountId, address };
  const waitSeconds = countAttempt(deps, attempt);
  if (waitSeconds > 0) return { ...fail("tooMany"), waitSeconds };
  const passwordHash = findPasswordHash(deps, accountId);
  if (!(await deps.passwords.verify(passwordHash, password))) {
    record(deps, { kind: "sign-in.refused", memberId, actor: "member", details: { at: purpose } });
    return fail("refused");
  }
  const cookie = write(deps.db, () => {
    // While the password was being compared, a reset may have replaced it.
    if (findPasswordHash(deps, accountId) !== passwordHash) return undefined;
    forgiveAttempts(deps, attempt);
    return deps.sessions.renew(session.id);
  });
  return cookie === undefined ? fail("ended") : ok({ cookie, passwordHash: passwordHash! });
}
