import type { Statement } from "better-sqlite3";
import { invitationSeconds } from "../../domain/invitations.ts";
import { seconds } from "../../lib/clock.ts";
import { type Day, parisDay } from "../../lib/dates.ts";
import { parisSeconds } from "../../lib/paris-time.ts";
import { perBase } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { StaffSection } from "../../web/staff-sections.ts";

/** `more`: there is more than was counted. */
export type Count = { count: number; more: boolean };
/** How much waits in a queue, since when (seconds), and how much of it is past the day the law sets, if it sets one. */
export type Waiting = Count & { oldest: number | undefined; overdue: Count | undefined };

/** Nobody needs to know more precisely how much too much it is, and the page stays as fast with a hundred thousand. */
const mostCounted = 1_000;

/** What waits in the queue of a section, in one query over its index; undefined for a section that is none. */
export function waitingIn({ db, clock }: Pick<Deps, "db" | "clock">, section: StaffSection): Waiting | undefined {
  const statement = (statements(db) as Partial<Record<StaffSection, Queue>>)[section];
  if (!statement) return undefined;
  const asked = { lapsed: seconds(clock) - invitationSeconds, today: parisDay(clock()), most: mostCounted + 1 };
  const { count, oldest, overdue = 0 } = statement.get(asked)!;
  // A day on which something was received begins at midnight.
  const since = typeof oldest === "string" ? parisSeconds(oldest, "00:00") : (oldest ?? undefined);
  return { ...capped(count), oldest: since, overdue: overdue > 0 ? capped(overdue) : undefined };
}

const capped = (count: number): Count => ({ count: Math.min(count, mostCounted), more: count > mostCounted });

type Asked = { lapsed: number; today: Day; most: number };
type Row = { count: number; oldest: number | Day | null; overdue?: number };
type Queue = Statement<[Asked], Row>;

const statements = perBase(({ $client }) => {
  const queue = (sql: string) => $client.prepare<Asked, Row>(sql);
  const counted = (from: string) => `(SELECT count(*) FROM (SELECT 1 FROM ${from} LIMIT @most))`;
  const of = (moment: string, from: string) =>
    queue(`SELECT ${counted(from)} AS count, (SELECT min(${moment}) FROM ${from}) AS oldest`);
  const rights = "rights_requests INDEXED BY rights_requests_open WHERE settled_at IS NULL";
  return {
    staffEhic: of(
      "requested_at",
      "card_requests INDEXED BY card_requests_waiting WHERE state IN ('requested', 'sent', 'in_production')",
    ),
    staffChanges: of("requested_at", "changes INDEXED BY changes_waiting WHERE state = 'pending'"),
    staffMessages: of("waiting_since", "threads INDEXED BY threads_waiting WHERE waiting_since IS NOT NULL"),
    staffCases: of("opened_at", "cases INDEXED BY cases_open WHERE closed_at IS NULL"),
    staffBounces: of("bounced_at", "bounces INDEXED BY bounces_open WHERE settled_at IS NULL"),
    staffRights: queue(`SELECT ${counted(rights)} AS count, (SELECT min(received_on) FROM ${rights}) AS oldest,
      ${counted(`${rights} AND due_on < @today`)} AS overdue`),
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
