import { and, eq } from "drizzle-orm";
import { endDevice, endOtherDevices } from "../../domain/devices.ts";
import { record } from "../../domain/evidence.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { sessions } from "../../platform/schema.ts";
import { endSessions, type Session } from "../../platform/sessions.ts";
import { openSessions } from "./queries.ts";

type DevicesDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Ends one of a member's own sessions, or forgets one of their devices with the sessions it opened.
 * @returns false when nothing of theirs has this name.
 */
export function revoke(deps: DevicesDeps, { accountId, memberId }: Session, reference: string): boolean {
  const { db } = deps;
  return write(db, () => {
    if (endDevice(deps, accountId, reference)) {
      record(deps, { kind: "device.forgotten", memberId, actor: "member" });
      return true;
    }
    const found = openSessions(deps, accountId).find((session) => session.reference === reference);
    if (!found) return false;
    db.delete(sessions)
      .where(and(eq(sessions.id, found.id), eq(sessions.userId, accountId)))
      .run();
    record(deps, { kind: "session.ended-elsewhere", memberId, actor: "member", details: { label: found.label } });
    return true;
  });
}

/** Ends every session but this one, and forgets every device but the one it runs on. */
export function revokeOthers(deps: DevicesDeps, { id, accountId, memberId, deviceId }: Session): void {
  write(deps.db, () => {
    endOtherDevices(deps, accountId, deviceId);
    endSessions(deps.db, accountId, id);
    record(deps, { kind: "session.ended-elsewhere", memberId, actor: "member", details: { all: true } });
  });
}
