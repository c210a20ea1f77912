import { type CardState, listCardRequests } from "../../domain/card-requests.ts";
import { type Db, perBase } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { type Person, personColumns } from "../queue/people.ts";
import { type Cursor, type ListQuery, rowsShown } from "../queue/schema.ts";

/** A request of a card in the list; `at` in seconds: when it was asked, or decided. */
export type ListedCard = Person & {
  requestId: string;
  country: string;
  departsOn: string;
  state: CardState;
  at: number;
};

/** One row more than a page shows. */
export function listCards(deps: Pick<Deps, "db" | "clock">, { state, after }: ListQuery): ListedCard[] {
  const limit = rowsShown + 1;
  if (state === "closed") return statements(deps.db).settled.all({ ...fromEnd(after), limit });
  const from = after && { after: { requestedAt: after.at, requestId: after.id } };
  return listCardRequests(deps, { limit, ...from }).map(({ memberNumber, requestedAt, ...card }) => ({
    ...card,
    number: memberNumber,
    at: requestedAt,
  }));
}

const fromEnd = (after: Cursor | undefined) => after ?? { at: Number.MAX_SAFE_INTEGER, id: "" };

/** Who has moved a request last, as the journal tells; an actor of `evidence`. */
export type LastMove = { actor: string; staff: string | null; at: number };

export function lastMove(db: Db, { askedBy, requestId }: { askedBy: string; requestId: string }): LastMove | undefined {
  return statements(db).lastMove.get({ askedBy, requestId });
}

const statements = perBase(({ $client }) => ({
  settled: $client.prepare<Cursor & { limit: number }, ListedCard>(`
    SELECT ${personColumns}, r.request_id AS requestId, r.country, r.departs_on AS departsOn, r.state, r.state_at AS at
    FROM card_requests r INDEXED BY card_requests_settled JOIN members m ON m.member_id = r.member_id
    WHERE r.state IN ('shipped', 'received', 'returned', 'refused', 'cancelled')
      AND (r.state_at, r.request_id) < (@at, @id)
    ORDER BY r.state_at DESC, r.request_id DESC LIMIT @limit`),
  lastMove: $client.prepare<{ askedBy: string; requestId: string }, LastMove>(`
    SELECT actor, details ->> 'staff' AS staff, at FROM evidence
    WHERE member_id = @askedBy AND kind = 'ehic.moved' AND details ->> 'request' = @requestId
    ORDER BY sequence DESC LIMIT 1`),
}));
