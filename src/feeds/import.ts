import { statSync } from "node:fs";
import type { WrittenPayment } from "../domain/alerts.ts";
import type { CardAnswer } from "../domain/card-settling.ts";
import type { ChangeAnswer } from "../domain/change-settling.ts";
import type { IdentityChange } from "../domain/freezing.ts";
import { type Clock, seconds } from "../lib/clock.ts";
import { parisDay } from "../lib/dates.ts";
import { type Db, write } from "../platform/database.ts";
import type { Seal } from "../platform/seal.ts";
import { applyFile } from "./apply.ts";
import { type BatchWriter, createBatchWriter } from "./batches.ts";
import { dropCopy, makeWalDurable, openCopy } from "./copies.ts";
import { putAway } from "./done.ts";
import { entities } from "./entities.ts";
import { type EntityName, keyOf, type Surroundings } from "./entity.ts";
import { absentKeys } from "./full-mode.ts";
import { inspectFile } from "./inspect.ts";
import {
  type Counts,
  finishFile,
  finishRun,
  isFirstHistory,
  noCounts,
  noteRefusedFeed,
  placeInSequence,
  startRun,
} from "./journal.ts";
import { type Feed, type FeedFile, findDropped, findFeeds } from "./manifest.ts";
import { expiredOrphans, forgetOrphan } from "./orphans.ts";
import { openRejectReport } from "./rejects.ts";

export type ImportDeps = {
  /** The importer's own handle, opened with durability `normal`. */
  db: Db;
  seal: Seal;
  clock: Clock;
  /**
   * Queues the invitation of a person, inside the transaction that brings the person; true when it did now and
   * never before.
   */
  invite: (memberId: string) => boolean;
  /** Told, inside the transaction that writes it, that somebody known has another birth date or number now. */
  identityChanged: (memberId: string, changed: IdentityChange[]) => void;
  /** Told, inside the transaction that writes it, what the back office answers to a request of a member. */
  changeAnswered: (answer: ChangeAnswer) => void;
  /** Told, inside the transaction that writes it, how far a European card has come; no request moves without it. */
  cardAnswered?: (answer: CardAnswer) => void;
  /** Tells members of their payments, in the base that is imported into; nobody is told without it. */
  alerting?: (db: Db) => Alerting;
  onProgress?: (progress: Progress) => void;
};

export type Alerting = {
  /** Reads who is to be told, and gives what is called in the transaction that writes each payment. */
  watchPayments: () => (payment: WrittenPayment) => void;
  /** Queues the messages, once all of a feed is in. @returns how many. */
  queueAlerts: () => Promise<number>;
};

/** Bytes of a file checked or applied so far. */
export type Progress = { file: string; phase: "check" | "apply"; done: number; total: number };

export type ImportOptions = {
  /** Feed folders or single files; none = what the drop folder holds. */
  paths: string[];
  inbox: string;
  rejectsDir: string;
  /** Tells what an import would do, on a copy of the base. Reject reports are written all the same. */
  dryRun?: boolean;
  /** Takes a feed whose sequence skips one. */
  acceptGap?: boolean;
};

/** Counts of rows, and why a file was refused, if it was. */
export type FileReport = Counts & {
  name: string;
  entity: EntityName | null;
  rows: number;
  refusal: string | null;
  /** Path of the reject report, when there is something in it. */
  report: string | null;
};

export type ImportReport = Counts & { alerts: number; files: FileReport[] };

type Run = ImportDeps & ImportOptions & { around: Surroundings; alerts: Alerting | undefined; writer: BatchWriter };

/**
 * Brings feeds into the base, file by file: each is read whole before anything of it is written, then applied in
 * short transactions. It may be stopped at any moment and started again: versions make every row count once.
 * Refused files and rejected rows are in the report; exceptions are outages (disk full, base locked) or bugs.
 */
export async function importFeed(deps: ImportDeps, options: ImportOptions): Promise<ImportReport> {
  if (!options.dryRun) return importAll(deps, options);
  const copy = openCopy(deps.db);
  try {
    const hasAccount = copy.db.$client.prepare<[string]>("SELECT 1 FROM accounts WHERE member_id = ?");
    const invite = (memberId: string) => !hasAccount.get(memberId);
    return await importAll(
      { ...deps, db: copy.db, invite, identityChanged: () => {}, changeAnswered: () => {}, cardAnswered: () => {} },
      options,
    );
  } finally {
    dropCopy(copy);
  }
}

async function importAll(deps: ImportDeps, options: ImportOptions): Promise<ImportReport> {
  const { db, seal, invite, identityChanged, changeAnswered, cardAnswered = () => {}, clock } = deps;
  const alerting = deps.alerting?.(db);
  const around = { db, seal, clock, invite, identityChanged, changeAnswered, cardAnswered, today: parisDay(clock()) };
  const run: Run = { ...deps, ...options, around, alerts: alerting, writer: createBatchWriter(db) };
  const report: ImportReport = { ...noCounts(), alerts: 0, files: [] };
  await expireOrphans(run, report);
  const stopped = new Set<string>();
  const found = options.paths.length > 0 ? findFeeds(options.paths) : findDropped(options.inbox);
  for (const one of found) {
    if ("refusal" in one) {
      if (one.isFeed) noteRefusedFeed(db, clock, unknownFeed, one);
      report.files.push(refusedFile(one.name, one.refusal));
      continue;
    }
    const files = await importOne(run, one.feed, stopped);
    report.files.push(...files);
    report.alerts += (await alerting?.queueAlerts()) ?? 0;
    for (const file of files) addCounts(report, file);
    const complete = files.every(({ refusal }) => refusal === null);
    if (!complete && one.feed.source !== undefined) stopped.add(one.feed.source);
    if (options.dryRun) continue;
    makeWalDurable(db);
    if (complete && options.paths.length === 0) putAway(options.inbox, one.feed);
  }
  return report;
}

