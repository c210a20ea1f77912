import { seconds } from "../lib/clock.ts";
import { type Day, isoMoment } from "../lib/dates.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import type { cardRequests } from "../platform/schema.ts";
import { newId } from "../platform/tokens.ts";
import { record } from "./evidence.ts";
import { queueOutbound } from "./outbound.ts";

export type CardState = (typeof cardRequests.$inferSelect)["state"];

/** A European card asked for, for one person; moments in seconds. */
export type CardRequest = {
  /** `demande_id` in both directions of the feed. */
  requestId: string;
  memberId: string;
  name: string;
  askedBy: string;
  country: string;
  departsOn: Day;
  returnsOn: Day;
  /** It replaces a card that was lost or stolen. */
  lost: 0 | 1;
  state: CardState;
  /** What the mutual or the caisse says of a state, if it does; of one given up, `member` or a `CancelReason`. */
  reason: string | null;
  requestedAt: number;
  stateAt: number;
  /** Counts the decisions: what two people decide at once is told by it. */
  version: number;
  /** False once it has left for the back office, or is over. */
  canCancel: boolean;
};

/** What a request may still wait for. */
export const openStates = ["requested", "sent", "in_production"] as const satisfies CardState[];

export function isOpen({ state }: Pick<CardRequest, "state">): boolean {
  return (openStates as readonly CardState[]).includes(state);
}

/** The columns of the file `demandes_ceam`, in their order. */
export const cardColumns = [
  "demande_id",
  "personne_id",
  "demandeur_id",
  "motif",
  "pays",
  "depart_le",
  "retour_le",
  "demande_le",
] as const;

export type Trip = { country: string; departsOn: Day; returnsOn: Day; lost: boolean };
type CardDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Keeps a request for one person and hands it to the back office, in the caller's transaction.
 * @returns its id, or undefined when one of that person is open.
 */
export function addCardRequest(
  deps: CardDeps,
  { memberId, askedBy }: { memberId: string; askedBy: string },
  { country, departsOn, returnsOn, lost }: Trip,
): string | undefined {
  const { db, clock } = deps;
  const now = seconds(clock);
  const requestId = newId();
  const asked = { requestId, memberId, askedBy, country, departsOn, returnsOn, lost: lost ? 1 : 0, now };
  if (statements(db).add.run(asked).changes === 0) return undefined;
  const outboundId = queueOutbound(deps, {
    entity: "demandes_ceam",
    memberId: askedBy,
    row: {
      demande_id: requestId,
      personne_id: memberId,
      demandeur_id: askedBy,
      motif: lost ? "perte_vol" : "",
      pays: country,
      depart_le: departsOn,
      retour_le: returnsOn,
      demande_le: isoMoment(now * 1000),
    },
  });
  statements(db).handOn.run({ requestId, outboundId });
  statements(db).addStep.run({ requestId, version: 1, state: "requested", at: now });
  const details = { request: requestId, own: memberId === askedBy };
  record(deps, { kind: "ehic.requested", memberId: askedBy, actor: "member", details });
  return requestId;
}

/** Takes back what has not left for the back office, in the caller's transaction. @returns false when it has left. */
export function takeBack({ db }: Pick<Deps, "db">, requestId: string): boolean {
  return statements(db).takeBack.run({ requestId }).changes === 1;
}

type Written = { requestId: string; version: number; state: CardState; at: number; reason: string | null };

/** Writes the next state of a request, in the caller's transaction. @returns false when `version` is no longer its. */
export function writeState({ db }: Pick<Deps, "db">, { requestId, version, state, at, reason }: Written): boolean {
  const { move, addStep } = statements(db);
  if (move.run({ requestId, version, state, at, reason }).changes === 0) return false;
  addStep.run({ requestId, version: version + 1, state, at });
  return true;
}

/** One request, whoever made it. */
export function findCardRequest({ db }: Pick<Deps, "db">, requestId: string): CardRequest | undefined {
  const row = statements(db).find.get({ requestId });
  return row && read(row);
}

/** The requests for these people, the latest first. */
export function cardRequestsFor({ db }: Pick<Deps, "db">, memberIds: string[]): CardRequest[] {
  return statements(db)
    .ofPeople.all({ memberIds: JSON.stringify(memberIds) })
    .map(read);
}

/** How many requests made by a member wait for an answer. */
export function countOpenRequests({ db }: Pick<Deps, "db">, askedBy: string): number {
  return statements(db).countOpen.get({ askedBy })!.count;
}

/** Requests made by a member that may not have left yet. */
export function requestsToTakeBack({ db }: Pick<Deps, "db">, askedBy: string): CardRequest[] {
  return statements(db)
    .byAuthor.all({ askedBy })
    .map(read)
    .filter(({ canCancel }) => canCancel);
}

/** Each state a request has had, the first one first. */
export function stepsOf({ db }: Pick<Deps, "db">, requestId: string): { state: CardState; at: number }[] {
  return statements(db).steps.all({ requestId });
}

export type WaitingRequest = CardRequest & { memberNumber: string | null; ageSeconds: number };

/** What waits for an answer, the oldest first, `limit` of them after the one given. */
export function listCardRequests(
  { db, clock }: Pick<Deps, "db" | "clock">,
  { limit = 50, after }: { limit?: number; after?: Pick<CardRequest, "requestedAt" | "requestId"> } = {},
): WaitingRequest[] {
  const from = { at: after?.requestedAt ?? 0, requestId: after?.requestId ?? "" };
  return statements(db)
    .waiting.all({ ...from, limit })
    .map((row) => ({
      ...read(row),
      memberNumber: row.memberNumber,
      ageSeconds: Math.max(0, seconds(clock) - row.requestedAt),
    }));
}

