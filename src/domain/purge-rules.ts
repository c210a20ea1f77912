import { and, eq, inArray, lte, notExists, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, oneTimeLinks } from "../platform/schema.ts";
import { deleteAccount } from "./account-deletion.ts";
import { mostAttempts } from "./deferred.ts";
import {
  countAccessFacts,
  countFactsOfEnded,
  countFactsOfNobody,
  purgeAccessFacts,
  purgeFactsOfEnded,
  purgeFactsOfNobody,
} from "./evidence-purge.ts";
import { closeInactive, countInactive, warnInactive } from "./inactivity.ts";
import { countUnusedWords, removeUnusedWords } from "./member-names.ts";
import { countEndedPeople, countEndedRows, removeEndedPeople, removeEndedRows } from "./purge-ended.ts";
import { countOldPayments, removeOldPayments } from "./purge-payments.ts";
import { keptMonths, keptSeconds, monthsAgo } from "./retention.ts";

export type PurgeDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** One line of the retention table. */
export type PurgeRule = {
  /** What, in the plural, for the operator. */
  name: string;
  /** How long, in words. */
  kept: string;
  /** Removes in short transactions. Yields how many each of them removed. */
  remove(deps: PurgeDeps): Iterable<number>;
  /** Counts what is due now, in pieces. */
  due(deps: PurgeDeps): Iterable<number>;
};

const rowsAtOnce = 500;

type Rows = {
  name: string;
  kept: string;
  table: string;
  key: string;
  /** What is due: what has a moment not after `:limit`. */
  where: string;
  /** In seconds; now, when it is the moment something lapses. */
  limit?: (deps: PurgeDeps) => number;
};

/** A rule that looks at the rows of one table and nothing else. */
function rowsOf({ name, kept, table, key, where, limit = ({ clock }) => seconds(clock) }: Rows): PurgeRule {
  const due = `FROM ${table} WHERE ${where}`;
  return {
    name,
    kept,
    *remove(deps) {
      const statement = deps.db.$client.prepare<{ limit: number }>(
        `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} ${due} LIMIT ${rowsAtOnce})`,
      );
      for (let removed = rowsAtOnce; removed === rowsAtOnce; ) {
        removed = write(deps.db, () => statement.run({ limit: limit(deps) }).changes);
        yield removed;
      }
    },
    *due(deps) {
      const count = deps.db.$client.prepare<{ limit: number }, number>(`SELECT count(*) ${due}`).pluck();
      yield count.get({ limit: limit(deps) })!;
    },
  };
}

const secondsAgo = (kept: number) => (deps: PurgeDeps) => seconds(deps.clock) - kept;
const calendarMonthsAgo = (kept: number) => (deps: PurgeDeps) => monthsAgo(deps.clock, kept);

