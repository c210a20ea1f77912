import { and, eq, isNull } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { addMonths, type Day, parisDay } from "../lib/dates.ts";
import { hideNumbers } from "../lib/hidden-numbers.ts";
import type { Language } from "../lib/languages.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, members, rightsRequests } from "../platform/schema.ts";
import { findAccount } from "./accounts.ts";
import { record } from "./evidence.ts";
import { queueMail } from "./outbox.ts";
import { type Choice, changeChoices, choices } from "./preferences.ts";
import { answerToRight, receiptOfRight } from "./rights-mails.ts";
import { deleteOnRequest } from "./staff-acts.ts";

/** What the law lets people ask of whoever holds their data (GDPR articles 15, 16, 17 and 21). */
export const rightKinds = ["access", "deletion", "opposition", "rectification"] as const;
export type RightKind = (typeof rightKinds)[number];
export const rightChannels = ["post", "e-mail"] as const;
export type RightChannel = (typeof rightChannels)[number];
/** `moot`: a deletion asked for by somebody who has no account. */
export const rightOutcomes = ["granted", "refused", "moot"] as const;
export type RightOutcome = (typeof rightOutcomes)[number];

/** Seconds: how long after an access was granted the data may still be taken for it. */
const dataSeconds = 7 * 24 * 3600;

const contentPlace = "rights_requests.content";
const resultPlace = "rights_requests.result";

type RightsDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
/** `asked`: what was to be stopped; `stopped`: what was received until then. */
type Content = { note: string; asked: Choice[]; stopped: Choice[] };

/** The last day to answer a request received on a day: one month later (GDPR article 12), the last day of a short one. */
export function answerDueBy(receivedOn: Day): Day {
  return addMonths(receivedOn, 1);
}

/** The earliest day that a request can have been received on: before, it is a slip of the pen. */
export function firstReceivedOn(today: Day): Day {
  return addMonths(today, -12);
}

export type NewRight = {
  memberId: string;
  kind: RightKind;
  channel: RightChannel;
  /** The day it reached the mutual, in Paris. */
  receivedOn: Day;
  /** Where the letter or its scan is kept. */
  reference: string;
  note: string;
  /** What is no longer to be sent, which ends at once: a letter that asks for something else may say so too. */
  stops: Choice[];
  /** Who records it: an e-mail, for the mutual alone. */
  staff: string;
};

/**
 * Records what a person asked about their data by post or e-mail, and mails the numbered receipt to whoever has an
 * address. What it stops is stopped at once, as of the day it was received. The same letter recorded twice
 * is the request recorded first; with another note or other lists it is a request of its own.
 * @returns its number, and whether a receipt was queued; `future` for a day that has not come, `old` for one of more
 *   than a year ago.
 */
export function recordRight(
  deps: RightsDeps,
  { memberId, kind, channel, receivedOn, reference: typedReference, note: typedNote, stops, staff }: NewRight,
): Result<{ requestId: number; told: boolean }, "unknown" | "future" | "old"> {
  const { db, clock, seal, config } = deps;
  const reference = hideNumbers(typedReference);
  const note = hideNumbers(typedNote);
  const asked = choices.filter((list) => stops.includes(list));
  return write(db, () => {
    const person = readerOf(deps, memberId);
    if (!person) return fail("unknown");
    const today = parisDay(clock());
    if (receivedOn > today) return fail("future");
    if (receivedOn < firstReceivedOn(today)) return fail("old");
    const repeated = findSame(deps, { memberId, kind, channel, receivedOn, reference }, { note, asked });
    if (repeated !== undefined) return ok({ requestId: repeated, told: false });
    const stopped = stopLists(deps, { memberId, channel, receivedOn, stops: asked, staff });
    const dueOn = answerDueBy(receivedOn);
    const content: Content = { note, asked, stopped };
    const { requestId } = db
      .insert(rightsRequests)
      .values({
        memberId,
        kind,
        channel,
        receivedOn,
        reference,
        dueOn,
        contentSealed: seal.seal(contentPlace, JSON.stringify(content)),
        recordedBy: staff,
        recordedAt: seconds(clock),
      })
      .returning({ requestId: rightsRequests.requestId })
      .get();
    const details = { request: requestId, right: kind, channel, receivedOn, dueOn, reference, staff };
    record(deps, { kind: "rights.recorded", memberId, actor: "staff", details });
    const { email, language } = person;
    if (email === null) return ok({ requestId, told: false });
    const body = receiptOfRight(config, person, { requestId, kind, receivedOn, dueOn, stopped });
    queueMail(deps, { kind: "rights.recorded", memberId, to: email, language, body });
    return ok({ requestId, told: true });
  });
}

