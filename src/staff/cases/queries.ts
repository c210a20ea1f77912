import type { CaseKind } from "../../domain/cases.ts";
import { type Db, perBase } from "../../platform/database.ts";
import { personColumns } from "../queue/people.ts";
import { type Cursor, rowsShown } from "../queue/schema.ts";
import type { CaseListQuery } from "./schema.ts";

/** A case in the list, without what it holds; nobody known for what a visitor reported. `at` in seconds. */
export type ListedCase = {
  caseId: number;
  kind: CaseKind;
  at: number;
  memberId: string | null;
  name: string | null;
  number: string | null;
};

/** One row more than a page shows: what waits, the oldest first, or what was closed, the latest first. */
export function listCaseQueue(db: Db, { state, after, kind }: CaseListQuery): ListedCase[] {
  const from = after ?? { at: state === "open" ? 0 : Number.MAX_SAFE_INTEGER, id: "0" };
  const asked = { at: from.at, id: Number(from.id) || 0, limit: rowsShown + 1 };
  const { all, ofKind } = statements(db)[state];
  return kind === "all" ? all.all(asked) : ofKind.all({ ...asked, kind });
}

type Asked = Pick<Cursor, "at"> & { id: number; limit: number };

const statements = perBase(({ $client }) => {
  const columns = `c.case_id AS caseId, c.kind, ${personColumns}`;
  const joins = "LEFT JOIN members m ON m.member_id = c.member_id";
  const ofKind = "AND c.kind = @kind";
  const open = (more = "") => `
    SELECT ${columns}, c.opened_at AS at FROM cases c INDEXED BY cases_open ${joins}
    WHERE c.closed_at IS NULL AND (c.opened_at, c.case_id) > (@at, @id) ${more}
    ORDER BY c.opened_at, c.case_id LIMIT @limit`;
  const closed = (more = "") => `
    SELECT ${columns}, c.closed_at AS at FROM cases c INDEXED BY cases_closed ${joins}
    WHERE c.closed_at IS NOT NULL AND (c.closed_at, c.case_id) < (@at, @id) ${more}
    ORDER BY c.closed_at DESC, c.case_id DESC LIMIT @limit`;
  return {
    open: {
      all: $client.prepare<Asked, ListedCase>(open()),
      ofKind: $client.prepare<Asked & { kind: string }, ListedCase>(open(ofKind)),
    },
    closed: {
      all: $client.prepare<Asked, ListedCase>(closed()),
      ofKind: $client.prepare<Asked & { kind: string }, ListedCase>(closed(ofKind)),
    },
  };
});
