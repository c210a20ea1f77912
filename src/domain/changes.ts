import { and, desc, eq, inArray, isNull, lte, sql } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { changes, outbound } from "../platform/schema.ts";
import { newId } from "../platform/tokens.ts";
import { type Fact, record } from "./evidence.ts";
import { queueOutbound } from "./outbound.ts";

type ChangeDeps = Pick<Deps, "db" | "clock" | "seal">;

export type BankUsage = NonNullable<(typeof changes.$inferSelect)["usage"]>;
export const bankUsages = changes.usage.enumValues;

/** What is asked for. The whole number of an account stands in its row of the outbound feed alone. */
export type ChangeContent =
  /** Six lines, some of them empty, and two letters. */
  | { kind: "address"; lines: string[]; country: string }
  | { kind: "email"; email: string; before: string }
  /** E.164; null to have none any more. `before` is what the account had. */
  | { kind: "mobile"; mobile: string | null; verified: boolean; before: string | null; beforeVerifiedAt: number | null }
  | { kind: "iban"; usage: BankUsage; masked: string; bic: string | null; holder: string };

/** Why a request ended without an answer, when it was not its author who ended it. */
export type CancelReason = "time" | "blocked" | "deletion";

/** A request to the back office, as its author sees it; moments in seconds. */
export type Change = {
  changeId: string;
  memberId: string;
  state: (typeof changes.$inferSelect)["state"];
  content: ChangeContent;
  requestedAt: number;
  /** When it leaves or left; 0 as long as it is not confirmed. */
  dueAt: number;
  settledAt: number | null;
  /** What the back office says of a refusal, or a `CancelReason`. */
  reason: string | null;
  /** False once it has left, or is over. */
  canCancel: boolean;
};

/** A new address, e-mail or mobile that is not confirmed in this time is given up. */
export const confirmSeconds = 24 * 3600;
/** How long an IBAN waits here, for its owner to notice; and how long it is refused after a change of credentials. */
export const coolingSeconds = 72 * 3600;

const contentPlace = "changes.content";
const open = ["unconfirmed", "pending"] as const;

/** The latest requests of a member, newest first. */
export function listChanges(deps: ChangeDeps, memberId: string, limit = 100): Change[] {
  return find(deps, eq(changes.memberId, memberId), limit);
}

/** Those of them that wait for something. */
export function openChanges(deps: ChangeDeps, memberId: string): Change[] {
  return openOf(deps.db)
    .all({ memberId })
    .map((row) => read(deps, row))
    .filter(isOpen);
}

/** One request of a member. */
export function findChange(deps: ChangeDeps, memberId: string, changeId: string): Change | undefined {
  return find(deps, and(eq(changes.memberId, memberId), eq(changes.changeId, changeId)), 1)[0];
}

/** One request, whoever made it: for the back office, and for links of mails. */
export function findChangeWhere(deps: ChangeDeps, where: Where): Change | undefined {
  return find(deps, where, 1)[0];
}

/** The open request of the same thing, of which there is one at most. */
export function findOpenChange(deps: ChangeDeps, memberId: string, asked: ChangeContent): Change | undefined {
  return openChanges(deps, memberId).find(
    ({ content }) => content.kind === asked.kind && usageOf(content) === usageOf(asked),
  );
}

const isOpen = ({ state }: Change) => state === "unconfirmed" || state === "pending";

export function usageOf(content: ChangeContent): BankUsage | null {
  return content.kind === "iban" ? content.usage : null;
}

function find(deps: ChangeDeps, where: Where, limit: number): Change[] {
  return select(deps.db)
    .where(where)
    .orderBy(desc(changes.requestedAt), desc(sql`${changes}.rowid`))
    .limit(limit)
    .all()
    .map((row) => read(deps, row));
}

type Where = ReturnType<typeof and>;

function select(db: Deps["db"]) {
  const unsent = sql<0 | 1>`${outbound.outboundId} IS NOT NULL AND ${outbound.exportSequence} IS NULL`;
  return db
    .select({ change: changes, unsent })
    .from(changes)
    .leftJoin(outbound, eq(outbound.outboundId, changes.outboundId));
}

/** The page of a file asks at each view. */
const openOf = perBase((db) =>
  select(db)
    .where(and(eq(changes.memberId, sql.placeholder("memberId")), inArray(changes.state, open)))
    .orderBy(desc(changes.requestedAt))
    .prepare(),
);

type Row = { change: typeof changes.$inferSelect; unsent: 0 | 1 };

function read({ clock, seal }: Pick<Deps, "clock" | "seal">, { change, unsent }: Row): Change {
  const { changeId, memberId, state, requestedAt, dueAt, settledAt, reason } = change;
  const content = JSON.parse(seal.open(contentPlace, change.contentSealed)) as ChangeContent;
  const known = { changeId, memberId, content, requestedAt, dueAt };
  const endsAt = requestedAt + confirmSeconds;
  // The job that ends it has not come by yet.
  if (state === "unconfirmed" && endsAt <= seconds(clock))
    return { ...known, state: "cancelled", settledAt: endsAt, reason: "time", canCancel: false };
  const canCancel = state === "unconfirmed" || (state === "pending" && unsent === 1);
  return { ...known, state, settledAt, reason, canCancel };
}