async function importOne(run: Run, feed: Feed, stopped: Set<string>): Promise<FileReport[]> {
  const { db, clock } = run;
  const { place, last } = placeInSequence(db, feed);
  if (feed.source !== undefined && stopped.has(feed.source)) {
    return refuseFeed(run, feed, `An earlier feed of the source ${feed.source} was refused.`);
  }
  if (place === "gap" && !run.acceptGap) {
    const refusal = `The sequence ${feed.sequence} of the source ${feed.source} skips: the base has loaded ${last}. Import what is missing first, or give --accept-gap.`;
    return refuseFeed(run, feed, refusal);
  }
  const around = isFirstHistory(db, feed) ? run.around : { ...run.around, watchPayments: watchOnce(run.alerts) };
  const runId = startRun(db, clock, feed);
  const files: FileReport[] = [];
  for (const file of feed.files)
    files.push(await importFile({ ...run, around }, runId, feed, file, place === "replay"));
  const counts = noCounts();
  for (const file of files) addCounts(counts, file);
  finishRun(
    db,
    clock,
    runId,
    feed,
    counts,
    files.every(({ refusal }) => refusal === null),
  );
  return files;
}

/** Who is to be told is read once a feed: orphans open the table of payments again and again. */
function watchOnce(alerts: Alerting | undefined): Alerting["watchPayments"] | undefined {
  let watch: ReturnType<Alerting["watchPayments"]> | undefined;
  return (
    alerts &&
    (() => {
      watch ??= alerts.watchPayments();
      return watch;
    })
  );
}

async function importFile(run: Run, runId: number, feed: Feed, file: FeedFile, check: boolean): Promise<FileReport> {
  const { db, clock, around } = run;
  const counts = noCounts();
  const rejects = openRejectReport(run.rejectsDir, file.name);
  const finish = (refusal: string | null, rows: number, sha256: Buffer): FileReport => {
    const entity = file.entity ?? null;
    if (refusal !== null) {
      rejects.add(file.entity ?? "", { fault: { code: "E_FICHIER", message: refusal } });
    }
    const finished = { ...counts, name: file.name, entity: entity ?? "", sha256, rows, refusal: refusal ?? undefined };
    // Rows that are all rejected or out of date bring nothing of today.
    const bringsNews = rows === 0 || counts.applied + counts.unchanged > 0;
    finishFile(db, clock, runId, finished, refusal === null && !check && bringsNews);
    return { name: file.name, entity, rows, ...counts, refusal, report: rejects.close() ?? null };
  };
  const refuse = (refusal: string) => finish(refusal, 0, Buffer.alloc(0));
  const size = statSync(file.path, { throwIfNoEntry: false })?.size;
  if (size === undefined) return refuse("The file is missing.");
  if (!file.entity) return refuse("The name is not that of an inbound entity, such as personnes_20260115060000_1.csv.");
  const entity = entities[file.entity];
  const progress = (phase: Progress["phase"]) => (done: number) =>
    run.onProgress?.({ file: file.name, phase, done, total: size });
  const keepKeys = feed.mode === "full" && !entity.isHistory;
  const wanted = { today: around.today, expected: file.expected, keepKeys };
  const inspection = inspectFile(file.path, entity, wanted, rejects, progress("check"));
  if (typeof inspection === "string") return refuse(inspection);
  const { keys, bad, rows, sha256 } = inspection;
  const absent = keys && !check ? absentKeys(around, entity, keys) : [];
  if (typeof absent === "string") return refuse(absent);
  counts.rejected += bad.length;
  await applyFile({
    around,
    clock,
    writer: run.writer,
    run: runId,
    check,
    entity,
    file: file.name,
    path: file.path,
    inspection,
    absent: keys?.hasUnreadable() ? [] : absent,
    report: rejects,
    counts,
    onProgress: progress("apply"),
  });
  return finish(null, rows, sha256);
}

/** Rows whose parent did not come in 7 days are dropped, and told in a report of their own. */
async function expireOrphans(run: Run, report: ImportReport): Promise<void> {
  const now = seconds(run.clock);
  const name = `orphelins_${now}.csv`;
  let rejects: ReturnType<typeof openRejectReport> | undefined;
  const counts = noCounts();
  for (;;) {
    const orphans = expiredOrphans(run.around, now, 200);
    if (orphans.length === 0) break;
    rejects ??= openRejectReport(run.rejectsDir, name);
    for (const { entity, file, row, column } of orphans) {
      const key = keyOf(entities[entity], row.cells);
      rejects.add(entities[entity], { file, line: row.line, key, fault: { code: "E_PARENT_EXPIRE", column } });
      counts.rejected++;
    }
    write(run.db, () => {
      for (const orphan of orphans) forgetOrphan(run.around, orphan);
    });
  }
  if (!rejects) return;
  const path = rejects.close() ?? null;
  report.files.push({ name, entity: null, rows: 0, ...counts, refusal: null, report: path });
  addCounts(report, counts);
}

const unknownFeed = { source: undefined, sequence: undefined, mode: "delta" } as const;

function refuseFeed({ db, clock }: Run, feed: Feed, refusal: string): FileReport[] {
  noteRefusedFeed(db, clock, feed, { name: "manifest.json", refusal });
  return [refusedFile("manifest.json", refusal)];
}

function refusedFile(name: string, refusal: string): FileReport {
  return { name, entity: null, rows: 0, ...noCounts(), refusal, report: null };
}

function addCounts(total: Counts, more: Counts): void {
  total.applied += more.applied;
  total.unchanged += more.unchanged;
  total.ignored += more.ignored;
  total.rejected += more.rejected;
  total.invited += more.invited;
}
