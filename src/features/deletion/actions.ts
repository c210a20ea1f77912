import { deleteWithReceipt } from "../../domain/account-deletion.ts";
import { findAccount, findAccountHolder } from "../../domain/accounts.ts";
import { findPasswordHash } from "../../domain/credentials.ts";
import { reauthenticate } from "../../domain/reauthentication.ts";
import { fail, ok } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";

type Request = { session: Session; password: string; address: string };

/**
 * Deletes the account of who is signed in and knows the password. Sent twice, it is deleted once: the second request
 * finds it gone, and is told the same.
 * @returns `refused` for a wrong password, `tooMany` with the seconds to wait, `ended` when the session is over and
 *   the account still there.
 */
export async function deleteOwnAccount(deps: Deps, { session, password, address }: Request) {
  const { accountId, memberId } = session;
  const confirmed = await reauthenticate(deps, { session, password, address, purpose: "deletion" });
  if (!confirmed.ok) {
    const isGone = findAccount(deps, memberId)?.accountId !== accountId;
    return isGone ? ok(undefined) : confirmed;
  }
  const deleted = write(deps.db, () => {
    const holder = findAccountHolder(deps, memberId);
    // While the password was being compared, it may have been replaced, or the account blocked.
    if (holder?.accountId !== accountId) return false;
    if (findPasswordHash(deps, accountId) !== confirmed.value.passwordHash) return false;
    deleteWithReceipt(deps, holder, { actor: "member", by: "member" });
    return true;
  });
  return deleted ? ok(undefined) : fail("ended");
}
