import { setImmediate } from "node:timers/promises";

/** Takes work that is cut into steps to its end at once. */
export function toEnd<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** How long others wait at most, give or take one step (milliseconds). */
const sliceMs = 10;

/**
 * Takes the same work to its end while others are served in between.
 * @param onStep called once a slice with what the last step yielded.
 */
export async function inSlices<Step, T>(
  steps: Generator<Step, T>,
  onStep: (step: Step) => void = () => {},
): Promise<T> {
  try {
    for (;;) {
      const until = performance.now() + sliceMs;
      let step: Step;
      do {
        const next = steps.next();
        if (next.done) return next.value;
        step = next.value;
      } while (performance.now() < until);
      onStep(step);
      await setImmediate();
    }
  } finally {
    // What a fault leaves open, a statement that is being read among it, is closed.
    steps.return(undefined as never);
  }
}
