import { maskedAddress, maskedAnswer } from "../../domain/dead-mails.ts";
import { isFinalAnswer } from "../../domain/stopped-mails.ts";
import { seconds } from "../../lib/clock.ts";
import type { Deps } from "../../platform/deps.ts";

type QueueDeps = Pick<Deps, "db" | "clock">;
type Table = "mails" | "texts";

/** What is not sent yet, or never will be, by state and kind; and how it goes. Moments in seconds. */
export type QueueState = {
  counts: { state: "queued" | "dead"; kind: string; count: number }[];
  oldestDue: number | null;
  sentInADay: number;
};

const dayInSeconds = 24 * 3600;

/** Every part by an index that holds no mail that was sent: a queue with millions behind it is looked at as fast. */
export function queueState({ db, clock }: QueueDeps, table: Table): QueueState {
  const { $client } = db;
  const counts = $client
    .prepare<[], QueueState["counts"][number]>(
      `SELECT state, kind, count(*) AS count FROM ${table} WHERE state <> 'sent' GROUP BY state, kind
       ORDER BY state DESC, count DESC, kind`,
    )
    .all();
  const oldestDue = $client
    .prepare<[], number | null>(`SELECT min(due_at) FROM ${table} WHERE state = 'queued'`)
    .pluck()
    .get();
  const sentInADay = $client
    .prepare<[number], number>(`SELECT count(*) FROM ${table} WHERE settled_at > ? AND state = 'sent'`)
    .pluck()
    .get(seconds(clock) - dayInSeconds);
  return { counts, oldestDue: oldestDue ?? null, sentInADay: sentInADay ?? 0 };
}

/** What a server answered last; the recipient hidden. */
export type Answer = { id: number; kind: string; at: number; state: "queued" | "sent" | "dead"; answer: string };

const answersShown = 10;

export function lastAnswers({ db }: QueueDeps, table: Table): Answer[] {
  const id = table === "mails" ? "mail_id" : "text_id";
  return db.$client
    .prepare<[number], Answer>(
      `SELECT ${id} AS id, kind, settled_at AS at, state, coalesce(answer, '') AS answer FROM ${table}
       WHERE settled_at IS NOT NULL ORDER BY settled_at DESC, ${id} DESC LIMIT ?`,
    )
    .all(answersShown)
    .map((row) => ({ ...row, answer: maskedAnswer(row.answer) }));
}

/** Those that wait for another try, with what the server said of the last one. */
export function triedAnswers({ db }: QueueDeps): Answer[] {
  return db.$client
    .prepare<[number], Answer>(
      `SELECT mail_id AS id, kind, due_at AS at, state, answer FROM mails
       WHERE state = 'queued' AND priority IN (-1, 0, 1) AND answer IS NOT NULL ORDER BY priority, due_at LIMIT ?`,
    )
    .all(answersShown)
    .map((row) => ({ ...row, answer: maskedAnswer(row.answer) }));
}

/** A mail given up: its content is not read here, its recipient is hidden. */
export type DeadMail = {
  mailId: number;
  kind: string;
  to: string;
  tries: number;
  at: number;
  answer: string;
  /** It is never queued again. */
  isFinal: boolean;
};

export type DeadCursor = { at: number; mailId: number };

/** The mails given up, the latest first. */
export function deadMails({ db }: QueueDeps, before: DeadCursor, limit: number): DeadMail[] {
  return db.$client
    .prepare<[DeadCursor & { limit: number }], Omit<DeadMail, "isFinal">>(
      `SELECT mail_id AS mailId, kind, recipient AS "to", attempts AS tries, settled_at AS at,
         coalesce(answer, '') AS answer
       FROM mails WHERE state = 'dead' AND (settled_at, mail_id) < (@at, @mailId)
       ORDER BY settled_at DESC, mail_id DESC LIMIT @limit`,
    )
    .all({ ...before, limit })
    .map((mail) => ({
      ...mail,
      to: maskedAddress(mail.to),
      answer: maskedAnswer(mail.answer),
      isFinal: isFinalAnswer(mail.answer),
    }));
}
