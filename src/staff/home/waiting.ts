import type { Statement } from "better-sqlite3";
import { invitationSeconds } from "../../domain/invitations.ts";
import { seconds } from "../../lib/clock.ts";
import { perBase } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { StaffSection } from "../../web/staff-sections.ts";

/** How much waits in a queue, and since when (seconds). `more`: there is more than was counted. */
export type Waiting = { count: number; more: boolean; oldest: number | undefined };

/** Invitations are looked at one by one: no more of them than this. */
const mostCounted = 1_000;

/** What waits in the queue of a section, in one query over its index; undefined for a section that is none. */
export function waitingIn({ db, clock }: Pick<Deps, "db" | "clock">, section: StaffSection): Waiting | undefined {
  const statement = (statements(db) as Partial<Record<StaffSection, Queue>>)[section];
  if (!statement) return undefined;
  const { count, oldest } = statement.get({ lapsed: seconds(clock) - invitationSeconds, most: mostCounted + 1 })!;
  const more = section === "staffInvitations" && count > mostCounted;
  return { count: more ? mostCounted : count, more, oldest: oldest ?? undefined };
}

type Asked = { lapsed: number; most: number };
type Row = { count: number; oldest: number | null };
type Queue = Statement<[Asked], Row>;

const statements = perBase(({ $client }) => {
  const queue = (sql: string) => $client.prepare<Asked, Row>(sql);
  const of = (moment: string, from: string) => queue(`SELECT count(*) AS count, min(${moment}) AS oldest FROM ${from}`);
  return {
    staffEhic: of(
      "requested_at",
      "card_requests INDEXED BY card_requests_waiting WHERE state IN ('requested', 'sent', 'in_production')",
    ),
    staffChanges: of("requested_at", "changes INDEXED BY changes_waiting WHERE state = 'pending'"),
    staffMessages: of("waiting_since", "threads INDEXED BY threads_waiting WHERE waiting_since IS NOT NULL"),
    staffCases: of("opened_at", "cases INDEXED BY cases_open WHERE closed_at IS NULL"),
    staffBounces: of("bounced_at", "bounces INDEXED BY bounces_open WHERE settled_at IS NULL"),
    staffRights: of("recorded_at", "rights_requests INDEXED BY rights_requests_open WHERE settled_at IS NULL"),
    // Counted from the day the link ended.
    staffInvitations: queue(`
      SELECT count(*) AS count, min(at) + ${invitationSeconds} AS oldest FROM (
        SELECT i.last_invited_at AS at
        FROM invitations i INDEXED BY invitations_waiting JOIN members m ON m.member_id = i.member_id
        WHERE i.used_at IS NULL AND i.last_invited_at <= @lapsed
          AND m.email IS NOT NULL AND m.deceased = 0 AND m.ended = 0
          AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = i.member_id AND a.status <> 'unconfirmed')
        ORDER BY i.last_invited_at LIMIT @most)`),
  };
});
