import { and, asc, eq, gt, lte, ne } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, devices, deviceTokens, sessions } from "../platform/schema.ts";
import type { Client } from "../platform/sessions.ts";
import { hashToken, newId, newToken } from "../platform/tokens.ts";
import { findAccountHolder } from "./accounts.ts";
import { approveByUse } from "./charter-notices.ts";
import { record } from "./evidence.ts";
import { letterTo } from "./letter.ts";
import { queueMail } from "./outbox.ts";

/** A remembered device opens sessions for 30 days after the password was typed on it. */
export const deviceSeconds = 30 * 24 * 3600;

/**
 * Two tabs that start together send the same token: the slower one is not a thief, and gets nothing but another look
 * at its cookies, which the faster one has renewed.
 */
const raceSeconds = 10;

type DeviceDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/**
 * Remembers a device, in the caller's transaction.
 * @returns its id, and the first token, for its cookie; the base keeps the hash.
 */
export function rememberDevice(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  account: { accountId: string; memberId: string },
  client: Client,
) {
  const { db, clock } = deps;
  const now = seconds(clock);
  const deviceId = newId();
  const token = newToken();
  const { label, network } = client;
  db.insert(devices)
    .values({
      deviceId,
      accountId: account.accountId,
      label,
      network,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: now + deviceSeconds,
    })
    .run();
  db.insert(deviceTokens)
    .values({ tokenHash: hashToken(token), deviceId })
    .run();
  record(deps, { kind: "device.remembered", memberId: account.memberId, actor: "member", details: { label } });
  return { deviceId, token };
}

type Use =
  | { outcome: "opens"; deviceId: string; accountId: string; memberId: string; token: string; secondsLeft: number }
  | { outcome: "raced" | "unknown" | "copied" };

/**
 * Uses the token of a device up: it opens one session, and gives way to a new token. A token that comes back later was
 * copied: nobody can tell the owner from the thief, so the device and every session it opened end.
 */
export function useDevice(deps: DeviceDeps, token: string, client: Client): Use {
  const { db, clock } = deps;
  return write(db, () => {
    const now = seconds(clock);
    const tokenHash = hashToken(token);
    const found = db
      .select({
        deviceId: devices.deviceId,
        accountId: devices.accountId,
        memberId: accounts.memberId,
        expiresAt: devices.expiresAt,
        replacedAt: deviceTokens.replacedAt,
      })
      .from(deviceTokens)
      .innerJoin(devices, eq(devices.deviceId, deviceTokens.deviceId))
      .innerJoin(accounts, eq(accounts.id, devices.accountId))
      .where(and(eq(deviceTokens.tokenHash, tokenHash), gt(devices.expiresAt, now), eq(accounts.status, "active")))
      .get();
    if (!found) return { outcome: "unknown" };
    const { deviceId, accountId, memberId, expiresAt, replacedAt } = found;
    if (replacedAt !== null) {
      if (now - replacedAt < raceSeconds) return { outcome: "raced" };
      endDevice(deps, accountId, deviceId);
      tellOwner(deps, memberId, client);
      return { outcome: "copied" };
    }
    const next = newToken();
    db.update(deviceTokens).set({ replacedAt: now }).where(eq(deviceTokens.tokenHash, tokenHash)).run();
    db.insert(deviceTokens)
      .values({ tokenHash: hashToken(next), deviceId })
      .run();
    db.update(devices).set({ lastUsedAt: now, network: client.network }).where(eq(devices.deviceId, deviceId)).run();
    db.update(accounts).set({ lastSeenAt: now, inactivityWarnedAt: null }).where(eq(accounts.id, accountId)).run();
    approveByUse(deps, { accountId, memberId });
    record(deps, { kind: "session.started", memberId, actor: "member", details: { by: "device", ...client } });
    return { outcome: "opens", deviceId, accountId, memberId, token: next, secondsLeft: expiresAt - now };
  });
}

function tellOwner(deps: DeviceDeps, memberId: string, { label }: Client): void {
  record(deps, { kind: "device.copied", memberId, actor: "system", details: { label } });
  const holder = findAccountHolder(deps, memberId);
  if (!holder) return;
  const { email, language } = holder;
  const { t, words, compose } = letterTo(deps.config, holder);
  const body = compose({
    subject: t("devices:copiedMail.subject", words),
    paragraphs: [
      t("devices:copiedMail.line1", words),
      t("devices:copiedMail.line2"),
      t("devices:copiedMail.line3", words),
    ],
    stop: "security",
  });
  queueMail(deps, { kind: "device.copied", memberId, to: email, language, body, urgent: true });
}

/** The living devices of an account, oldest first. */
export function listDevices({ db, clock }: Pick<Deps, "db" | "clock">, accountId: string) {
  return db
    .select()
    .from(devices)
    .where(and(eq(devices.accountId, accountId), gt(devices.expiresAt, seconds(clock))))
    .orderBy(asc(devices.createdAt))
    .all();
}

/** Forgets a device of an account, and ends the sessions it opened. @returns false when it is not theirs. */
export function endDevice({ db }: Pick<Deps, "db">, accountId: string, deviceId: string): boolean {
  // Its tokens and sessions go with it.
  const { changes } = db
    .delete(devices)
    .where(and(eq(devices.deviceId, deviceId), eq(devices.accountId, accountId)))
    .run();
  return changes === 1;
}

/** Forgets the device that a cookie belongs to: its owner signs out, or somebody signs in anew on it. */
export function endDeviceOf({ db }: Pick<Deps, "db">, token: string): void {
  const { deviceId } = deviceTokens;
  const owner = db
    .select({ deviceId })
    .from(deviceTokens)
    .where(eq(deviceTokens.tokenHash, hashToken(token)));
  write(db, () => db.delete(devices).where(eq(devices.deviceId, owner)).run());
}

/** Forgets every device of an account, in the caller's transaction; a session to keep goes on without its device. */
export function endDevices({ db }: Pick<Deps, "db">, accountId: string, keepSession?: string): void {
  if (keepSession) db.update(sessions).set({ deviceId: null }).where(eq(sessions.id, keepSession)).run();
  db.delete(devices).where(eq(devices.accountId, accountId)).run();
}

/** Forgets the devices of an account but one, in the caller's transaction. */
export function endOtherDevices({ db }: Pick<Deps, "db">, accountId: string, keepDevice: string | null): void {
  db.delete(devices)
    .where(and(eq(devices.accountId, accountId), ne(devices.deviceId, keepDevice ?? "")))
    .run();
}

/** Forgets the devices whose 30 days are over. */
export function sweepDevices({ db, clock }: Pick<Deps, "db" | "clock">): void {
  write(db, () =>
    db
      .delete(devices)
      .where(lte(devices.expiresAt, seconds(clock)))
      .run(),
  );
}
