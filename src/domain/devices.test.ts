import * as fc from "fast-check";
import { expect, test } from "vitest";
import { startPortal } from "../../test/kit/portal.ts";
import { write } from "../platform/database.ts";
import { deviceSeconds, endDevice, listDevices, rememberDevice, sweepDevices, useDevice } from "./devices.ts";

const client = { label: "firefox/linux", network: "192.0.2.x" };

/** What may happen to a device, in any order. A use names one of the tokens it has had, the newest being 0. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ use: fc.nat({ max: 3 }) }) },
  { weight: 3, arbitrary: fc.record({ wait: fc.constantFrom(1, 9, 10, 11, 3600, deviceSeconds - 1, deviceSeconds) }) },
  { weight: 1, arbitrary: fc.constant({ revoke: true as const }) },
);

test("whatever the order of uses, reuses, waits and revocations, a token opens once, in its time, and never after a copy", async () => {
  const portal = await startPortal();
  const accountId = portal.db.$client
    .prepare<[], string>("SELECT id FROM accounts WHERE member_id = 'P0001'")
    .pluck()
    .get()!;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      const now = () => Math.floor(portal.clock() / 1000);
      const first = write(portal.db, () => rememberDevice(portal, { accountId, memberId: "P0001" }, client));
      const { deviceId } = first;
      const ends = now() + deviceSeconds;
      // The model: every token given out, and when it was replaced.
      const tokens: { token: string; replacedAt: number | undefined }[] = [
        { token: first.token, replacedAt: undefined },
      ];
      let alive = true;
      for (const act of steps) {
        if ("wait" in act) {
          portal.advance({ seconds: act.wait });
        } else if ("revoke" in act) {
          expect(write(portal.db, () => endDevice(portal, accountId, deviceId))).toBe(alive);
          alive = false;
        } else {
          const chosen = tokens.at(-1 - act.use);
          if (!chosen) continue;
          const used = useDevice(portal, chosen.token, client);
          if (!alive || now() >= ends) expect(used.outcome).toBe("unknown");
          else if (chosen.replacedAt === undefined) {
            expect(used).toMatchObject({ outcome: "opens", deviceId, accountId, secondsLeft: ends - now() });
            chosen.replacedAt = now();
            if (used.outcome === "opens") tokens.push({ token: used.token, replacedAt: undefined });
          } else if (now() - chosen.replacedAt < 10) expect(used.outcome).toBe("raced");
          else {
            expect(used.outcome).toBe("copied");
            alive = false;
          }
        }
      }
      expect(new Set(tokens.map(({ token }) => token)).size).toBe(tokens.length);
      expect(listDevices(portal, accountId).some((device) => device.deviceId === deviceId)).toBe(alive && now() < ends);
      write(portal.db, () => endDevice(portal, accountId, deviceId));
    }),
    { numRuns: 60 },
  );
});

test("the sweep forgets devices and tokens whose time is over, and no other", async () => {
  const portal = await startPortal();
  const accountId = portal.db.$client
    .prepare<[], string>("SELECT id FROM accounts WHERE member_id = 'P0001'")
    .pluck()
    .get()!;
  const remember = () => write(portal.db, () => rememberDevice(portal, { accountId, memberId: "P0001" }, client));
  remember();
  portal.advance({ seconds: 1 });
  const { deviceId } = remember();
  portal.advance({ seconds: deviceSeconds - 1 });
  sweepDevices(portal);
  const left = portal.db.$client
    .prepare<[], string>("SELECT d.device_id FROM devices d JOIN device_tokens t ON t.device_id = d.device_id")
    .pluck()
    .all();
  expect(left).toEqual([deviceId]);
});
