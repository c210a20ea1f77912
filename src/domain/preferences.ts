import { eq, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { parisDay } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, preferences } from "../platform/schema.ts";
import type { Client } from "../platform/sessions.ts";
import { withdrawAlerts } from "./alert-stopping.ts";
import { consentProof } from "./consent-words.ts";
import { type Fact, record } from "./evidence.ts";

/** The six choices, by the names of their fields. */
export const choices = [
  "newsletterSmeno",
  "newsletterMutuelle",
  "offers",
  "partnerOffers",
  "alertEmail",
  "alertSms",
] as const;

export type Choice = (typeof choices)[number];
export type Choices = Record<Choice, boolean>;

/** How a choice was made known, as the journal keeps it. `contact`: with the mobile that the alerts went to. */
export const choiceChannels = [
  "opening",
  "preferences",
  "contact",
  "unsubscribe",
  "sms",
  "post",
  "e-mail",
  "feed",
] as const;
export type ChoiceChannel = (typeof choiceChannels)[number];

type ChoiceDeps = Pick<Deps, "db" | "clock" | "seal">;

/** What an account chose to receive; nothing, until it chose. */
export function readChoices({ db }: Pick<Deps, "db">, accountId: string): Choices {
  const row = db.select().from(preferences).where(eq(preferences.accountId, accountId)).get();
  return Object.fromEntries(choices.map((choice) => [choice, row?.[choice] === 1])) as Choices;
}

export type ChoiceChange = {
  accountId: string;
  memberId: string;
  /** What is wanted from now on; a choice that is not named stays as it is. */
  changes: Partial<Choices>;
  actor: Fact["actor"];
  channel: ChoiceChannel;
  /** Who of the mutual recorded it: an e-mail, for the journal alone. */
  staff?: string;
  /**
   * The day (`YYYY-MM-DD`, in Paris) that what is recorded now was received, by post for instance. Whatever was chosen
   * after that day stands; on the day itself, stopping wins over agreeing.
   */
  receivedOn?: string;
  /** Of a choice made on a page: what was read there, and by which kind of browser, from which network. */
  shown?: { language: Language; organisation: string };
  client?: Client;
};

/**
 * Changes what an account receives, at once and in one transaction, and proves each choice that is really another one:
 * the same wish told twice is one fact. Nothing happens to an account that is gone.
 * @returns the choices that changed.
 */
export function changeChoices(deps: ChoiceDeps, change: ChoiceChange): Choice[] {
  const { db } = deps;
  const { accountId, memberId, changes, actor, channel, staff, receivedOn, shown, client } = change;
  return write(db, () => {
    if (!hasAccount(db).get(accountId, memberId)) return [];
    const before = readChoices(deps, accountId);
    const changed = choices.filter((list) => {
      const wanted = changes[list];
      return wanted !== undefined && wanted !== before[list] && !isOutrun(deps, change, list, wanted);
    });
    if (changed.length === 0) return [];
    const chosen = Object.fromEntries(changed.map((list) => [list, changes[list] === true]));
    keepChoicesForLater(deps, accountId, { ...before, ...chosen });
    if (chosen.alertEmail === false) withdrawAlerts(deps, memberId, "email");
    if (chosen.alertSms === false) withdrawAlerts(deps, memberId, "sms");
    for (const list of changed) {
      record(deps, {
        kind: changes[list] ? "consent.given" : "consent.withdrawn",
        memberId,
        actor,
        details: {
          list,
          channel,
          ...(staff && { staff }),
          ...(receivedOn && { receivedOn }),
          ...(shown && consentProof("preferences", shown.language, list, shown.organisation)),
          ...client,
        },
      });
    }
    return changed;
  });
}

const hasAccount = perBase((db) =>
  db.$client.prepare<[string, string]>("SELECT 1 FROM accounts WHERE id = ? AND member_id = ?"),
);

const lastOpposite = perBase((db) =>
  db.$client.prepare<[string, string, string], { at: number; receivedOn: string | null }>(
    `SELECT at, details ->> 'receivedOn' AS receivedOn FROM evidence
     WHERE member_id = ? AND kind = ? AND details ->> 'list' = ? ORDER BY sequence DESC LIMIT 1`,
  ),
);

/** True when the opposite was chosen after the day that this was received. */
function isOutrun({ db }: ChoiceDeps, { memberId, receivedOn }: ChoiceChange, list: Choice, wanted: boolean): boolean {
  if (receivedOn === undefined) return false;
  const opposite = lastOpposite(db).get(memberId, wanted ? "consent.withdrawn" : "consent.given", list);
  if (!opposite) return false;
  const day = opposite.receivedOn ?? parisDay(opposite.at * 1000);
  return wanted ? day >= receivedOn : day > receivedOn;
}

/**
 * Keeps what is chosen for an account that cannot be used yet: nobody is written to before, and nothing is proven
 * until its owner has confirmed it. In the caller's transaction.
 */
export function keepChoicesForLater(
  { db, clock }: Pick<Deps, "db" | "clock">,
  accountId: string,
  chosen: Choices,
): void {
  const flags = Object.fromEntries(choices.map((choice) => [choice, chosen[choice] ? 1 : 0])) as Record<Choice, 0 | 1>;
  const now = seconds(clock);
  const row = { ...flags, changedAt: now };
  const { alertEmail, alertEmailSince, alertSms, alertSmsSince } = preferences;
  // Alerts begin with the moment they are switched on.
  const since = {
    alertEmailSince: sql`iif(${alertEmail} = 1, ${alertEmailSince}, ${now})`,
    alertSmsSince: sql`iif(${alertSms} = 1, ${alertSmsSince}, ${now})`,
  };
  db.insert(preferences)
    .values({ accountId, ...row, alertEmailSince: now, alertSmsSince: now })
    .onConflictDoUpdate({ target: preferences.accountId, set: { ...row, ...since } })
    .run();
}

/**
 * Proves each thing agreed to when the account was opened, in its language, now that it is its owner's. In the caller's
 * transaction.
 */
export function proveChoices(
  deps: ChoiceDeps & Pick<Deps, "config">,
  { accountId, memberId }: { accountId: string; memberId: string },
): void {
  const chosen = readChoices(deps, accountId);
  const account = deps.db
    .select({ language: accounts.language })
    .from(accounts)
    .where(eq(accounts.id, accountId))
    .get();
  for (const list of choices) {
    if (!chosen[list] || !account) continue;
    const proof = consentProof("opening", account.language, list, deps.config.organisation.name);
    record(deps, { kind: "consent.given", memberId, actor: "member", details: { list, channel: "opening", ...proof } });
  }
}
