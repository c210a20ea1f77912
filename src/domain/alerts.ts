import { setTimeout as sleep } from "node:timers/promises";
import { seconds } from "../lib/clock.ts";
import type { Day } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import { canBeTexted } from "../lib/phone.ts";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type AlertMail, alertMails, alertText } from "./alert-mails.ts";
import {
  type AlertChannel,
  alertChannels,
  isNews,
  type KeptAlert,
  movesMoney,
  type Payable,
  planAlerts,
  type ToldPayment,
} from "./alert-rules.ts";
import { alertKind } from "./alert-stopping.ts";
import { keepTemplate } from "./mail-content.ts";
import { queueMail } from "./outbox.ts";
import { isImporting } from "./purge-payments.ts";
import { afterQuietHours, messageDayBegan } from "./quiet-hours.ts";
import { queueText } from "./text-outbox.ts";
import { unsubscribeToken } from "./unsubscribe.ts";

/** A payment as an import writes it; `before`: as it stood in the base, if it did. */
export type WrittenPayment = Payable & {
  paymentId: string;
  memberId: string;
  paidOn: Day;
  before: (Payable & { ended: number }) | undefined;
};

/** Since when a channel is wanted, in seconds; infinite = not at all. */
type Subscriber = Record<AlertChannel, number>;

/**
 * Reads who wants to be told of payments, and gives what is to be called for each payment written, in the transaction
 * that writes it. Told later: who wants it still then. Not told: what comes to nobody's account, what was payable
 * before, and what is no news.
 */
export function watchPayments(deps: Pick<Deps, "db" | "clock">): (payment: WrittenPayment) => void {
  const { db, clock } = deps;
  const subscribers = readSubscribers(deps);
  const keep = db.$client.prepare<[string, AlertChannel, string, number]>(
    "INSERT INTO alerts (member_id, channel, payment_id, kept_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  return (payment) => {
    const { memberId, paymentId, paidOn, before } = payment;
    const subscriber = subscribers.get(memberId);
    if (!subscriber || !movesMoney(payment) || wasTold(before)) return;
    const now = seconds(clock);
    for (const channel of alertChannels) {
      if (isNews(paidOn, now, subscriber[channel])) keep.run(memberId, channel, paymentId, now);
    }
  };
}

function wasTold(before: WrittenPayment["before"]): boolean {
  return before !== undefined && before.ended === 0 && movesMoney(before) && before.amountCents > 0;
}

function readSubscribers({ db }: Pick<Deps, "db">): Map<string, Subscriber> {
  const rows = db.$client.prepare<[], [string, string | null, number | null, number | null]>(
    `SELECT a.member_id, a.mobile, iif(p.alert_email = 1, max(p.alert_email_since, a.activated_at), NULL),
       iif(p.alert_sms = 1, max(p.alert_sms_since, a.activated_at, a.mobile_verified_at), NULL)
     FROM preferences p JOIN accounts a ON a.id = p.account_id
     WHERE (p.alert_email = 1 OR p.alert_sms = 1) AND a.status = 'active'`,
  );
  const never = Number.POSITIVE_INFINITY;
  const subscribers = new Map<string, Subscriber>();
  for (const [memberId, mobile, email, sms] of rows.raw().iterate()) {
    const isTexted = mobile !== null && canBeTexted(mobile);
    subscribers.set(memberId, { email: email ?? never, sms: isTexted ? (sms ?? never) : never });
  }
  return subscribers;
}

type QueueDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

const tellingSeconds = 600;
/** The base stays free for others between two transactions. */
const restMs = 1;
const [fewest, most] = [16, 1_000];

/**
 * Turns the payments that wait to be told into mails and text messages, in short transactions: at any moment it may be
 * stopped, and started again by another. At night what is queued is due in the morning.
 * @param heldMs how long one transaction may hold the base, about.
 * @param mayGoOn asked before each transaction.
 * @returns how many messages were queued.
 */
export async function queueAlerts(deps: QueueDeps, heldMs = 15, mayGoOn = () => true): Promise<number> {
  const { db } = deps;
  const mail = alertMails(deps.config, (template) => keepTemplate(deps, template));
  let queued = 0;
  let people = fewest;
  let last: Person = { memberId: "", channel: "email" };
  while (mayGoOn()) {
    const started = performance.now();
    const told = write(db, () => tellSome(deps, mail, last, people));
    if (!told) return queued;
    queued += told.queued;
    last = told.last;
    const fitting = (told.people * heldMs) / Math.max(performance.now() - started, 0.1);
    people = Math.round(Math.min(Math.max((people + fitting) / 2, fewest), most));
    await sleep(restMs);
  }
  return queued;
}

/**
 * The same, from time to time, in the server: what an import that was killed has left, and what waited for the day to
 * be over. While an import runs it is left to it, which knows when all of a correction is there; for ten minutes more it
 * may be telling what it brought, in a process that no page waits for.
 */
export async function queueLeftAlerts(deps: QueueDeps): Promise<void> {
  const { isAny, lastImport } = statements(deps.db);
  if (isAny.get() === undefined) return;
  const now = seconds(deps.clock);
  if ((lastImport.get(now) ?? 0) > now - tellingSeconds) return;
  await queueAlerts(deps, 2, () => !isImporting(deps));
}

/** One person on one channel. */
type Person = { memberId: string; channel: AlertChannel };
/** A payment to be told, or told today, with what is needed to write to its member; null where nobody is to be. */
type Row = Person &
  KeptAlert & {
    accountId: string | null;
    language: Language;
    firstNames: string;
    email: string | null;
    mobile: string | null;
  };

