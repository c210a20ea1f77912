import { createHash } from "node:crypto";
import { seconds } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { headerText, isMailAddress } from "../platform/mailer-message.ts";
import type { Bounce } from "./bounce-report.ts";
import { standing } from "./bounced-addresses.ts";
import { record } from "./evidence.ts";

type BounceDeps = Pick<Deps, "db" | "clock" | "seal">;

/** Who says it: a service that signs what it posts, or a mailbox, into which anybody may write. */
export type BounceSource = "signed" | "mailbox";

/** `kept`: it is new, or worse than what was known. `known`: nothing new. `unknown`: no mail of ours. */
export type Taken = "kept" | "known" | "unknown";

type Mail = { messageId: string; memberId: string | null; recipient: string; kind: string };

const longestReason = 300;

/**
 * Keeps a mail that came back, in a transaction of its own, with its evidence. It is known by its Message-ID, which only
 * its reader has seen, or by the address alone: from a mailbox such a one counts for nothing but is shown to staff, for
 * anybody could have written it. The same one again adds nothing; one that says the address does not exist takes the
 * place of an earlier one that hoped. Of an address alone nothing tells one mail from the next: what is told once the
 * earlier one was settled, or a mail has arrived since, is another one.
 * @param at when it was told (seconds); now when absent.
 */
export function takeBounce(
  deps: BounceDeps,
  bounce: Bounce,
  source: BounceSource,
  at: number = seconds(deps.clock),
): Taken {
  const taken = findMails(deps, bounce).map((mail) => keep(deps, bounce, source, mail, at));
  return taken.find((one) => one === "kept") ?? taken[0] ?? "unknown";
}

function keep(deps: BounceDeps, bounce: Bounce, source: BounceSource, mail: Mail, at: number): "kept" | "known" {
  const { db, clock } = deps;
  const isNamed = mail.messageId !== "";
  const kind = isNamed || source === "signed" ? bounce.kind : "soft";
  const reason = headerText(`${bounce.status} ${bounce.reason}`).slice(0, longestReason);
  // Whatever a mailbox says of an address alone is one and the same: anybody may write it, in as many words as they like.
  const said = source === "signed" ? bounce : mail.recipient;
  const digest = createHash("sha256")
    .update(JSON.stringify([said, mail.memberId]))
    .digest("hex")
    .slice(0, 32);
  const messageId = isNamed ? mail.messageId : `~${digest}`;
  return write(db, () => {
    const { changes } = db.$client
      .prepare(
        `INSERT INTO bounces (message_id, member_id, recipient, kind, reason, bounced_at)
         VALUES (@messageId, @memberId, @recipient, @kind, @reason, @now)
         ON CONFLICT (message_id, recipient) DO UPDATE
         SET kind = excluded.kind, reason = excluded.reason, bounced_at = excluded.bounced_at, settled_at = NULL,
           settled_by = NULL
         WHERE (kind = 'soft' AND excluded.kind = 'hard') OR (@isNamed = 0 AND @at > coalesce(settled_at, bounced_at)
           AND (settled_at IS NOT NULL OR (excluded.kind = 'hard' AND NOT EXISTS (
             SELECT 1 FROM bounces b WHERE b.bounce_id = bounces.bounce_id AND ${standing}))))`,
      )
      .run({
        messageId,
        memberId: mail.memberId,
        recipient: mail.recipient,
        kind,
        reason,
        at,
        isNamed: isNamed ? 1 : 0,
        now: seconds(clock),
      });
    if (changes === 0) return "known";
    record(deps, {
      kind: "mail.bounced",
      memberId: mail.memberId ?? undefined,
      actor: "system",
      details: { messageId, mail: mail.kind, bounce: kind, status: bounce.status },
    });
    return "kept";
  });
}