function findSame(
  { db, seal }: RightsDeps,
  {
    memberId,
    kind,
    channel,
    receivedOn,
    reference,
  }: Pick<NewRight, "memberId" | "kind" | "channel" | "receivedOn" | "reference">,
  { note, asked }: Pick<Content, "note" | "asked">,
): number | undefined {
  const said = JSON.stringify([note, asked]);
  return db
    .select({ requestId: rightsRequests.requestId, contentSealed: rightsRequests.contentSealed })
    .from(rightsRequests)
    .where(
      and(
        eq(rightsRequests.memberId, memberId),
        eq(rightsRequests.kind, kind),
        eq(rightsRequests.channel, channel),
        eq(rightsRequests.receivedOn, receivedOn),
        eq(rightsRequests.reference, reference),
      ),
    )
    .all()
    .find(({ contentSealed }) => {
      const kept = JSON.parse(seal.open(contentPlace, contentSealed)) as Content;
      return JSON.stringify([kept.note, kept.asked]) === said;
    })?.requestId;
}

/** @returns what was asked to stop and is not received any more, whoever stopped it. */
function stopLists(
  deps: RightsDeps,
  {
    memberId,
    channel,
    receivedOn,
    stops,
    staff,
  }: Pick<NewRight, "memberId" | "channel" | "receivedOn" | "stops" | "staff">,
): Choice[] {
  const account = findAccount(deps, memberId);
  if (!account || stops.length === 0) return [];
  const changes = Object.fromEntries(stops.map((list) => [list, false]));
  const { accountId } = account;
  return changeChoices(deps, { accountId, memberId, changes, actor: "staff", channel, staff, receivedOn });
}

/** Whom a mail is written to: the address of the account, or the one on file; none for who has died. */
function readerOf({ db }: Pick<Deps, "db">, memberId: string) {
  const found = db
    .select({
      account: accounts.email,
      file: members.email,
      language: accounts.language,
      firstNames: members.firstNames,
      deceased: members.deceased,
    })
    .from(members)
    .leftJoin(accounts, eq(accounts.memberId, members.memberId))
    .where(eq(members.memberId, memberId))
    .get();
  if (!found) return undefined;
  const email = found.deceased === 1 ? null : (found.account ?? found.file);
  const language: Language = found.language ?? "fr";
  return { email, language, firstNames: found.firstNames };
}

export type Settlement = {
  requestId: number;
  outcome: RightOutcome;
  /** What is answered, mailed to the person. */
  result: string;
  staff: string;
};

/**
 * Settles a request, once, and mails the result to whoever has an address. A deletion that is granted deletes the
 * account, as its owner may do at any time.
 * @returns whether a mail was queued; `settled` when somebody has done so before; `noAccount` for a deletion granted
 *   where there is no account, and `notMoot` for a request that has its object: both change nothing.
 */
export function settleRight(
  deps: RightsDeps,
  { requestId, outcome, result: typed, staff }: Settlement,
): Result<{ told: boolean }, "unknown" | "settled" | "noAccount" | "notMoot"> {
  const { db, clock, seal, config } = deps;
  const result = hideNumbers(typed);
  return write(db, () => {
    const request = db.select().from(rightsRequests).where(eq(rightsRequests.requestId, requestId)).get();
    if (!request) return fail("unknown");
    if (request.settledAt !== null) return fail("settled");
    const { memberId, kind, channel, receivedOn, reference } = request;
    const isDeletion = kind === "deletion" && outcome === "granted";
    const hasAccount = findAccount(deps, memberId) !== undefined;
    if (isDeletion && !hasAccount) return fail("noAccount");
    if (outcome === "moot" && (kind !== "deletion" || hasAccount)) return fail("notMoot");
    // The address of an account that is about to end.
    const person = readerOf(deps, memberId);
    db.update(rightsRequests)
      .set({ settledAt: seconds(clock), settledBy: staff, outcome, resultSealed: seal.seal(resultPlace, result) })
      .where(and(eq(rightsRequests.requestId, requestId), isNull(rightsRequests.settledAt)))
      .run();
    const details = { request: requestId, right: kind, result: outcome, staff };
    record(deps, { kind: "rights.settled", memberId, actor: "staff", details });
    if (isDeletion) {
      const deleted = deleteOnRequest(deps, numberOf(deps, memberId), {
        channel,
        received: receivedOn,
        scan: reference,
      });
      if (!deleted.ok) throw new Error("an account that was there a moment ago is not deleted");
    }
    if (!person || person.email === null) return ok({ told: false });
    const body = answerToRight(config, person, { requestId, kind, receivedOn, outcome, result });
    const { email, language } = person;
    queueMail(deps, { kind: "rights.settled", memberId, to: email, language, body });
    return ok({ told: true });
  });
}

