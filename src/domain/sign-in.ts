import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts } from "../platform/schema.ts";
import type { Client } from "../platform/sessions.ts";
import { approveByUse } from "./charter-notices.ts";
import { findPasswordHash } from "./credentials.ts";
import { rememberDevice } from "./devices.ts";
import { record } from "./evidence.ts";
import { type Attempt, forgiveAttempts } from "./throttle.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "seal" | "sessions">;

export type SignIn = {
  accountId: string;
  memberId: string;
  /** The hash that the password was compared with. */
  passwordHash: string;
  attempt: Attempt;
  client: Client;
  remember: boolean;
  /** When the password was typed (seconds), when a second factor came after it. */
  passwordAt?: number;
};

/** The cookies a sign-in brings: the session's, and the device's when it is to be remembered. */
export type SignedIn = { session: string; device: string | undefined };

/**
 * Opens the session of somebody who has proven who they are.
 * @returns undefined when the password was replaced, or the account blocked, in the meantime.
 */
export async function openSession(deps: SignInDeps, signIn: SignIn): Promise<SignedIn | undefined> {
  const { db, clock, sessions } = deps;
  const { accountId, memberId, client, remember } = signIn;
  const opened = write(db, () => {
    // While the password was being compared, a reset may have replaced it and ended every session.
    if (findPasswordHash(deps, accountId) !== signIn.passwordHash) return undefined;
    forgiveAttempts(deps, { ...signIn.attempt, accountId });
    db.update(accounts)
      .set({ lastSeenAt: seconds(clock), inactivityWarnedAt: null })
      .where(eq(accounts.id, accountId))
      .run();
    approveByUse(deps, signIn);
    record(deps, { kind: "session.started", memberId, actor: "member", details: { by: "password", ...client } });
    return { device: remember ? rememberDevice(deps, { accountId, memberId }, client) : undefined };
  });
  if (!opened) return undefined;
  const session = await sessions.start(accountId, {
    ...client,
    withPassword: true,
    passwordAt: signIn.passwordAt,
    deviceId: opened.device?.deviceId,
  });
  return { session, device: opened.device?.token };
}
