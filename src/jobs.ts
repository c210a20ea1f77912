import { queueLeftAlerts } from "./domain/alerts.ts";
import { continueAnnouncing } from "./domain/announcing.ts";
import { readBounceFolder } from "./domain/bounce-folder.ts";
import { tellSentCards } from "./domain/card-settling.ts";
import { sweepChallenges } from "./domain/challenges.ts";
import { lapseChanges } from "./domain/changes.ts";
import { settleTacitApprovals } from "./domain/charter-notices.ts";
import { sweepDevices } from "./domain/devices.ts";
import { sweepDrafts } from "./domain/drafts.ts";
import { fillNameIndexStep } from "./domain/member-names.ts";
import { purgeDaily } from "./domain/purge-daily.ts";
import { sweepStaffDrafts } from "./domain/staff-drafts.ts";
import { sweepThrottles } from "./domain/throttle.ts";
import type { Deps } from "./platform/deps.ts";

type Job = { name: string; everySeconds: number; run(deps: Deps): void | Promise<void> };

/** Every periodic job of the process. */
/** Read well within the minute between two runs. */
const bouncesARun = 500;

const jobs: Job[] = [
  { name: "end lapsed sessions", everySeconds: 600, run: ({ sessions }) => void sessions.sweep() },
  { name: "end lapsed staff sessions", everySeconds: 600, run: ({ staffSessions }) => staffSessions.sweep() },
  { name: "forget lapsed drafts", everySeconds: 60, run: sweepDrafts },
  { name: "forget lapsed drafts of staff", everySeconds: 60, run: sweepStaffDrafts },
  { name: "end lapsed challenges", everySeconds: 600, run: sweepChallenges },
  { name: "queue alerts that are left", everySeconds: 60, run: queueLeftAlerts },
  { name: "forget lapsed devices", everySeconds: 3600, run: sweepDevices },
  { name: "give up changes not confirmed", everySeconds: 3600, run: (deps) => lapseChanges(deps) },
  { name: "tell the European cards that have left", everySeconds: 60, run: (deps) => void tellSentCards(deps) },
  { name: "forget old throttles", everySeconds: 3600, run: sweepThrottles },
  {
    name: "read mails that came back",
    everySeconds: 60,
    run: (deps) => readBounceFolder({ ...deps, dataDir: deps.config.dataDir }, bouncesARun),
  },
  { name: "put people of before into the index of names", everySeconds: 1, run: fillNameIndexStep },
  { name: "purge", everySeconds: 3600, run: purgeDaily },
  { name: "go on announcing", everySeconds: 10, run: continueAnnouncing },
  { name: "approve charters not contested", everySeconds: 10, run: settleTacitApprovals },
];

/** @returns a function that stops them. */
export function startJobs(deps: Deps): () => void {
  const timers = jobs.map(({ name, everySeconds, run }) => {
    const timer = setInterval(async () => {
      try {
        await run(deps);
      } catch (error) {
        deps.log.error({ job: name, error: String(error) }, "job failed");
      }
    }, everySeconds * 1000);
    timer.unref();
    return timer;
  });
  return () => timers.forEach(clearInterval);
}
