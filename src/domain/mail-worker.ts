import type { Clock } from "../lib/clock.ts";
import type { Db } from "../platform/database.ts";
import type { Log } from "../platform/log.ts";
import type { Delivery, Mailer } from "../platform/mailer.ts";
import type { Seal } from "../platform/seal.ts";
import { alertKind, isAlertWanted } from "./alert-stopping.ts";
import { hashMailContent, openMailContent } from "./mail-content.ts";
import { mailPace } from "./mail-pace.ts";
import { type ClaimedMail, mailQueue } from "./mail-queue.ts";
import { onMailQueued } from "./outbox.ts";
import type { Settled } from "./sending-queue.ts";
import { type SendingWorker, startSending } from "./sending-worker.ts";
import { unwantedAnswer } from "./stopped-mails.ts";

export type MailWorkerDeps = {
  db: Db;
  seal: Seal;
  clock: Clock;
  mailer: Mailer;
  log: Pick<Log, "info" | "warn" | "error">;
  /** How often mails queued by other processes are looked for; 0 = only when woken or asked. */
  pollMs?: number;
  /** How many bulk mails may leave in a minute; undefined = as many as can. */
  mailPerMinute?: number | undefined;
  /** True while pages are asked for: bulk mails then leave more slowly. */
  isServing?: () => boolean;
  /** Called in the transaction that settles a mail for good: what it writes is kept with it. */
  onSettled?: (mail: SettledMail) => void;
};

/** The proof of a mail: moments in seconds, the server's answer, and the hash of what is kept sealed. */
export type SettledMail = {
  mailId: number;
  messageId: string;
  kind: string;
  memberId: string | null;
  recipient: string;
  state: "sent" | "dead";
  attempts: number;
  queuedAt: number;
  settledAt: number;
  answer: string;
  contentSha256: string | undefined;
};

/** A try that is over. */
type Ended = { delivery: Delivery; contentSha256: string | undefined };

/** Sends the queued mails, those queued in this process at once. */
export function startMailWorker(deps: MailWorkerDeps): SendingWorker {
  const { db, clock, log, pollMs = 1_500, mailPerMinute } = deps;
  const worker = startSending<ClaimedMail, Ended>({
    ...{ db, clock, log, pollMs },
    name: "mail queue",
    queue: mailQueue(db, clock),
    pace: mailPace(db, clock, mailPerMinute),
    isServing: deps.isServing,
    deliver: (mail) => deliver(deps, mail),
    onSettled: (mail, end, state, at) => deps.onSettled?.(proof(mail, end, state, at)),
    report: (mail, end, settled) => report(log, mail, end, settled),
  });
  const stopListening = onMailQueued(worker.wake);
  return {
    ...worker,
    stop() {
      stopListening();
      return worker.stop();
    },
  };
}

/** One try. A fault of ours (a key that is missing, a bug) is one more reason to try later. */
async function deliver({ db, seal, mailer, log }: MailWorkerDeps, mail: ClaimedMail): Promise<Ended> {
  let contentSha256: string | undefined;
  try {
    const content = openMailContent({ db, seal }, mail.contentSealed);
    contentSha256 = hashMailContent(content);
    const { messageId, recipient, language, kind } = mail;
    if (kind === alertKind && !isAlertWanted({ db }, mail, "email"))
      return { delivery: { outcome: "never", answer: unwantedAnswer }, contentSha256 };
    const delivery = await mailer.send({ messageId, to: recipient, language, ...content });
    return { delivery, contentSha256 };
  } catch (error) {
    // Its sentence may hold an address: it is kept with the mail, for staff, and not logged.
    const reason = error instanceof Error ? error.message : String(error);
    const fault = error instanceof Error ? error.name : "unknown";
    log.error({ mailId: mail.mailId, kind: mail.kind, fault }, "a mail could not be handed to the mailer");
    return { delivery: { outcome: "later", answer: `EFAULT ${reason}`.slice(0, 500) }, contentSha256 };
  }
}

function proof(
  { mailId, messageId, kind, memberId, recipient, attempts, queuedAt }: ClaimedMail,
  { delivery: { answer }, contentSha256 }: Ended,
  state: "sent" | "dead",
  settledAt: number,
): SettledMail {
  return { mailId, messageId, kind, memberId, recipient, state, attempts, queuedAt, settledAt, answer, contentSha256 };
}

/** Only the code of the answer: servers repeat the recipient in their sentences. */
function report(
  log: MailWorkerDeps["log"],
  { mailId, kind, attempts }: ClaimedMail,
  { delivery }: Ended,
  outcome: Settled,
): void {
  const fields = { mailId, kind, outcome, attempts, code: answerCode(delivery.answer) };
  if (outcome === "sent") log.info(fields, "mail sent");
  else log.warn(fields, outcome === "dead" ? "mail given up" : "mail will be tried again");
}

function answerCode(answer: string): string {
  return /^(?:\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?|[A-Z][A-Z0-9_]*)(?= |$)/.exec(answer)?.[0] ?? "none";
}