/** The retention table. What ends an account comes first: it leaves links and facts to the rules below. */
export const purgeRules: PurgeRule[] = [
  {
    name: "accounts not used, their owners warned",
    kept: "24 months after the last sign-in",
    remove: warnInactive,
    *due(deps) {
      yield countInactive.warn(deps);
    },
  },
  {
    name: "accounts not used, of people whose rights are over",
    kept: "36 months after the last sign-in and 30 days after the warning",
    remove: closeInactive,
    *due(deps) {
      yield countInactive.close(deps);
    },
  },
  {
    name: "registrations never finished",
    kept: "30 days after their last link lapsed",
    remove: removeUnfinished,
    *due(deps) {
      yield findUnfinished(deps).length;
    },
  },
  rowsOf({
    name: "one-time links",
    kept: "30 days after they lapse",
    table: "one_time_links",
    key: "token_hash",
    where: "expires_at <= :limit",
    limit: secondsAgo(keptSeconds.lapsedLink),
  }),
  rowsOf({
    name: "sessions",
    kept: "24 hours",
    table: "sessions",
    key: "id",
    where: "created_at <= :limit",
    limit: secondsAgo(keptSeconds.session),
  }),
  rowsOf({
    name: "remembered devices",
    kept: "until they lapse",
    table: "devices",
    key: "device_id",
    where: "expires_at <= :limit",
  }),
  rowsOf({
    name: "sign-ins in two steps under way",
    kept: "until they lapse",
    table: "challenges",
    key: "token_hash",
    where: "expires_at <= :limit",
  }),
  rowsOf({
    name: "half-filled forms",
    kept: "until they lapse",
    table: "drafts",
    key: "account_id, path",
    where: "expires_at <= :limit",
  }),
  rowsOf({
    name: "half-filled forms of staff",
    kept: "until they lapse",
    table: "staff_drafts",
    key: "staff_id, path",
    where: "expires_at <= :limit",
  }),
  rowsOf({
    name: "counters of failed tries",
    kept: "until they slow nobody down",
    table: "throttles",
    key: "key",
    where: "window_ends_at <= :limit AND blocked_until <= :limit",
  }),
  rowsOf({
    name: "addresses signed in from",
    kept: "90 days after the last use",
    table: "known_addresses",
    key: "account_id, address_hash",
    where: "last_used_at <= :limit",
    limit: secondsAgo(keptSeconds.knownAddress),
  }),
  rowsOf({
    name: "deferred work that failed",
    kept: "30 days",
    table: "deferred",
    key: "deferred_id",
    where: `attempts >= ${mostAttempts} AND queued_at <= :limit`,
    limit: secondsAgo(keptSeconds.failedWork),
  }),
  rowsOf({
    name: "rows of the feed without their parent",
    kept: "7 days",
    table: "feed_orphans",
    key: "entity, key, version",
    where: "first_seen_at <= :limit",
    limit: secondsAgo(keptSeconds.orphan),
  }),
  rowsOf({
    name: "mails sent or given up",
    kept: "5 years",
    table: "mails",
    key: "mail_id",
    where: "settled_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "text messages sent or given up",
    kept: "5 years",
    table: "texts",
    key: "text_id",
    where: "settled_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "payments told by an alert",
    kept: "5 years",
    table: "alerts",
    key: "member_id, channel, payment_id",
    where: "queued_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "mails that came back",
    kept: "5 years",
    table: "bounces",
    key: "bounce_id",
    where: "bounced_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "who was told of a notice",
    kept: "5 years after the notice ended",
    table: "notice_deliveries",
    key: "notice_id, account_id",
    where: "notice_id IN (SELECT notice_id FROM notices WHERE ends_at <= :limit)",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "notices",
    kept: "5 years after they ended",
    table: "notices",
    key: "notice_id",
    where: "ends_at <= :limit AND NOT EXISTS (SELECT 1 FROM notice_deliveries d WHERE d.notice_id = notices.notice_id)",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "requests for a change",
    kept: "5 years after their end, or after they were made when nobody answered",
    table: "changes",
    key: "change_id",
    where: "coalesce(settled_at, requested_at) <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "cases closed",
    kept: "5 years after their end",
    table: "cases",
    key: "case_id",
    where: "closed_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "cases never closed",
    kept: "5 years after they were opened",
    table: "cases",
    key: "case_id",
    where: "closed_at IS NULL AND opened_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "requests about one's data received by post or e-mail",
    kept: "5 years after the answer, or after they were recorded when nobody answered",
    table: "rights_requests",
    key: "request_id",
    where: "coalesce(settled_at, recorded_at) <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "certificates and their codes",
    kept: "1 year after the last day they count",
    table: "certificates",
    key: "certificate_id",
    where: "unixepoch(valid_to, '+1 day') <= :limit",
    limit: calendarMonthsAgo(keptMonths.expiredCertificate),
  }),
  rowsOf({
    name: "conversations with members",
    kept: "5 years after their last message",
    table: "threads",
    key: "thread_id",
    where:
      "NOT EXISTS (SELECT 1 FROM messages m WHERE m.thread_id = threads.thread_id AND m.sent_at > :limit) AND opened_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "declarations about Vitale cards",
    kept: "5 years",
    table: "vitale_declarations",
    key: "declaration_id",
    where: "declared_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "requests for a European card, with their steps",
    kept: "5 years after their last step",
    table: "card_requests",
    key: "request_id",
    where: "state_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.proof),
  }),
  rowsOf({
    name: "files opened by staff",
    kept: "12 months",
    table: "staff_openings",
    key: "opening_id",
    where: "opened_at <= :limit",
    limit: calendarMonthsAgo(keptMonths.accessFact),
  }),
  {
    name: "words of names that nobody bears any more",
    kept: "until the next purge",
    remove: removeUnusedWords,
    due: countUnusedWords,
  },
  rowsOf({
    name: "rows told to the back office",
    kept: "1 year after their export",
    table: "outbound",
    key: "outbound_id",
    where: "export_sequence IN (SELECT sequence FROM outbound_exports WHERE exported_at > 0 AND exported_at <= :limit)",
    limit: calendarMonthsAgo(keptMonths.exported),
  }),
  {
    name: "payments and lines no longer shown",
    kept: "3 years and 1 month after the payment",
    remove: removeOldPayments,
    due: countOldPayments,
  },
  {
    name: "words of the journal on accesses",
    kept: "12 months",
    remove: purgeAccessFacts,
    due: countAccessFacts,
  },
  {
    name: "words of the journal on nobody in particular",
    kept: "5 years",
    remove: purgeFactsOfNobody,
    due: countFactsOfNobody,
  },
  {
    name: "words of the journal on accounts that ended",
    kept: "5 years after their end",
    remove: purgeFactsOfEnded,
    due: countFactsOfEnded,
  },
  {
    name: "rights, accounts, cards and contracts that ended",
    kept: "5 years after their end, or that of a person without account and without payment shown",
    remove: removeEndedRows,
    due: countEndedRows,
  },
  {
    name: "people who ended, without account and without payment shown",
    kept: "5 years after their end",
    remove: removeEndedPeople,
    due: countEndedPeople,
  },
];

/** Registrations nobody confirmed or agreed to. A link gone altogether lapsed 30 days ago or more. */
function unfinished({ db, clock }: Pick<Deps, "db" | "clock">) {
  const limit = seconds(clock) - keptSeconds.unfinishedRegistration;
  const recentLink = db
    .select({ one: sql`1` })
    .from(oneTimeLinks)
    .where(
      and(
        eq(oneTimeLinks.memberId, accounts.memberId),
        inArray(oneTimeLinks.purpose, ["confirmation", "guardian"]),
        sql`${oneTimeLinks.expiresAt} > ${limit}`,
      ),
    );
  return and(
    inArray(accounts.status, ["unconfirmed", "awaiting_guardian"]),
    lte(accounts.createdAt, limit),
    notExists(recentLink),
  );
}

type Account = { accountId: string; memberId: string };

function findUnfinished(deps: Pick<Deps, "db" | "clock">, only?: Account): Account[] {
  const { id, memberId } = accounts;
  return deps.db
    .select({ accountId: id, memberId })
    .from(accounts)
    .where(and(unfinished(deps), only && eq(id, only.accountId)))
    .all();
}

function* removeUnfinished(deps: PurgeDeps): Generator<number> {
  for (const account of findUnfinished(deps)) {
    yield write(deps.db, () => {
      // It may have been confirmed, or asked for again, meanwhile.
      const [still] = findUnfinished(deps, account);
      if (still) deleteAccount(deps, still, { kind: "account.annulled", actor: "system", by: "never confirmed" });
      return still ? 1 : 0;
    });
  }
}
