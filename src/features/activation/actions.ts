import { currentCharter } from "../../domain/charter.ts";
import { record } from "../../domain/evidence.ts";
import { findInvitee, type Invitee } from "../../domain/members.ts";
import { peekLink, takeLink } from "../../domain/one-time-links.ts";
import { seconds } from "../../lib/clock.ts";
import type { Language } from "../../lib/languages.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { accounts, credentials } from "../../platform/schema.ts";
import { newId } from "../../platform/tokens.ts";

type ActivationDeps = Pick<Deps, "db" | "clock" | "passwords" | "config">;

/** The person a living invitation is for, and until when (seconds). */
export function findInvitation(
  deps: Pick<Deps, "db" | "clock">,
  token: string,
): (Invitee & { expiresAt: number }) | undefined {
  const link = peekLink(deps, "invitation", token);
  const invitee = link && findInvitee(deps, link.memberId);
  return link && invitee && { ...invitee, expiresAt: link.expiresAt };
}

type Choice = { token: string; password: string; language: Language; address: string };

/** Opens the account: uses the link up, keeps the hash of the password and the acceptance of the charter. */
export async function openAccount(deps: ActivationDeps, choice: Choice): Promise<Result<undefined, "lapsed">> {
  const { db, clock, passwords } = deps;
  const passwordHash = await passwords.hash(choice.password);
  const opened = write(db, () => {
    const memberId = takeLink(deps, "invitation", choice.token);
    const invitee = memberId === undefined ? undefined : findInvitee(deps, memberId);
    if (!memberId || !invitee?.email) return false;
    const now = seconds(clock);
    const id = newId();
    const { changes } = db
      .insert(accounts)
      .values({
        id,
        memberId,
        status: "active",
        email: invitee.email,
        language: choice.language,
        createdAt: now,
        activatedAt: now,
      })
      .onConflictDoNothing({ target: accounts.memberId })
      .run();
    if (changes === 0) return false;
    db.insert(credentials).values({ accountId: id, passwordHash, changedAt: now }).run();
    const { number, sha256 } = currentCharter(db);
    record(deps, { kind: "account.opened", memberId, actor: "member", details: { by: "invitation" } });
    record(deps, {
      kind: "charter.accepted",
      memberId,
      actor: "member",
      details: { version: number, sha256, address: choice.address },
    });
    return true;
  });
  return opened ? ok(undefined) : fail("lapsed");
}
