import { type Clock, seconds } from "../lib/clock.ts";
import { type Db, write, writeLightly } from "./database.ts";
import type { staff } from "./schema.ts";
import type { Client } from "./sessions.ts";
import { hashToken, newToken } from "./tokens.ts";

/** Somebody of the mutual who is signed in, with the role they have at this moment. */
export type StaffSession = Pick<typeof staff.$inferSelect, "staffId" | "email" | "role"> & { id: string };

/** Seconds. Members' data stand on the screen: shorter than a working day, longer than a phone call. */
export const staffIdleSeconds = 15 * 60;
export const staffAbsoluteSeconds = 10 * 3600;
/** How long a lapsed session still tells whose half-filled form has just come. */
const rememberedLapse = 10 * 60;

/** The seconds left if nothing more is done, and however much is done. */
export type StaffPeek = { staffId: string; secondsLeft: number; secondsAtMost: number };

export type StaffSessions = {
  /** In the caller's transaction. @returns the value of the cookie; the base keeps only its hash. */
  start(staffId: string, client: Client): string;
  /** The session of a cookie, its idle time begun anew; undefined when it is unknown or over, or its owner disabled. */
  read(cookie: string): StaffSession | undefined;
  /** A living session without using it: asking does not extend it. Undefined when it is unknown or over. */
  peek(cookie: string): StaffPeek | undefined;
  /** Whose session has lapsed within ten minutes: a form that comes late is kept for them. */
  lapsedOwner(cookie: string): string | undefined;
  end(cookie: string): void;
  endAll(staffId: string): void;
  sweep(): void;
};

type Row = StaffSession & { expiresAt: number; absoluteAt: number };

/** Sessions of the back office, apart from members': neither cookie nor row of the one is good for the other. */
export function createStaffSessions(db: Db, clock: Clock): StaffSessions {
  const { $client } = db;
  const add = $client.prepare<[object]>(
    `INSERT INTO staff_sessions (id, staff_id, expires_at, absolute_at, created_at, label, network)
     VALUES (@id, @staffId, @expiresAt, @absoluteAt, @now, @label, @network)`,
  );
  const find = $client.prepare<[string], Row>(
    `SELECT s.id, s.expires_at AS expiresAt, s.absolute_at AS absoluteAt, p.staff_id AS staffId, p.email, p.role
     FROM staff_sessions s JOIN staff p ON p.staff_id = s.staff_id
     WHERE s.id = ? AND p.disabled_at IS NULL AND p.password_hash IS NOT NULL`,
  );
  const slide = $client.prepare<[number, string]>("UPDATE staff_sessions SET expires_at = ? WHERE id = ?");
  const close = $client.prepare<[string]>("UPDATE staff_sessions SET absolute_at = 0 WHERE id = ?");
  const owner = $client
    .prepare<[string, number, number], string>(
      "SELECT staff_id FROM staff_sessions WHERE id = ? AND expires_at > ? AND min(expires_at, absolute_at) <= ?",
    )
    .pluck();
  const end = $client.prepare<[string]>("DELETE FROM staff_sessions WHERE id = ?");
  const endAll = $client.prepare<[string]>("DELETE FROM staff_sessions WHERE staff_id = ?");
  const sweep = $client.prepare<[number]>("DELETE FROM staff_sessions WHERE expires_at <= ?");
  const idOf = (cookie: string) => hashToken(cookie).toString("hex");

  return {
    start(staffId, { label, network }) {
      const cookie = newToken();
      const now = seconds(clock);
      const expiresAt = now + staffIdleSeconds;
      const absoluteAt = now + staffAbsoluteSeconds;
      add.run({ id: idOf(cookie), staffId, expiresAt, absoluteAt, now, label, network });
      return cookie;
    },
    read(cookie) {
      const row = find.get(idOf(cookie));
      if (!row) return undefined;
      const { expiresAt, absoluteAt, ...session } = row;
      const now = clock() / 1000;
      if (now >= expiresAt || now >= absoluteAt) {
        // Closed for good: a clock set back must not bring it to life again.
        if (row.absoluteAt > 0) write(db, () => close.run(row.id));
        return undefined;
      }
      const until = Math.floor(now) + staffIdleSeconds;
      if (until !== expiresAt) writeLightly(db, () => slide.run(until, row.id));
      return session;
    },
    peek(cookie) {
      const row = find.get(idOf(cookie));
      if (!row) return undefined;
      const secondsAtMost = Math.ceil(row.absoluteAt - clock() / 1000);
      const secondsLeft = Math.min(Math.ceil(row.expiresAt - clock() / 1000), secondsAtMost);
      return secondsLeft > 0 ? { staffId: row.staffId, secondsLeft, secondsAtMost } : undefined;
    },
    lapsedOwner(cookie) {
      const now = seconds(clock);
      return owner.get(idOf(cookie), now - rememberedLapse, now);
    },
    end: (cookie) => void write(db, () => end.run(idOf(cookie))),
    endAll: (staffId) => void write(db, () => endAll.run(staffId)),
    sweep: () => void write(db, () => sweep.run(seconds(clock) - rememberedLapse)),
  };
}
