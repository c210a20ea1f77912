import { createHash } from "node:crypto";

/** Chance that can be made again: the same seed gives the same draws on every machine. */
export type Random = {
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(first: number, last: number): number;
  /** True in so many cases out of a hundred. */
  chance(percent: number): boolean;
  pick<T>(list: readonly T[]): T;
};

/** The generator sfc32, started from the SHA-256 of a seed of any text. */
export function createRandom(seed: string): Random {
  const start = createHash("sha256").update(seed).digest();
  let a = start.readInt32LE(0);
  let b = start.readInt32LE(4);
  let c = start.readInt32LE(8);
  let counter = 1;
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const below = (limit: number) => Math.floor((next() / 4_294_967_296) * limit);
  return {
    below,
    between: (first, last) => first + below(last - first + 1),
    chance: (percent) => below(100) < percent,
    pick: (list) => list[below(list.length)]!,
  };
}
