import type { Deps } from "../platform/deps.ts";
import { readAdoption } from "../platform/journal.ts";
import type { mails } from "../platform/schema.ts";
import { contentHash } from "./mail-content.ts";
import { keptMonths, monthsAgo } from "./retention.ts";

type ProofDeps = Pick<Deps, "db" | "clock" | "seal">;

/** What of a mail that is kept is not what the journal tells of it. */
export const mailDifferences = [
  "content",
  "kind",
  "recipient",
  "person",
  "queued",
  "attempts",
  "state",
  "time",
  "answer",
] as const;
export type MailDifference = (typeof mailDifferences)[number];

/** The last fact that tells of a mail. What a fact of an earlier version does not hold is not compared. */
export type MailFact = { kind: string; memberId: string | null; details: Record<string, unknown> };
export type KeptMail = Pick<
  typeof mails.$inferSelect,
  "kind" | "memberId" | "recipient" | "state" | "attempts" | "queuedAt" | "settledAt" | "answer" | "contentSealed"
>;

/** One that was given up may wait for another try, because the operator asked for it: its tries are counted anew. */
export function isTriedAgain(fact: Pick<MailFact, "kind">, { state }: Pick<KeptMail, "state">): boolean {
  return fact.kind === "mail.dead" && state === "queued";
}

/** What the journal keeps of an address: enough to compare it, not to read it. */
export function recipientHash(seal: Deps["seal"], recipient: string): string {
  return seal.hash("mails.recipient", recipient).toString("hex");
}

/** Compares a mail with the last fact that tells of it. */
export function differencesOf(deps: Pick<Deps, "db" | "seal">, fact: MailFact, mail: KeptMail): MailDifference[] {
  const { contentSha256, mail: kind, recipientHash: hash, queuedAt, attempts, settledAt, answer } = fact.details;
  const isAgain = isTriedAgain(fact, mail);
  const differs: Record<MailDifference, boolean> = {
    content: isText(contentSha256) && contentSha256 !== contentHash(deps, mail.contentSealed),
    kind: isText(kind) && kind !== mail.kind,
    // An alert that is queued again follows its member to another address.
    recipient: !isAgain && isText(hash) && hash !== recipientHash(deps.seal, mail.recipient),
    person: fact.memberId !== mail.memberId,
    queued: typeof queuedAt === "number" && queuedAt !== mail.queuedAt,
    attempts: !isAgain && typeof attempts === "number" && attempts !== mail.attempts,
    state: !isAgain && fact.kind !== `mail.${mail.state}`,
    time: !isAgain && typeof settledAt === "number" && settledAt !== mail.settledAt,
    answer: !isAgain && isText(answer) && answer !== mail.answer,
  };
  return mailDifferences.filter((name) => differs[name]);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/**
 * `altered`: not as the journal tells. `missing`: the journal tells of a mail that is not kept, though it is not old
 * enough to have been purged. `untold`: sent or given up, and no fact tells of it.
 */
export type MailFault = {
  fault: "altered" | "missing" | "untold";
  messageId: string;
  /** The row of the journal. */
  row: number | undefined;
  differences: MailDifference[];
};

/** The kinds as the index of the journal names them. */
export const mailFacts = "('mail.sent', 'mail.dead')";
/** SQL: the later facts of the mail that the fact `e` tells of. */
const later = `SELECT 1 FROM evidence l WHERE l.kind IN ${mailFacts}
  AND l.details ->> 'messageId' = e.details ->> 'messageId' AND l.sequence > e.sequence`;

type Compared = Partial<KeptMail> & {
  row: number;
  at: number;
  factKind: string;
  factMember: string | null;
  details: string;
  messageId: string;
  mailId: number | null;
};

/**
 * Compares each mail with the journal, whose chain was found whole: one after the other, the first faults alone.
 * Yields undefined now and then, so that whoever asks may do something else in between.
 */
export function* mailFaults(deps: ProofDeps, most = 100): Generator<MailFault | undefined> {
  let found = 0;
  for (const fault of allFaults(deps)) {
    yield fault;
    if (fault && ++found === most) return;
  }
}

const mailsAStep = 50;
const untoldAStep = 1_000;

function* allFaults(deps: ProofDeps): Generator<MailFault | undefined> {
  const { db, clock } = deps;
  const purged = monthsAgo(clock, keptMonths.proof);
  const told = db.$client.prepare<[], Compared>(
    `SELECT e.sequence AS row, e.at, e.kind AS factKind, e.member_id AS factMember, e.details,
       e.details ->> 'messageId' AS messageId, m.mail_id AS mailId, m.kind, m.member_id AS memberId, m.recipient,
       m.state, m.attempts, m.queued_at AS queuedAt, m.settled_at AS settledAt, m.answer,
       m.content_sealed AS contentSealed
     FROM evidence e LEFT JOIN mails m ON m.message_id = e.details ->> 'messageId'
     WHERE e.kind IN ${mailFacts} AND e.details ->> 'messageId' IS NOT NULL AND NOT EXISTS (${later})`,
  );
  let compared = 0;
  for (const { row, at, factKind, factMember, details, messageId, mailId, ...mail } of told.iterate()) {
    if (++compared % mailsAStep === 0) yield undefined;
    if (mailId === null) {
      if (at > purged) yield { fault: "missing", messageId, row, differences: [] };
      continue;
    }
    const fact = { kind: factKind, memberId: factMember, details: JSON.parse(details) as Record<string, unknown> };
    const differences = differencesOf(deps, fact, mail as KeptMail);
    if (differences.length > 0) yield { fault: "altered", messageId, row, differences };
  }
  // A fact may lose its words a moment before the mail goes; an earlier version did not tell of every mail.
  const since = Math.max(purged, readAdoption(db)?.at ?? 0);
  // The plus lets the index of the journal be used: it knows no type.
  const untold = db.$client.prepare<{ since: number; from: number; to: number }, string>(
    `SELECT message_id FROM mails m
     WHERE mail_id > @from AND mail_id <= @to AND settled_at > @since AND state <> 'queued' AND NOT EXISTS (
       SELECT 1 FROM evidence l WHERE l.kind IN ${mailFacts} AND l.details ->> 'messageId' = +m.message_id)`,
  );
  const ends = db.$client.prepare<[], { first: number | null; last: number | null }>(
    "SELECT (SELECT min(mail_id) FROM mails) AS first, (SELECT max(mail_id) FROM mails) AS last",
  );
  const { first, last } = ends.get()!;
  for (let from = (first ?? 1) - 1; from < (last ?? 0); from += untoldAStep) {
    for (const messageId of untold.pluck().all({ since, from, to: from + untoldAStep })) {
      yield { fault: "untold", messageId, row: undefined, differences: [] };
    }
    yield undefined;
  }
}
