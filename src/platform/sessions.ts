import { setTimeout as sleep } from "node:timers/promises";
import { BetterSqlite3Adapter } from "@lucia-auth/adapter-sqlite";
import { and, eq, ne } from "drizzle-orm";
import { Lucia, TimeSpan } from "lucia";
import { type Clock, seconds } from "../lib/clock.ts";
import type { Day } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import { overtakenVersions } from "./charter-versions.ts";
import { type Db, isBusy, write, writeIfFree, writeLightly } from "./database.ts";
import { sessions } from "./schema.ts";
import { hashToken, newToken } from "./tokens.ts";

declare module "lucia" {
  interface Register {
    Lucia: Lucia;
    DatabaseSessionAttributes: {
      absolute_at: number;
      created_at: number;
      password_at: number;
      device_id: string | null;
      label: string;
      network: string;
    };
  }
}

export const idleSeconds = 10 * 60;
export const absoluteSeconds = 12 * 3600;
/** How long a lapsed session still tells whose half-filled form has just come. */
const rememberedLapse = 10 * 60;

/** How soon a use is written that had to wait. */
const lateMs = 10;

/** Who a living session belongs to: what every page needs, read in one go. */
export type Session = {
  id: string;
  accountId: string;
  memberId: string;
  language: Language;
  firstNames: string;
  lastName: string;
  isAffiliate: 0 | 1;
  isSubscriber: 0 | 1;
  /** When the password was typed last (seconds); 0 in a session begun by a remembered device. */
  passwordAt: number;
  deviceId: string | null;
  /** The versions of the charter announced to them, not overtaken and not seen yet, the newest first, with their days. */
  newCharters: { number: number; effectiveOn: Day }[];
};

/** Where a session begins: the kind of browser and system, and the address without its last part. */
export type Client = { label: string; network: string };

type Beginning = Client & {
  withPassword: boolean;
  /** When the password was typed (seconds), when it is not now: a second factor may come minutes later. */
  passwordAt?: number | undefined;
  deviceId?: string | undefined;
};

/** The seconds left if nothing more is done, and however much is done. */
export type Peek = { accountId: string; secondsLeft: number; secondsAtMost: number };

export type Sessions = {
  /** @returns the value of the cookie; the base keeps only its hash. */
  start(accountId: string, beginning: Beginning): Promise<string>;
  /** The session of a cookie, its idle time begun anew; undefined when it is unknown or over. */
  read(cookie: string): Session | undefined;
  /** A living session without using it: asking does not extend it. Undefined when it is unknown or over. */
  peek(cookie: string): Peek | undefined;
  /** The account whose session has lapsed within ten minutes: a form that comes late is kept for its owner. */
  lapsedOwner(cookie: string): string | undefined;
  /** The password was typed again: a new cookie for the same session, the old one is dead. Undefined when it is over. */
  renew(id: string): string | undefined;
  end(cookie: string): Promise<void>;
  sweep(): number;
};

type Row = Omit<Session, "newCharters"> & { hasNewCharters: 0 | 1; expiresAt: number; absoluteAt: number };

/**
 * Sessions on Lucia's tables. Lucia starts and ends them; the end of a session is ours, because Lucia only extends
 * past half of the time and compares with the system clock: here it is exact to the second, 10 minutes after the
 * last request and at most 12 hours after sign-in.
 * @param luciaDb a handle that does not wait for another process (`busyTimeoutMs: 0`): Lucia's writes are tried again.
 */