/** The mail that came back; without its id, under none, each account of the address: a family may share a mailbox. */
function findMails({ db }: BounceDeps, { messageId, recipient }: Bounce): Mail[] {
  const columns = "member_id AS memberId, recipient, kind";
  const id = /^<?([^<>@\s]+)(?:@[^<>@\s]+)?>?$/.exec(messageId ?? "")?.[1];
  const named =
    id === undefined
      ? undefined
      : db.$client
          .prepare<[string], Mail>(`SELECT message_id AS messageId, ${columns} FROM mails WHERE message_id = ?`)
          .get(id);
  if (named) return [named];
  const address = recipient.trim();
  if (!isMailAddress(address)) return [];
  return db.$client
    .prepare<[string], Mail>(
      `SELECT '' AS messageId, a.member_id AS memberId, a.email AS recipient, '' AS kind
       FROM accounts a WHERE a.email = ? COLLATE NOCASE`,
    )
    .all(address);
}

/** A mail that came back and waits for somebody of the mutual; moments in seconds. */
export type OpenBounce = {
  bounceId: number;
  memberId: string | null;
  recipient: string;
  kind: "hard" | "soft";
  /** Status and words of the server that refused it. */
  reason: string;
  bouncedAt: number;
  /** What the mail was about, one of the kinds of `mails`; null when the report names the address alone. */
  mail: string | null;
  /** No alert goes to the address, and its owner is asked to correct it. */
  isStopped: boolean;
};

/** Those nobody has settled, oldest first, `limit` of them after the one given. */
export function listBounces(
  { db, clock }: Pick<Deps, "db" | "clock">,
  { limit = 500, after }: { limit?: number; after?: Pick<OpenBounce, "bounceId" | "bouncedAt"> } = {},
): OpenBounce[] {
  const from = { at: after?.bouncedAt ?? 0, id: after?.bounceId ?? 0 };
  return db.$client
    .prepare<typeof from & { now: number; limit: number }, Omit<OpenBounce, "isStopped"> & { isStopped: number }>(
      `SELECT b.bounce_id AS bounceId, b.member_id AS memberId, b.recipient, b.kind, b.reason,
         b.bounced_at AS bouncedAt, (SELECT o.kind FROM mails o WHERE o.message_id = b.message_id) AS mail,
         (${standing}) AS isStopped
       FROM bounces b WHERE b.settled_at IS NULL AND (b.bounced_at, b.bounce_id) > (@at, @id)
       ORDER BY b.bounced_at, b.bounce_id LIMIT @limit`,
    )
    .all({ ...from, now: seconds(clock), limit })
    .map((row) => ({ ...row, isStopped: row.isStopped === 1 }));
}

/**
 * Settles every bounce of the address of one of them, which somebody of the mutual has looked into: mails go there
 * again. In one transaction.
 * @param staff the address of who did it, for the mutual alone.
 * @param note what was found, for the journal.
 * @returns how many were open, or why not: there is none of this number, or somebody was faster.
 */
export function settleBounce(
  deps: BounceDeps,
  { bounceId, staff, note }: { bounceId: number; staff: string; note?: string },
): Result<{ settled: number }, "unknown" | "settled"> {
  const { db, clock } = deps;
  return write(db, () => {
    const bounce = db.$client
      .prepare<[number], { memberId: string | null; recipient: string; settledAt: number | null }>(
        "SELECT member_id AS memberId, recipient, settled_at AS settledAt FROM bounces WHERE bounce_id = ?",
      )
      .get(bounceId);
    if (!bounce) return fail("unknown");
    if (bounce.settledAt !== null) return fail("settled");
    const { changes } = db.$client
      .prepare("UPDATE bounces SET settled_at = ?, settled_by = ? WHERE recipient = ? AND settled_at IS NULL")
      .run(seconds(clock), staff, bounce.recipient);
    record(deps, {
      kind: "bounce.settled",
      memberId: bounce.memberId ?? undefined,
      actor: "staff",
      details: { bounce: bounceId, staff, ...(note === undefined ? {} : { note }) },
    });
    return ok({ settled: changes });
  });
}
