import { sweepThrottles } from "./domain/throttle.ts";
import type { Deps } from "./platform/deps.ts";

type Job = { name: string; everySeconds: number; run(deps: Deps): void };

/** Every periodic job of the process. */
const jobs: Job[] = [
  { name: "end lapsed sessions", everySeconds: 600, run: ({ sessions }) => void sessions.sweep() },
  { name: "forget old throttles", everySeconds: 3600, run: sweepThrottles },
];

/** @returns a function that stops them. */
export function startJobs(deps: Deps): () => void {
  const timers = jobs.map(({ name, everySeconds, run }) => {
    const timer = setInterval(() => {
      try {
        run(deps);
      } catch (error) {
        deps.log.error({ job: name, error: String(error) }, "job failed");
      }
    }, everySeconds * 1000);
    timer.unref();
    return timer;
  });
  return () => timers.forEach(clearInterval);
}
