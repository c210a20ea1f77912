import type { Db } from "../platform/database.ts";
import { charterVersions } from "../platform/schema.ts";
import { type Charter, isDelivered, sha256Of } from "./charter.ts";

/** What a fact tells of a version: its number, the hash of its text, the day it applies. */
export type ToldCharter = { kind: string; version: unknown; sha256: unknown; effectiveOn: unknown };

/** The facts that tell of a version. */
export const charterFacts = ["charter.published", "charter.notified", "charter.accepted"];

/**
 * The versions of the charter that are not the ones the journal tells of, whose chain was found whole: another text or
 * day, one that was removed, or one that nobody published.
 * @param facts what the journal tells of them.
 */
export function alteredCharters(db: Db, facts: Iterable<ToldCharter>): number[] {
  const told = [...facts].filter((fact): fact is Told => typeof fact.version === "number" && fact.sha256 !== undefined);
  const kept = db.select().from(charterVersions).all();
  const removed = told.map(({ version }) => version).filter((number) => !kept.some((one) => one.number === number));
  const altered = kept.filter((charter) => !isAsTold(charter, told)).map(({ number }) => number);
  return [...new Set([...removed, ...altered])].sort((one, other) => one - other);
}

type Told = ToldCharter & { version: number };

function isAsTold(charter: Charter, told: Told[]): boolean {
  const sha256 = sha256Of(charter.text);
  const ofIt = told.filter(({ version }) => version === charter.number);
  if (sha256 !== charter.sha256 || ofIt.some((fact) => fact.sha256 !== sha256)) return false;
  const published = ofIt.find(({ kind }) => kind === "charter.published");
  return published ? published.effectiveOn === charter.effectiveOn : isDelivered(charter);
}
