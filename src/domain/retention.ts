import type { Clock } from "../lib/clock.ts";
import { addMonths, type Day, monthsBefore, parisDay } from "../lib/dates.ts";
import { visibleSince } from "./visible-since.ts";

const hour = 3600;
const day = 24 * hour;

/** How long each thing is kept, in seconds, when a length does not depend on the calendar. */
export const keptSeconds = {
  session: day,
  lapsedLink: 30 * day,
  unfinishedRegistration: 30 * day,
  failedWork: 30 * day,
  knownAddress: 90 * day,
  orphan: 7 * day,
  /** Between the warning of an account not used and its end. */
  inactivityNotice: 30 * day,
} as const;

/** The same in months of the calendar. */
export const keptMonths = {
  accessFact: 12,
  /** Five years: how long a civil claim may still come. */
  proof: 60,
  /** What the feed has ended: as long as a claim about it may come. */
  ended: 60,
  exported: 12,
  /** After the last day a certificate counts: its check says that it expired. */
  expiredCertificate: 12,
  inactiveUntilWarned: 24,
  inactiveUntilClosed: 36,
  /** Payments go this long after they are no longer shown. */
  hiddenPayment: 1,
} as const;

/** The moment so many months ago (seconds). */
export function monthsAgo(clock: Clock, months: number): number {
  return Math.floor(monthsBefore(clock(), months) / 1000);
}

/** Payments older than this day are no longer kept. */
export function paymentsKeptSince(clock: Clock): Day {
  return addMonths(visibleSince(clock), -keptMonths.hiddenPayment);
}

/** What stays after an account is deleted; `until` is a day when it can be told. */
export type Kept = {
  what:
    | "file"
    | "proofs"
    | "accesses"
    | "mails"
    | "cases"
    | "messages"
    | "changes"
    | "exports"
    | "certificates"
    | "declarations";
  until: Day | undefined;
};

/** What stays of an account deleted now, as its owner is told on the page and in the receipt. */
export function keptAfterDeletion(clock: Clock): Kept[] {
  const today = parisDay(clock());
  return [
    { what: "file", until: undefined },
    { what: "proofs", until: addMonths(today, keptMonths.proof) },
    { what: "accesses", until: addMonths(today, keptMonths.accessFact) },
    { what: "mails", until: undefined },
    { what: "cases", until: undefined },
    { what: "messages", until: undefined },
    { what: "changes", until: undefined },
    { what: "exports", until: undefined },
    { what: "certificates", until: undefined },
    { what: "declarations", until: undefined },
  ];
}
