import { seconds } from "../lib/clock.ts";
import { hideNumbers } from "../lib/hidden-numbers.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { findAccountHolder } from "./accounts.ts";
import { cardStepMail } from "./card-mails.ts";
import {
  type CardRequest,
  type CardState,
  findCardRequest,
  requestsLeft,
  requestsToTakeBack,
  takeBack,
  writeState,
} from "./card-requests.ts";
import type { CancelReason } from "./changes.ts";
import { type Fact, record } from "./evidence.ts";
import { queueMail } from "./outbox.ts";

type SettleDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
type NextState = Exclude<CardState, "requested">;

/** What may follow each state, for the feed and for staff alike: never back, and nothing after an end. */
export const nextStates: Record<CardState, readonly NextState[]> = {
  requested: ["sent", "in_production", "shipped", "received", "returned", "refused", "cancelled"],
  sent: ["in_production", "shipped", "received", "returned", "refused", "cancelled"],
  in_production: ["shipped", "received", "returned", "refused", "cancelled"],
  shipped: ["received", "returned"],
  received: [],
  returned: [],
  refused: [],
  cancelled: [],
};

/** How the feed names the states, in its order. */
const feedStates: Record<string, CardState> = {
  demandee: "requested",
  transmise: "sent",
  en_fabrication: "in_production",
  expediee: "shipped",
  recue: "received",
  retournee: "returned",
  refusee: "refused",
  annulee: "cancelled",
};

/** What the back office says of a request: `status` in the words of the feed, and why if it says so. */
export type CardAnswer = { requestId: string; memberId: string; status: string; reason: string | null };

/**
 * Moves a request on as the feed says, and mails its author. What is not a next state changes nothing: a replay, an
 * older word, a request that nobody made here, or one for somebody else.
 * @returns whether it was this answer that moved it.
 */
export function settleCard(deps: SettleDeps, { requestId, memberId, status, reason }: CardAnswer): boolean {
  const to = feedStates[status];
  const why = hideNumbers(reason?.trim() ?? "") || null;
  return write(deps.db, () => {
    const request = findCardRequest(deps, requestId);
    if (request?.memberId !== memberId || !isNext(request, to)) return false;
    move(deps, request, { to, actor: "import", reason: why, details: {} });
    return true;
  });
}

export type CardDecision = {
  requestId: string;
  /** As it was read by who decides. */
  version: number;
  to: CardState;
  /** What the author of the request reads; numbers of persons and accounts are hidden in it. */
  reason: string;
  /** Who decides: an e-mail, for the mutual alone. */
  staff: string;
};

/**
 * Moves a request on as somebody of the mutual decides, writes who it was in the journal, and mails its author.
 * @returns `unknown`; `conflict` when somebody else has moved it since it was read; `notAllowed` for what is not a next
 *   state; `reasonMissing`.
 */
export function decideCard(
  deps: SettleDeps,
  { requestId, version, to, reason, staff }: CardDecision,
): Result<CardRequest, "unknown" | "conflict" | "notAllowed" | "reasonMissing"> {
  return write(deps.db, () => {
    const request = findCardRequest(deps, requestId);
    if (!request) return fail("unknown");
    if (request.version !== version) return fail("conflict");
    if (!isNext(request, to)) return fail("notAllowed");
    const why = hideNumbers(reason.trim());
    if (why === "") return fail("reasonMissing");
    move(deps, request, { to, actor: "staff", reason: why, details: { staff } });
    return ok(findCardRequest(deps, requestId)!);
  });
}

/**
 * Ends a request that has not left, as its author asks; nobody else's.
 * @returns `late` when it has left or is over.
 */
export function cancelCard(deps: SettleDeps, askedBy: string, requestId: string): "cancelled" | "late" | "unknown" {
  return write(deps.db, () => {
    const request = findCardRequest(deps, requestId);
    if (request?.askedBy !== askedBy) return "unknown";
    if (!request.canCancel) return "late";
    move(deps, request, { to: "cancelled", actor: "member", reason: "member", details: {} });
    return "cancelled";
  });
}

