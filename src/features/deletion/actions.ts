import { deleteWithReceipt } from "../../domain/account-deletion.ts";
import { findAccount, findAccountHolder } from "../../domain/accounts.ts";
import { findPasswordHash } from "../../domain/credentials.ts";
import { reauthenticate } from "../../domain/reauthentication.ts";
import { fail, ok } from "../../lib/result.ts";
import { perBase, write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";

type Request = { session: Session; password: string; address: string };

/** The deletions under way, by account. */
const underWay = perBase(() => new Map<string, Promise<unknown>>());

/**
 * Deletes the account of who is signed in and knows the password. Sent twice, it is deleted once: the second request
 * waits for the first, finds the account gone, and is told the same; its password is not counted as another try.
 * @returns `refused` for a wrong password, `tooMany` with the seconds to wait, `ended` when the session is over and
 *   the account still there.
 */
export async function deleteOwnAccount(deps: Deps, request: Request) {
  const { accountId } = request.session;
  const queue = underWay(deps.db);
  const before = queue.get(accountId) ?? Promise.resolve();
  const own = before.then(
    () => deleteOnce(deps, request),
    () => deleteOnce(deps, request),
  );
  queue.set(accountId, own);
  try {
    return await own;
  } finally {
    if (queue.get(accountId) === own) queue.delete(accountId);
  }
}

async function deleteOnce(deps: Deps, { session, password, address }: Request) {
  const { accountId, memberId } = session;
  const isGone = () => findAccount(deps, memberId)?.accountId !== accountId;
  if (isGone()) return ok(undefined);
  const confirmed = await reauthenticate(deps, { session, password, address, purpose: "deletion" });
  if (!confirmed.ok) return isGone() ? ok(undefined) : confirmed;
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
