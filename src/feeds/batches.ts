import { setImmediate, setTimeout } from "node:timers/promises";
import { type Db, write } from "../platform/database.ts";

// A running server asks for the lock every millisecond: it never finds it taken for long, nor taken again at once.
const mostHeldMs = 10;
const leastFreeMs = 2;

/** Writes items in short transactions, leaving the base free in between. */
export type BatchWriter = {
  /** How many items are worth preparing before they are written. */
  size: () => number;
  writeAll: <T>(items: T[], put: (item: T) => void) => Promise<void>;
};

export function createBatchWriter(db: Db): BatchWriter {
  let size = 200;
  let freeSince = 0;
  return {
    size: () => size,
    async writeAll(items, put) {
      for (let next = 0; next < items.length; ) {
        const rest = leastFreeMs - (performance.now() - freeSince);
        await (rest > 0 ? setTimeout(rest) : setImmediate());
        const first = next;
        const started = performance.now();
        write(db, () => {
          do put(items[next++]!);
          while (next < items.length && ((next & 15) !== 0 || performance.now() - started < mostHeldMs * 0.8));
        });
        freeSince = performance.now();
        const fitting = ((next - first) * mostHeldMs) / Math.max(freeSince - started, 0.1);
        size = Math.round(Math.min(Math.max((size + fitting) / 2, 32), 4000));
      }
    },
  };
}
