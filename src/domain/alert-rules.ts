import { addDays, type Day, parisDay } from "../lib/dates.ts";

export const alertChannels = ["email", "sms"] as const;
export type AlertChannel = (typeof alertChannels)[number];

/** A payment older than this is history: its member has seen it, or no longer waits for it. */
const newsDays = 30;
/** As many payments of a day are told one by one on a channel. */
const mostSingles = 3;

/** What tells whether a payment reaches its member; cents, as the feed has them. */
export type Payable = {
  amountCents: number;
  recipient: "assure" | "professionnel" | "tiers";
  status: "emis" | "rejete" | "annule";
};

/** True for what is paid to the member, or taken back: not what was rejected, cancelled or paid to a third party. */
export function movesMoney({ amountCents, recipient, status }: Payable): boolean {
  return status === "emis" && recipient === "assure" && amountCents !== 0;
}

/**
 * True for a payment that arrives now and is news for whoever has asked to be told since a moment (both in seconds): it
 * may be dated before that moment, for payments take days to arrive, but 30 days ago at most. Days in Paris.
 */
export function isNews(paidOn: Day, now: number, since: number): boolean {
  return now >= since && paidOn >= addDays(parisDay(now * 1000), -newsDays);
}

/** A payment that waits to be told, or was told or counted today. `keptAt`, `queuedAt` in seconds; null: it waits. */
export type KeptAlert = {
  paymentId: string;
  payer: "AMO" | "AMC";
  amountCents: number;
  paidOn: Day;
  keptAt: number;
  queuedAt: number | null;
};

/** A payment as it is told: `isNet` when what was taken back with it is off the amount. */
export type ToldPayment = KeptAlert & { isNet: boolean };

type AlertPlan = {
  /** The messages that are due, each with the payments it tells. */
  messages: ToldPayment[][];
  /** The waiting payments that nothing is told of, now or ever. */
  dropped: string[];
  /** Those that nothing is told of, and that count for what may still come today. */
  counted: string[];
};

/**
 * What one member is told on one channel, of all that waits and of what was told since this day of messages began
 * (`dayBegan`, seconds).
 *
 * Corrections: what is taken back and paid again on one day, by the same payer, is told by its net. Negative payments
 * come off the positive ones that come with them or later that day, the oldest first; one with nothing left is not told.
 *
 * The payments of a day are told one by one as long as they are three or fewer. Those of the import that makes
 * them more go in one message. Once three or more of a day were told, the others wait, and are one message when the
 * day is over.
 */
export function planAlerts(kept: KeptAlert[], dayBegan: number): AlertPlan {
  const [only] = kept;
  // Nearly everybody's case.
  if (kept.length === 1 && only!.queuedAt === null && only!.amountCents > 0)
    return { messages: [[{ ...only!, isNet: false }]], dropped: [], counted: [] };
  const back = { AMO: 0, AMC: 0 };
  const told = toldBefore(kept, dayBegan, back);
  const waiting = kept.filter(({ queuedAt }) => queuedAt === null);
  const late = waiting.filter(({ keptAt }) => keptAt < dayBegan);
  const ofToday = told >= mostSingles ? [] : waiting.filter(({ keptAt }) => keptAt >= dayBegan);
  const news = netOf(ofToday, back);
  const perMessage = told + news.length <= mostSingles ? news.map((payment) => [payment]) : [news];
  const messages = [netOf(late, { AMO: 0, AMC: 0 }), ...perMessage].filter(({ length }) => length > 0);
  const isTold = new Set(messages.flat().map(({ paymentId }) => paymentId));
  const silent = [...late, ...ofToday].filter(({ paymentId }) => !isTold.has(paymentId));
  const mayCount = ({ keptAt, amountCents }: KeptAlert) => keptAt >= dayBegan && amountCents !== 0;
  return {
    messages,
    dropped: silent.flatMap((payment) => (mayCount(payment) ? [] : [payment.paymentId])),
    counted: silent.flatMap((payment) => (mayCount(payment) ? [payment.paymentId] : [])),
  };
}

/** What was taken back and has come off nothing yet, in cents. */
type TakenBack = Record<KeptAlert["payer"], number>;

/**
 * Goes once more through what was looked at today, run after run, as it was then.
 * @param back holds what is left of what was taken back, after it.
 * @returns how many payments were told.
 */
function toldBefore(kept: KeptAlert[], dayBegan: number, back: TakenBack): number {
  const ofToday = kept.filter(({ queuedAt, keptAt }) => queuedAt !== null && keptAt >= dayBegan);
  const runs = Map.groupBy(ofToday, ({ queuedAt }) => queuedAt!);
  let told = 0;
  for (const [, run] of [...runs].toSorted(([one], [other]) => one - other)) {
    // One that was rejected after it was told was told all the same.
    told += netOf(run, back).length + run.filter(({ amountCents }) => amountCents === 0).length;
  }
  return told;
}

/** What is told of payments that come together, once what was taken back is off; `back` keeps what is left of that. */
function netOf(waiting: KeptAlert[], back: TakenBack): ToldPayment[] {
  for (const { payer, amountCents } of waiting) back[payer] += Math.max(0, -amountCents);
  const net: ToldPayment[] = [];
  for (const payment of waiting.toSorted(byDay)) {
    const { payer, amountCents } = payment;
    if (amountCents <= 0) continue;
    const taken = Math.min(back[payer], amountCents);
    back[payer] -= taken;
    if (amountCents > taken) net.push({ ...payment, amountCents: amountCents - taken, isNet: taken > 0 });
  }
  return net;
}

function byDay(one: KeptAlert, other: KeptAlert): number {
  const order = one.paidOn === other.paidOn ? one.paymentId < other.paymentId : one.paidOn < other.paidOn;
  return order ? -1 : 1;
}
