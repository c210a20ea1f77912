import { type Clock, seconds } from "../lib/clock.ts";
import { parisMoment } from "../lib/dates.ts";
import { type Db, write } from "../platform/database.ts";
import type { Feed } from "./manifest.ts";

export type Counts = { applied: number; unchanged: number; ignored: number; rejected: number; invited: number };

export function noCounts(): Counts {
  return { applied: 0, unchanged: 0, ignored: 0, rejected: 0, invited: 0 };
}

type Run = Pick<Feed, "source" | "sequence" | "mode">;

export function startRun(db: Db, clock: Clock, { source, sequence, mode }: Run): number {
  const insert = db.$client.prepare<unknown[], { run_id: number }>(
    "INSERT INTO feed_runs (source, sequence, mode, started_at) VALUES (?, ?, ?, ?) RETURNING run_id",
  );
  return write(db, () => insert.get(source ?? null, sequence ?? null, mode, seconds(clock))!.run_id);
}

type FinishedFile = Counts & {
  name: string;
  entity: string;
  sha256: Buffer;
  rows: number;
  refusal: string | undefined;
};

/** Notes a file that is through or refused; what members read is as fresh as the newest file that brought something. */
export function finishFile(db: Db, clock: Clock, run: number, file: FinishedFile, freshens: boolean): void {
  const { name, entity, sha256, rows, refusal, applied, unchanged, ignored, rejected } = file;
  write(db, () => {
    db.$client
      .prepare(`INSERT OR REPLACE INTO feed_files
           (run_id, name, entity, sha256, rows, refusal, applied, unchanged, ignored, rejected, finished_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
      .run(run, name, entity, sha256, rows, refusal ?? null, applied, unchanged, ignored, rejected, seconds(clock));
    if (!freshens) return;
    db.$client
      .prepare(
        `INSERT INTO data_freshness (entity, as_of) VALUES (?, ?)
         ON CONFLICT DO UPDATE SET as_of = max(as_of, excluded.as_of)`,
      )
      // A name dated in the future makes nothing fresher than now.
      .run(entity, Math.min(momentOf(name) ?? seconds(clock), seconds(clock)));
  });
}

/** Ends a run; the sequence of its source moves only when every file is in. */
export function finishRun(db: Db, clock: Clock, run: number, feed: Run, counts: Counts, complete: boolean): void {
  const { applied, unchanged, ignored, rejected, invited } = counts;
  write(db, () => {
    db.$client
      .prepare(
        `UPDATE feed_runs SET finished_at = ?, applied = ?, unchanged = ?, ignored = ?, rejected = ?, invited = ?
         WHERE run_id = ?`,
      )
      .run(seconds(clock), applied, unchanged, ignored, rejected, invited, run);
    if (!complete || feed.source === undefined) return;
    db.$client
      .prepare(
        `INSERT INTO feed_sources (source, sequence) VALUES (?, ?)
         ON CONFLICT DO UPDATE SET sequence = max(sequence, excluded.sequence)`,
      )
      .run(feed.source, feed.sequence);
  });
}

const noFile = { entity: "", sha256: Buffer.alloc(0), rows: 0, ...noCounts() };

const dayInSeconds = 24 * 3600;

/** Notes a feed of which nothing was read; the same refusal once a day, for imports are run by a clock. */
export function noteRefusedFeed(db: Db, clock: Clock, feed: Run, { name, refusal }: { name: string; refusal: string }) {
  write(db, () => {
    const noted = db.$client
      .prepare(
        `SELECT 1 FROM feed_files f JOIN feed_runs r USING (run_id)
         WHERE f.name = ? AND f.refusal = ? AND r.source IS ? AND r.sequence IS ? AND r.started_at > ?`,
      )
      .get(name, refusal, feed.source ?? null, feed.sequence ?? null, seconds(clock) - dayInSeconds);
    if (noted !== undefined) return;
    const run = startRun(db, clock, feed);
    finishFile(db, clock, run, { ...noFile, name, refusal }, false);
    finishRun(db, clock, run, feed, noCounts(), false);
  });
}

/** Whether a feed comes next, was loaded before, or skips one; loose files always come next. */
export function placeInSequence(
  db: Db,
  { source, sequence }: Feed,
): { place: "next" | "replay" | "gap"; last: number } {
  if (source === undefined || sequence === undefined) return { place: "next", last: 0 };
  const stored = db.$client
    .prepare<[string], { sequence: number }>("SELECT sequence FROM feed_sources WHERE source = ?")
    .get(source);
  if (!stored) return { place: "next", last: 0 };
  const place = sequence <= stored.sequence ? "replay" : sequence === stored.sequence + 1 ? "next" : "gap";
  return { place, last: stored.sequence };
}

/**
 * True for a feed that brings what was paid long before: the first of its source, or of all, that brings payments. One
 * that was cut short and goes on is still the first. Nobody is alerted of it.
 */
export function isFirstHistory({ $client }: Db, { source }: Feed): boolean {
  const knows = $client.prepare<[], 1>("SELECT 1 FROM data_freshness WHERE entity = 'paiements'").pluck();
  const knowsSource = $client
    .prepare<[string], 1>(
      `SELECT 1 FROM feed_sources s JOIN feed_runs r ON r.source = s.source AND r.sequence <= s.sequence
       JOIN feed_files f USING (run_id) WHERE s.source = ? AND f.entity = 'paiements' AND f.rows > 0 LIMIT 1`,
    )
    .pluck();
  return knows.get() === undefined || (source !== undefined && knowsSource.get(source) === undefined);
}

/** The moment in a file's name, read as Paris time, in seconds; undefined when there is none. */
export function momentOf(name: string): number | undefined {
  const match = /_(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})_/.exec(name);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  // Paris is one or two hours ahead: the right offset is the one that gives the same clock back.
  const shown = `${match[1]}-${match[2]}-${match[3]} ${match[4]}:${match[5]}`;
  for (const hours of [2, 1]) {
    const moment = parisMoment(asUtc - hours * 3_600_000);
    if (`${moment.day} ${moment.time}` === shown) return asUtc / 1000 - hours * 3600;
  }
  return undefined;
}
