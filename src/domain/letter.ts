import { longMoment } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { Config } from "../platform/config.ts";
import { tFor } from "../platform/i18n.ts";
import type { AccountHolder } from "./accounts.ts";
import { composeMail, type MailBody, type MailInput } from "./mail-layout.ts";

/** Who sends the mails, and the public address that their links begin with. */
export type Sender = Pick<Config, "organisation" | "origin">;

/**
 * What a mail that names nobody is written with: its language, the words most sentences ask for, a moment (in seconds)
 * as it is read in Paris, and the layout.
 */
export function letterIn({ organisation, origin }: Sender, language: Language) {
  return {
    t: tFor(language),
    words: { organisation: organisation.name, phone: organisation.phone },
    moment: (at: number): string => longMoment(at * 1000, language),
    compose: (parts: Omit<MailInput, "language" | "organisation" | "origin">): MailBody =>
      composeMail({ language, organisation, origin, ...parts }),
  };
}

/** The same for a person, whose first name is among the words. */
export function letterTo(sender: Sender, { language, firstNames }: Pick<AccountHolder, "language" | "firstNames">) {
  const letter = letterIn(sender, language);
  return { ...letter, words: { name: firstNames.split(" ")[0]!, ...letter.words } };
}