export function createSessions(db: Db, luciaDb: Db, clock: Clock): Sessions {
  const lucia = new Lucia(new BetterSqlite3Adapter(luciaDb.$client, { user: "accounts", session: "sessions" }), {
    sessionExpiresIn: new TimeSpan(idleSeconds, "s"),
  });
  const find = db.$client.prepare<[string], Row>(`
    SELECT s.id, s.expires_at AS expiresAt, s.absolute_at AS absoluteAt, a.id AS accountId, a.member_id AS memberId,
      a.language, m.first_names AS firstNames, coalesce(m.usual_name, m.birth_name) AS lastName,
      m.is_affiliate AS isAffiliate, m.is_subscriber AS isSubscriber, s.password_at AS passwordAt,
      s.device_id AS deviceId,
      EXISTS (SELECT 1 FROM charter_notices n WHERE n.account_id = a.id AND n.seen_at IS NULL) AS hasNewCharters
    FROM sessions s JOIN accounts a ON a.id = s.user_id JOIN members m ON m.member_id = a.member_id
    WHERE s.id = ? AND a.status = 'active'`);
  // A version comes once in years: only who has not seen it pays for the question which one it is.
  const findCharters = db.$client.prepare<[string], Session["newCharters"][number]>(`
    SELECT n.number, v.effective_on AS effectiveOn
    FROM charter_notices n JOIN charter_versions v ON v.number = n.number
    WHERE n.account_id = ? AND n.seen_at IS NULL AND n.number NOT IN (${overtakenVersions})
    ORDER BY n.number DESC`);
  const slide = db.$client.prepare<[number, string]>("UPDATE sessions SET expires_at = ? WHERE id = ?");
  const close = db.$client.prepare<[string]>("UPDATE sessions SET absolute_at = 0 WHERE id = ?");
  const owner = db.$client
    .prepare<[string, number, number], string>(
      "SELECT user_id FROM sessions WHERE id = ? AND expires_at > ? AND min(expires_at, absolute_at) <= ?",
    )
    .pluck();
  const renew = db.$client.prepare<[string, number, number, string, number, number]>(
    "UPDATE sessions SET id = ?, password_at = ?, expires_at = ? WHERE id = ? AND expires_at > ? AND absolute_at > ?",
  );
  const sweep = db.$client.prepare<[number]>("DELETE FROM sessions WHERE expires_at <= ?");
  const idOf = (cookie: string) => hashToken(cookie).toString("hex");
  /** Uses that could not be written at once, because an import held the base: no page waits for it. */
  const late = new Map<string, number>();
  const use = (id: string, until: number) => {
    if (late.size === 0 && writeIfFree(db, () => slide.run(until, id))) return;
    if (late.size === 0) setTimeout(writeLate, lateMs).unref();
    late.set(id, until);
  };
  const writeLate = () => {
    if (!db.$client.open) return;
    const isDone = writeIfFree(db, () => {
      for (const [id, until] of late) slide.run(until, id);
    });
    if (isDone) late.clear();
    else setTimeout(writeLate, lateMs).unref();
  };
  const findRow = (cookie: string) => {
    const row = find.get(idOf(cookie));
    return row && { ...row, expiresAt: Math.max(row.expiresAt, late.get(row.id) ?? 0) };
  };

  return {
    async start(accountId, { withPassword, passwordAt, deviceId, label, network }) {
      const cookie = newToken();
      const now = seconds(clock);
      const id = idOf(cookie);
      const attributes = {
        absolute_at: now + absoluteSeconds,
        created_at: now,
        password_at: withPassword ? (passwordAt ?? now) : 0,
        device_id: deviceId ?? null,
        label,
        network,
      };
      await patiently(() => lucia.createSession(accountId, attributes, { sessionId: id }));
      writeLightly(db, () => slide.run(now + idleSeconds, id));
      return cookie;
    },
    read(cookie) {
      const row = findRow(cookie);
      if (!row) return undefined;
      const now = clock() / 1000;
      if (now >= row.expiresAt || now >= row.absoluteAt) {
        // Closed for good: a clock set back must not bring it to life again.
        if (row.absoluteAt > 0) write(db, () => close.run(row.id));
        return undefined;
      }
      const until = Math.floor(now) + idleSeconds;
      // One write a second at most: a page and its files count as one use.
      if (until !== row.expiresAt) use(row.id, until);
      return { ...row, newCharters: row.hasNewCharters ? findCharters.all(row.accountId) : [] };
    },
    peek(cookie) {
      const row = findRow(cookie);
      if (!row) return undefined;
      const secondsAtMost = Math.ceil(row.absoluteAt - clock() / 1000);
      const secondsLeft = Math.min(Math.ceil(row.expiresAt - clock() / 1000), secondsAtMost);
      return secondsLeft > 0 ? { accountId: row.accountId, secondsLeft, secondsAtMost } : undefined;
    },
    lapsedOwner(cookie) {
      const now = seconds(clock);
      return owner.get(idOf(cookie), now - rememberedLapse, now);
    },
    renew(id) {
      const cookie = newToken();
      const now = seconds(clock);
      const { changes } = write(db, () => renew.run(idOf(cookie), now, now + idleSeconds, id, now, now));
      return changes === 1 ? cookie : undefined;
    },
    end: (cookie) => patiently(() => lucia.invalidateSession(idOf(cookie))),
    sweep: () => write(db, () => sweep.run(seconds(clock) - rememberedLapse).changes),
  };
}

/** Ends every session of an account, but the one to keep if any, in the caller's transaction. */
export function endSessions(db: Db, accountId: string, keep?: string): void {
  db.delete(sessions)
    .where(and(eq(sessions.userId, accountId), ne(sessions.id, keep ?? "")))
    .run();
}

/** Lucia writes outside a transaction of ours: asks again while another process holds the base. */
async function patiently<V>(work: () => Promise<V>): Promise<V> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isBusy(error) || tries >= 5_000) throw error;
      await sleep(1);
    }
  }
}
