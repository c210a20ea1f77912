import { setImmediate } from "node:timers/promises";
import { type Db, write } from "../platform/database.ts";

// A running server asks for the lock every millisecond: it never finds it taken for long, nor taken again at once.
const mostHeldMs = 12;
const leastFreeMs = 2;
// Part of the time is for the commit, which writes the pages to the log.
const workMs = 9;
// The log grows to 16 MB before its pages go to the base: a page changed by many batches is then written once.
const checkpointPages = 4000;
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Writes items in short transactions, leaving the base free in between. */
export type BatchWriter = {
  /** How many items are worth preparing before they are written. */
  size: () => number;
  writeAll: <T>(items: T[], put: (item: T) => void) => Promise<void>;
};

export function createBatchWriter(db: Db): BatchWriter {
  db.$client.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  let size = 200;
  let freeSince = 0;
  return {
    size: () => size,
    async writeAll(items, put) {
      for (let next = 0; next < items.length; ) {
        await setImmediate();
        const rest = leastFreeMs - (performance.now() - freeSince);
        // A timer would round it up to whole milliseconds, some seconds in all.
        if (rest > 0) Atomics.wait(pause, 0, 0, rest);
        const first = next;
        const started = performance.now();
        write(db, () => {
          do put(items[next++]!);
          while (next < items.length && ((next & 15) !== 0 || performance.now() - started < workMs));
        });
        freeSince = performance.now();
        const fitting = ((next - first) * mostHeldMs) / Math.max(freeSince - started, 0.1);
        size = Math.round(Math.min(Math.max((size + fitting) / 2, 32), 4000));
      }
    },
  };
}
