import { maskedAddress, maskedAnswer, maskedMobile, type SendingTable } from "../../domain/given-up.ts";
import { isFinalAnswer } from "../../domain/stopped-mails.ts";
import { seconds } from "../../lib/clock.ts";
import type { Deps } from "../../platform/deps.ts";

type QueueDeps = Pick<Deps, "db" | "clock">;
const ids = { mails: "mail_id", texts: "text_id" };

/** What is not sent yet, or never will be, by state and kind; and how it goes. Moments in seconds. */
export type QueueState = {
  counts: { state: "queued" | "dead"; kind: string; count: number }[];
  oldestDue: number | null;
  sentInADay: number;
};

const dayInSeconds = 24 * 3600;

/** Every part by an index that holds no mail that was sent: a queue with millions behind it is looked at as fast. */
export function queueState({ db, clock }: QueueDeps, table: SendingTable): QueueState {
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

export function lastAnswers({ db }: QueueDeps, table: SendingTable): Answer[] {
  const id = ids[table];
  return db.$client
    .prepare<[number], Answer>(
      `SELECT ${id} AS id, kind, settled_at AS at, state, coalesce(answer, '') AS answer FROM ${table}
       WHERE settled_at IS NOT NULL ORDER BY settled_at DESC, ${id} DESC LIMIT ?`,
    )
    .all(answersShown)
    .map((row) => ({ ...row, answer: maskedAnswer(row.answer) }));
}

/** Those that wait for another try, with what the server said of the last one. */
export function triedAnswers({ db }: QueueDeps, table: SendingTable): Answer[] {
  return db.$client
    .prepare<[number], Answer>(
      `SELECT ${ids[table]} AS id, kind, due_at AS at, state, answer FROM ${table}
       WHERE state = 'queued' AND priority IN (-1, 0, 1) AND answer IS NOT NULL ORDER BY priority, due_at LIMIT ?`,
    )
    .all(answersShown)
    .map((row) => ({ ...row, answer: maskedAnswer(row.answer) }));
}

/** A message given up: its content is not read here, its recipient is hidden. */
export type GivenUp = {
  id: number;
  kind: string;
  to: string;
  tries: number;
  at: number;
  answer: string;
  /** It is never queued again. */
  isFinal: boolean;
};

export type GivenUpCursor = { at: number; id: number };

/** What was given up, the latest first. */
export function givenUp({ db }: QueueDeps, table: SendingTable, before: GivenUpCursor, limit: number): GivenUp[] {
  const id = ids[table];
  return db.$client
    .prepare<[GivenUpCursor & { limit: number }], Omit<GivenUp, "isFinal">>(
      `SELECT ${id} AS id, kind, recipient AS "to", attempts AS tries, settled_at AS at, coalesce(answer, '') AS answer
       FROM ${table} WHERE state = 'dead' AND (settled_at, ${id}) < (@at, @id)
       ORDER BY settled_at DESC, ${id} DESC LIMIT @limit`,
    )
    .all({ ...before, limit })
    .map((message) => ({
      ...message,
      to: table === "mails" ? maskedAddress(message.to) : maskedMobile(message.to),
      answer: maskedAnswer(message.answer),
      isFinal: isFinalAnswer(message.answer),
    }));
}

/** A text message that the gateway took and says it could not deliver; moments in seconds. */
export type Undelivered = Pick<GivenUp, "id" | "kind" | "to"> & { sentAt: number; failedAt: number };

const undeliveredShown = 20;

/** The last of them. */
export function undeliveredTexts({ db }: QueueDeps): Undelivered[] {
  return db.$client
    .prepare<[number], Undelivered>(
      `SELECT text_id AS id, kind, recipient AS "to", settled_at AS sentAt, delivered_at AS failedAt
       FROM texts WHERE delivery = 'failed' AND state = 'sent' ORDER BY delivered_at DESC, text_id DESC LIMIT ?`,
    )
    .all(undeliveredShown)
    .map((text) => ({ ...text, to: maskedMobile(text.to) }));
}
