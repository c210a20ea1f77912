import { hash as hashOf } from "node:crypto";
import { desc, eq, sql } from "drizzle-orm";
import { type Db, perBase } from "./database.ts";
import { evidence, evidenceHead, settings } from "./schema.ts";
import type { Seal } from "./seal.ts";

/** A row of the evidence journal before it is chained; `at` in seconds. */
export type JournalRow = Omit<typeof evidence.$inferSelect, "previousHash" | "hash">;
/** An end of the journal; hashes go about in hexadecimal, which is read from the base three times faster. */
export type JournalEnd = { sequence: number; hash: string };
/** The end as it was sealed. */
export type JournalHead = { sequence: number; mac: Buffer };
/** Where the journal stood when this base came under the keyed seal, and when (seconds; 0 for a base that was new). */
export type Adoption = { sequence: number; at: number; mac: string };

type JournalDeps = { db: Db; seal: Pick<Seal, "hash"> };

/** The migration with which a base comes under the seal, in the same transaction. */
export const adoptingMigration = "0005_trust.sql";
const adoptionSetting = "evidence_adopted";

export const journalStart: JournalEnd = { sequence: 0, hash: "0".repeat(64) };

/** SHA-256 over the 32 bytes of the hash before and the row as JSON. */
export function chainHash(previous: string, { sequence, at, kind, memberId, actor, details }: JournalRow): string {
  const text = JSON.stringify([sequence, at, kind, memberId, actor, details]);
  return hashOf("sha256", Buffer.concat([Buffer.from(previous, "hex"), Buffer.from(text)]), "hex");
}

/** Chains a row to the one before, without sealing it. */
export function appendRow(db: Db, previous: JournalEnd, told: Omit<JournalRow, "sequence">): JournalEnd {
  const row = { ...told, sequence: previous.sequence + 1 };
  const hash = chainHash(previous.hash, row);
  const hashes = { previousHash: Buffer.from(previous.hash, "hex"), hash: Buffer.from(hash, "hex") };
  statements(db).append.run({ ...row, ...hashes });
  return { sequence: row.sequence, hash };
}

export function lastRow(db: Db): JournalEnd {
  return statements(db).lastRow.get() ?? journalStart;
}

export function readHead(db: Db): JournalHead | undefined {
  return statements(db).readHead.get();
}

/** Keeps the end apart, under a keyed hash: rows cut off it are missed. */
export function sealEnd(deps: JournalDeps, end: JournalEnd): void {
  statements(deps.db).sealEnd.run({ sequence: end.sequence, mac: macOf(deps, end) });
}

export function isHeadOf(deps: JournalDeps, head: JournalHead | undefined, end: JournalEnd): boolean {
  return head?.sequence === end.sequence && head.mac.equals(macOf(deps, end));
}

function macOf({ seal }: JournalDeps, { sequence, hash }: JournalEnd): Buffer {
  return seal.hash("evidence.head", `${sequence} ${hash}`);
}

/**
 * Brings the journal of a base under the keyed seal, once in its life, in the caller's transaction: from here on a
 * journal without a sealed end, or an empty one where there was none, is one that somebody has altered. A journal whose
 * end was never sealed says so itself; one whose end does not fit is left as it is, for a verification to find.
 * @param now in seconds.
 */
export function adoptJournal(deps: JournalDeps, now: number): void {
  const { db } = deps;
  const [head, last] = [readHead(db), lastRow(db)];
  const isNew = !head && last.sequence === 0;
  const isUnsealed = head?.mac.length === 0 && head.sequence === last.sequence;
  const details = JSON.stringify({ rows: last.sequence });
  const end = isUnsealed
    ? appendRow(db, last, { at: now, kind: "evidence.sealed", memberId: null, actor: "system", details })
    : last;
  if (isNew || isUnsealed) sealEnd(deps, end);
  const at = isNew ? 0 : now;
  const value = [end.sequence, at, adoptionMac(deps, end, at)].join(":");
  db.insert(settings).values({ name: adoptionSetting, value }).run();
}

/** Undefined when it is not there, or is not one. */
export function readAdoption(db: Db): Adoption | undefined {
  const row = db.select().from(settings).where(eq(settings.name, adoptionSetting)).get();
  const [, sequence, at, mac] = /^(\d{1,15}):(\d{1,15}):([0-9a-f]{64})$/.exec(row?.value ?? "") ?? [];
  return mac === undefined ? undefined : { sequence: Number(sequence), at: Number(at), mac };
}

export function isAdoptionOf(deps: JournalDeps, { sequence, at, mac }: Adoption, end: JournalEnd): boolean {
  return sequence === end.sequence && mac === adoptionMac(deps, end, at);
}

function adoptionMac({ seal }: JournalDeps, { sequence, hash }: JournalEnd, at: number): string {
  return seal.hash("evidence.adopted", `${sequence} ${hash} ${at}`).toString("hex");
}

const statements = perBase((db) => {
  const { sequence, hash } = evidence;
  const row = Object.fromEntries(
    ["sequence", "at", "kind", "memberId", "actor", "details", "previousHash", "hash"].map((name) => [
      name,
      sql.placeholder(name),
    ]),
  ) as unknown as typeof evidence.$inferInsert;
  const head = { sequence: sql`${sql.placeholder("sequence")}`, mac: sql`${sql.placeholder("mac")}` };
  return {
    lastRow: db
      .select({ sequence, hash: sql<string>`lower(hex(${hash}))` })
      .from(evidence)
      .orderBy(desc(sequence))
      .limit(1)
      .prepare(),
    append: db.insert(evidence).values(row).prepare(),
    readHead: db.select({ sequence: evidenceHead.sequence, mac: evidenceHead.mac }).from(evidenceHead).prepare(),
    sealEnd: db
      .insert(evidenceHead)
      .values({ id: 1, ...head })
      .onConflictDoUpdate({ target: evidenceHead.id, set: head })
      .prepare(),
  };
});
