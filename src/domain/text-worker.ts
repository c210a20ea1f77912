import { createHash } from "node:crypto";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import type { Delivery } from "../platform/mailer.ts";
import type { Texter } from "../platform/sms.ts";
import { alertKind, isAlertWanted } from "./alert-stopping.ts";
import { record } from "./evidence.ts";
import { lateAnswer, unwantedAnswer } from "./stopped-mails.ts";
import { openTextContent } from "./text-outbox.ts";
import { type ClaimedText, textQueue } from "./text-queue.ts";

type TextWorkerDeps = Pick<Deps, "db" | "clock" | "seal" | "log"> & {
  texter: Texter;
  /** How often queued messages are looked for; 0 = only when asked. */
  pollMs?: number;
};

export type TextWorker = {
  /** Takes up nothing more, and waits for what is being sent. */
  stop(): Promise<void>;
  /** Sends all that is due now. @returns how many tries were made. */
  runOnce(): Promise<number>;
  /** False once stopped, and while the queue cannot be used. */
  isAlive(): boolean;
};

const atOnce = 4;

/** A try that is over. */
type Ended = { text: string; delivery: Delivery };

/**
 * Sends the queued text messages: leased in one transaction, handed to the gateway, settled in another together with
 * its proof. A crash in between sends again, under the same id: at least once, never before the commit that queued it.
 */
export function startTextWorker(deps: TextWorkerDeps): TextWorker {
  const { db, clock, log, pollMs = 1_500 } = deps;
  const queue = textQueue(db, clock);
  const sending = new Set<ClaimedText>();
  let idle = Promise.withResolvers<void>();
  let isStopped = false;
  let isHealthy = true;
  let tries = 0;
  let latest = Number.POSITIVE_INFINITY;

  /** As many as there are places for: a gateway that hangs on some holds up none of the others. */
  function takeUp(): void {
    if (isStopped) return;
    guarded(() => {
      const now = clock();
      if (now < latest - 60_000) queue.mendTimes();
      latest = now;
      for (const message of queue.claim(atOnce, [...sending])) void carry(message);
    });
  }

  /** The database may be full or locked for a while: this is logged once, and tried again. */
  function guarded(work: () => void): void {
    try {
      work();
      isHealthy = true;
    } catch (error) {
      if (isHealthy) log.error({ reason: String(error) }, "the queue of text messages cannot be used");
      isHealthy = false;
    }
  }

  async function carry(message: ClaimedText): Promise<void> {
    sending.add(message);
    const ended = await deliver(deps, message);
    guarded(() => settle(message, ended));
    sending.delete(message);
    tries++;
    // What could not be written is not taken up again at once.
    if (isHealthy) takeUp();
    if (sending.size > 0) return;
    idle.resolve();
    idle = Promise.withResolvers();
  }

  function settle(message: ClaimedText, { text, delivery }: Ended): void {
    const { textId, messageId, kind, memberId, attempts, queuedAt } = message;
    const { answer } = delivery;
    const settled = queue.settle(message, delivery, (end) => {
      if (end === "retry") return;
      const contentSha256 = createHash("sha256").update(text).digest("hex");
      const details = { messageId, text: kind, attempts, queuedAt, answer, contentSha256 };
      record(deps, {
        kind: end === "sent" ? "text.sent" : "text.dead",
        memberId: memberId ?? undefined,
        actor: "system",
        details,
      });
    });
    const fields = { textId, kind, outcome: settled, attempts, code: /^\w+/.exec(answer)?.[0] ?? "none" };
    if (settled === "sent") log.info(fields, "text message sent");
    else log.warn(fields, settled === "dead" ? "text message given up" : "text message will be tried again");
  }

  const timer = pollMs > 0 ? setInterval(takeUp, pollMs) : undefined;
  return {
    async runOnce() {
      const before = tries;
      takeUp();
      if (sending.size > 0) await idle.promise;
      return tries - before;
    },
    isAlive: () => !isStopped && isHealthy,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      if (sending.size > 0) await idle.promise;
    },
  };
}

/** One try. What cannot be opened (a key that is missing) is one more reason to try later. */
async function deliver(
  { db, seal, clock, texter }: TextWorkerDeps,
  { kind, memberId, contentSealed, recipient, messageId }: ClaimedText,
): Promise<Ended> {
  try {
    const { text, goodUntil } = openTextContent(seal, contentSealed);
    if (kind === alertKind && !isAlertWanted({ db }, memberId, "sms"))
      return { text, delivery: { outcome: "never", answer: unwantedAnswer } };
    const isLate = goodUntil !== undefined && goodUntil <= seconds(clock);
    if (isLate) return { text, delivery: { outcome: "never", answer: lateAnswer } };
    return { text, delivery: await texter.send({ to: recipient, text, id: messageId }) };
  } catch (error) {
    return { text: "", delivery: { outcome: "later", answer: `EFAULT ${(error as Error).name}` } };
  }
}
