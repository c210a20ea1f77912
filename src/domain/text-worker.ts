import { createHash } from "node:crypto";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import type { Delivery } from "../platform/mailer.ts";
import type { Texter } from "../platform/sms.ts";
import { alertKind, isAlertWanted } from "./alert-stopping.ts";
import { record } from "./evidence.ts";
import type { Settled } from "./sending-queue.ts";
import { type SendingWorker, startSending } from "./sending-worker.ts";
import { lateAnswer, unwantedAnswer } from "./stopped-mails.ts";
import { openTextContent } from "./text-outbox.ts";
import { type ClaimedText, textQueue } from "./text-queue.ts";

type TextWorkerDeps = Pick<Deps, "db" | "clock" | "seal" | "log"> & {
  texter: Texter;
  /** How often queued messages are looked for; 0 = only when asked. */
  pollMs?: number;
  /** True while pages are asked for: bulk messages then leave more slowly. */
  isServing?: () => boolean;
};

/** A try that is over. */
type Ended = { text: string; delivery: Delivery };

/** Sends the queued text messages, and writes the proof of each. */
export function startTextWorker(deps: TextWorkerDeps): SendingWorker {
  const { db, clock, log, pollMs = 1_500 } = deps;
  return startSending<ClaimedText, Ended>({
    ...{ db, clock, log, pollMs },
    name: "queue of text messages",
    queue: textQueue(db, clock),
    isServing: deps.isServing,
    deliver: (message) => deliver(deps, message),
    onSettled: (message, end, state) => prove(deps, message, end, state),
    report: (message, end, settled) => report(log, message, end, settled),
  });
}

/** One try. What cannot be opened (a key that is missing) is one more reason to try later. */
async function deliver(
  { db, seal, clock, texter }: TextWorkerDeps,
  { kind, memberId, contentSealed, recipient, messageId }: ClaimedText,
): Promise<Ended> {
  try {
    const { text, goodUntil } = openTextContent(seal, contentSealed);
    if (kind === alertKind && !isAlertWanted({ db }, { memberId, recipient }, "sms"))
      return { text, delivery: { outcome: "never", answer: unwantedAnswer } };
    const isLate = goodUntil !== undefined && goodUntil <= seconds(clock);
    if (isLate) return { text, delivery: { outcome: "never", answer: lateAnswer } };
    return { text, delivery: await texter.send({ to: recipient, text, id: messageId }) };
  } catch (error) {
    return { text: "", delivery: { outcome: "later", answer: `EFAULT ${(error as Error).name}` } };
  }
}

function prove(
  deps: TextWorkerDeps,
  { messageId, kind, memberId, attempts, queuedAt }: ClaimedText,
  { text, delivery: { answer } }: Ended,
  state: "sent" | "dead",
): void {
  const contentSha256 = createHash("sha256").update(text).digest("hex");
  const details = { messageId, text: kind, attempts, queuedAt, answer, contentSha256 };
  record(deps, { kind: `text.${state}`, memberId: memberId ?? undefined, actor: "system", details });
}

function report(
  log: TextWorkerDeps["log"],
  { textId, kind, attempts }: ClaimedText,
  { delivery }: Ended,
  outcome: Settled,
): void {
  const fields = { textId, kind, outcome, attempts, code: /^\w+/.exec(delivery.answer)?.[0] ?? "none" };
  if (outcome === "sent") log.info(fields, "text message sent");
  else log.warn(fields, outcome === "dead" ? "text message given up" : "text message will be tried again");
}
