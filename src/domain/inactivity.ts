import { and, eq, inArray, isNull, lte, or } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { addDays, addMonths, type Day, longDay, parisDay } from "../lib/dates.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, members } from "../platform/schema.ts";
import { deleteWithReceipt } from "./account-deletion.ts";
import { type AccountHolder, findAccount } from "./accounts.ts";
import { letterTo } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";
import { queueMail } from "./outbox.ts";
import { keptMonths, keptSeconds, monthsAgo } from "./retention.ts";

type InactivityDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

const usable = inArray(accounts.status, ["active", "frozen"]);

/** Accounts nobody has signed in to for 24 months, whose owner was not told yet. */
function toWarn({ clock }: Pick<Deps, "clock">) {
  const unusedSince = monthsAgo(clock, keptMonths.inactiveUntilWarned);
  return and(usable, lte(accounts.lastSeenAt, unusedSince), isNull(accounts.inactivityWarnedAt));
}

/** Accounts unused for 36 months, told 30 days ago or more, of people whose rights are over. */
function toClose({ clock }: Pick<Deps, "clock">) {
  return and(
    usable,
    lte(accounts.lastSeenAt, monthsAgo(clock, keptMonths.inactiveUntilClosed)),
    lte(accounts.inactivityWarnedAt, seconds(clock) - keptSeconds.inactivityNotice),
    or(eq(members.ended, 1), and(eq(members.isAffiliate, 0), eq(members.isSubscriber, 0))),
  );
}

function find(deps: InactivityDeps, which: typeof toWarn, memberId?: string): string[] {
  return deps.db
    .select({ memberId: accounts.memberId })
    .from(accounts)
    .innerJoin(members, eq(members.memberId, accounts.memberId))
    .where(and(which(deps), memberId === undefined ? undefined : eq(accounts.memberId, memberId)))
    .all()
    .map((row) => row.memberId);
}

/** How many accounts are to be warned of, or closed for, a long inactivity. */
export const countInactive = {
  warn: (deps: InactivityDeps): number => find(deps, toWarn).length,
  close: (deps: InactivityDeps): number => find(deps, toClose).length,
};

/** Tells each owner once; signing in takes the warning back. Yields after each. */
export function* warnInactive(deps: InactivityDeps): Generator<number> {
  yield* each(deps, toWarn, (holder) => {
    const { memberId, email, language } = holder;
    const now = seconds(deps.clock);
    deps.db.update(accounts).set({ inactivityWarnedAt: now }).where(eq(accounts.id, holder.accountId)).run();
    const body = inactivityMail(deps, holder, closingDay(deps, holder.accountId));
    queueMail(deps, { kind: "account.inactive", memberId, to: email, language, body });
  });
}

/** Deletes them, with a receipt. Yields after each. */
export function* closeInactive(deps: InactivityDeps): Generator<number> {
  yield* each(deps, toClose, (holder) => deleteWithReceipt(deps, holder, { actor: "system", by: "inactivity" }));
}

function* each(deps: InactivityDeps, which: typeof toWarn, act: (holder: AccountHolder) => void): Generator<number> {
  for (const memberId of find(deps, which)) {
    yield write(deps.db, () => {
      // The owner may have signed in meanwhile.
      const holder = find(deps, which, memberId).length === 1 ? findAccount(deps, memberId) : undefined;
      if (holder) act(holder);
      return holder ? 1 : 0;
    });
  }
}

/** The first day this account may be closed. */
function closingDay({ db, clock }: InactivityDeps, accountId: string): Day {
  const { lastSeenAt } = db.select().from(accounts).where(eq(accounts.id, accountId)).get()!;
  const unused = addMonths(parisDay(lastSeenAt * 1000), keptMonths.inactiveUntilClosed);
  const noticed = addDays(parisDay(clock()), keptSeconds.inactivityNotice / 86_400);
  return [unused, noticed].sort().at(-1)!;
}

function inactivityMail({ config }: InactivityDeps, holder: AccountHolder, closing: Day): MailBody {
  const { t, words, compose } = letterTo(config, holder);
  return compose({
    subject: t("deletion:inactive.subject", words),
    paragraphs: [
      t("deletion:inactive.line1", { ...words, months: keptMonths.inactiveUntilWarned }),
      t("deletion:inactive.line2", { day: longDay(closing, holder.language) }),
      t("deletion:inactive.line3"),
    ],
    action: { label: t("deletion:inactive.action"), url: `${config.origin}/login` },
    after: [t("deletion:inactive.after")],
    stop: "security",
  });
}
