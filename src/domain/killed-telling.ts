import { env, stdout } from "node:process";
import { testConfig } from "../../test/kit/settings.ts";
import { openBase } from "../platform/base.ts";
import { queueAlerts } from "./alerts.ts";
import { sendNotice } from "./notice-sending.ts";

// The process that killed-telling.test.ts kills: queues the alerts that wait in a base, then sends a notice to everybody.
const { FOLDER, NOW } = env as Record<string, string>;
const config = testConfig(FOLDER!);
const now = Number(NOW);
const deps = { ...openBase(config), config, clock: () => now };
stdout.write("started\n");
await queueAlerts(deps, 2);
const at = now / 1000 + 24 * 3600;
const words = { fr: "Travaux", en: "Work" };
const notice = { kind: "change", startsAt: at, endsAt: at + 3600, subject: words, text: words } as const;
await sendNotice(deps, notice, { sentBy: "operator" });
stdout.write("finished\n");
