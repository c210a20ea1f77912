import { setTimeout as sleep } from "node:timers/promises";
import { seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import { perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { record } from "./evidence.ts";
import { type KeptTemplate, keepTemplate } from "./mail-content.ts";
import { templateOf } from "./mail-template.ts";
import { noticeMail } from "./notice-mails.ts";
import { digestOf, type NoticeKind, type NoticeText } from "./notices.ts";
import { queueMail } from "./outbox.ts";

type NoticeDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
type Candidate = { accountId: string; memberId: string; email: string; language: Language };
type Kept = { noticeId: number; sentAt: number };

export type NoticeProgress = { told: number; total: number };

const accountsAtOnce = 200;
/** How long the base is taken: a server that waits for it does not feel it. */
const mostHeldMs = 8;
/** What the others have of the base between two transactions. */
const pauseMs = 5;

/**
 * Sends a notice to every account that is usable when it is first sent, each with its mail and its proof, and shows it
 * as a banner until it ends. A run cut short goes on with the same call, and two runs at once share the work: nobody
 * is told twice.
 * @param sentBy who sends it, for the mutual alone: an address, or `operator` for the command line.
 * @param onProgress called after each transaction.
 * @returns how many were told by this call, and by now in all.
 */
export async function sendNotice(
  deps: NoticeDeps,
  notice: NoticeText,
  { sentBy, onProgress = () => {} }: { sentBy: string; onProgress?: (progress: NoticeProgress) => void },
): Promise<{ noticeId: number; toldNow: number } & NoticeProgress> {
  const kept = keepNotice(deps, notice, sentBy);
  const { noticeId } = kept;
  const templates = write(deps.db, () => ({ fr: keepMail(deps, notice, "fr"), en: keepMail(deps, notice, "en") }));
  const progress = progressOf(deps, kept);
  let toldNow = 0;
  for (let after = ""; ; ) {
    const waiting = nextAccounts(deps, kept, after);
    const last = waiting.at(-1);
    if (!last) break;
    after = last.accountId;
    while (waiting.length > 0) {
      const told = tellSome(deps, noticeId, templates, waiting);
      toldNow += told;
      progress.told += told;
      onProgress({ ...progress });
      await sleep(pauseMs);
    }
  }
  finish(deps, noticeId);
  return { noticeId, toldNow, ...progressOf(deps, kept) };
}

/** Keeps the notice, once: the same one again is the one that is there. */
function keepNotice(deps: NoticeDeps, notice: NoticeText, sentBy: string): Kept {
  const { db, clock } = deps;
  const digest = digestOf(notice);
  return write(db, () => {
    const present = db.$client
      .prepare<[Buffer], Kept>("SELECT notice_id AS noticeId, sent_at AS sentAt FROM notices WHERE digest = ?")
      .get(digest);
    if (present) return present;
    const { kind, startsAt, endsAt, subject, text } = notice;
    const sentAt = seconds(clock);
    const { lastInsertRowid } = db.$client
      .prepare(
        `INSERT INTO notices (kind, digest, subject_fr, text_fr, subject_en, text_en, starts_at, ends_at, sent_by, sent_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(kind, digest, subject.fr, text.fr, subject.en, text.en, startsAt, endsAt, sentBy, sentAt);
    const noticeId = Number(lastInsertRowid);
    const actor = sentBy === "operator" ? "operator" : "staff";
    const details = { notice: noticeId, kind, sha256: digest.toString("hex"), staff: sentBy };
    record(deps, { kind: "notice.published", actor, details });
    return { noticeId, sentAt };
  });
}

/** Its mail says the same to everybody of a language: it is kept once. */
function keepMail(deps: NoticeDeps, notice: NoticeText, language: Language): KeptTemplate {
  return keepTemplate(deps, templateOf({ ...noticeMail(deps.config, notice, language), headers: {} }, 0));
}

/** Whom a notice is for: who had a usable account when it was sent. */
const audience = "a.status IN ('active', 'frozen') AND a.activated_at <= @sentAt";

function nextAccounts({ db }: NoticeDeps, kept: Kept, after: string): Candidate[] {
  return db.$client
    .prepare<Kept & { after: string }, Candidate>(
      `SELECT a.id AS accountId, a.member_id AS memberId, a.email, a.language FROM accounts a
       WHERE a.id > @after AND ${audience} AND NOT EXISTS (
         SELECT 1 FROM notice_deliveries d WHERE d.notice_id = @noticeId AND d.account_id = a.id)
       ORDER BY a.id LIMIT ${accountsAtOnce}`,
    )
    .all({ ...kept, after });
}

/** Tells some in one transaction, takes them off the list, and says how many were told now. */
function tellSome(
  deps: NoticeDeps,
  noticeId: number,
  templates: Record<Language, KeptTemplate>,
  waiting: Candidate[],
): number {
  const { db, clock } = deps;
  // Its owner may have ended it a moment ago, and another run may have told it.
  const deliver = db.$client.prepare(
    `INSERT INTO notice_deliveries (notice_id, account_id, told_at)
     SELECT ?, id, ? FROM accounts WHERE id = ? ON CONFLICT DO NOTHING`,
  );
  return write(db, () => {
    const until = performance.now() + mostHeldMs;
    let told = 0;
    do {
      const { accountId, memberId, email, language } = waiting.shift()!;
      if (deliver.run(noticeId, seconds(clock), accountId).changes === 0) continue;
      told++;
      record(deps, { kind: "notice.told", memberId, actor: "system", details: { notice: noticeId } });
      queueMail(deps, {
        kind: "notice",
        memberId,
        to: email,
        language,
        template: templates[language],
        words: [],
        uniqueKey: `notice ${noticeId} ${accountId}`,
        bulk: true,
      });
    } while (waiting.length > 0 && performance.now() < until);
    return told;
  });
}

function finish({ db, clock }: NoticeDeps, noticeId: number): void {
  const statement = db.$client.prepare(
    "UPDATE notices SET finished_at = ? WHERE notice_id = ? AND finished_at IS NULL",
  );
  write(db, () => statement.run(seconds(clock), noticeId));
}

function progressOf({ db }: Pick<Deps, "db">, kept: Kept): NoticeProgress {
  return db.$client
    .prepare<Kept, NoticeProgress>(
      `SELECT (SELECT count(*) FROM notice_deliveries WHERE notice_id = @noticeId) AS told,
         (SELECT count(*) FROM accounts a WHERE ${audience}) AS total`,
    )
    .get(kept)!;
}

/** A notice as staff sees it; moments in seconds, `finishedAt` null while accounts are being told. */
export type SentNotice = NoticeProgress & {
  noticeId: number;
  kind: NoticeKind;
  subject: Record<Language, string>;
  text: Record<Language, string>;
  startsAt: number;
  endsAt: number;
  sentBy: string;
  sentAt: number;
  finishedAt: number | null;
};

type Row = Omit<SentNotice, "subject" | "text" | "told" | "total"> &
  Record<"subjectFr" | "subjectEn" | "textFr" | "textEn", string>;

const columns = `notice_id AS noticeId, kind, subject_fr AS subjectFr, subject_en AS subjectEn, text_fr AS textFr,
  text_en AS textEn, starts_at AS startsAt, ends_at AS endsAt, sent_by AS sentBy, sent_at AS sentAt,
  finished_at AS finishedAt`;

/** Every notice, the newest first, with how many accounts were told of how many. */
export function listNotices(deps: Pick<Deps, "db">, most = 100): SentNotice[] {
  return deps.db.$client
    .prepare<[number], Row>(`SELECT ${columns} FROM notices ORDER BY notice_id DESC LIMIT ?`)
    .all(most)
    .map((row) => ({ ...shaped(row), ...progressOf(deps, row) }));
}

function shaped({ subjectFr, subjectEn, textFr, textEn, ...row }: Row) {
  return { ...row, subject: { fr: subjectFr, en: subjectEn }, text: { fr: textFr, en: textEn } };
}

export type CurrentNotice = Omit<ReturnType<typeof shaped>, "sentBy" | "finishedAt">;

/** What is shown now, kept in memory: a notice never changes, so that its number tells whether there is a new one. */
const shown = perBase(({ $client }) => ({
  newest: $client.prepare<[], number | null>("SELECT max(notice_id) FROM notices").pluck(),
  read: $client.prepare<[number], Row>(
    `SELECT ${columns} FROM notices WHERE ends_at > ? ORDER BY starts_at, notice_id`,
  ),
  known: null as number | null,
  notices: [] as CurrentNotice[],
}));

/** The notices that have not ended, the first to begin first: asked on every page, it costs some microseconds. */
export function currentNotices({ db, clock }: Pick<Deps, "db" | "clock">): CurrentNotice[] {
  const own = shown(db);
  const newest = own.newest.get() ?? null;
  const now = seconds(clock);
  if (newest !== own.known) {
    own.notices = own.read.all(now).map(shaped);
    own.known = newest;
  }
  if (own.notices.length === 0) return own.notices;
  return own.notices.filter(({ endsAt }) => now < endsAt);
}
