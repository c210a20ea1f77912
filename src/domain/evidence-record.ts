import { asc, eq } from "drizzle-orm";
import { isoMoment, utcMoment } from "../lib/dates.ts";
import type { Deps } from "../platform/deps.ts";
import { evidence, mails, members } from "../platform/schema.ts";
import { type EvidenceKind, type Verification, verifyEvidence } from "./evidence.ts";
import { copyOfMail, type MailCopy } from "./mail-copies.ts";

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
  kind: string;
  recipient: string;
  language: string;
  state: string;
  attempts: number;
  queuedAt: Moment;
  /** When the server took it, or when it was given up. */
  settledAt: Moment | undefined;
  /** The server's answer. */
  answer: string | null;
  /** The row of the journal that tells of it, and whether the hash kept there is that of the content kept here. */
  journal: { row: number; isSameContent: boolean | undefined } | undefined;
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
};

type RecordDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** The record of a person of the base, with the state of the whole journal at the same moment. */
export function evidenceRecord(deps: RecordDeps, memberId: string): EvidenceRecord {
  return deps.db.$client.transaction(() => {
    const facts = factsOf(deps, memberId);
    const rowsOf = (family: string) => facts.filter(({ kind }) => kind.startsWith(family)).map(({ row }) => row);
    return {
      madeAt: moment(Math.floor(deps.clock() / 1000)),
      organisation: deps.config.organisation.name,
      person: personOf(deps, memberId),
      verification: verifyEvidence(deps),
      facts,
      consents: rowsOf("consent."),
      charterActs: rowsOf("charter."),
      mails: mailsOf(deps, memberId, facts),
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

function mailsOf(deps: RecordDeps, memberId: string, facts: RecordedFact[]): RecordedMail[] {
  const told = new Map(
    facts
      .filter(({ kind }) => kind === "mail.sent" || kind === "mail.dead")
      .map((fact) => [fact.details.messageId, fact] as const),
  );
  const rows = deps.db.select().from(mails).where(eq(mails.memberId, memberId)).orderBy(asc(mails.mailId)).all();
  return rows.map((mail) => {
    const copy = copyOfMail(deps, mail);
    const fact = told.get(mail.messageId);
    return {
      messageId: mail.messageId,
      kind: mail.kind,
      recipient: mail.recipient,
      language: mail.language,
      state: mail.state,
      attempts: mail.attempts,
      queuedAt: moment(mail.queuedAt),
      settledAt: mail.settledAt === null ? undefined : moment(mail.settledAt),
      answer: mail.answer,
      ...copy,
      journal: fact && { row: fact.row, isSameContent: isSame(fact.details.contentSha256, copy.sha256) },
    };
  });
}

/** Undefined for a mail that never reached the mailer: no hash was kept of it. */
function isSame(kept: unknown, found: string): boolean | undefined {
  return typeof kept === "string" && kept !== "" ? kept === found : undefined;
}

function moment(seconds: number): Moment {
  const milliseconds = seconds * 1000;
  return { seconds, utc: utcMoment(milliseconds), paris: isoMoment(milliseconds) };
}
