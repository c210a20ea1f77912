import { and, asc, desc, eq, gte, isNull } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, cases, evidence, members } from "../platform/schema.ts";
import { type Fact, record } from "./evidence.ts";
import { letterTo } from "./letter.ts";
import { queueMail } from "./outbox.ts";

export type CaseKind = (typeof cases.$inferSelect)["kind"];

const contentPlace = "cases.content";
const resultPlace = "cases.result";

type CaseDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Opens a case for somebody of the mutual to look into, in the caller's transaction.
 * @param actor who asked for it, as the person is told.
 * @returns its number.
 */
export function openCase(
  deps: CaseDeps,
  {
    kind,
    memberId,
    actor = "system",
    content,
  }: { kind: CaseKind; memberId?: string | undefined; actor?: Fact["actor"]; content: object },
): number {
  const { db, clock, seal } = deps;
  const { caseId } = db
    .insert(cases)
    .values({
      kind,
      memberId: memberId ?? null,
      openedAt: seconds(clock),
      contentSealed: seal.seal(contentPlace, JSON.stringify(content)),
    })
    .returning({ caseId: cases.caseId })
    .get();
  record(deps, { kind: "case.opened", memberId, actor, details: { case: caseId, about: kind } });
  return caseId;
}

/** The number of the latest case of a member that is still open, of one kind. */
export function findOpenCase(deps: Pick<Deps, "db">, kind: CaseKind, memberId: string): number | undefined {
  return findOpenCases(deps, kind, memberId)[0];
}

/** The numbers of the open cases of a kind about a member, the newest first. */
export function findOpenCases({ db }: Pick<Deps, "db">, kind: CaseKind, memberId: string): number[] {
  return db
    .select({ caseId: cases.caseId })
    .from(cases)
    .where(and(eq(cases.memberId, memberId), eq(cases.kind, kind), isNull(cases.closedAt)))
    .orderBy(desc(cases.caseId))
    .all()
    .map(({ caseId }) => caseId);
}

/**
 * Closes a case with what was found, and mails it to the member: to the address of the account, or to the one on file
 * when there is no account any more. Nobody is written to when the case is about no known member, or about one who has
 * deleted the account since: the result stays in the case.
 * @param staff who closes it, for the mutual alone: an address, or `operator` for the command line.
 * @returns whether a mail was queued.
 */
export function closeCase(
  deps: CaseDeps & Pick<Deps, "config">,
  caseId: number,
  result: string,
  staff = "operator",
): Result<{ told: boolean }, "unknown" | "closed"> {
  const { db, clock, seal } = deps;
  return write(db, () => {
    const known = db.select({ openedAt: cases.openedAt }).from(cases).where(eq(cases.caseId, caseId)).get();
    if (!known) return fail("unknown");
    const closed = db
      .update(cases)
      .set({ closedAt: seconds(clock), closedBy: staff, resultSealed: seal.seal(resultPlace, result) })
      .where(and(eq(cases.caseId, caseId), isNull(cases.closedAt)))
      .returning({ memberId: cases.memberId })
      .get();
    if (!closed) return fail("closed");
    const memberId = closed.memberId ?? undefined;
    record(deps, { kind: "case.closed", memberId, actor: "staff", details: { case: caseId, staff } });
    const told = memberId !== undefined && tellMember(deps, memberId, { caseId, openedAt: known.openedAt, result });
    return ok({ told });
  });
}

function tellMember(
  deps: CaseDeps & Pick<Deps, "config">,
  memberId: string,
  { caseId, openedAt, result }: { caseId: number; openedAt: number; result: string },
): boolean {
  const person = deps.db
    .select({
      account: accounts.email,
      file: members.email,
      language: accounts.language,
      firstNames: members.firstNames,
    })
    .from(members)
    .leftJoin(accounts, eq(accounts.memberId, members.memberId))
    .where(and(eq(members.memberId, memberId), eq(members.deceased, 0)))
    .get();
  const to = person?.account ?? person?.file;
  if (!person || !to || (person.account === null && hasDeletedAccount(deps, memberId, openedAt))) return false;
  const language = person.language ?? "fr";
  const { t, words: usual, moment, compose } = letterTo(deps.config, { ...person, language });
  const words = { ...usual, number: caseId };
  const body = compose({
    subject: t("help:caseMail.subject", words),
    paragraphs: [
      t("help:mail.hello", words),
      t("help:caseMail.closed", {
        ...words,
        opened: moment(openedAt),
        closed: moment(seconds(deps.clock)),
      }),
      t("help:caseMail.result", { result }),
      t("help:caseMail.question", words),
    ],
    stop: "security",
  });
  return queueMail(deps, { kind: "case.closed", memberId, to, language, body });
}

function hasDeletedAccount({ db }: Pick<Deps, "db">, memberId: string, since: number): boolean {
  const { kind, at } = evidence;
  const deleted = db
    .select({ at })
    .from(evidence)
    .where(and(eq(evidence.memberId, memberId), eq(kind, "account.deleted"), gte(at, since)))
    .limit(1)
    .get();
  return deleted !== undefined;
}

/** A case as it was opened, and what came of it. */
export function readCase({ db, seal }: Pick<Deps, "db" | "seal">, caseId: number) {
  const row = db.select().from(cases).where(eq(cases.caseId, caseId)).get();
  if (!row) return undefined;
  const { contentSealed, resultSealed, ...rest } = row;
  return {
    ...rest,
    content: JSON.parse(seal.open(contentPlace, contentSealed)) as Record<string, unknown>,
    result: resultSealed ? seal.open(resultPlace, resultSealed) : undefined,
  };
}

/** The cases, oldest first, without what they hold; the open ones alone unless told. Moments in seconds. */
export function listCases({ db }: Pick<Deps, "db">, { closedToo }: { closedToo: boolean }) {
  const { caseId, kind, openedAt, closedAt } = cases;
  return db
    .select({
      caseId,
      kind,
      openedAt,
      closedAt,
      memberNumber: members.memberNumber,
      affiliateNumber: members.affiliateNumber,
      account: accounts.status,
    })
    .from(cases)
    .leftJoin(members, eq(members.memberId, cases.memberId))
    .leftJoin(accounts, eq(accounts.memberId, cases.memberId))
    .where(closedToo ? undefined : isNull(closedAt))
    .orderBy(asc(caseId))
    .all();
}
