import { and, desc, eq, gt } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { hideNumbers } from "../lib/hidden-numbers.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { members, staffOpenings } from "../platform/schema.ts";
import type { StaffSession } from "../platform/staff-sessions.ts";
import { type FilePart, recordReading } from "./evidence.ts";

/** Why somebody of the mutual opens a file, as its owner is told. */
export const openingReasons = ["call", "letter", "message", "case", "check", "other"] as const;
export type OpeningReason = (typeof openingReasons)[number];

/** Seconds: the length of a call. Then the reason is asked anew. */
export const openingSeconds = 30 * 60;

const notePlace = "staff_openings.note";

type OpeningDeps = Pick<Deps, "db" | "clock" | "seal">;

/** A file that is open in one session of one person of the mutual; `expiresAt` in seconds. */
export type Opening = { openingId: number; memberId: string; reason: string; expiresAt: number };

/**
 * Opens the file of a member for one session of staff, for half an hour. The journal tells of it in the same
 * transaction, and through it the member.
 * @param note what it is about, for the mutual; a social security number or an IBAN in it is not kept.
 * @returns false when there is no such person.
 */
export function openFile(
  deps: OpeningDeps,
  staff: Pick<StaffSession, "id" | "staffId" | "email">,
  { memberId, reason, note }: { memberId: string; reason: OpeningReason; note: string | undefined },
): boolean {
  const { db, clock, seal } = deps;
  return write(db, () => {
    const person = db.select({ id: members.memberId }).from(members).where(eq(members.memberId, memberId)).get();
    if (!person) return false;
    const now = seconds(clock);
    db.insert(staffOpenings)
      .values({
        staffId: staff.staffId,
        sessionId: staff.id,
        memberId,
        reason,
        noteSealed: note ? seal.seal(notePlace, hideNumbers(note)) : null,
        parts: ",file,",
        openedAt: now,
        expiresAt: now + openingSeconds,
      })
      .run();
    recordReading(deps, { memberId, staff: staff.email, what: "file", reason });
    return true;
  });
}

/** The opening of a file that is alive in this very session, the latest; undefined when there is none. */
export function findOpening(
  { db, clock }: Pick<Deps, "db" | "clock">,
  staff: Pick<StaffSession, "id" | "staffId">,
  memberId: string,
): Opening | undefined {
  const { openingId, reason, expiresAt, sessionId, staffId } = staffOpenings;
  return db
    .select({ openingId, memberId: staffOpenings.memberId, reason, expiresAt })
    .from(staffOpenings)
    .where(
      and(
        eq(sessionId, staff.id),
        eq(staffOpenings.memberId, memberId),
        eq(staffId, staff.staffId),
        gt(expiresAt, seconds(clock)),
      ),
    )
    .orderBy(desc(openingId))
    .limit(1)
    .get();
}

/** Tells the journal that a part of an open file is read, once for each part and opening. */
export function noteReading(
  deps: OpeningDeps,
  { openingId, memberId, reason }: Opening,
  staff: Pick<StaffSession, "email">,
  what: FilePart,
): void {
  write(deps.db, () => {
    // Commas around each part: no name is found within another.
    const isFirst = deps.db.$client
      .prepare<{ openingId: number; what: string }>(
        `UPDATE staff_openings SET parts = parts || @what || ','
         WHERE opening_id = @openingId AND instr(parts, ',' || @what || ',') = 0`,
      )
      .run({ openingId, what }).changes;
    if (isFirst === 1) recordReading(deps, { memberId, staff: staff.email, what, reason });
  });
}