/** Tells the people who come next what waits for them. @returns undefined when there is nobody left. */
function tellSome(deps: QueueDeps, mail: AlertMail, last: Person, people: number) {
  const now = seconds(deps.clock);
  const moment = { now, dayBegan: messageDayBegan(now), dueAt: afterQuietHours(now) };
  const rows = statements(deps.db).next.all({ ...last, people, dayBegan: moment.dayBegan });
  let told: { queued: number; people: number; last: Person } | undefined;
  for (let from = 0, to = 0; from < rows.length; from = to) {
    const { memberId, channel } = rows[from]!;
    while (rows[to]?.memberId === memberId && rows[to]?.channel === channel) to++;
    const queued = tellOne(deps, mail, rows.slice(from, to), moment);
    told = { queued: queued + (told?.queued ?? 0), people: 1 + (told?.people ?? 0), last: { memberId, channel } };
  }
  return told;
}

type Moment = { now: number; dayBegan: number; dueAt: number };

/** Tells one person what waits on one channel. @returns how many messages that made. */
function tellOne(deps: QueueDeps, mail: AlertMail, rows: Row[], { now, dayBegan, dueAt }: Moment): number {
  const { drop, settle } = statements(deps.db);
  const person = rows[0]!;
  const { memberId, channel, language } = person;
  const to = addressOf(person);
  const { messages, dropped, counted } = to
    ? planAlerts(rows, dayBegan)
    : {
        messages: [],
        dropped: rows.flatMap(({ paymentId, queuedAt }) => (queuedAt === null ? [paymentId] : [])),
        counted: [],
      };
  for (const paymentId of dropped) drop.run(memberId, channel, paymentId);
  for (const paymentId of counted) settle.run(now, memberId, channel, paymentId);
  let queued = 0;
  for (const payments of messages) {
    const uniqueKey = `${alertKind} ${channel} ${memberId} ${payments[0]!.paymentId}`;
    const message = { kind: alertKind, memberId, to: to!, uniqueKey, dueAt };
    const isNew =
      channel === "email"
        ? queueMail(deps, { ...message, ...letterOf(deps, mail, person, payments) })
        : queueText(deps, { ...message, text: alertText(deps.config, language, payments.length), bulk: true });
    if (isNew) queued++;
    for (const { paymentId } of payments) settle.run(now, memberId, channel, paymentId);
  }
  return queued;
}

/** Where the alerts of a person go, if they are wanted and may. */
function addressOf({ channel, email, mobile }: Row): string | null {
  if (channel === "email") return email;
  return mobile !== null && canBeTexted(mobile) ? mobile : null;
}

function letterOf(
  { seal }: QueueDeps,
  mail: AlertMail,
  { accountId, language, firstNames }: Row,
  payments: ToldPayment[],
) {
  const stopToken = unsubscribeToken(seal, accountId!, "alertEmail");
  return { ...mail({ language, firstNames, stopToken }, payments), language, bulk: true, unlessBounced: true };
}

const statements = perBase(({ $client }) => ({
  // A clock that was set back has left moments to come.
  lastImport: $client
    .prepare<[number], number | null>("SELECT max(finished_at) FROM feed_runs WHERE applied > 0 AND finished_at <= ?")
    .pluck(),
  isAny: $client.prepare("SELECT 1 FROM alerts INDEXED BY alerts_waiting WHERE queued_at IS NULL LIMIT 1"),
  // A payment that was rejected or moved meanwhile has nothing left to tell.
  next: $client.prepare<Person & { people: number; dayBegan: number }, Row>(
    `WITH next AS MATERIALIZED (SELECT DISTINCT member_id, channel FROM alerts INDEXED BY alerts_waiting
       WHERE queued_at IS NULL AND (member_id, channel) > (@memberId, @channel)
       ORDER BY member_id, channel LIMIT @people)
     SELECT k.member_id AS memberId, k.channel, k.payment_id AS paymentId, k.kept_at AS keptAt,
       k.queued_at AS queuedAt, coalesce(p.payer, 'AMO') AS payer, coalesce(p.amount_cents, 0) AS amountCents,
       coalesce(p.paid_on, '') AS paidOn, a.id AS accountId, a.language, m.first_names AS firstNames,
       iif(c.alert_email = 1, a.email, NULL) AS email,
       iif(c.alert_sms = 1 AND a.mobile_verified_at IS NOT NULL, a.mobile, NULL) AS mobile
     FROM next CROSS JOIN alerts k ON k.member_id = next.member_id AND k.channel = next.channel
       AND (k.queued_at IS NULL OR k.kept_at >= @dayBegan)
     LEFT JOIN payments p ON p.payment_id = k.payment_id AND p.member_id = k.member_id
       AND p.status = 'emis' AND p.recipient = 'assure' AND p.ended = 0
     JOIN members m ON m.member_id = k.member_id
     LEFT JOIN accounts a ON a.member_id = k.member_id AND a.status = 'active' AND m.deceased = 0
     LEFT JOIN preferences c ON c.account_id = a.id`,
  ),
  drop: $client.prepare<[string, AlertChannel, string]>(
    "DELETE FROM alerts WHERE member_id = ? AND channel = ? AND payment_id = ?",
  ),
  settle: $client.prepare<[number, string, AlertChannel, string]>(
    "UPDATE alerts SET queued_at = ? WHERE member_id = ? AND channel = ? AND payment_id = ?",
  ),
}));
