import { seconds } from "../lib/clock.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type AlertChannel, alertChannels } from "./alert-rules.ts";

/** What a mail or a text message that tells of payments is called. */
export const alertKind = "alert.payment";

const statements = perBase(({ $client }) => {
  // One on its way to the server arrives; the others were never sent, and leave nothing to prove.
  const unsent = (table: "mails" | "texts") =>
    $client.prepare<[string, string, number]>(
      `DELETE FROM ${table} WHERE member_id = ? AND kind = ? AND state = 'queued' AND leased_until <= ?`,
    );
  return {
    waiting: $client.prepare<[string, string]>(
      "DELETE FROM alerts WHERE member_id = ? AND channel = ? AND queued_at IS NULL",
    ),
    email: unsent("mails"),
    sms: unsent("texts"),
  };
});

/** Takes back the alerts of a person that have not left yet, on one channel or on both; in the caller's transaction. */
export function withdrawAlerts({ db, clock }: Pick<Deps, "db" | "clock">, memberId: string, only?: AlertChannel): void {
  const own = statements(db);
  for (const channel of alertChannels) {
    if (only !== undefined && channel !== only) continue;
    own.waiting.run(memberId, channel);
    own[channel].run(memberId, alertKind, seconds(clock));
  }
}
