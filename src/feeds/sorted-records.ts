import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readWindows, sortKey, splitFields } from "./csv.ts";

/** One record of a file: its fields, and its line in the file. */
export type FileRecord = { line: number; fields: string[] };

/** Up to a million records, in the order of one of their fields; to be read before the next run is asked for. */
export type Run = {
  count: number;
  /** The records, from one place of that order to another. */
  read: (from: number, to: number) => FileRecord[];
  /** Bytes of the file up to the last record of the run. */
  position: number;
};

const mostRecords = 2 ** 20;
const windowBytes = 2 * 1_048_576;
const blockBytes = 8192;

/**
 * Reads a file again, sorted by a field (-1: in its own order), the header and some rows (by ordinal, rising) left
 * out. Tables are laid out by that field: sorted, each of their pages is changed once instead of once for each row.
 * Only where records stand is held in memory, 25 bytes for each of a run.
 */
export function* readSorted(path: string, field: number, leftOut: number[]): Generator<Run, void> {
  const file = openSync(path, "r");
  try {
    const most = Math.min(mostRecords, fstatSync(file).size + 1);
    const keys = new Float64Array(most);
    const starts = new Float64Array(most);
    const lengths = new Uint32Array(most);
    const lines = new Uint32Array(most);
    const quoted = new Uint8Array(most);
    const readText = textReader(file);
    const runOf = (count: number, position: number): Run => {
      const order = keys.subarray(0, count).sort();
      return {
        count,
        position,
        read(from, to) {
          const records: FileRecord[] = [];
          for (let place = from; place < to; place++) {
            const index = order[place]! % mostRecords;
            const text = readText(starts[index]!, lengths[index]!);
            records.push({ line: lines[index]!, fields: splitFields(text, quoted[index] === 1)! });
          }
          return records;
        },
      };
    };
    let count = 0;
    let ordinal = -1;
    let nextLeftOut = 0;
    let position = 0;
    for (const window of readWindows(path, windowBytes)) {
      for (let index = 0; index < window.count; index++, ordinal++) {
        if (ordinal === -1) continue;
        if (leftOut[nextLeftOut] === ordinal) {
          nextLeftOut++;
          continue;
        }
        if (count === most) {
          yield runOf(count, position);
          count = 0;
        }
        // Sort key and index in one number, below 2^53: a stable sort at the speed of numbers.
        keys[count] = (field === -1 ? 0 : sortKey(window, index, field)) * mostRecords + count;
        starts[count] = window.offset + window.starts[index]!;
        lengths[count] = window.ends[index]! - window.starts[index]!;
        lines[count] = window.lines[index]!;
        quoted[count] = window.quoted[index]!;
        count++;
      }
      position = window.position;
    }
    if (count > 0) yield runOf(count, position);
  } finally {
    closeSync(file);
  }
}

/** Reads pieces of a file, by blocks: neighbours come together. */
function textReader(file: number): (start: number, length: number) => string {
  let block = Buffer.alloc(blockBytes);
  let blockStart = 0;
  let blockEnd = 0;
  return (start, length) => {
    if (start < blockStart || start + length > blockEnd) {
      if (length > block.length) block = Buffer.alloc(length);
      blockStart = start;
      blockEnd = start + readSync(file, block, 0, block.length, start);
    }
    return block.toString("utf8", start - blockStart, start - blockStart + length);
  };
}
