import { EventEmitter } from "node:events";
import { setImmediate } from "node:timers";
import { type Clock, seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import { type Db, perBase } from "../platform/database.ts";
import { headerText, isMailAddress } from "../platform/mailer-message.ts";
import type { Seal } from "../platform/seal.ts";
import { newId as randomId } from "../platform/tokens.ts";
import { hasBounced } from "./bounced-addresses.ts";
import { contentHash, sealMailContent, type WrittenMail } from "./mail-content.ts";
import { recordMail } from "./mail-facts.ts";
import { priorities } from "./priority-queue.ts";
import { bouncedAnswer } from "./stopped-mails.ts";

export type OutboxDeps = { db: Db; seal: Seal; clock: Clock; newId?: () => string };

export type QueuedMail = WrittenMail & {
  /** What the mail is about, a word for staff and logs: `invitation`, `password-reset`… */
  kind: string;
  memberId?: string;
  /** One address. Anything else is kept, dead, for staff to see: a wrong address on file must not stop an import. */
  to: string;
  language: Language;
  /** What must be told once only: a second mail of this key is not queued, ever. */
  uniqueKey?: string;
  /** A person is waiting for it: goes before the others. */
  urgent?: boolean;
  /** One of many, which nobody waits for (alerts, notices): goes after the others, as fast as the operator allows. */
  bulk?: boolean;
  /** Not worth a try to an address that mails come back from; what befalls the service is tried all the same. */
  unlessBounced?: boolean;
  /** Not before this moment (seconds); at once when absent. */
  dueAt?: number;
};

const notAnAddress = "EENVELOPE not an e-mail address";
const queued = new EventEmitter().setMaxListeners(0);
let waking = false;

/**
 * Queues a mail in the transaction of what it tells: kept with it, or forgotten with it.
 * @returns false when a mail of this unique key was queued before.
 * @throws outside a write transaction, and for a header that is not one.
 */
export function queueMail(deps: OutboxDeps, mail: QueuedMail): boolean {
  const { db, clock, newId = randomId } = deps;
  if (!db.$client.inTransaction) throw new Error("a mail is queued in the transaction of what it tells");
  const recipient = mail.to.trim();
  const now = seconds(clock);
  const messageId = newMessageId(clock, newId);
  const contentSealed = sealMailContent(deps, mail);
  const priority = mail.urgent ? priorities.urgent : mail.bulk ? priorities.bulk : priorities.ordinary;
  const refusal = refusalOf(deps, recipient, mail.unlessBounced === true);
  const { changes } = insertion(db).run({
    messageId,
    uniqueKey: mail.uniqueKey ?? null,
    kind: mail.kind,
    memberId: mail.memberId ?? null,
    recipient: headerText(recipient),
    language: mail.language,
    contentSealed,
    priority,
    now,
    dueAt: mail.dueAt ?? now,
    ...(refusal === undefined
      ? { state: "queued", settledAt: null, answer: null }
      : { state: "dead", settledAt: now, answer: refusal }),
  });
  if (changes === 0) return false;
  if (refusal === undefined) notifyMailQueued();
  else {
    const contentSha256 = contentHash(deps, contentSealed);
    const { kind, memberId = null } = mail;
    const end = { state: "dead", attempts: 0, queuedAt: now, settledAt: now, answer: refusal } as const;
    recordMail(deps, { ...end, messageId, kind, memberId, recipient: headerText(recipient), contentSha256 });
  }
  return true;
}

const insertion = perBase(({ $client }) =>
  $client.prepare(
    `INSERT INTO mails (message_id, unique_key, kind, member_id, recipient, language, content_sealed, priority,
       queued_at, due_at, state, settled_at, answer)
     VALUES (@messageId, @uniqueKey, @kind, @memberId, @recipient, @language, @contentSealed, @priority,
       @now, @dueAt, @state, @settledAt, @answer)
     ON CONFLICT (unique_key) DO NOTHING`,
  ),
);

/** Why a mail is not even tried. */
function refusalOf({ db, clock }: OutboxDeps, recipient: string, unlessBounced: boolean): string | undefined {
  if (!isMailAddress(recipient)) return notAnAddress;
  return unlessBounced && hasBounced({ db, clock }, recipient) ? bouncedAnswer : undefined;
}

/** Begins with the time, so that mails sort by age; the mailer adds the sender's domain. */
export function newMessageId(clock: Clock, newId: () => string = randomId): string {
  return `${String(clock()).padStart(13, "0")}.${newId()}`;
}

/**
 * Wakes the workers of this process, once the running transaction is over: transactions are synchronous, so that
 * the next turn of the event loop comes after the commit. Many mails, one call.
 */
function notifyMailQueued(): void {
  if (waking) return;
  waking = true;
  setImmediate(() => {
    waking = false;
    queued.emit("mail");
  });
}

/** @returns the function that stops listening. */
export function onMailQueued(listener: () => void): () => void {
  queued.on("mail", listener);
  return () => queued.off("mail", listener);
}
