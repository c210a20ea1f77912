import { record } from "../../domain/evidence.ts";
import { findSetUp, findStaff, openStaffSession, setUpStaff, staffEmail } from "../../domain/staff.ts";
import { countUse, forgetUses } from "../../domain/throttle.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Client } from "../../platform/sessions.ts";

type SignInDeps = Pick<Deps, "db" | "clock" | "seal" | "passwords" | "staffSessions">;
type SignInForm = { email: string; password: string; code: string; address: string; client: Client };

export type Outcome =
  | { outcome: "open"; cookie: string }
  | { outcome: "refused" }
  | { outcome: "tooMany"; waitSeconds: number };

/**
 * Checks e-mail, password and code together: none of them is said to be the wrong one, and an e-mail of nobody takes
 * the same steps.
 */
export async function signInStaff(deps: SignInDeps, form: SignInForm): Promise<Outcome> {
  const { email, password, code, address, client } = form;
  const pair = `${staffEmail(email)} ${address}`;
  const waitSeconds = Math.max(countUse(deps, "staffPair", pair), countUse(deps, "staffAddress", address));
  if (waitSeconds > 0) return { outcome: "tooMany", waitSeconds };
  const colleague = findStaff(deps, email);
  const matches = await deps.passwords.verify(colleague?.passwordHash ?? undefined, password);
  const cookie = matches && colleague ? openStaffSession(deps, colleague, code, client) : undefined;
  if (cookie === undefined) {
    const details = colleague ? { staff: colleague.email, ...client } : { ...client };
    record(deps, { kind: "staff.refused", actor: "visitor", details });
    return { outcome: "refused" };
  }
  forgetUses(deps, "staffPair", pair);
  return { outcome: "open", cookie };
}

/** Ends the session of a cookie: the same cookie copied elsewhere opens nothing more. */
export function signOutStaff(deps: Pick<Deps, "db" | "clock" | "seal" | "staffSessions">, cookie: string): void {
  const staff = deps.staffSessions.read(cookie);
  deps.staffSessions.end(cookie);
  if (staff) record(deps, { kind: "staff.signed-out", actor: "staff", details: { staff: staff.email } });
}

/** Uses a set-up link. The password is hashed only for a link that is good: anybody may post to this address. */
export async function useSetUpLink(
  deps: SignInDeps,
  { token, password, code }: { token: string; password: string; code: string },
) {
  if (!findSetUp(deps, token)) return { ok: false, fault: "link" } as const;
  const passwordHash = await deps.passwords.hash(password);
  return setUpStaff(deps, { token, passwordHash, code });
}
