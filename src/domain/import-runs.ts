import { createReadStream, existsSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import type { Deps } from "../platform/deps.ts";

type RunDeps = Pick<Deps, "db">;

export type RunCounts = { applied: number; unchanged: number; ignored: number; rejected: number };

/** One import; moments in seconds. `source` and `sequence` are null for files named one by one. */
export type ImportRun = RunCounts & {
  runId: number;
  source: string | null;
  sequence: number | null;
  mode: "delta" | "full";
  startedAt: number;
  /** Null while it runs, and of a run that was killed. */
  finishedAt: number | null;
  invited: number;
  /** How many files, and how many of them were refused whole. */
  files: number;
  refused: number;
};

const runColumns = `r.run_id AS runId, r.source, r.sequence, r.mode, r.started_at AS startedAt,
  r.finished_at AS finishedAt, r.applied, r.unchanged, r.ignored, r.rejected, r.invited,
  (SELECT count(*) FROM feed_files f WHERE f.run_id = r.run_id) AS files,
  (SELECT count(*) FROM feed_files f WHERE f.run_id = r.run_id AND f.refusal IS NOT NULL) AS refused`;

/** Imports, the newest first, those of a number below `before`. */
export function listRuns({ db }: RunDeps, before: number, limit: number): ImportRun[] {
  return db.$client
    .prepare<[number, number], ImportRun>(
      `SELECT ${runColumns} FROM feed_runs r WHERE r.run_id < ? ORDER BY r.run_id DESC LIMIT ?`,
    )
    .all(before, limit);
}

export function findRun({ db }: RunDeps, runId: number): ImportRun | undefined {
  return db.$client.prepare<[number], ImportRun>(`SELECT ${runColumns} FROM feed_runs r WHERE r.run_id = ?`).get(runId);
}

/** A file of an import. `place` is its number in the run, from 1: what addresses name it by. */
export type ImportFile = RunCounts & {
  place: number;
  name: string;
  entity: string;
  rows: number;
  refusal: string | null;
  finishedAt: number | null;
  /** The later import that read a file of this name again: its report has taken the place of this one. */
  replacedBy: number | null;
};

/** The files of an import, in the order of their names. */
export function filesOfRun({ db }: RunDeps, runId: number): ImportFile[] {
  return db.$client
    .prepare<[number], ImportFile>(
      `SELECT row_number() OVER (ORDER BY f.name) AS place, f.name, f.entity, f.rows, f.refusal, f.applied,
         f.unchanged, f.ignored, f.rejected, f.finished_at AS finishedAt,
         (SELECT max(later.run_id) FROM feed_files later WHERE later.run_id > f.run_id AND later.name = f.name
          AND later.name LIKE '%.csv')
           AS replacedBy
       FROM feed_files f WHERE f.run_id = ? ORDER BY f.name`,
    )
    .all(runId);
}

/** How fresh each entity is, and what of it waits for its parent. */
export type EntityState = { entity: string; asOf: number | null; waiting: number; waitingSince: number | null };

export function entityStates({ db }: RunDeps): EntityState[] {
  return db.$client
    .prepare<[], EntityState>(
      `WITH waiting AS (SELECT entity, count(*) AS rows, min(first_seen_at) AS since FROM feed_orphans GROUP BY entity)
       SELECT e.entity, d.as_of AS asOf, coalesce(w.rows, 0) AS waiting, w.since AS waitingSince
       FROM (SELECT entity FROM data_freshness UNION SELECT entity FROM waiting) e
         LEFT JOIN data_freshness d ON d.entity = e.entity LEFT JOIN waiting w ON w.entity = e.entity
       ORDER BY e.entity`,
    )
    .all();
}

/** The last sequence each source has brought whole. */
export function sourceSequences({ db }: RunDeps): { source: string; sequence: number }[] {
  return db.$client
    .prepare<[], { source: string; sequence: number }>("SELECT source, sequence FROM feed_sources ORDER BY source")
    .all();
}

/** What an importer gives its files: nothing in a name of the base leads out of the folder of reports. */
const fileName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,200}$/;

/** Where the report of rejects of a file of the base is, and its size; undefined when there is none any more. */
export function rejectReport(
  dataDir: string,
  { name, replacedBy }: ImportFile,
): { path: string; bytes: number } | undefined {
  if (!fileName.test(name) || replacedBy !== null) return undefined;
  const path = join(dataDir, "rejects", `rejets_${name.endsWith(".csv") ? name : `${name}.csv`}`);
  const found = existsSync(path) ? statSync(path) : undefined;
  return found?.isFile() ? { path, bytes: found.size } : undefined;
}

/** Part of a report: its rows as cells, and where the next part begins, in bytes; undefined after the last one. */
export type RejectPage = { header: string[]; rows: string[][]; next: number | undefined };

const rowsAtOnce = 100;
const bytesAtOnce = 256 * 1024;

/**
 * Reads some rows of a report from a byte of it, whatever its length.
 * @param from 0, or the `next` of the part before; anything else gives undefined.
 */
export async function readRejects(path: string, from: number): Promise<RejectPage | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const head = takeRows(await read(0, 4096), 1);
    const start = from === 0 ? head.bytes : from;
    if (start > size || (from !== 0 && (from < head.bytes || (await read(from - 1, 1)).toString() !== "\n")))
      return undefined;
    const { rows, bytes } = takeRows(await read(start, bytesAtOnce), rowsAtOnce);
    const next = start + bytes;
    return { header: head.rows[0] ?? [], rows, next: bytes > 0 && next < size ? next : undefined };
  } finally {
    await file.close();
  }
}

/** Whole rows at the start of some bytes of CSV, and how many bytes they take. */
function takeRows(bytes: Buffer, most: number): { rows: string[][]; bytes: number } {
  const rows: string[][] = [];
  let taken = 0;
  let isQuoted = false;
  for (let at = 0; at < bytes.length && rows.length < most; at++) {
    if (bytes[at] === 34) isQuoted = !isQuoted;
    if (bytes[at] !== 10 || isQuoted) continue;
    rows.push(cellsOf(bytes.toString("utf8", taken, at).replace(/\r$/, "")));
    taken = at + 1;
  }
  return { rows, bytes: taken };
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|;)(?:"((?:[^"]|"")*)"|([^;]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

/** The bytes of a report, piece by piece. */
export function streamReport(path: string): ReadableStream<Uint8Array> {
  const source = createReadStream(path)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      await source.return?.();
    },
  });
}
