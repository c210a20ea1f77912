import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { preferences } from "../platform/schema.ts";
import { record } from "./evidence.ts";

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

/** What an account chose to receive; nothing, until it chose. */
export function readChoices({ db }: Pick<Deps, "db">, accountId: string): Choices {
  const row = db.select().from(preferences).where(eq(preferences.accountId, accountId)).get();
  return Object.fromEntries(choices.map((choice) => [choice, row?.[choice] === 1])) as Choices;
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
  const row = { ...flags, changedAt: seconds(clock) };
  db.insert(preferences)
    .values({ accountId, ...row })
    .onConflictDoUpdate({ target: preferences.accountId, set: row })
    .run();
}

/** Proves each thing agreed to when the account was opened, now that it is its owner's. In the caller's transaction. */
export function proveChoices(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { accountId, memberId }: { accountId: string; memberId: string },
): void {
  const chosen = readChoices(deps, accountId);
  for (const list of choices) {
    if (!chosen[list]) continue;
    record(deps, { kind: "consent.given", memberId, actor: "member", details: { list, channel: "opening" } });
  }
}
