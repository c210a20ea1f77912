import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism, setPriority } from "node:os";
import { hash, verify } from "@node-rs/argon2";

/** The hashing is full: the answer is "try again in a moment", not a longer queue. */
export class TooBusyError extends Error {}

export type Passwords = {
  /** @throws TooBusyError */
  hash(password: string): Promise<string>;
  /** Compares in the same time whether or not there is a hash to compare with. @throws TooBusyError */
  verify(hash: string | undefined, password: string): Promise<boolean>;
};

type Cost = { memoryCost: number; timeCost: number };

/** The package's own number for argon2id: its enum is a type only. */
const argon2id = 2;

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const recommended: Cost = { memoryCost: 19_456, timeCost: 2 };

/**
 * argon2id off the event loop, one at a time for each core but one, so that pages keep a core; the rest wait in a
 * short queue. On a machine of one core the threads that hash give way to the one that answers. Passwords are compared in the composed form (NFC): the same keys give the same password on every system.
 */
export function createPasswords(cost: Cost = recommended, longestQueue = 64): Passwords {
  const options = { algorithm: argon2id, parallelism: 1, ...cost };
  const turn = createTurns(Math.max(1, availableParallelism() - 1), longestQueue);
  // The threads are there once something has been hashed.
  const decoy = hash("no account has this password", options).finally(putPagesFirst);
  return {
    hash: (password) => turn(() => hash(password.normalize("NFC"), options)),
    async verify(stored, password) {
      const target = stored ?? (await decoy);
      const matches = await turn(() => verify(target, password.normalize("NFC")));
      return stored !== undefined && matches;
    },
  };
}

const threads = "/proc/self/task";
/** Between the usual 0 and the least, 19: a hash still gets a tenth of a busy core. */
const lowPriority = 19;

/** Linux gives each thread a priority of its own; elsewhere all stay equal. */
function putPagesFirst(): void {
  if (!existsSync(threads)) return;
  for (const id of readdirSync(threads)) {
    try {
      const isWorker = readFileSync(`${threads}/${id}/comm`, "utf8").startsWith("libuv-worker");
      if (isWorker) setPriority(Number(id), lowPriority);
    } catch {
      // A thread that has ended since, or a system that forbids it: pages wait a little longer beside sign-ins.
    }
  }
}

function createTurns(width: number, longestQueue: number) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <V>(work: () => Promise<V>): Promise<V> => {
    if (running >= width) {
      if (waiting.length >= longestQueue) throw new TooBusyError("too many passwords to hash at once");
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else running++;
    try {
      return await work();
    } finally {
      // The turn passes straight to the next in line, so nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
