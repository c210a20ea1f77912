import { createHash, type Hash } from "node:crypto";
import { seconds } from "../lib/clock.ts";
import { toEnd } from "../lib/slices.ts";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import {
  type Adoption,
  appendRow,
  chainHash,
  isAdoptionOf,
  isHeadOf,
  type JournalEnd,
  type JournalRow,
  journalStart,
  lastRow,
  readAdoption,
  readHead,
  sealEnd,
} from "../platform/journal.ts";
import { alteredCharters, charterFacts, type ToldCharter } from "./charter-proof.ts";
import { type MailFault, mailFaults } from "./mail-proof.ts";

/** What may have to be proven, and is told to the member under `account:activity.kinds`. */
export type EvidenceKind =
  | "account.annulled"
  | "account.awaiting"
  | "account.confirmed"
  | "account.deleted"
  | "account.frozen"
  | "account.opened"
  | "account.replaced"
  | "bounce.settled"
  | "case.closed"
  | "case.opened"
  | "certificate.issued"
  | "change.cancelled"
  | "change.confirmed"
  | "change.requested"
  | "change.settled"
  | "charter.accepted"
  | "charter.approved"
  | "charter.contested"
  | "charter.notified"
  | "charter.published"
  | "charter.seen"
  | "consent.given"
  | "consent.withdrawn"
  | "data.downloaded"
  | "device.copied"
  | "device.forgotten"
  | "device.remembered"
  | "document.downloaded"
  | "ehic.moved"
  | "ehic.requested"
  | "evidence.exported"
  | "evidence.purged"
  | "evidence.sealed"
  | "file.read"
  | "guardian.accepted"
  | "guardian.asked"
  | "guardian.refused"
  | "invitation.listed"
  | "invitation.queued"
  | "mail.bounced"
  | "mail.dead"
  | "mail.retried"
  | "mail.sent"
  | "maintenance.changed"
  | "message.sent"
  | "notice.published"
  | "notice.told"
  | "paper.restored"
  | "paper.stopped"
  | "password.changed"
  | "password.forgotten"
  | "recovery-codes.made"
  | "registration.received"
  | "reimbursements.downloaded"
  | "rights.recorded"
  | "rights.settled"
  | "second-factor.added"
  | "second-factor.refused"
  | "second-factor.removed"
  | "session.ended"
  | "session.ended-elsewhere"
  | "session.started"
  | "sign-in.refused"
  | "staff.added"
  | "staff.disabled"
  | "staff.refused"
  | "staff.searched"
  | "staff.set-up"
  | "staff.signed-in"
  | "staff.signed-out"
  | "text.dead"
  | "text.retried"
  | "text.sent"
  | "vitale.declared";

export type Fact = {
  kind: EvidenceKind;
  memberId?: string | undefined;
  /** Who did it. */
  actor: "member" | "visitor" | "guardian" | "staff" | "import" | "operator" | "system";
  details?: Record<string, string | number | boolean>;
};

type EvidenceDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Writes a fact that may have to be proven later, in the transaction of what it tells. Each row holds the hash of the
 * one before: a row altered, removed or moved breaks the chain. The end of the chain stands apart under a keyed hash:
 * rows cut off at the end are missed as well.
 */
export function record(deps: EvidenceDeps, fact: Fact): void {
  const { db } = deps;
  write(db, () => {
    const previous = lastRow(db);
    const seam = seamAfter(deps, previous);
    sealEnd(deps, append(deps, seam ? append(deps, previous, seam) : previous, fact));
  });
}

/** The parts of a person's file, as they are told to the person under `account:activity.readings`. */
export const fileParts = ["case", "documents", "file", "journal", "mails", "messages", "payments"] as const;
export type FilePart = (typeof fileParts)[number];

/**
 * Writes that somebody of the mutual has looked into a person's file, in the caller's transaction or one of its own:
 * the person sees it among the activity of the account.
 * @param staff who it was, for the mutual alone: an address, or `operator` for the command line.
 */
export function recordReading(
  deps: EvidenceDeps,
  { memberId, staff, what, reason }: { memberId: string; staff: string; what: FilePart; reason?: string },
): void {
  const kind = what === "journal" ? "evidence.exported" : "file.read";
  record(deps, { kind, memberId, actor: "staff", details: { staff, what, ...(reason && { reason }) } });
}

function append({ db, clock }: EvidenceDeps, previous: JournalEnd, fact: Fact): JournalEnd {
  const { kind, memberId = null, actor, details = {} } = fact;
  return appendRow(db, previous, { at: seconds(clock), kind, memberId, actor, details: JSON.stringify(details) });
}

