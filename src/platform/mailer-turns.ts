import { Transform } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Hands over the ends of messages one after the other. Between the last line of a mail, when its server takes it, and
 * the moment its sender has written that down, a kill makes the mail go twice: with turns, this is true of one mail at
 * a time, whatever the number of connections. A turn lasts `longestMs` at most: a server that thinks longer is not waited for.
 */
export function createTurns(longestMs: number) {
  let last: Promise<void> = Promise.resolve();
  const open = new Map<string, () => void>();
  return {
    /** What the message `id` goes through: lets all of it pass, and its end when it is its turn. */
    gate(id: string): Transform {
      return new Transform({
        transform: (chunk, _encoding, done) => done(null, chunk),
        async flush(done) {
          const before = last;
          const { promise, resolve } = Promise.withResolvers<void>();
          last = promise;
          await before;
          const limit = setTimeout(resolve, longestMs);
          open.set(id, () => {
            clearTimeout(limit);
            resolve();
          });
          done();
        },
      });
    },
    /** Ends the turn of a message, once whoever waits for its answer has had the time to write it down. */
    async end(id: string): Promise<void> {
      await nextTurn();
      open.get(id)?.();
      open.delete(id);
    },
  };
}
