import { setTimeout as sleep } from "node:timers/promises";
import { BetterSqlite3Adapter } from "@lucia-auth/adapter-sqlite";
import { and, eq, ne } from "drizzle-orm";
import { Lucia, TimeSpan } from "lucia";
import { type Clock, seconds } from "../lib/clock.ts";
import type { Language } from "../lib/languages.ts";
import { type Db, isBusy, write, writeLightly } from "./database.ts";
import { sessions } from "./schema.ts";
import { hashToken, newToken } from "./tokens.ts";

declare module "lucia" {
  interface Register {
    Lucia: Lucia;
    DatabaseSessionAttributes: { absolute_at: number; created_at: number };
  }
}

export const idleSeconds = 10 * 60;
export const absoluteSeconds = 12 * 3600;

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
};

export type Sessions = {
  /** @returns the value of the cookie; the base keeps only its hash. */
  start(accountId: string): Promise<string>;
  /** The session of a cookie, its idle time begun anew; undefined when it is unknown or over. */
  read(cookie: string): Session | undefined;
  end(cookie: string): Promise<void>;
  sweep(): number;
};

type Row = Session & { expiresAt: number; absoluteAt: number };

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
      m.is_affiliate AS isAffiliate, m.is_subscriber AS isSubscriber
    FROM sessions s JOIN accounts a ON a.id = s.user_id JOIN members m ON m.member_id = a.member_id
    WHERE s.id = ? AND a.status = 'active'`);
  const slide = db.$client.prepare<[number, string]>("UPDATE sessions SET expires_at = ? WHERE id = ?");
  const remove = db.$client.prepare<[string]>("DELETE FROM sessions WHERE id = ?");
  const sweep = db.$client.prepare<[number, number]>("DELETE FROM sessions WHERE expires_at <= ? OR absolute_at <= ?");
  const idOf = (cookie: string) => hashToken(cookie).toString("hex");

  return {
    async start(accountId) {
      const cookie = newToken();
      const now = seconds(clock);
      const id = idOf(cookie);
      const attributes = { absolute_at: now + absoluteSeconds, created_at: now };
      await patiently(() => lucia.createSession(accountId, attributes, { sessionId: id }));
      writeLightly(db, () => slide.run(now + idleSeconds, id));
      return cookie;
    },
    read(cookie) {
      const row = find.get(idOf(cookie));
      if (!row) return undefined;
      const now = clock() / 1000;
      if (now >= row.expiresAt || now >= row.absoluteAt) {
        // Gone for good: a clock set back must not bring it to life again.
        write(db, () => remove.run(row.id));
        return undefined;
      }
      const until = Math.floor(now) + idleSeconds;
      // One write a second at most: a page and its files count as one use.
      if (until !== row.expiresAt) writeLightly(db, () => slide.run(until, row.id));
      return row;
    },
    end: (cookie) => patiently(() => lucia.invalidateSession(idOf(cookie))),
    sweep() {
      const now = seconds(clock);
      return write(db, () => sweep.run(now, now).changes);
    },
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
