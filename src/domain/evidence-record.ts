import { asc, eq } from "drizzle-orm";
import { isoMoment, utcMoment } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { Deps } from "../platform/deps.ts";
import { evidence, mails, members } from "../platform/schema.ts";
import { type EvidenceKind, type Verification, verifyEvidence } from "./evidence.ts";
import { copyOfMail, type MailCopy } from "./mail-copies.ts";
import { differencesOf, isTriedAgain, type MailDifference, mailFacts } from "./mail-proof.ts";
import { keptMonths, monthsAgo } from "./retention.ts";

/** A moment as seconds, in universal time, and in Paris. */
export type Moment = { seconds: number; utc: string; paris: string };

export type RecordedFact = {
  row: number;
  at: Moment;
  kind: EvidenceKind;
  actor: string;
  details: Record<string, unknown>;
  previousHash: string;
  hash: string;
};

export type RecordedMail = MailCopy & {
  messageId: string;
  /** This, the tries and the moments below are as the journal tells, when it does; so is the server's answer. */
  kind: string;
  recipient: string;
  language: Language;
  state: string;
  attempts: number;
  queuedAt: Moment;
  /** When the server took it, or when it was given up. */
  settledAt: Moment | undefined;
  answer: string | null;
  /** The row of the journal that tells of it, and what of the mail kept here is not as told there. */
  journal: { row: number; isSameContent: boolean | undefined; differences: MailDifference[] } | undefined;
};

/** A mail that the journal tells of, and that is not kept: the purge may have removed it when it is old enough. */
export type MissingMail = {
  row: number;
  messageId: string;
  kind: string;
  state: "sent" | "dead";
  settledAt: Moment;
  answer: string;
  mayBePurged: boolean;
};

/** Everything that can be proven of a person, as it stands at one moment. */
export type EvidenceRecord = {
  madeAt: Moment;
  organisation: string;
  person: { memberId: string; name: string; memberNumber: string | null; affiliateNumber: string | null };
  verification: Verification;
  facts: RecordedFact[];
  /** Rows of the facts above. */
  consents: number[];
  charterActs: number[];
  mails: RecordedMail[];
  missingMails: MissingMail[];
};

type RecordDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/**
 * The record of a person of the base, with the state of the whole journal at the same moment.
 * @param verification that state, when it was found before on a handle that has stayed in one transaction since.
 */
export function evidenceRecord(deps: RecordDeps, memberId: string, verification?: Verification): EvidenceRecord {
  return deps.db.$client.transaction(() => {
    const facts = factsOf(deps, memberId);
    const rowsOf = (family: string) => facts.filter(({ kind }) => kind.startsWith(family)).map(({ row }) => row);
    return {
      madeAt: moment(Math.floor(deps.clock() / 1000)),
      organisation: deps.config.organisation.name,
      person: personOf(deps, memberId),
      verification: verification ?? verifyEvidence(deps),
      facts,
      consents: rowsOf("consent."),
      charterActs: rowsOf("charter."),
      ...mailsOf(deps, memberId, facts),
    };
  })();
}

function personOf({ db }: RecordDeps, memberId: string): EvidenceRecord["person"] {
  const { memberNumber, affiliateNumber, firstNames, birthName, usualName } = members;
  const found = db
    .select({ memberNumber, affiliateNumber, firstNames, birthName, usualName })
    .from(members)
    .where(eq(members.memberId, memberId))
    .get();
  if (!found) throw new Error("the record of somebody who is not in the base");
  const name = `${found.firstNames} ${found.usualName ?? found.birthName}`;
  return { memberId, name, memberNumber: found.memberNumber, affiliateNumber: found.affiliateNumber };
}

function factsOf({ db }: RecordDeps, memberId: string): RecordedFact[] {
  const rows = db.select().from(evidence).where(eq(evidence.memberId, memberId)).orderBy(asc(evidence.sequence)).all();
  return rows.map(({ sequence, at, kind, actor, details, previousHash, hash }) => ({
    row: sequence,
    at: moment(at),
    kind: kind as EvidenceKind,
    actor,
    details: JSON.parse(details) as Record<string, unknown>,
    previousHash: previousHash.toString("hex"),
    hash: hash.toString("hex"),
  }));
}

