import { randomFillSync } from "node:crypto";

const piecesAtOnce = 256;

/**
 * Gives random bytes, that many at each call, made many pieces at a time: to ask the system for each costs more than
 * what is mostly done with it. A piece is to be used, or copied, before the next is asked for.
 */
export function randomPieces(bytes: number): () => Buffer {
  const made = Buffer.alloc(bytes * piecesAtOnce);
  let next = made.length;
  return () => {
    if (next === made.length) {
      randomFillSync(made);
      next = 0;
    }
    next += bytes;
    return made.subarray(next - bytes, next);
  };
}