/** Ends all that has not left of a member whose account is blocked or deleted, in the caller's transaction. */
export function cancelUnsentCards(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  askedBy: string,
  reason: CancelReason,
): void {
  for (const request of requestsToTakeBack(deps, askedBy)) {
    step(deps, request, { to: "cancelled", at: seconds(deps.clock), actor: "system", reason, details: { by: reason } });
  }
}

const toldAtOnce = 100;

/**
 * Tells the authors of requests that these have left, once their feed is in place: in short transactions, after the
 * export, and again by a job. Cut short, it goes on where it stopped.
 * @returns how many were told.
 */
export function tellSentCards(deps: SettleDeps): number {
  const { db } = deps;
  for (let told = 0; ; ) {
    // Mostly there is none: looking does not wait for other writers.
    if (requestsLeft(deps, 1).length === 0) return told;
    told += write(db, () => {
      const left = requestsLeft(deps, toldAtOnce).flatMap((requestId) => findCardRequest(deps, requestId) ?? []);
      for (const request of left) tellLeft(deps, request);
      return left.length;
    });
  }
}

const isNext = (request: CardRequest, to: CardState | undefined): to is NextState =>
  to !== undefined && (nextStates[request.state] as readonly (CardState | undefined)[]).includes(to);

type Move = {
  to: NextState;
  actor: Fact["actor"];
  reason: string | null;
  details: Record<string, string>;
};

/** The next state of a request and its mail, in the caller's transaction. */
function move(deps: SettleDeps, request: CardRequest, next: Move): void {
  // It had left, and nobody was told yet: that step comes first.
  const hasLeft = request.state === "sent" && requestIsUntold(deps, request);
  if (hasLeft) tellLeft(deps, request);
  const at = seconds(deps.clock);
  step(deps, request, { ...next, at });
  mailStep(deps, request, next, at);
}

/** `sent` is read before it is written: the version read is then one ahead of the one in the base. */
function requestIsUntold({ db }: Pick<Deps, "db">, { requestId, version }: CardRequest): boolean {
  const kept = db.$client
    .prepare<[string], number>("SELECT version FROM card_requests WHERE request_id = ?")
    .pluck()
    .get(requestId);
  return kept === version - 1;
}

function tellLeft(deps: SettleDeps, request: CardRequest): void {
  const { version, stateAt: at } = request;
  const earlier = { ...request, version: version - 1 };
  step(deps, earlier, { to: "sent", at, actor: "system", reason: null, details: {} });
  mailStep(deps, request, { to: "sent", reason: null }, at);
}

function step(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { requestId, askedBy, version }: CardRequest,
  { to, at, actor, reason, details }: Move & { at: number },
): void {
  // Nobody is to make a card that was given up before its request left.
  if (to === "cancelled" || to === "refused") takeBack(deps, requestId);
  if (!writeState(deps, { requestId, version, state: to, at, reason }))
    throw new Error("a request is moved in the transaction that has read it");
  const told = { request: requestId, state: to, ...details };
  record(deps, { kind: "ehic.moved", memberId: askedBy, actor, details: told });
}

type MailedStep = Pick<Move, "to" | "reason">;

function mailStep(deps: SettleDeps, request: CardRequest, { to: state, reason }: MailedStep, at: number): void {
  const { askedBy, requestId, name } = request;
  const holder = findAccountHolder(deps, askedBy);
  if (!holder) return;
  const { email: to, language } = holder;
  const body = cardStepMail(deps.config, holder, { name, state, hasReason: reason !== null, at });
  const uniqueKey = `ehic.step ${requestId} ${state}`;
  queueMail(deps, { kind: "ehic.step", memberId: askedBy, to, language, body, uniqueKey });
}
