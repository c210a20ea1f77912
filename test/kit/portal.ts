import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { createApp } from "../../src/app.tsx";
import { createDeferred } from "../../src/deferred.ts";
import { ensureCharter } from "../../src/domain/charter.ts";
import { openMailContent } from "../../src/domain/mail-content.ts";
import { addReadyStaff, findStaff, totpSecretOf } from "../../src/domain/staff.ts";
import type { StaffRole } from "../../src/domain/staff-roles.ts";
import { seconds } from "../../src/lib/clock.ts";
import { openBase } from "../../src/platform/base.ts";
import { openDatabase, write } from "../../src/platform/database.ts";
import type { Deps } from "../../src/platform/deps.ts";
import { createPasswords } from "../../src/platform/passwords.ts";
import { createSessions } from "../../src/platform/sessions.ts";
import { createStaffSessions } from "../../src/platform/staff-sessions.ts";
import { totpCode } from "../../src/platform/totp.ts";
import { Browser, demoPassword } from "./browser.ts";
import { cheapHashing, testConfig, today } from "./settings.ts";

type Start = { now?: number; settings?: Record<string, string>; empty?: boolean };

/** The real portal over a real file, with a clock that tests move. It is gone at the end of the test. */
export async function startPortal({ now = today, settings = {}, empty = false }: Start = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), "espace-portal-"));
  const config = testConfig(dataDir, settings);
  if (!empty) copyFileSync(inject("template"), config.databaseFile);
  const time = { now };
  const clock = () => time.now;
  const { db, seal } = openBase(config);
  ensureCharter(db);
  const luciaDb = openDatabase(config.databaseFile, { busyTimeoutMs: 0 });
  const logged: { level: string; fields: Record<string, unknown>; message: string }[] = [];
  const logAt = (level: string) => (fields: object, message: string) =>
    void logged.push({ level, fields: { ...fields }, message });
  const log = { debug: logAt("debug"), info: logAt("info"), warn: logAt("warn"), error: logAt("error") };
  const deferred = createDeferred({ db, clock, seal, log, config });
  const deps: Deps = {
    config,
    deferred,
    db,
    clock,
    seal,
    log,
    passwords: createPasswords(cheapHashing),
    sessions: createSessions(db, luciaDb, clock),
    staffSessions: createStaffSessions(db, clock),
    isMailWorkerAlive: () => true,
    isTextWorkerAlive: () => true,
  };
  const app = createApp(deps);
  const close = () => {
    luciaDb.$client.close();
    db.$client.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  onTestFinished(close);

  return {
    ...deps,
    dataDir,
    app,
    /** What was logged, to prove what must not be in it. */
    logged,
    /** Moves the clock: `advance({ minutes: 9, seconds: 59 })`. */
    advance({ days = 0, hours = 0, minutes = 0, seconds = 0 }) {
      time.now += (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
    },
    setTime(milliseconds: number) {
      time.now = milliseconds;
    },
    /** A person at a computer, with cookies of their own. */
    browser: (address = "127.0.0.1") => new Browser(app, config.origin, address),
    /** Somebody of the mutual, signed in to the back office: `adviser`, `admin`, or `dpo`, who is added for the test. */
    async staffBrowser(role: StaffRole, address = "127.0.0.1") {
      const browser = new Browser(app, config.origin, address);
      const email = `${role}@demo.example`;
      if (!findStaff(deps, email)) {
        const passwordHash = await deps.passwords.hash(demoPassword);
        write(db, () => addReadyStaff(deps, { email, role, passwordHash }));
      }
      const signedIn = await browser.post("/staff/login", {
        email,
        password: demoPassword,
        code: staffCode(deps, email),
      });
      if (signedIn.status !== 303) throw new Error(`the sign-in of ${email} answered ${signedIn.status}`);
      return browser;
    },
    /** The mails queued for an address, oldest first. */
    mailsTo(recipient: string) {
      return db.$client
        .prepare<[string], { content_sealed: Buffer; kind: string }>(
          "SELECT content_sealed, kind FROM mails WHERE recipient = ? ORDER BY mail_id",
        )
        .all(recipient)
        .map((row) => ({ kind: row.kind, ...openMailContent({ db, seal }, row.content_sealed) }));
    },
  };
}

/** The code that somebody's authenticator shows; one used earlier in the same test is good again. */
export function staffCode(deps: Pick<Deps, "db" | "seal" | "clock">, email: string): string {
  deps.db.$client.prepare("UPDATE staff SET totp_last_step = 0 WHERE email = ?").run(email);
  return totpCode(totpSecretOf(deps, findStaff(deps, email)!)!, seconds(deps.clock));
}

export type Portal = Awaited<ReturnType<typeof startPortal>>;
