import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type Choice, type ChoiceChannel, choiceChannels, choices } from "./preferences.ts";

/** One yes or no to a choice: `at` in seconds, `receivedOn` the day (`YYYY-MM-DD`) a letter came that told of it. */
export type ChoiceFact = { at: number; isGiven: boolean; channel: ChoiceChannel | undefined; receivedOn?: string };

/** Statements on paper stopped, or sent again, from a day (`YYYY-MM-DD`) on; `at` in seconds. */
export type PaperFact = { at: number; isStopped: boolean; from: string };

type Row = { at: number; kind: string; list: string; channel: string | null; receivedOn: string | null };

const choiceFacts = perBase((db) =>
  db.$client.prepare<[string], Row>(
    `SELECT at, kind, details ->> 'list' AS list, details ->> 'channel' AS channel,
       details ->> 'receivedOn' AS receivedOn
     FROM evidence WHERE member_id = ? AND kind IN ('consent.given', 'consent.withdrawn') ORDER BY sequence DESC`,
  ),
);

const paperFacts = perBase((db) =>
  db.$client.prepare<[string], { at: number; kind: string; start: string }>(
    `SELECT at, kind, details ->> 'from' AS start FROM evidence
     WHERE member_id = ? AND kind IN ('paper.stopped', 'paper.restored') ORDER BY sequence DESC`,
  ),
);

/** What a member said to each choice, newest first, as the journal proves it; `most` of each. */
export function choiceHistory({ db }: Pick<Deps, "db">, memberId: string, most = 20): Record<Choice, ChoiceFact[]> {
  const history = Object.fromEntries(choices.map((choice) => [choice, [] as ChoiceFact[]]));
  for (const { at, kind, list, channel, receivedOn } of choiceFacts(db).iterate(memberId)) {
    const facts = history[list];
    if (!facts || facts.length >= most) continue;
    const known = choiceChannels.find((name) => name === channel);
    facts.push({ at, isGiven: kind === "consent.given", channel: known, ...(receivedOn && { receivedOn }) });
  }
  return history as Record<Choice, ChoiceFact[]>;
}

/** How the statements of a member were sent, newest first. */
export function paperHistory({ db }: Pick<Deps, "db">, memberId: string): PaperFact[] {
  return paperFacts(db)
    .all(memberId)
    .map(({ at, kind, start }) => ({ at, isStopped: kind === "paper.stopped", from: start }));
}
