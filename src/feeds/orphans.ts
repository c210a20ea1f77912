import type { Cell } from "./columns.ts";
import { entities } from "./entities.ts";
import {
  type Entity,
  type EntityName,
  type FeedRow,
  keyOf,
  type Parent,
  parentTables,
  type Surroundings,
} from "./entity.ts";

/** A row that waits for its parent, with where it came from. */
export type Orphan = { entity: EntityName; file: string; run: number; column: string; row: FeedRow };

type StoredOrphan = { entity: EntityName; key: string; version: number; row_sealed: Buffer };

const place = "feed_orphans";
const keptSeconds = 7 * 86_400;

/** Keeps a row until its parent comes; seen again, it keeps the day it was first seen. */
export function keepOrphan({ db, seal }: Surroundings, orphan: Orphan, parent: Parent, now: number): void {
  const entity = entities[orphan.entity];
  db.$client
    .prepare<(Cell | Buffer)[]>(
      `INSERT INTO feed_orphans (entity, key, version, parent_entity, parent_key, row_sealed, first_seen_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET parent_entity = excluded.parent_entity, parent_key = excluded.parent_key,
         row_sealed = excluded.row_sealed`,
    )
    .run(
      entity.name,
      keyOf(entity, orphan.row.cells),
      orphan.row.version,
      parent.entity,
      parent.key,
      seal.seal(place, JSON.stringify(orphan)),
      now,
    );
}

export function forgetOrphan({ db }: Surroundings, { entity, row }: Orphan): void {
  db.$client
    .prepare("DELETE FROM feed_orphans WHERE entity = ? AND key = ? AND version = ?")
    .run(entity, keyOf(entities[entity], row.cells), row.version);
}

/** Some of the orphans whose parent has come, oldest version first. */
export function orphansWithParent({ db, seal }: Surroundings, limit: number): Orphan[] {
  const waiting = new Set(
    db.$client
      .prepare<[], { parent_entity: EntityName }>("SELECT DISTINCT parent_entity FROM feed_orphans")
      .all()
      .map((row) => row.parent_entity),
  );
  return [...waiting].flatMap((name) => {
    const { table, key } = parentTables[name]!;
    return db.$client
      .prepare<[string, number], StoredOrphan>(
        `SELECT o.entity, o.key, o.version, o.row_sealed FROM feed_orphans o
         WHERE o.parent_entity = ? AND EXISTS (SELECT 1 FROM ${table} p WHERE p.${key} = o.parent_key)
         ORDER BY o.entity, o.key, o.version LIMIT ?`,
      )
      .all(name, limit)
      .map((stored) => open(seal, stored));
  });
}

/** The rows of one file that found no parent in one run. */
export function* orphansOf({ db, seal }: Surroundings, entity: Entity, run: number, file: string): Generator<Orphan> {
  const next = db.$client.prepare<[string, string, number], StoredOrphan>(
    `SELECT entity, key, version, row_sealed FROM feed_orphans
     WHERE entity = ? AND (key, version) > (?, ?) ORDER BY key, version LIMIT 200`,
  );
  for (let last = { key: "", version: -1 }; ; ) {
    const some = next.all(entity.name, last.key, last.version);
    for (const stored of some) {
      const orphan = open(seal, stored);
      if (orphan.run === run && orphan.file === file) yield orphan;
    }
    if (some.length === 0) return;
    last = some.at(-1)!;
  }
}

/** Some of the orphans kept for 7 days at `now` (seconds). */
export function expiredOrphans({ db, seal }: Surroundings, now: number, limit: number): Orphan[] {
  return db.$client
    .prepare<[number, number], StoredOrphan>(
      "SELECT entity, key, version, row_sealed FROM feed_orphans WHERE first_seen_at <= ? LIMIT ?",
    )
    .all(now - keptSeconds, limit)
    .map((stored) => open(seal, stored));
}

function open(seal: Surroundings["seal"], { row_sealed }: StoredOrphan): Orphan {
  return JSON.parse(seal.open(place, row_sealed)) as Orphan;
}
