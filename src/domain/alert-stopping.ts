import { and, eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { mails } from "../platform/schema.ts";
import { type AlertChannel, alertChannels } from "./alert-rules.ts";
import { closeMails, unwantedAnswer } from "./stopped-mails.ts";

/** What a mail or a text message that tells of payments is called. */
export const alertKind = "alert.payment";

/** SQL: the person of a column wants alerts on a channel, has an account that is in use, and lives. */
export function wantedOn(channel: AlertChannel, memberId: string): string {
  const isOn = channel === "email" ? "p.alert_email = 1" : "p.alert_sms = 1 AND a.mobile_verified_at IS NOT NULL";
  return `EXISTS (SELECT 1 FROM accounts a JOIN preferences p ON p.account_id = a.id
    JOIN members w ON w.member_id = a.member_id
    WHERE a.member_id = ${memberId} AND a.status = 'active' AND w.deceased = 0 AND ${isOn})`;
}

const statements = perBase(({ $client }) => {
  // One on its way to the server arrives; the others were never sent, and leave nothing to prove.
  const unsent = (table: "mails" | "texts") =>
    $client.prepare<[string, string, number]>(
      `DELETE FROM ${table} WHERE member_id = ? AND kind = ? AND state = 'queued' AND leased_until <= ?`,
    );
  const wanted = (channel: AlertChannel) => $client.prepare<[string]>(`SELECT 1 WHERE ${wantedOn(channel, "?")}`);
  return {
    waiting: $client.prepare<[string, string]>(
      "DELETE FROM alerts WHERE member_id = ? AND channel = ? AND queued_at IS NULL",
    ),
    unsent: { email: unsent("mails"), sms: unsent("texts") },
    wanted: { email: wanted("email"), sms: wanted("sms") },
  };
});

/** Whether an alert may still leave: asked before each try, for it may have waited for days. */
export function isAlertWanted({ db }: Pick<Deps, "db">, memberId: string | null, channel: AlertChannel): boolean {
  return memberId !== null && statements(db).wanted[channel].get(memberId) !== undefined;
}

/**
 * Takes back the alerts of a person that have not left yet, on one channel or on both; in the caller's transaction.
 * Those that were given up are over: nobody queues them again.
 */
export function withdrawAlerts(deps: Pick<Deps, "db" | "clock" | "seal">, memberId: string, only?: AlertChannel): void {
  const own = statements(deps.db);
  for (const channel of alertChannels) {
    if (only !== undefined && channel !== only) continue;
    own.waiting.run(memberId, channel);
    own.unsent[channel].run(memberId, alertKind, seconds(deps.clock));
    // Text messages that were given up are never queued again anyway.
    if (channel === "email")
      closeMails(deps, memberId, unwantedAnswer, and(eq(mails.kind, alertKind), eq(mails.state, "dead")));
  }
}
