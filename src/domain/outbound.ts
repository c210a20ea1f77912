import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { outbound } from "../platform/schema.ts";

export type OutboundEntity = (typeof outbound.$inferSelect)["entity"];

/** A row of the outbound feed: the columns of its entity, as they stand in the file. */
export type OutboundRow = Record<string, string>;

const outboundPlace = "outbound.content";

type Outgoing = {
  entity: OutboundEntity;
  memberId: string;
  row: OutboundRow;
  /** Not before (seconds); at once when absent. */
  dueAt?: number;
};

/**
 * Keeps what the back office is to be told, in the transaction of what it tells; `espace export` writes it once.
 * @returns the number of the row.
 */
export function queueOutbound(
  { db, clock, seal }: Pick<Deps, "db" | "clock" | "seal">,
  { entity, memberId, row, dueAt }: Outgoing,
): number {
  if (!db.$client.inTransaction) throw new Error("the outbound feed is written in the transaction of what it tells");
  const now = seconds(clock);
  return db
    .insert(outbound)
    .values({
      entity,
      memberId,
      contentSealed: seal.seal(outboundPlace, JSON.stringify(row)),
      queuedAt: now,
      dueAt: dueAt ?? now,
    })
    .returning({ outboundId: outbound.outboundId })
    .get().outboundId;
}

/** A row as it was queued. */
export function openOutbound(seal: Deps["seal"], sealed: Buffer): OutboundRow {
  return JSON.parse(seal.open(outboundPlace, sealed)) as OutboundRow;
}
