import { seconds } from "../lib/clock.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";

type BounceDeps = Pick<Deps, "db" | "clock">;

/** A server may take a mail and send it back later: only one that has not come back within a day has arrived. */
const arrivedAfter = 24 * 3600;
const softInARow = 3;

/**
 * SQL: a bounce `b` that nobody has settled, and after which no mail has arrived at the address; @now in seconds. The
 * plus lets the mails be found by their person, and not by their age.
 */
const counts = `b.settled_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM mails m WHERE m.member_id = b.member_id AND m.recipient = b.recipient AND m.state = 'sent'
    AND +m.settled_at > b.bounced_at AND +m.settled_at <= @now - ${arrivedAfter}
    AND NOT EXISTS (SELECT 1 FROM bounces o WHERE o.message_id = m.message_id AND o.recipient = m.recipient))`;

/**
 * SQL: the address of the bounce `b` is one that mails come back from: the address does not exist (hard), or three
 * mails in a row of ours came back for another reason. What only names the address, as anybody could, is not counted.
 */
export const standing = `${counts} AND (b.kind = 'hard' OR ${softInARow} <= (
  SELECT count(*) FROM bounces s WHERE s.recipient = b.recipient AND s.kind = 'soft' AND s.settled_at IS NULL
    AND s.message_id NOT LIKE '~%' AND s.bounced_at >= coalesce((
      SELECT max(m.settled_at) FROM mails m WHERE m.member_id = s.member_id AND m.recipient = s.recipient
        AND m.state = 'sent' AND +m.settled_at <= @now - ${arrivedAfter}
        AND NOT EXISTS (SELECT 1 FROM bounces o WHERE o.message_id = m.message_id AND o.recipient = m.recipient)), 0)))`;

const statements = perBase(({ $client }) => ({
  ofAddress: $client
    .prepare<{ recipient: string; now: number }, 1>(
      `SELECT 1 FROM bounces b WHERE b.recipient = @recipient AND ${standing} LIMIT 1`,
    )
    .pluck(),
  ofAccount: $client
    .prepare<{ accountId: string; now: number }, string>(
      `SELECT b.recipient FROM accounts a JOIN bounces b ON b.member_id = a.member_id AND b.recipient = a.email
       WHERE a.id = @accountId AND ${standing} LIMIT 1`,
    )
    .pluck(),
}));

/** True for an address that mails come back from: alerts are not sent there. */
export function hasBounced({ db, clock }: BounceDeps, recipient: string): boolean {
  return statements(db).ofAddress.get({ recipient, now: seconds(clock) }) === 1;
}

/** The address of an account, when mails come back from it: its owner is asked to correct it. */
export function bouncedAddressOf({ db, clock }: BounceDeps, accountId: string): string | undefined {
  return statements(db).ofAccount.get({ accountId, now: seconds(clock) });
}
