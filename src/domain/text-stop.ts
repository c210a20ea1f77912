import type { Deps } from "../platform/deps.ts";
import { changeChoices } from "./preferences.ts";

/** True for a text message that asks for no more: `STOP`, `Stop 36111`, `ARRÊT`, whatever follows. */
export function isStop(text: string): boolean {
  const bare = text.normalize("NFKD").replace(/\p{M}+/gu, "");
  return /^[^\p{L}\p{N}]*(?:stop|arret)(?![\p{L}\p{N}])/iu.test(bare);
}

/**
 * Turns the alerts by text message off for every account with this number, proven to be its owner's.
 * @param before seconds: who has turned them on after it keeps them. As late as the clock of the gateway may be behind:
 * no STOP is lost for it.
 * @returns how many accounts had them on.
 */
export function stopByText(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { mobile, before }: { mobile: string; before: number },
): number {
  const owners = deps.db.$client
    .prepare<[string, number], { accountId: string; memberId: string }>(
      `SELECT a.id AS accountId, a.member_id AS memberId FROM accounts a JOIN preferences p ON p.account_id = a.id
       WHERE a.mobile = ? AND a.mobile_verified_at IS NOT NULL AND p.alert_sms = 1 AND p.alert_sms_since <= ?`,
    )
    .all(mobile, before);
  for (const owner of owners)
    changeChoices(deps, { ...owner, changes: { alertSms: false }, actor: "member", channel: "sms" });
  return owners.length;
}
