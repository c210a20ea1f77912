import { seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import type { Deps } from "../platform/deps.ts";
import { standing } from "./bounced-addresses.ts";
import type { Choice } from "./preferences.ts";

/** The lists that a company sends to in our name: the name of each in files and in the base, and the choice that puts one on it. */
export const mailingLists = {
  newsletter_smeno: "newsletterSmeno",
  newsletter_mutuelle: "newsletterMutuelle",
  offers: "offers",
  partner_offers: "partnerOffers",
} as const satisfies Record<string, Choice>;

export type MailingList = keyof typeof mailingLists;
export const mailingListNames = Object.keys(mailingLists) as MailingList[];

/** Somebody who is on a list at least. */
export type Recipient = {
  accountId: string;
  email: string;
  firstName: string;
  language: Language;
  lists: MailingList[];
};

type Row = { accountId: string; email: string; language: Language; firstNames: string } & Record<MailingList, 0 | 1>;

/**
 * Who may be written to on each list, one at a time, always in the same order: those who agreed to it, whose account is
 * open, who are alive, and whose mails do not come back. Nothing else of the base may be read before the last is given.
 */
export function* recipients({ db, clock }: Pick<Deps, "db" | "clock">): Generator<Recipient> {
  const flags = mailingListNames.map((name) => `p.${name}`);
  const rows = db.$client
    .prepare<{ now: number }, Row>(
      `SELECT a.id AS accountId, a.email, a.language, m.first_names AS firstNames, ${flags.join(", ")}
       FROM preferences p JOIN accounts a ON a.id = p.account_id JOIN members m ON m.member_id = a.member_id
       WHERE a.status = 'active' AND m.deceased = 0
         AND (${flags.join(" OR ")})
         AND NOT EXISTS (SELECT 1 FROM bounces b
           WHERE b.member_id = a.member_id AND b.recipient = a.email AND ${standing})
       ORDER BY p.account_id`,
    )
    .iterate({ now: seconds(clock) });
  for (const { accountId, email, language, firstNames, ...on } of rows) {
    const lists = mailingListNames.filter((name) => on[name] === 1);
    yield { accountId, email, language, firstName: greeting(firstNames), lists };
  }
}

/** The first of the first names; none when it is not made of letters, as what a spreadsheet would run is not. */
function greeting(firstNames: string): string {
  const first = firstNames.split(" ")[0]!;
  return /^\p{L}[\p{L}\p{M}'’-]*$/u.test(first) ? first : "";
}
