import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { hashToken, newToken } from "../platform/tokens.ts";

export type LinkPurpose = "invitation";

type LinkDeps = Pick<Deps, "db" | "clock">;

/**
 * A new link for a person, alive for `lifeSeconds`; older links of the same purpose die with it.
 * @returns the token, which is nowhere but in the mail: the base keeps its hash.
 */
export function issueLink({ db, clock }: LinkDeps, purpose: LinkPurpose, memberId: string, lifeSeconds: number) {
  const token = newToken();
  const now = seconds(clock);
  db.$client.prepare("DELETE FROM one_time_links WHERE member_id = ? AND purpose = ?").run(memberId, purpose);
  db.$client
    .prepare(
      "INSERT INTO one_time_links (token_hash, purpose, member_id, created_at, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .run(hashToken(token), purpose, memberId, now, now + lifeSeconds);
  return { token, expiresAt: now + lifeSeconds };
}

type Link = { memberId: string; expiresAt: number };

/** Looks at a living link without using it: mail scanners open every address. */
export function peekLink({ db, clock }: LinkDeps, purpose: LinkPurpose, token: string): Link | undefined {
  return db.$client
    .prepare<[Buffer, string, number], Link>(
      "SELECT member_id AS memberId, expires_at AS expiresAt FROM one_time_links WHERE token_hash = ? AND purpose = ? AND expires_at > ?",
    )
    .get(hashToken(token), purpose, seconds(clock));
}

/** Uses a living link up: of any number of tries at once, one gets the member. */
export function takeLink({ db, clock }: LinkDeps, purpose: LinkPurpose, token: string): string | undefined {
  return db.$client
    .prepare<[Buffer, string, number], { memberId: string }>(
      "DELETE FROM one_time_links WHERE token_hash = ? AND purpose = ? AND expires_at > ? RETURNING member_id AS memberId",
    )
    .get(hashToken(token), purpose, seconds(clock))?.memberId;
}
