import { hash } from "node:crypto";
import type { Cell } from "./columns.ts";
import { withdrawalStore } from "./desinscriptions.ts";
import {
  type BaseRules,
  type Entity,
  type FeedRow,
  keyOf,
  type Outcome,
  parentTables,
  type Store,
  type Stored,
  type Surroundings,
} from "./entity.ts";
import { lineStore } from "./line-store.ts";

/** Where the rows of an entity go. */
export function openStore(entity: Entity, around: Surroundings): Store {
  if (entity.name === "lignes") return lineStore(around);
  return entity.name === "desinscriptions" ? withdrawalStore(around) : tableStore(entity, around);
}

/** Puts rows of an entity in its table, the newest version of each key winning. */
function tableStore(entity: Entity, around: Surroundings): Store {
  const { db, seal, today } = around;
  const rules: BaseRules = entity.baseRules?.(around) ?? {};
  const sql = statements(entity, rules.reads ?? []);
  const select = db.$client.prepare<Cell[], Stored>(sql.select);
  const insert = db.$client.prepare<(Cell | Buffer)[]>(sql.insert);
  const update = db.$client.prepare<(Cell | Buffer)[]>(sql.update);
  const end = db.$client.prepare<(Cell | Buffer)[]>(sql.end);
  const keyAt = entity.key.map((name) => columnAt(entity, name));
  const stored = entity.columns.flatMap(({ to }, index) => (to === undefined ? [] : [index]));
  const parents = entity.parents.map(({ column, entity: parent }) => {
    const { table, key } = parentTables[parent]!;
    const find = db.$client.prepare<[Cell]>(`SELECT 1 FROM ${table} WHERE ${key} = ?`);
    return { column, parent, index: columnAt(entity, column), find };
  });

  function missingParent(cells: Cell[]): Outcome | undefined {
    for (const { column, parent, index, find } of parents) {
      const key = cells[index];
      if (key !== null && key !== undefined && !find.get(key)) {
        return { kind: "waiting", parent: { entity: parent, key: String(key) }, column };
      }
    }
    return undefined;
  }

  return {
    put(row, check) {
      const { cells } = row;
      const key = keyAt.map((index) => cells[index]!);
      const before = select.get(...key);
      const digest = digestOf(entity, row);
      const secretHash = row.ends || !entity.secret ? null : entity.secret.hash(seal, cells);
      if (before && row.version < before.version) return { kind: "ignored", code: "I_ANCIEN" };
      if (before && row.version === before.version) {
        if (!before.digest.equals(digest) || (!row.ends && !sameHash(before.hash, secretHash))) {
          return { kind: "rejected", fault: { code: "E_CONFLIT", column: "version", value: String(row.version) } };
        }
        // A key that a full feed ended by its absence, and that is there again.
        if (before.ended === 0 || row.ends) return { kind: "unchanged" };
      }
      if (row.ends) {
        if (!before) return { kind: "ignored", code: "I_ABSENT" };
        const refusal = rules.refuseEnd?.(row);
        if (refusal) return { kind: "rejected", fault: refusal };
        if (check) return { kind: "ignored", code: "I_REJEU" };
        end.run(row.version, row.updatedAt ?? today, digest, ...key);
        return { kind: "applied" };
      }
      const waiting = missingParent(cells);
      if (waiting) return waiting;
      const refusal = rules.refuse?.(row, before);
      if (refusal) return { kind: "rejected", fault: refusal };
      if (check) return { kind: "ignored", code: "I_REJEU" };
      const doubt = rules.doubt?.(row);
      const values: (Cell | Buffer)[] = stored.map((index) => cells[index]!);
      if (entity.secret) values.push(...entity.secret.sealed(seal, cells, secretHash));
      values.push(row.version, row.updatedAt, digest);
      if (before) update.run(...values, ...key);
      else insert.run(...values);
      return { kind: "applied", invited: rules.written?.(row, before) ?? false, doubt };
    },
  };
}

/** Ends a key today that a full feed no longer tells; it keeps its version, and lives again when it comes back. */
export function endAbsent({ db, today }: Surroundings, entity: Entity, key: Cell[]): void {
  const where = keyColumns(entity).map((name) => `${name} = ?`);
  db.$client
    .prepare<Cell[]>(`UPDATE ${entity.table} SET ended = 1, updated_at = ? WHERE ${where.join(" AND ")}`)
    .run(today, ...key);
}

/** The columns of the base that make the key of an entity. */
export function keyColumns(entity: Entity): string[] {
  return entity.key.map((name) => entity.columns[columnAt(entity, name)]!.to!);
}

function columnAt(entity: Entity, name: string): number {
  return entity.columns.findIndex((column) => column.name === name);
}

function statements(entity: Entity, reads: string[]) {
  const columns = [
    ...entity.columns.flatMap(({ to }) => (to === undefined ? [] : [to])),
    ...(entity.secret?.columns ?? []),
    "version",
    "updated_at",
    "digest",
  ];
  const where = keyColumns(entity)
    .map((name) => `${name} = ?`)
    .join(" AND ");
  const seen = ["version", "digest", "ended", `${entity.secret?.hashColumn ?? "NULL"} AS hash`, ...reads];
  return {
    select: `SELECT ${seen.join(", ")} FROM ${entity.table} WHERE ${where}`,
    insert: `INSERT INTO ${entity.table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    update: `UPDATE ${entity.table} SET ${columns.map((name) => `${name} = ?`).join(", ")}, ended = 0 WHERE ${where}`,
    end: `UPDATE ${entity.table} SET version = ?, updated_at = ?, ended = 1, digest = ? WHERE ${where}`,
  };
}

function sameHash(one: Buffer | null, other: Buffer | null): boolean {
  return one === null || other === null ? one === other : one.equals(other);
}

/**
 * What tells a replay from a conflict: 16 bytes of SHA-256 over what the row says, sealed values left out (they have
 * their own keyed hash), so that it stays true when keys are rotated.
 */
function digestOf(entity: Entity, row: FeedRow): Buffer {
  const isSaid = (cell: Cell, index: number) => {
    const { secret, isLater } = entity.columns[index]!;
    return !secret && !(isLater && cell === null);
  };
  const said = row.ends ? ["D", keyOf(entity, row.cells)] : ["U", ...row.cells.filter(isSaid)];
  return hash("sha256", JSON.stringify(said), "buffer").subarray(0, 16);
}
