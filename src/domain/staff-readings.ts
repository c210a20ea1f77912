import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import type { StaffSession } from "../platform/staff-sessions.ts";
import { type FilePart, recordReading } from "./evidence.ts";

/**
 * Tells the journal, and through it the person, that somebody of the mutual has read what a queue shows of them: once
 * for each person in a session, so that going to and fro between a list and its pages does not fill the journal.
 */
export function readOnce(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { id: session, email: staff }: Pick<StaffSession, "id" | "email">,
  memberId: string,
  what: FilePart,
): void {
  const { db } = deps;
  write(db, () => {
    if (!known(db).get({ session, staff, memberId, what })) recordReading(deps, { memberId, staff, what });
  });
}

const known = perBase(({ $client }) =>
  $client
    .prepare<[Record<"session" | "staff" | "memberId" | "what", string>], 1>(
      `SELECT 1 FROM evidence
       WHERE member_id = @memberId AND kind = 'file.read' AND at >= (SELECT created_at FROM staff_sessions WHERE id = @session)
         AND details ->> 'staff' = @staff AND details ->> 'what' = @what LIMIT 1`,
    )
    .pluck(),
);
