import { createHash } from "node:crypto";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import type { Delivery } from "../platform/mailer.ts";
import type { Texter } from "../platform/sms.ts";
import { alertKind } from "./alert-stopping.ts";
import { record } from "./evidence.ts";
import { afterQuietHours } from "./quiet-hours.ts";
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

/**
 * Sends the queued text messages: leased in one transaction, handed to the gateway, settled in another together with
 * its proof. A crash in between sends again, under the same id: at least once, never before the commit that queued it.
 */
export function startTextWorker(deps: TextWorkerDeps): TextWorker {
  const { db, clock, log, pollMs = 1_500 } = deps;
  const queue = textQueue(db, clock);
  let isStopped = false;
  let isHealthy = true;
  let running: Promise<number> | undefined;

  async function sendDue(): Promise<number> {
    let tries = 0;
    while (!isStopped) {
      const claimed = queue.claim(atOnce);
      if (claimed.length === 0) break;
      await Promise.all(claimed.map(carry));
      tries += claimed.length;
    }
    return tries;
  }

  async function carry(message: ClaimedText): Promise<void> {
    const { text, delivery } = await deliver(deps, message);
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

  /** The database may be full or locked for a while: this is logged once, and tried again. */
  function run(): Promise<number> {
    running ??= sendDue()
      .then((tries) => {
        isHealthy = true;
        return tries;
      })
      .catch((error) => {
        if (isHealthy) log.error({ reason: String(error) }, "the queue of text messages cannot be used");
        isHealthy = false;
        return 0;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  const timer = pollMs > 0 ? setInterval(() => void run(), pollMs) : undefined;
  return {
    runOnce: run,
    isAlive: () => !isStopped && isHealthy,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** One try. What cannot be opened (a key that is missing) is one more reason to try later. */
async function deliver(
  { seal, clock, texter }: TextWorkerDeps,
  { kind, contentSealed, recipient, messageId }: ClaimedText,
): Promise<{ text: string; delivery: Delivery }> {
  try {
    const { text, goodUntil } = openTextContent(seal, contentSealed);
    const now = seconds(clock);
    const waitSeconds = kind === alertKind ? afterQuietHours(now) - now : 0;
    // Due in the day, and late: the gateway or this worker was away.
    if (waitSeconds > 0)
      return { text, delivery: { outcome: "later", answer: "ENIGHT it waits for 08:00", waitSeconds } };
    const isLate = goodUntil !== undefined && goodUntil <= now;
    if (isLate) return { text, delivery: { outcome: "never", answer: "ELATE it tells nothing any more" } };
    return { text, delivery: await texter.send({ to: recipient, text, id: messageId }) };
  } catch (error) {
    return { text: "", delivery: { outcome: "later", answer: `EFAULT ${(error as Error).name}` } };
  }
}