function numberOf({ db }: Pick<Deps, "db">, memberId: string): string {
  const { memberNumber, affiliateNumber } = members;
  const found = db.select({ memberNumber, affiliateNumber }).from(members).where(eq(members.memberId, memberId)).get();
  return found?.memberNumber ?? found?.affiliateNumber ?? "";
}

/** A request as staff sees it in a list; moments in seconds. */
export type ListedRight = {
  requestId: number;
  kind: RightKind;
  channel: RightChannel;
  receivedOn: Day;
  dueOn: Day;
  settledAt: number | null;
  outcome: RightOutcome | null;
  name: string;
  number: string;
};

const listed = `r.request_id AS requestId, r.kind, r.channel, r.received_on AS receivedOn, r.due_on AS dueOn,
  r.settled_at AS settledAt, r.outcome, m.first_names || ' ' || coalesce(m.usual_name, m.birth_name) AS name,
  coalesce(m.member_number, m.affiliate_number) AS number
  FROM rights_requests r JOIN members m ON m.member_id = r.member_id`;

/** Where a page of the list begins: after this request. */
export type RightCursor = { dueOn: Day; requestId: number };

/** The requests that wait, the first due first. */
export function listOpenRights({ db }: Pick<Deps, "db">, after: RightCursor, limit: number): ListedRight[] {
  return db.$client
    .prepare<[RightCursor & { limit: number }], ListedRight>(
      `SELECT ${listed} WHERE r.settled_at IS NULL AND (r.due_on, r.request_id) > (@dueOn, @requestId)
       ORDER BY r.due_on, r.request_id LIMIT @limit`,
    )
    .all({ ...after, limit });
}

/** The requests settled, the newest number first. */
export function listSettledRights({ db }: Pick<Deps, "db">, before: number, limit: number): ListedRight[] {
  return db.$client
    .prepare<[number, number], ListedRight>(
      `SELECT ${listed} WHERE r.settled_at IS NOT NULL AND r.request_id < ? ORDER BY r.request_id DESC LIMIT ?`,
    )
    .all(before, limit);
}

/** A request with all it holds. */
export function readRight({ db, seal }: Pick<Deps, "db" | "seal">, requestId: number) {
  const row = db.$client
    .prepare<[number], ListedRight & { memberId: string }>(
      `SELECT r.member_id AS memberId, ${listed} WHERE r.request_id = ?`,
    )
    .get(requestId);
  const kept = row && db.select().from(rightsRequests).where(eq(rightsRequests.requestId, requestId)).get();
  if (!row || !kept) return undefined;
  const { note, stopped } = JSON.parse(seal.open(contentPlace, kept.contentSealed)) as Content;
  return {
    ...row,
    reference: kept.reference,
    note,
    stopped,
    recordedBy: kept.recordedBy,
    recordedAt: kept.recordedAt,
    settledBy: kept.settledBy,
    result: kept.resultSealed ? seal.open(resultPlace, kept.resultSealed) : undefined,
    account: findAccount({ db }, row.memberId),
  };
}

export type Right = NonNullable<ReturnType<typeof readRight>>;

/** Whether the person's data may be taken to answer a request for access: it waits, or was granted within a week. */
export function maySendData(
  { clock }: Pick<Deps, "clock">,
  { kind, settledAt, outcome }: Pick<Right, "kind" | "settledAt" | "outcome">,
): boolean {
  if (kind !== "access") return false;
  return settledAt === null || (outcome === "granted" && seconds(clock) < settledAt + dataSeconds);
}