/**
 * What the journal must say of itself before it goes on when its end is not the one that was sealed: without this, the
 * next fact would seal an end cut short as if nothing had happened.
 */
function seamAfter(deps: EvidenceDeps, last: JournalEnd): Fact | undefined {
  const head = readHead(deps.db);
  if (isHeadOf(deps, head, last)) return undefined;
  return {
    kind: "evidence.sealed",
    actor: "system",
    details: { rows: last.sequence, expected: head?.sequence ?? 0 },
  };
}

/** What a verification found wrong, first of all. */
export type EvidenceFault =
  | "added"
  | "adopted"
  | "altered"
  | "cut"
  | "end"
  | "head"
  | "missing"
  | "noted"
  | "purge"
  | "purged"
  | "resealed";

export type Verification = {
  /** How many rows follow one another, from the start. */
  rows: number;
  /** Of these, how many were emptied by right. */
  purged: number;
  /** The end of the journal (hash in hexadecimal), for the operator to note elsewhere; undefined when it is empty. */
  head: { sequence: number; hash: string } | undefined;
  /** The row that sealed a journal of before the head: until then rows could be cut off its end unseen. */
  sealedAt: number | undefined;
  /** The row at fault, and what is wrong with it. */
  brokenAt: number | undefined;
  fault: EvidenceFault | undefined;
  /** Versions of the charter that are not as the journal tells; looked at when no row is at fault. */
  charters: number[];
  /** Mails that are not as the journal tells, a hundred at most; looked at when no row is at fault. */
  mails: MailFault[];
};

/** True when nothing at all was found wrong. */
export function isWhole({ brokenAt, charters, mails }: Verification): boolean {
  return brokenAt === undefined && charters.length === 0 && mails.length === 0;
}

/** A head that was noted earlier: the number of a row, and the first characters of its hash in hexadecimal. */
export type NotedHead = { sequence: number; hash: string };

type StoredRow = JournalRow & { previousHash: string; hash: string };
type Fault = { row: number; fault: EvidenceFault };
/** Rows emptied by one purge: the first of them, how many, and the hash over theirs. */
type Purge = { first: number; rows: number; sha256: Hash };
type Walk = {
  purges: Map<number, Purge>;
  purged: number;
  sealedAt: number | undefined;
  /** What is told of the versions of the charter, each thing once. */
  charters: Map<string, ToldCharter>;
};

/**
 * Follows the journal from its start to its sealed end, as it stands at this moment, while others go on writing. Finds
 * rows altered, removed, moved, slipped in, cut off at the end, and rows emptied without the fact that tells of it;
 * then mails and versions of the charter that are not as it tells.
 * @param noted an end noted at an earlier time: it must still be there.
 */
export function verifyEvidence(deps: EvidenceDeps, noted?: NotedHead): Verification {
  return deps.db.$client.transaction(() => toEnd(verificationSteps(deps, noted)))();
}

const rowsAStep = 100;

/**
 * The same, a little at a time, for a process that has others to serve meanwhile: on a handle of its own that stays in
 * one transaction. Yields how many rows it has followed.
 */
export function* verificationSteps(deps: EvidenceDeps, noted?: NotedHead): Generator<number, Verification> {
  const { db } = deps;
  const walk: Walk = { purges: new Map(), purged: 0, sealedAt: undefined, charters: new Map() };
  const adoption = readAdoption(db);
  const isForged = (end: JournalEnd) => adoption?.sequence === end.sequence && !isAdoptionOf(deps, adoption, end);
  let forgedAt = isForged(journalStart) ? 1 : undefined;
  let previous = journalStart;
  let found: Fault | undefined;
  for (const row of rowsInOrder(db)) {
    const fault = faultOf(row, previous, walk) ?? (isOtherThan(noted, row) ? "noted" : undefined);
    if (fault) {
      found = { row: row.sequence, fault };
      break;
    }
    if (isForged(row)) forgedAt = row.sequence;
    if (charterFacts.includes(row.kind)) keepCharter(row, walk);
    previous = row;
    if (row.sequence % rowsAStep === 0) yield row.sequence;
  }
  found ??= unprovenPurge(walk) ?? faultOfEnd(deps, previous, noted, adoption);
  if (forgedAt !== undefined) found ??= { row: forgedAt, fault: "adopted" };
  const { sequence, hash } = previous;
  const mails: MailFault[] = [];
  if (!found) {
    for (const fault of mailFaults(deps)) {
      if (fault) mails.push(fault);
      else yield sequence;
    }
  }
  return {
    rows: sequence,
    purged: walk.purged,
    head: sequence === 0 ? undefined : { sequence, hash },
    sealedAt: walk.sealedAt,
    brokenAt: found?.row,
    fault: found?.fault,
    charters: found ? [] : alteredCharters(db, walk.charters.values()),
    mails,
  };
}

