import type { Clock } from "../lib/clock.ts";
import { type Db, writeIfFree } from "../platform/database.ts";
import type { Log } from "../platform/log.ts";
import type { Delivery } from "../platform/mailer.ts";
import { isBulk, type Prioritised, type PriorityQueue } from "./priority-queue.ts";
import type { Settled } from "./sending-queue.ts";

/** A try that is over. */
export type Tried = { delivery: Delivery };

/** A queue, and what is done with what waits in it. */
export type Sending<Row extends Prioritised, End extends Tried> = {
  db: Db;
  clock: Clock;
  log: Pick<Log, "error">;
  /** For the operator, when the queue cannot be used. */
  name: string;
  queue: PriorityQueue<Row>;
  /** How often what other processes have queued is looked for; 0 = only when woken or asked. */
  pollMs: number;
  /** How many bulk ones may leave; absent = as many as can. */
  pace?: { left(): number; count(taken: number): void };
  /** True while pages are asked for: what nobody waits for gives way to them. */
  isServing?: (() => boolean) | undefined;
  /** One try; it never throws. */
  deliver(row: Row): Promise<End>;
  /** Called in the transaction that settles a row for good: what it writes is kept with it. `at` in seconds. */
  onSettled(row: Row, end: End, state: "sent" | "dead", at: number): void;
  /** Tells the log what became of a try, once it is written. */
  report(row: Row, end: End, settled: Settled): void;
};

export type SendingWorker = {
  /** Looks for what is due now. */
  wake(): void;
  /** Takes up nothing more, waits for what is being sent (8 seconds at most), then resolves. */
  stop(): Promise<void>;
  /** False once stopped, and while the database cannot be used. */
  isAlive(): boolean;
  /** Sends all that is due now. @returns how many tries ended while it ran, whatever their outcome. */
  runOnce(): Promise<number>;
};

const places = 4;
const renewMs = 10_000;
const stopMs = 8_000;
/**
 * While another process holds the base it is asked for again and again, and the pages go on; once a second it is waited
 * for as long as an import holds it.
 */
const askAgainMs = 2;
const patienceMs = 1_000;
const standingMs = 30;
/** While pages are asked for, one bulk message is taken up in this time. */
const bulkEveryMs = 5;

/**
 * Sends what waits in a queue: leased in one transaction, handed over, settled in another. A crash in between sends
 * again, under the same id: at least once, and never before the commit that queued it.
 */
export function startSending<Row extends Prioritised, End extends Tried>(line: Sending<Row, End>): SendingWorker {
  const { db, clock, log, queue, pace, pollMs } = line;
  const sending = new Set<Row>();
  const ended = new Map<Row, End>();
  let idle = Promise.withResolvers<void>();
  let stopped = false;
  let ending: Promise<void> | undefined;
  let givenUp = false;
  let healthy = true;
  let tries = 0;
  let latest = 0;
  /** A process that starts does not know whether the clock was set back before. */
  let isMended = false;
  let isRenewalDue = false;
  let nextBulk = 0;
  let busySince: number | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;

  /** The database may be full or locked for a while: this is logged once, told by isAlive, and tried again. */
  function guarded(work: () => void): void {
    try {
      work();
      healthy = true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (healthy) log.error({ reason }, `the ${line.name} cannot be used`);
      healthy = false;
    }
  }

  /** What is over is settled before anything is taken up: what cannot be written is not sent again. */
  function takeUp(): void {
    if (givenUp) return;
    guarded(() => {
      const now = clock();
      if (now < latest - 60_000) isMended = false;
      latest = now;
      if (ended.size > 0 || mayClaim() || isRenewalDue || !(isMended || stopped)) goOn();
      else if (performance.now() < nextBulk) askAgain(askAgainMs);
    });
  }

  const mayClaim = () => !stopped && sending.size < places && queue.hasDue(bulkLeft());

  function bulkLeft(): number {
    const left = pace?.left() ?? Number.POSITIVE_INFINITY;
    if (!line.isServing?.()) return left;
    return performance.now() < nextBulk ? 0 : Math.min(left, 1);
  }

  function askAgain(ms: number): void {
    again ??= setTimeout(() => {
      again = undefined;
      takeUp();
      tellIdle();
    }, ms);
  }

  /** In one transaction: of what a server has taken, as little as can be is unsettled when the process is killed. */
  function goOn(): void {
    const step = inTurn(() => {
      if (!(isMended || stopped)) queue.mendTimes();
      if (isRenewalDue || !isMended) queue.renew(sending);
      return {
        settled: [...ended].map(([row, end]) => ({ row, end, settled: settle(row, end) })),
        claimed: mayClaim() ? queue.claim(places, [...sending], bulkLeft()) : [],
      };
    });
    if (!step) return;
    isMended = true;
    isRenewalDue = false;
    for (const { row, end, settled } of step.settled) {
      ended.delete(row);
      line.report(row, end, settled);
    }
    const bulk = step.claimed.filter(isBulk).length;
    pace?.count(bulk);
    if (bulk > 0 && line.isServing?.()) {
      nextBulk = performance.now() + bulkEveryMs;
      askAgain(bulkEveryMs);
    }
    for (const row of step.claimed) void carry(row);
  }

  /** Writes when the base is free. @returns undefined when it is not: it is asked for again in a moment. */
  function inTurn<Step>(work: () => Step): Step | undefined {
    let step: Step | undefined;
    const now = performance.now();
    const waitsNow = busySince !== undefined && now - busySince > patienceMs;
    const wasFree = writeIfFree(
      db,
      () => {
        step = work();
      },
      waitsNow ? standingMs : 0,
    );
    if (wasFree) busySince = undefined;
    else {
      if (waitsNow || busySince === undefined) busySince = now;
      askAgain(askAgainMs);
    }
    return step;
  }

  function settle(row: Row, end: End): Settled {
    return queue.settle(row, end.delivery, (settled, at) => {
      if (settled !== "retry") line.onSettled(row, end, settled, at);
    });
  }

  async function carry(row: Row): Promise<void> {
    sending.add(row);
    ended.set(row, await line.deliver(row));
    sending.delete(row);
    tries++;
    takeUp();
    tellIdle();
  }

  const isIdle = () => sending.size === 0 && again === undefined;

  function tellIdle(): void {
    if (!isIdle()) return;
    idle.resolve();
    idle = Promise.withResolvers();
  }

  const timers = [
    setInterval(() => {
      isRenewalDue = sending.size > 0;
      takeUp();
    }, renewMs),
  ];
  if (pollMs > 0) {
    timers.push(setInterval(takeUp, pollMs));
    takeUp();
  }

  async function end(): Promise<void> {
    stopped = true;
    if (!isIdle()) {
      let limit: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<void>((resolve) => {
        limit = setTimeout(resolve, stopMs);
      });
      await Promise.race([idle.promise, late]);
      clearTimeout(limit);
    }
    // From here on the database may be closed; what is still on its way goes out again after its lease.
    givenUp = true;
    clearTimeout(again);
    for (const timer of timers) clearInterval(timer);
  }

  return {
    wake: takeUp,
    isAlive: () => !stopped && healthy,
    async runOnce() {
      const before = tries;
      takeUp();
      if (!isIdle()) await idle.promise;
      return tries - before;
    },
    stop() {
      ending ??= end();
      return ending;
    },
  };
}
