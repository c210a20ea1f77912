import { feedUsages } from "../../domain/change-rows.ts";
import type { ChangeContent } from "../../domain/changes.ts";
import { type Db, perBase } from "../../platform/database.ts";
import type { changes } from "../../platform/schema.ts";
import { type Person, personColumns } from "../queue/people.ts";
import { type Cursor, type ListQuery, rowsShown } from "../queue/schema.ts";

type Row = typeof changes.$inferSelect;

/** A change in the list, not what it asks for; `at` in seconds: when it was asked, or decided. */
export type ListedChange = Person & Pick<Row, "changeId" | "kind" | "usage" | "state"> & { at: number };

/** One row more than a page shows. */
export function listChangeQueue(db: Db, { state, after }: ListQuery): ListedChange[] {
  const { waiting, settled } = statements(db);
  const limit = rowsShown + 1;
  if (state === "open") return waiting.all({ ...(after ?? { at: 0, id: "" }), limit });
  return settled.all({ ...(after ?? { at: Number.MAX_SAFE_INTEGER, id: "" }), limit });
}

/** What the file says today of what is to be changed: lines of text, none when it says nothing. */
export function beforeOf(db: Db, memberId: string, content: ChangeContent): string[] {
  const { file, account } = statements(db);
  if (content.kind === "iban") {
    const known = account.get({ memberId, usage: feedUsages[content.usage] });
    return known ? [`•••• ${known.last4}`, known.holder] : [];
  }
  const row = file.get(memberId);
  if (!row) return [];
  const { email, phone, country, ...lines } = row;
  if (content.kind === "email") return texts([email]);
  if (content.kind === "mobile") return texts([phone]);
  return texts([...Object.values(lines), country]);
}

const texts = (cells: (string | null)[]) => cells.filter((text) => text !== null && text !== "") as string[];

/** Who decided a change: null when the feed did. */
export function settledBy(db: Db, changeId: string): string | null {
  return statements(db).settledBy.get(changeId) ?? null;
}

type FileRow = Record<`line${1 | 2 | 3 | 4 | 5 | 6}` | "country" | "email" | "phone", string | null>;

const columns = `${personColumns}, c.change_id AS changeId, c.kind, c.usage, c.state`;
const joins = "JOIN members m ON m.member_id = c.member_id";

const statements = perBase(({ $client }) => ({
  waiting: $client.prepare<Cursor & { limit: number }, ListedChange>(`
    SELECT ${columns}, c.requested_at AS at FROM changes c INDEXED BY changes_waiting ${joins}
    WHERE c.state = 'pending' AND (c.requested_at, c.change_id) > (@at, @id)
    ORDER BY c.requested_at, c.change_id LIMIT @limit`),
  settled: $client.prepare<Cursor & { limit: number }, ListedChange>(`
    SELECT ${columns}, c.settled_at AS at FROM changes c INDEXED BY changes_settled ${joins}
    WHERE c.state IN ('applied', 'refused') AND (c.settled_at, c.change_id) < (@at, @id)
    ORDER BY c.settled_at DESC, c.change_id DESC LIMIT @limit`),
  file: $client.prepare<[string], FileRow>(`
    SELECT address_1 AS line1, address_2 AS line2, address_3 AS line3, address_4 AS line4, address_5 AS line5,
      address_6 AS line6, country, email, phone FROM members WHERE member_id = ?`),
  account: $client.prepare<{ memberId: string; usage: string }, { last4: string; holder: string }>(`
    SELECT iban_last4 AS last4, holder FROM bank_accounts
    WHERE member_id = @memberId AND usage = @usage AND ended = 0`),
  settledBy: $client.prepare<[string], string | null>("SELECT settled_by FROM changes WHERE change_id = ?").pluck(),
}));