/** From where a request is made, for the journal. */
type Origin = { label: string; network: string };

/**
 * Keeps a request that is still to be confirmed, or to be handed on with `handOn`; in the caller's transaction.
 * @returns its id, or undefined when one of the same thing is open.
 */
export function addChange(
  deps: ChangeDeps,
  memberId: string,
  content: ChangeContent,
  from: Origin,
): string | undefined {
  const { db, clock, seal } = deps;
  lapseChanges(deps, memberId);
  const changeId = newId();
  const usage = usageOf(content);
  const contentSealed = seal.seal(contentPlace, JSON.stringify(content));
  const { changes: added } = db
    .insert(changes)
    .values({
      changeId,
      memberId,
      kind: content.kind,
      usage,
      state: "unconfirmed",
      contentSealed,
      requestedAt: seconds(clock),
      dueAt: 0,
    })
    .onConflictDoNothing()
    .run();
  if (added === 0) return undefined;
  prove(deps, "change.requested", "member", { changeId, memberId, content }, from);
  return changeId;
}

/** Queues a request for the back office, in the caller's transaction; `dueAt` in seconds, at once when absent. */
export function handOn(
  deps: ChangeDeps,
  { changeId, memberId, content }: Pick<Change, "changeId" | "memberId" | "content">,
  row: Record<string, string>,
  dueAt = seconds(deps.clock),
): void {
  const { db, seal } = deps;
  const outboundId = queueOutbound(deps, { entity: "changements", memberId, row, dueAt });
  const { changes: moved } = db
    .update(changes)
    .set({
      state: "pending",
      outboundId,
      dueAt,
      contentSealed: seal.seal(contentPlace, JSON.stringify(content)),
      codeHash: null,
      codeExpiresAt: null,
    })
    .where(and(eq(changes.changeId, changeId), eq(changes.state, "unconfirmed")))
    .run();
  if (moved !== 1) throw new Error("only a request that is not confirmed is handed on");
}

type Ending = { actor: Fact["actor"]; by: "member" | "link" | CancelReason };

/**
 * Ends a request that has not left yet, in the caller's transaction: its row of the outbound feed goes.
 * @returns false when it has left, or is over.
 */
export function endChange(deps: ChangeDeps, change: Change, { actor, by }: Ending): boolean {
  const { db, clock } = deps;
  const { changeId } = change;
  const ofChange = and(eq(changes.changeId, changeId), inArray(changes.state, open));
  const found = db.select({ state: changes.state, outboundId: changes.outboundId }).from(changes).where(ofChange).get();
  if (!found) return false;
  if (found.state === "pending") {
    const unsent = and(eq(outbound.outboundId, found.outboundId ?? -1), isNull(outbound.exportSequence));
    if (db.delete(outbound).where(unsent).run().changes !== 1) return false;
  }
  const reason = by === "member" || by === "link" ? null : by;
  db.update(changes)
    .set({ state: "cancelled", settledAt: seconds(clock), reason, codeHash: null, codeExpiresAt: null })
    .where(ofChange)
    .run();
  prove(deps, "change.cancelled", actor, change, { by });
  return true;
}

/** Gives up what was not confirmed in a day, of one member or of all. */
export function lapseChanges(deps: ChangeDeps, memberId?: string): void {
  const { db, clock } = deps;
  const lapsed = and(
    eq(changes.state, "unconfirmed"),
    lte(changes.requestedAt, seconds(clock) - confirmSeconds),
    memberId === undefined ? undefined : eq(changes.memberId, memberId),
  );
  const left = () => db.select({ changeId: changes.changeId }).from(changes).where(lapsed).limit(1).get();
  // Mostly there is none: looking does not wait for other writers.
  if (!left()) return;
  write(db, () => {
    const ended = db
      .update(changes)
      .set({
        state: "cancelled",
        settledAt: sql`${changes.requestedAt} + ${confirmSeconds}`,
        reason: "time",
        codeHash: null,
        codeExpiresAt: null,
      })
      .where(lapsed)
      .returning({ changeId: changes.changeId, memberId: changes.memberId, kind: changes.kind })
      .all();
    for (const { changeId: change, memberId, kind } of ended)
      record(deps, {
        kind: "change.cancelled",
        memberId,
        actor: "system",
        details: { change, about: kind, by: "time" },
      });
  });
}

/** Writes what was done about a request, never what it asks for. */
export function prove(
  deps: ChangeDeps,
  kind: "change.requested" | "change.confirmed" | "change.cancelled" | "change.settled",
  actor: Fact["actor"],
  { changeId, memberId, content }: Pick<Change, "changeId" | "memberId" | "content">,
  more: Record<string, string> = {},
): void {
  const usage = usageOf(content);
  const details = { change: changeId, about: content.kind, ...(usage && { usage }), ...more };
  record(deps, { kind, memberId, actor, details });
}
