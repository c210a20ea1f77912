import { and, eq, lte, ne, or } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { mails, texts } from "../platform/schema.ts";
import { type AlertChannel, alertChannels } from "./alert-rules.ts";
import { closeMails, unwantedAnswer } from "./stopped-mails.ts";
import { closeTexts } from "./text-outbox.ts";

/** What a mail or a text message that tells of payments is called. */
export const alertKind = "alert.payment";

/**
 * SQL: the person of a column wants alerts on a channel at the address or number of another, has an account that is in
 * use, and lives. What was on its way to a former address when it changed tells nobody anything.
 */
export function wantedOn(channel: AlertChannel, memberId: string, recipient: string): string {
  const isOn =
    channel === "email"
      ? `p.alert_email = 1 AND a.email = ${recipient}`
      : `p.alert_sms = 1 AND a.mobile_verified_at IS NOT NULL AND a.mobile = ${recipient}`;
  return `EXISTS (SELECT 1 FROM accounts a JOIN preferences p ON p.account_id = a.id
    JOIN members w ON w.member_id = a.member_id
    WHERE a.member_id = ${memberId} AND a.status = 'active' AND w.deceased = 0 AND ${isOn})`;
}

const statements = perBase(({ $client }) => {
  // What was never tried leaves nothing to prove.
  const unsent = (table: "mails" | "texts") =>
    $client.prepare<[string, string]>(
      `DELETE FROM ${table} WHERE member_id = ? AND kind = ? AND state = 'queued' AND attempts = 0 AND answer IS NULL`,
    );
  // One on its way to the server arrives where it went.
  const moved = (table: "mails" | "texts", to: "email" | "mobile") =>
    $client.prepare<{ memberId: string; kind: string; now: number }>(
      `UPDATE ${table} SET recipient = a.${to} FROM accounts a
       WHERE a.member_id = ${table}.member_id AND a.${to} IS NOT NULL AND ${table}.member_id = @memberId
         AND ${table}.kind = @kind AND ${table}.state = 'queued' AND ${table}.leased_until <= @now`,
    );
  const wanted = (channel: AlertChannel) =>
    $client.prepare<[string, string]>(`SELECT 1 WHERE ${wantedOn(channel, "?", "?")}`);
  return {
    waiting: $client.prepare<[string, string]>(
      "DELETE FROM alerts WHERE member_id = ? AND channel = ? AND queued_at IS NULL",
    ),
    unsent: { email: unsent("mails"), sms: unsent("texts") },
    moved: { email: moved("mails", "email"), sms: moved("texts", "mobile") },
    wanted: { email: wanted("email"), sms: wanted("sms") },
  };
});

/** Whether an alert may still leave: asked before each try, for it may have waited for days. */
export function isAlertWanted(
  { db }: Pick<Deps, "db">,
  { memberId, recipient }: { memberId: string | null; recipient: string },
  channel: AlertChannel,
): boolean {
  return memberId !== null && statements(db).wanted[channel].get(memberId, recipient) !== undefined;
}

/** What waits goes to the address and the number that the account of a person has now; in the caller's transaction. */
export function moveAlerts({ db, clock }: Pick<Deps, "db" | "clock">, memberId: string): void {
  const { moved } = statements(db);
  const waiting = { memberId, kind: alertKind, now: seconds(clock) };
  for (const channel of alertChannels) moved[channel].run(waiting);
}

/**
 * Takes back the alerts of a person that have not left yet, on one channel or on both; in the caller's transaction.
 * Those that were tried are over, with the proof of it: nobody queues them again.
 */
export function withdrawAlerts(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string, only?: AlertChannel): void {
  const own = statements(deps.db);
  const now = seconds(deps.clock);
  // One on its way to the server arrives.
  const isTried = (table: typeof mails | typeof texts) =>
    and(eq(table.kind, alertKind), ne(table.state, "sent"), or(eq(table.state, "dead"), lte(table.leasedUntil, now)));
  for (const channel of alertChannels) {
    if (only !== undefined && channel !== only) continue;
    own.waiting.run(memberId, channel);
    own.unsent[channel].run(memberId, alertKind);
    if (channel === "email") closeMails(deps, memberId, unwantedAnswer, isTried(mails));
    else closeTexts(deps, memberId, unwantedAnswer, isTried(texts));
  }
}
