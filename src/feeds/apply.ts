import { type Clock, seconds } from "../lib/clock.ts";
import type { BatchWriter } from "./batches.ts";
import type { Cell } from "./columns.ts";
import { entities } from "./entities.ts";
import { type Entity, type FeedRow, keyOf, type Outcome, type Surroundings } from "./entity.ts";
import type { Inspection } from "./inspect.ts";
import type { Counts } from "./journal.ts";
import { createLineChecks, type LineChecks } from "./line-checks.ts";
import { forgetOrphan, keepOrphan, orphansOf, orphansWithParent } from "./orphans.ts";
import type { RejectReport } from "./rejects.ts";
import { takeRow } from "./rows.ts";
import { readSorted } from "./sorted-records.ts";
import { endAbsent, openStore } from "./table-store.ts";

/** One file being applied: where its outcomes are counted and told. */
export type Application = {
  around: Surroundings;
  clock: Clock;
  writer: BatchWriter;
  run: number;
  /** Compare only: the sequence was loaded before. */
  check: boolean;
  entity: Entity;
  file: string;
  path: string;
  inspection: Inspection;
  /** Keys that a full feed no longer tells. */
  absent: Cell[][];
  report: RejectReport;
  counts: Counts;
  onProgress: (bytes: number) => void;
};

/** Second reading of a file: puts its good rows in the base, then what was waiting for them. */
export async function applyFile(application: Application): Promise<void> {
  const { around, entity, inspection, report, check, file, run } = application;
  const store = openStore(entity, around);
  const checks = entity.name === "lignes" && !check ? createLineChecks(around) : undefined;
  let waiting = 0;
  let before = 0;
  const put = (row: FeedRow) => {
    const outcome = store.put(row, check);
    if (outcome.kind === "waiting" && !check) {
      keepOrphan(
        around,
        { entity: entity.name, file, run, column: outcome.column, row },
        outcome.parent,
        seconds(application.clock),
      );
      waiting++;
    } else settle(application, entity, row, outcome, checks);
  };
  const column = entity.columns.findIndex(({ name }) => name === entity.clusteredBy);
  const field = column === -1 ? -1 : inspection.layout.columns[column]!;
  for (const records of readSorted(application.path, field, inspection.bad)) {
    for (let next = 0; next < records.count; ) {
      const end = Math.min(next + application.writer.size(), records.count);
      const rows = records.read(next, end).map((record) => takeRow(entity, inspection.layout, record));
      if (check) rows.forEach(put);
      else await application.writer.writeAll(rows, put);
      next = end;
      application.onProgress(before + ((records.position - before) * next) / records.count);
    }
    before = records.position;
  }
  if (check) return;
  await application.writer.writeAll(application.absent, (key) => {
    endAbsent(around, entity, key);
    report.add(entity, { key: key.join("+"), fault: { code: "I_FIN" } });
  });
  await retryOrphans(application, checks);
  if (waiting > 0) tellOrphans(application);
  checks?.finish(report);
}

/** Counts an outcome and tells what is to be told. */
function settle(
  { counts, report, file }: Application,
  entity: Entity,
  row: FeedRow,
  outcome: Outcome,
  checks: LineChecks | undefined,
  from = file,
): void {
  const where = { file: from, line: row.line, key: keyOf(entity, row.cells) };
  switch (outcome.kind) {
    case "applied":
      counts.applied++;
      if (outcome.invited) counts.invited++;
      if (outcome.doubt) report.add(entity, { ...where, fault: outcome.doubt });
      if (entity.name === "lignes") checks?.note(row.cells);
      return;
    case "unchanged":
      counts.unchanged++;
      return;
    case "ignored":
      counts.ignored++;
      report.add(entity, { ...where, fault: { code: outcome.code } });
      return;
    case "rejected":
      counts.rejected++;
      report.add(entity, { ...where, fault: outcome.fault });
      return;
    case "waiting":
      counts.rejected++;
      report.add(entity, { ...where, fault: { code: "E_PARENT", column: outcome.column, value: outcome.parent.key } });
  }
}

/** Applies what waited for the rows that have come, and what waited for those in turn. */
async function retryOrphans(application: Application, checks: LineChecks | undefined): Promise<void> {
  const { around, writer, clock } = application;
  for (;;) {
    const orphans = orphansWithParent(around, 200);
    if (orphans.length === 0) return;
    for (const [name, group] of Map.groupBy(orphans, (orphan) => orphan.entity)) {
      const entity = entities[name];
      // A store for each group: what it remembers of payments may have changed since.
      const store = openStore(entity, around);
      await writer.writeAll(group, (orphan) => {
        const outcome = store.put(orphan.row, false);
        if (outcome.kind === "waiting") {
          keepOrphan(around, { ...orphan, column: outcome.column }, outcome.parent, seconds(clock));
          return;
        }
        forgetOrphan(around, orphan);
        settle(application, entity, orphan.row, outcome, checks, orphan.file);
      });
    }
  }
}

/** Tells the rows of this file that still wait. */
function tellOrphans(application: Application): void {
  const { around, entity, run, file, counts, report } = application;
  for (const { row, column } of orphansOf(around, entity, run, file)) {
    counts.rejected++;
    const index = entity.columns.findIndex(({ name }) => name === column);
    const fault = { code: "E_PARENT" as const, column, value: String(row.cells[index] ?? "") };
    report.add(entity, { line: row.line, key: keyOf(entity, row.cells), fault });
  }
}
