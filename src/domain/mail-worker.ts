import type { Clock } from "../lib/clock.ts";
import { type Db, writeLightly } from "../platform/database.ts";
import type { Log } from "../platform/log.ts";
import type { Delivery, Mailer } from "../platform/mailer.ts";
import type { Seal } from "../platform/seal.ts";
import { alertKind, isAlertWanted } from "./alert-stopping.ts";
import { hashMailContent, openMailContent } from "./mail-content.ts";
import { mailPace } from "./mail-pace.ts";
import { type ClaimedMail, mailQueue } from "./mail-queue.ts";
import { onMailQueued } from "./outbox.ts";
import { isBulk } from "./priority-queue.ts";
import type { Settled } from "./sending-queue.ts";
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

export type MailWorker = {
  /** Takes up nothing more, waits for what is being sent (8 seconds at most), then resolves. */
  stop(): Promise<void>;
  /** False once stopped, and while the database cannot be used. */
  isAlive(): boolean;
  /** Sends all that is due now. @returns how many tries ended while it ran, whatever their outcome. */
  runOnce(): Promise<number>;
};

/** A try that is over and not written yet. */
type Ended = { mail: ClaimedMail; delivery: Delivery; contentSha256: string | undefined };

const connections = 4;
const renewMs = 10_000;
const stopMs = 8_000;

/**
 * Sends the queued mails: leased in one transaction, handed to the mailer, settled in another. A crash in between
 * sends again, under the same Message-ID: at least once, and never before the commit that queued it.
 */
export function startMailWorker(deps: MailWorkerDeps): MailWorker {
  const { clock, log, pollMs = 1_500 } = deps;
  const queue = mailQueue(deps.db, clock);
  const pace = mailPace(deps.db, clock, deps.mailPerMinute);
  const sending = new Map<number, ClaimedMail>();
  const ended = new Set<Ended>();
  let idle = Promise.withResolvers<void>();
  let stopped = false;
  let ending: Promise<void> | undefined;
  let givenUp = false;
  let healthy = true;
  let tries = 0;
  let latest = Number.POSITIVE_INFINITY;

  /** The database may be full or locked for a while: this is logged once, told by isAlive, and tried again. */
  function guarded(work: () => void): void {
    try {
      work();
      healthy = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (healthy) log.error({ reason }, "the mail queue cannot be used");
      healthy = false;
    }
  }

  /** What is over is settled before anything is taken up: a mail whose end cannot be written is not sent again. */
  function takeUp(): void {
    if (givenUp) return;
    guarded(() => {
      const now = clock();
      if (!stopped && now < latest - 60_000) queue.mendTimes();
      latest = now;
      const { settled, claimed } = ended.size > 0 ? settleAndClaim() : { settled: [], claimed: claim() };
      for (const { end, outcome } of settled) {
        ended.delete(end);
        report(log, end.mail, outcome, end.delivery);
      }
      pace.count(claimed.filter(isBulk).length);
      for (const mail of claimed) void carry(mail);
    });
  }

  /** In one transaction: of what a server has taken, as little as can be is unsettled when the process is killed. */
  function settleAndClaim() {
    return writeLightly(deps.db, () => ({
      settled: [...ended].map((end) => ({ end, outcome: settle(end) })),
      claimed: claim(),
    }));
  }

  function claim(): ClaimedMail[] {
    if (stopped) return [];
    return queue.claim(connections, [...sending.values()], pace.left());
  }

  function settle({ mail, delivery, contentSha256 }: Ended): Settled {
    return queue.settle(mail, delivery, (state, at) => {
      if (state !== "retry") deps.onSettled?.(proof(mail, state, delivery, at, contentSha256));
    });
  }

  async function carry(mail: ClaimedMail): Promise<void> {
    sending.set(mail.mailId, mail);
    ended.add(await deliver(deps, mail));
    sending.delete(mail.mailId);
    tries++;
    takeUp();
    if (sending.size > 0) return;
    idle.resolve();
    idle = Promise.withResolvers();
  }

  const timers = [
    setInterval(() => {
      if (sending.size > 0 && !givenUp) guarded(() => queue.renew(sending.values()));
    }, renewMs),
  ];
  if (pollMs > 0) timers.push(setInterval(takeUp, pollMs));
  const stopListening = onMailQueued(takeUp);
  if (pollMs > 0) takeUp();

  async function end(): Promise<void> {
    stopped = true;
    stopListening();
    if (sending.size > 0) {
      let limit: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        limit = setTimeout(resolve, stopMs);
      });
      await Promise.race([idle.promise, late]);
      clearTimeout(limit);
    }
    // From here on the database may be closed; a mail still on its way goes out again after its lease.
    givenUp = true;
    for (const timer of timers) clearInterval(timer);
  }

  return {
    isAlive: () => !stopped && healthy,
    async runOnce() {
      const before = tries;
      takeUp();
      if (sending.size > 0) await idle.promise;
      return tries - before;
    },
    stop() {
      ending ??= end();
      return ending;
    },
  };
}

/** One try. A fault of ours (a key that is missing, a bug) is one more reason to try later. */
async function deliver({ db, seal, mailer, log }: MailWorkerDeps, mail: ClaimedMail): Promise<Ended> {
  let contentSha256: string | undefined;
  try {
    const content = openMailContent({ db, seal }, mail.contentSealed);
    contentSha256 = hashMailContent(content);
    const { messageId, recipient, language, kind, memberId } = mail;
    if (kind === alertKind && !isAlertWanted({ db }, memberId, "email"))
      return { mail, delivery: { outcome: "never", answer: unwantedAnswer }, contentSha256 };
    const delivery = await mailer.send({ messageId, to: recipient, language, ...content });
    return { mail, delivery, contentSha256 };
  } catch (error) {
    // Its sentence may hold an address: it is kept with the mail, for staff, and not logged.
    const reason = error instanceof Error ? error.message : String(error);
    const fault = error instanceof Error ? error.name : "unknown";
    log.error({ mailId: mail.mailId, kind: mail.kind, fault }, "a mail could not be handed to the mailer");
    return { mail, delivery: { outcome: "later", answer: `EFAULT ${reason}`.slice(0, 500) }, contentSha256 };
  }
}

function proof(
  { mailId, messageId, kind, memberId, recipient, attempts, queuedAt }: ClaimedMail,
  state: "sent" | "dead",
  { answer }: Delivery,
  settledAt: number,
  contentSha256: string | undefined,
): SettledMail {
  return { mailId, messageId, kind, memberId, recipient, state, attempts, queuedAt, settledAt, answer, contentSha256 };
}

/** Only the code of the answer: servers repeat the recipient in their sentences. */
function report(log: MailWorkerDeps["log"], mail: ClaimedMail, outcome: Settled, { answer }: Delivery): void {
  const fields = { mailId: mail.mailId, kind: mail.kind, outcome, attempts: mail.attempts, code: answerCode(answer) };
  if (outcome === "sent") log.info(fields, "mail sent");
  else log.warn(fields, outcome === "dead" ? "mail given up" : "mail will be tried again");
}

function answerCode(answer: string): string {
  return /^(?:\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?|[A-Z][A-Z0-9_]*)(?= |$)/.exec(answer)?.[0] ?? "none";
}
