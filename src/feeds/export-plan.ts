import { and, asc, count, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import { type OutboundEntity, type OutboundRow, openOutbound } from "../domain/outbound.ts";
import { type Clock, seconds } from "../lib/clock.ts";
import { parisMoment } from "../lib/dates.ts";
import type { Base } from "../platform/base.ts";
import { write } from "../platform/database.ts";
import { outbound, outboundExports } from "../platform/schema.ts";
import { exportColumns } from "./export-columns.ts";

export type ExportDeps = Base & { clock: Clock };

/** A folder of the outbound feed, whose rows are chosen for good. */
export type Plan = { sequence: number; folder: string };

/**
 * The feed to write now: the one that was cut short, else a new one of all that is due. Its rows are chosen in the base
 * before a byte is written, so that a feed cut short is written again as it was, whatever has come due since.
 */
export function planExport({ db, clock }: ExportDeps): Plan | undefined {
  return write(db, () => {
    const { sequence, folder, exportedAt } = outboundExports;
    const begun = db.select({ sequence, folder }).from(outboundExports).where(eq(exportedAt, 0)).get();
    if (begun) return begun;
    const now = seconds(clock);
    const due = and(
      isNull(outbound.exportSequence),
      lte(outbound.dueAt, now),
      inArray(outbound.entity, Object.keys(exportColumns) as OutboundEntity[]),
    );
    const { rowCount } = db.select({ rowCount: count() }).from(outbound).where(due).get()!;
    if (rowCount === 0) return undefined;
    const last = db
      .select({ sequence: sql<number>`coalesce(max(${sequence}), 0)` })
      .from(outboundExports)
      .get()!;
    const next = last.sequence + 1;
    const plan = { sequence: next, folder: `portal_${stampOf(clock())}_${numbered(next)}` };
    // Zero until the folder is in its place.
    db.insert(outboundExports)
      .values({ ...plan, exportedAt: 0, rowCount })
      .run();
    db.update(outbound).set({ exportSequence: next }).where(due).run();
    return plan;
  });
}

/** The rows of a plan, as they were queued. */
export function rowsOf({ db, seal }: ExportDeps, { sequence }: Plan, entity: OutboundEntity): OutboundRow[] {
  return db
    .select({ content: outbound.contentSealed })
    .from(outbound)
    .where(and(eq(outbound.exportSequence, sequence), eq(outbound.entity, entity)))
    .orderBy(asc(outbound.outboundId))
    .all()
    .map(({ content }) => openOutbound(seal, content));
}

/** Notes that the folder is in its place. @returns false when another process has noted it first. */
export function finishExport({ db, clock }: ExportDeps, { sequence }: Plan): boolean {
  const { changes } = write(db, () =>
    db
      .update(outboundExports)
      .set({ exportedAt: seconds(clock) })
      .where(and(eq(outboundExports.sequence, sequence), eq(outboundExports.exportedAt, 0)))
      .run(),
  );
  return changes === 1;
}

/** The name of a file of a plan: the moment and the number are those of its folder. */
export function fileName(entity: OutboundEntity, { folder }: Plan): string {
  return `${entity}_${folder.slice("portal_".length)}.csv`;
}

export function numbered(sequence: number): string {
  return String(sequence).padStart(6, "0");
}

/** `YYYYMMDDhhmmss` in Paris. */
export function stampOf(milliseconds: number): string {
  const { day, time } = parisMoment(milliseconds);
  const second = String(Math.floor(milliseconds / 1000) % 60).padStart(2, "0");
  return `${day}${time}${second}`.replace(/\D/g, "");
}
