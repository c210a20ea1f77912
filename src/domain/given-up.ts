import { setImmediate } from "node:timers/promises";
import { seconds } from "../lib/clock.ts";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { alertKind, wantedOn } from "./alert-stopping.ts";
import { record } from "./evidence.ts";
import { finalAnswers } from "./stopped-mails.ts";

export type SendingTable = "mails" | "texts";

/** Who queues again what was given up: somebody of the mutual by the e-mail, or the command line. */
export type RetriedBy = { actor: "staff"; staff: string } | { actor: "operator" };

type RetryDeps = Pick<Deps, "db" | "clock" | "seal">;
type Retried = { messageId: string; memberId: string | null; kind: string };

const atOnce = 100;

const statements = perBase(({ $client }) => {
  const of = (table: SendingTable) => {
    const [id, channel] = table === "mails" ? (["mail_id", "email"] as const) : (["text_id", "sms"] as const);
    const final = finalAnswers.map((answer) => `'${answer}'`).join(", ");
    // What another try may help, and what its member still wants, if it is one of those that may be refused.
    const isGivenUp = `state = 'dead' AND coalesce(answer, '') NOT IN (${final})
      AND (kind <> '${alertKind}' OR ${wantedOn(channel, `${table}.member_id`, `${table}.recipient`)})`;
    const forgotten = table === "texts" ? ", delivery = NULL, delivered_at = NULL" : "";
    return {
      find: $client.prepare<[], number>(`SELECT ${id} FROM ${table} WHERE ${isGivenUp} ORDER BY settled_at`).pluck(),
      retry: $client.prepare<[number, number], Retried>(
        `UPDATE ${table} SET state = 'queued', attempts = 0, due_at = ?, leased_until = 0, settled_at = NULL${forgotten}
         WHERE ${id} = ? AND ${isGivenUp} RETURNING message_id AS messageId, member_id AS memberId, kind`,
      ),
    };
  };
  return { mails: of("mails"), texts: of("texts") };
});

/**
 * Queues again one message that was given up, and writes who did.
 * @returns false when it is not one, or is given up for good.
 */
export function retryOne(deps: RetryDeps, table: SendingTable, id: number, by: RetriedBy): boolean {
  return write(deps.db, () => retryNow(deps, table, id, by));
}

/**
 * Queues again all that were given up, some at a time: a server that does so goes on meanwhile.
 * @returns how many.
 */
export async function retryAll(deps: RetryDeps, table: SendingTable, by: RetriedBy): Promise<number> {
  const givenUp = statements(deps.db)[table].find.all();
  let queued = 0;
  for (let next = 0; next < givenUp.length; next += atOnce) {
    queued += write(deps.db, () => {
      const some = givenUp.slice(next, next + atOnce);
      return some.filter((id) => retryNow(deps, table, id, by)).length;
    });
    await setImmediate();
  }
  return queued;
}

/** In the caller's transaction. */
function retryNow(deps: RetryDeps, table: SendingTable, id: number, { actor, ...who }: RetriedBy): boolean {
  const retried = statements(deps.db)[table].retry.get(seconds(deps.clock), id);
  if (!retried) return false;
  const { messageId, memberId, kind: what } = retried;
  const details = table === "mails" ? { messageId, mail: what } : { messageId, text: what };
  const kind = table === "mails" ? "mail.retried" : "text.retried";
  record(deps, { kind, memberId: memberId ?? undefined, actor, details: { ...details, ...who } });
  return true;
}

/** An address as staff sees it: `a***@d***`. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "***" : `${address[0]}***@${address[at + 1] ?? ""}***`;
}

/** A mobile as staff sees it: `+33***12`. */
export function maskedMobile(mobile: string): string {
  return mobile.length < 8 ? "***" : `${mobile.slice(0, 3)}***${mobile.slice(-2)}`;
}

/** The answer of a server, which repeats the address. */
export function maskedAnswer(answer: string): string {
  return answer.replace(/[^\s<>@:;,]{1,64}@[^\s<>@:;,]+/g, maskedAddress);
}