/** A request with all its steps, for staff. */
export function readCardRequest(
  deps: Pick<Deps, "db" | "clock">,
  requestId: string,
): (WaitingRequest & { steps: { state: CardState; at: number }[] }) | undefined {
  const row = statements(deps.db).find.get({ requestId });
  if (!row) return undefined;
  const request = read(row);
  const kept = stepsOf(deps, requestId);
  const isTold = request.version === row.version;
  return {
    ...request,
    memberNumber: row.memberNumber,
    ageSeconds: Math.max(0, seconds(deps.clock) - row.requestedAt),
    steps: isTold ? kept : [...kept, { state: request.state, at: request.stateAt }],
  };
}

/** Requests that have left with a feed, and whose author has not been told yet. */
export function requestsLeft({ db }: Pick<Deps, "db">, limit: number): string[] {
  return statements(db).left.all({ limit });
}

type Row = Omit<CardRequest, "canCancel"> & { memberNumber: string | null; leftAt: number | null; isUnsent: 0 | 1 };

/**
 * A request that has left is `sent` from the moment its feed was in place, before its author was told: that comes just
 * after, and is the decision that its version already counts.
 */
function read({ memberNumber: _, leftAt, isUnsent, ...row }: Row): CardRequest {
  if (row.state !== "requested") return { ...row, canCancel: false };
  if (leftAt === null) return { ...row, canCancel: isUnsent === 1 };
  return { ...row, state: "sent", stateAt: leftAt, version: row.version + 1, canCancel: false };
}

const open = `r.state IN (${openStates.map((state) => `'${state}'`).join(", ")})`;
const columns = `r.request_id AS requestId, r.member_id AS memberId,
  m.first_names || ' ' || coalesce(m.usual_name, m.birth_name) AS name,
  coalesce(m.member_number, m.affiliate_number) AS memberNumber, r.asked_by AS askedBy, r.country,
  r.departs_on AS departsOn, r.returns_on AS returnsOn, r.lost, r.state, r.reason, r.requested_at AS requestedAt,
  r.state_at AS stateAt, r.version, nullif(e.exported_at, 0) AS leftAt,
  o.outbound_id IS NOT NULL AND o.export_sequence IS NULL AS isUnsent`;
const joins = `JOIN members m ON m.member_id = r.member_id
  LEFT JOIN outbound o ON o.outbound_id = r.outbound_id
  LEFT JOIN outbound_exports e ON e.sequence = o.export_sequence`;

type Asked = Omit<Trip, "lost"> & { requestId: string; memberId: string; askedBy: string; lost: number; now: number };

const statements = perBase(({ $client }) => ({
  add: $client.prepare<Asked>(`
    INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, lost, state,
      requested_at, state_at)
    VALUES (@requestId, @memberId, @askedBy, @country, @departsOn, @returnsOn, @lost, 'requested', @now, @now)
    ON CONFLICT DO NOTHING`),
  handOn: $client.prepare<{ requestId: string; outboundId: number }>(
    "UPDATE card_requests SET outbound_id = @outboundId WHERE request_id = @requestId",
  ),
  takeBack: $client.prepare<{ requestId: string }>(`
    DELETE FROM outbound WHERE export_sequence IS NULL
      AND outbound_id = (SELECT outbound_id FROM card_requests WHERE request_id = @requestId)`),
  move: $client.prepare<Written>(`
    UPDATE card_requests SET state = @state, state_at = @at, reason = @reason, version = version + 1
    WHERE request_id = @requestId AND version = @version`),
  addStep: $client.prepare<{ requestId: string; version: number; state: CardState; at: number }>(
    "INSERT INTO card_request_steps (request_id, version, state, at) VALUES (@requestId, @version, @state, @at)",
  ),
  find: $client.prepare<{ requestId: string }, Row>(
    `SELECT ${columns} FROM card_requests r ${joins} WHERE r.request_id = @requestId`,
  ),
  ofPeople: $client.prepare<{ memberIds: string }, Row>(`
    SELECT ${columns} FROM card_requests r ${joins}
    WHERE r.member_id IN (SELECT value FROM json_each(@memberIds))
    ORDER BY r.requested_at DESC, r.rowid DESC`),
  byAuthor: $client.prepare<{ askedBy: string }, Row>(
    `SELECT ${columns} FROM card_requests r ${joins} WHERE r.asked_by = @askedBy AND r.state = 'requested'`,
  ),
  countOpen: $client.prepare<{ askedBy: string }, { count: number }>(
    `SELECT count(*) AS count FROM card_requests r WHERE r.asked_by = @askedBy AND ${open}`,
  ),
  steps: $client.prepare<{ requestId: string }, { state: CardState; at: number }>(
    "SELECT state, at FROM card_request_steps WHERE request_id = @requestId ORDER BY version",
  ),
  waiting: $client.prepare<{ at: number; requestId: string; limit: number }, Row>(`
    SELECT ${columns} FROM card_requests r INDEXED BY card_requests_waiting ${joins}
    WHERE ${open} AND (r.requested_at, r.request_id) > (@at, @requestId)
    ORDER BY r.requested_at, r.request_id LIMIT @limit`),
  left: $client
    .prepare<{ limit: number }, string>(`
      SELECT r.request_id FROM card_requests r INDEXED BY card_requests_not_told
        CROSS JOIN outbound o ON o.outbound_id = r.outbound_id
        CROSS JOIN outbound_exports e ON e.sequence = o.export_sequence AND e.exported_at > 0
      WHERE r.state = 'requested' LIMIT @limit`)
    .pluck(),
}));