function mailsOf(deps: RecordDeps, memberId: string, facts: RecordedFact[]) {
  // Of two facts that tell of one mail the last counts.
  const told = new Map(
    facts
      .filter(({ kind }) => kind === "mail.sent" || kind === "mail.dead")
      .map((fact) => [String(fact.details.messageId), fact] as const),
  );
  const kept = keptMails(deps, memberId, [...told.keys()]);
  const ids = new Set(kept.map(({ messageId }) => messageId));
  return {
    mails: kept.map((mail) => recordedMail(deps, memberId, mail, told.get(mail.messageId))),
    missingMails: [...told.values()]
      .filter(({ details }) => !ids.has(String(details.messageId)))
      .map(missingMail(deps)),
  };
}

type StoredMail = typeof mails.$inferSelect;

/** Those under the person's name, but for one the journal tells of somebody else; and those it tells of the person. */
function keptMails({ db }: RecordDeps, memberId: string, told: string[]): StoredMail[] {
  const isOfOther = db.$client
    .prepare<[string, string], 1>(
      `SELECT 1 FROM evidence l WHERE l.kind IN ${mailFacts} AND l.details ->> 'messageId' = ? AND l.member_id IS NOT ?`,
    )
    .pluck();
  const named = db.select().from(mails).where(eq(mails.memberId, memberId)).all();
  const own = named.filter(({ messageId }) => told.includes(messageId) || !isOfOther.get(messageId, memberId));
  const ids = new Set(own.map(({ messageId }) => messageId));
  const others = told
    .filter((id) => !ids.has(id))
    .flatMap((id) => db.select().from(mails).where(eq(mails.messageId, id)).all());
  return [...own, ...others].sort((one, other) => one.mailId - other.mailId);
}

function recordedMail(
  deps: RecordDeps,
  memberId: string,
  mail: StoredMail,
  fact: RecordedFact | undefined,
): RecordedMail {
  const details = fact?.details ?? {};
  const { answer, contentSha256, settledAt = fact?.at.seconds } = details;
  const kind = typeof details.mail === "string" ? details.mail : mail.kind;
  const queuedAt = typeof details.queuedAt === "number" ? details.queuedAt : mail.queuedAt;
  const copy = copyOfMail(deps, { ...mail, kind, queuedAt });
  const isTold = fact !== undefined && !isTriedAgain(fact, mail);
  return {
    messageId: mail.messageId,
    kind,
    recipient: mail.recipient,
    language: mail.language,
    state: isTold ? stateOf(fact) : mail.state,
    attempts: isTold && typeof details.attempts === "number" ? details.attempts : mail.attempts,
    queuedAt: moment(queuedAt),
    settledAt: isTold ? moment(Number(settledAt)) : mail.settledAt === null ? undefined : moment(mail.settledAt),
    answer: isTold && typeof answer === "string" ? answer : mail.answer,
    ...copy,
    journal: fact && {
      row: fact.row,
      isSameContent: isSame(contentSha256, copy.sha256),
      differences: differencesOf(deps, { kind: fact.kind, memberId, details: fact.details }, mail),
    },
  };
}

function missingMail({ clock }: RecordDeps) {
  const purged = monthsAgo(clock, keptMonths.proof);
  return (fact: RecordedFact): MissingMail => {
    const { messageId, mail, answer, settledAt = fact.at.seconds } = fact.details;
    return {
      row: fact.row,
      messageId: String(messageId),
      kind: String(mail ?? ""),
      state: stateOf(fact),
      settledAt: moment(Number(settledAt)),
      answer: String(answer ?? ""),
      mayBePurged: fact.at.seconds <= purged,
    };
  };
}

function stateOf({ kind }: RecordedFact): "sent" | "dead" {
  return kind === "mail.sent" ? "sent" : "dead";
}

/** Undefined for a mail that never reached the mailer: no hash was kept of it. */
function isSame(kept: unknown, found: string): boolean | undefined {
  return typeof kept === "string" && kept !== "" ? kept === found : undefined;
}

function moment(seconds: number): Moment {
  const milliseconds = seconds * 1000;
  return { seconds, utc: utcMoment(milliseconds), paris: isoMoment(milliseconds) };
}
