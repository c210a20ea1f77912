import { and, desc, eq, gt } from "drizzle-orm";
import { seconds } from "../../lib/clock.ts";
import type { Deps } from "../../platform/deps.ts";
import { sessions } from "../../platform/schema.ts";
import { idleSeconds } from "../../platform/sessions.ts";
import { hashToken } from "../../platform/tokens.ts";

export type OpenSession = {
  /** Names the session in an address, where its own id must not stand. */
  reference: string;
  id: string;
  label: string;
  network: string;
  /** Seconds. */
  createdAt: number;
  lastUsedAt: number;
};

/** The living sessions of an account, the last used first. */
export function openSessions({ db, clock }: Pick<Deps, "db" | "clock">, accountId: string): OpenSession[] {
  const now = seconds(clock);
  const { id, label, network, createdAt, expiresAt, absoluteAt, userId } = sessions;
  return db
    .select({ id, label, network, createdAt, expiresAt })
    .from(sessions)
    .where(and(eq(userId, accountId), gt(expiresAt, now), gt(absoluteAt, now)))
    .orderBy(desc(expiresAt), desc(createdAt))
    .all()
    .map(({ expiresAt, ...session }) => ({
      ...session,
      reference: hashToken(session.id).toString("base64url").slice(0, 22),
      lastUsedAt: expiresAt - idleSeconds,
    }));
}