function rowsInOrder(db: Db): IterableIterator<StoredRow> {
  // By hand: a million rows go through here.
  return db.$client
    .prepare<[], StoredRow>(
      `SELECT sequence, at, kind, member_id AS memberId, actor, details, lower(hex(previous_hash)) AS previousHash,
         lower(hex(hash)) AS hash FROM evidence ORDER BY sequence`,
    )
    .iterate();
}

function faultOf(row: StoredRow, previous: JournalEnd, walk: Walk): EvidenceFault | undefined {
  if (row.sequence !== previous.sequence + 1) return "missing";
  if (row.previousHash !== previous.hash) return "altered";
  if (row.kind === "purged") return keepPurged(row, walk) ? undefined : "purged";
  if (chainHash(previous.hash, row) !== row.hash) return "altered";
  if (row.kind === "evidence.purged") return isProven(row, walk) ? undefined : "purge";
  if (row.kind === "evidence.sealed") return isFirstSeal(row, walk) ? undefined : "resealed";
  return undefined;
}

function keepCharter({ kind, details }: StoredRow, { charters }: Walk): void {
  const { version, sha256, effectiveOn } = read(details);
  charters.set(`${kind} ${version} ${sha256} ${effectiveOn}`, { kind, version, sha256, effectiveOn });
}

/** An emptied row keeps its hash, and names the fact of its purge, which comes later. */
function keepPurged({ sequence, at, memberId, actor, details, hash }: StoredRow, walk: Walk): boolean {
  const told = Number(/^purge:([1-9]\d{0,15})$/.exec(actor)?.[1] ?? 0);
  if (told <= sequence || at !== 0 || memberId !== null || details !== "") return false;
  const purge = walk.purges.get(told) ?? { first: sequence, rows: 0, sha256: createHash("sha256") };
  purge.sha256.update(hash, "hex");
  walk.purges.set(told, { ...purge, rows: purge.rows + 1 });
  walk.purged++;
  return true;
}

/** The fact of a purge says how many rows it emptied, and the hash over theirs: no more, no fewer, no others. */
function isProven({ sequence, details }: StoredRow, { purges }: Walk): boolean {
  const { rows, sha256 } = read(details);
  const purge = purges.get(sequence);
  purges.delete(sequence);
  return purge?.rows === rows && purge?.sha256.digest("hex") === sha256;
}

/** A journal is sealed once, and only where nothing shows that its end had been sealed before. */
function isFirstSeal({ sequence, details }: StoredRow, walk: Walk): boolean {
  const isFirst = walk.sealedAt === undefined && read(details).expected === undefined;
  walk.sealedAt ??= sequence;
  return isFirst;
}

/** What a fact tells; of a row that was forged, nothing. */
function read(details: string): Record<string, unknown> {
  try {
    return { ...JSON.parse(details) };
  } catch {
    return {};
  }
}

function unprovenPurge({ purges }: Walk): Fault | undefined {
  const [purge] = [...purges.values()].sort((one, other) => one.first - other.first);
  return purge && { row: purge.first, fault: "purged" };
}

function faultOfEnd(deps: EvidenceDeps, last: JournalEnd, noted?: NotedHead, adoption?: Adoption): Fault | undefined {
  const head = readHead(deps.db);
  const next = last.sequence + 1;
  const fault = (row: number, name: EvidenceFault): Fault => ({ row, fault: name });
  if (last.sequence === 0 && (!head || isInUse(deps))) return fault(next, "cut");
  if (!head) return fault(last.sequence, "head");
  if (head.sequence > last.sequence) return fault(next, "cut");
  if (head.sequence < last.sequence) return fault(head.sequence + 1, "added");
  const end = Math.max(last.sequence, 1);
  if (!isHeadOf(deps, head, last)) return fault(end, "end");
  if (!adoption) return fault(end, "adopted");
  const expected = Math.max(noted?.sequence ?? 0, adoption.sequence);
  return expected > last.sequence ? fault(next, "cut") : undefined;
}

/** Nobody has an account, and nothing was mailed, without a fact that tells of it. */
function isInUse({ db }: Pick<Deps, "db">): boolean {
  const sql = "SELECT EXISTS (SELECT 1 FROM accounts) OR EXISTS (SELECT 1 FROM mails)";
  return db.$client.prepare<[], number>(sql).pluck().get() === 1;
}

function isOtherThan(noted: NotedHead | undefined, { sequence, hash }: StoredRow): boolean {
  return noted?.sequence === sequence && !hash.startsWith(noted.hash);
}
