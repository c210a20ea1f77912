import { type Db, perBase } from "../../platform/database.ts";
import { type Person, personColumns } from "../queue/people.ts";
import { type Cursor, rowsShown } from "../queue/schema.ts";

/** A mail that came back, settled or not; moments in seconds. */
export type Bounce = {
  bounceId: number;
  memberId: string | null;
  recipient: string;
  kind: "hard" | "soft";
  reason: string;
  bouncedAt: number;
  settledAt: number | null;
  settledBy: string | null;
  /** What the mail was about, when it is known. */
  mail: string | null;
};

export function findBounce(db: Db, bounceId: number): Bounce | undefined {
  return statements(db).one.get(bounceId);
}

/** One row more than a page shows of those that are settled, the latest first. */
export function listSettled(db: Db, after: Cursor | undefined): (Bounce & Partial<Person>)[] {
  const { at, id } = after ?? { at: Number.MAX_SAFE_INTEGER, id: "0" };
  return statements(db).settled.all({ at, id: Number(id) || 0, limit: rowsShown + 1 });
}

const columns = `b.bounce_id AS bounceId, b.recipient, b.kind, b.reason, b.bounced_at AS bouncedAt,
  b.settled_at AS settledAt, b.settled_by AS settledBy,
  (SELECT o.kind FROM mails o WHERE o.message_id = b.message_id) AS mail`;

const statements = perBase(({ $client }) => ({
  one: $client.prepare<[number], Bounce>(
    `SELECT b.member_id AS memberId, ${columns} FROM bounces b WHERE b.bounce_id = ?`,
  ),
  settled: $client.prepare<{ at: number; id: number; limit: number }, Bounce & Partial<Person>>(`
    SELECT ${columns}, ${personColumns}
    FROM bounces b INDEXED BY bounces_settled LEFT JOIN members m ON m.member_id = b.member_id
    WHERE b.settled_at IS NOT NULL AND (b.settled_at, b.bounce_id) < (@at, @id)
    ORDER BY b.settled_at DESC, b.bounce_id DESC LIMIT @limit`),
}));
