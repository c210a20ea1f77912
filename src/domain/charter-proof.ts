import type { Db } from "../platform/database.ts";
import { charterVersions } from "../platform/schema.ts";
import { type Charter, isDelivered, sha256Of } from "./charter.ts";

type Told = { kind: string; version: number; sha256: string; effectiveOn: string | null };

/**
 * The versions of the charter that are not the ones the journal tells of, whose chain was found whole: another text or
 * day, one that was removed, or one that nobody published.
 */
export function alteredCharters(db: Db): number[] {
  const told = db.$client
    .prepare<[], Told>(
      `SELECT DISTINCT kind, details ->> 'version' AS version, details ->> 'sha256' AS sha256,
         details ->> 'effectiveOn' AS effectiveOn
       FROM evidence WHERE kind IN ('charter.published', 'charter.notified', 'charter.accepted')
         AND details ->> 'sha256' IS NOT NULL`,
    )
    .all();
  const kept = db.select().from(charterVersions).all();
  const removed = told.map(({ version }) => version).filter((number) => !kept.some((one) => one.number === number));
  const altered = kept.filter((charter) => !isAsTold(charter, told)).map(({ number }) => number);
  return [...new Set([...removed, ...altered])].sort((one, other) => one - other);
}

function isAsTold(charter: Charter, told: Told[]): boolean {
  const sha256 = sha256Of(charter.text);
  const ofIt = told.filter(({ version }) => version === charter.number);
  if (sha256 !== charter.sha256 || ofIt.some((fact) => fact.sha256 !== sha256)) return false;
  const published = ofIt.find(({ kind }) => kind === "charter.published");
  return published ? published.effectiveOn === charter.effectiveOn : isDelivered(charter);
}
