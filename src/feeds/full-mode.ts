import { hash } from "node:crypto";
import type { Cell } from "./columns.ts";
import type { Entity, Surroundings } from "./entity.ts";
import { keyColumns } from "./table-store.ts";

/** The keys of a file, 8 bytes each however many there are: known by 48 bits of their hash. */
export type KeySet = {
  add: (key: string) => void;
  addUnreadable: () => void;
  /** True when a row could not be read at all: then nobody knows whose absence is real. */
  hasUnreadable: () => boolean;
  has: (key: string) => boolean;
};

export function createKeySet(): KeySet {
  let prints = new Float64Array(1024);
  let count = 0;
  let unreadable = false;
  let sorted: Float64Array | undefined;
  return {
    add(key) {
      if (count === prints.length) {
        const larger = new Float64Array(count * 2);
        larger.set(prints);
        prints = larger;
      }
      prints[count++] = printOf(key);
    },
    addUnreadable() {
      unreadable = true;
    },
    hasUnreadable: () => unreadable,
    has(key) {
      sorted ??= prints.subarray(0, count).sort();
      return includes(sorted, printOf(key));
    },
  };
}

function printOf(key: string): number {
  return hash("sha256", key, "buffer").readUIntBE(0, 6);
}

function includes(sorted: Float64Array, value: number): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === value;
}

/**
 * The living keys of the base that a full file no longer tells, or why the file is refused: 2 % or more of the base
 * cannot have ended in one day.
 */
export function absentKeys({ db }: Surroundings, entity: Entity, keys: KeySet): Cell[][] | string {
  const living = db.$client
    .prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${entity.table} WHERE ended = 0`)
    .get()!.count;
  const absent: Cell[][] = [];
  let missing = 0;
  const rows = db.$client
    .prepare<[], Cell[]>(`SELECT ${keyColumns(entity).join(", ")} FROM ${entity.table} WHERE ended = 0`)
    .raw()
    .iterate();
  for (const key of rows) {
    if (keys.has(key.join("+"))) continue;
    missing++;
    if (missing * 50 < living) absent.push(key);
  }
  if (missing > 0 && missing * 50 >= living) {
    return `${missing} of the ${living} keys of the base are not in this full file, 2 % or more.`;
  }
  return absent;
}
