import { setPriority } from "node:os";

/** The least there is; the usual one is 0. */
const behindPages = 19;

/** Lets the server go first: a command that works for minutes takes what is left of the processor. */
export function giveWay(): void {
  try {
    setPriority(behindPages);
  } catch {
    // A system that forbids it: pages wait a little longer beside this command.
  }
}
