import { randomInt } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "./app.tsx";
import { createDeferred } from "./deferred.ts";
import { ensureCharter } from "./domain/charter.ts";
import { recordMail } from "./domain/mail-facts.ts";
import { startMailWorker } from "./domain/mail-worker.ts";
import { startTextWorker } from "./domain/text-worker.ts";
import { startJobs } from "./jobs.ts";
import { systemClock } from "./lib/clock.ts";
import type { Base } from "./platform/base.ts";
import type { Config } from "./platform/config.ts";
import { openDatabase } from "./platform/database.ts";
import type { Deps } from "./platform/deps.ts";
import { createLog } from "./platform/log.ts";
import { createMailer } from "./platform/mailer.ts";
import { createPasswords } from "./platform/passwords.ts";
import { createSessions } from "./platform/sessions.ts";
import { createTexter } from "./platform/sms.ts";
import { createStaffSessions } from "./platform/staff-sessions.ts";

export type Running = { deps: Deps; mailsGoTo: string; textsGoTo: string; stop(): Promise<void> };

/** So long after a request, others are expected. */
const servingMs = 100;
const longestStopMs = 8_000;

/**
 * Serves the portal on a base that is open and migrated, with its mail worker and its periodic jobs.
 * @throws Error when the address cannot be listened on; the message is for the operator.
 */
export async function startServer(config: Config, { db, seal }: Base): Promise<Running> {
  const clock = systemClock;
  const log = createLog(config.logLevel);
  ensureCharter(db);
  // A session that a power cut forgets is opened anew: its writes do not wait for the disk.
  const luciaDb = openDatabase(config.databaseFile, { busyTimeoutMs: 0, cacheMegabytes: 1, durability: "normal" });
  const mailer = createMailer(config);
  let lastAsked = 0;
  const isServing = () => performance.now() - lastAsked < servingMs;
  const mailWorker = startMailWorker({
    db,
    seal,
    clock,
    mailer,
    log,
    mailPerMinute: config.mailPerMinute,
    isServing,
    onSettled: (mail) => recordMail({ db, clock, seal }, { ...mail, contentSha256: mail.contentSha256 ?? "" }),
  });
  const texter = createTexter(config);
  const textWorker = startTextWorker({ db, clock, seal, log, texter, isServing });
  const deferred = createDeferred({ db, clock, seal, log, config }, () => randomInt(200, 1_000));
  // What a crash left between an answer and its work.
  deferred.runAll();
  const deps: Deps = {
    config,
    deferred,
    db,
    clock,
    seal,
    log,
    passwords: createPasswords(),
    sessions: createSessions(db, luciaDb, clock),
    staffSessions: createStaffSessions(db, clock),
    isMailWorkerAlive: () => mailWorker.isAlive(),
    isTextWorkerAlive: () => textWorker.isAlive(),
  };
  const app = createApp(deps);
  const listener = getRequestListener(app.fetch);
  const limits = {
    headersTimeout: 20_000,
    requestTimeout: 30_000,
    keepAliveTimeout: 15_000,
    connectionsCheckingInterval: 5_000,
  };
  const server = config.tls
    ? createTlsServer({ ...limits, ...certificate(config.tls) }, listener)
    : createServer(limits, listener);
  server.on("request", () => {
    lastAsked = performance.now();
  });
  await listen(server, config);
  const unwatch = config.tls ? watchCertificate(server as TlsServer, config.tls, deps) : () => {};
  const stopJobs = startJobs(deps);
  log.info({ origin: config.origin }, "listening");

  return {
    deps,
    mailsGoTo: mailer.description,
    textsGoTo: texter.description,
    async stop() {
      log.info({}, "stopping");
      unwatch();
      stopJobs();
      await Promise.all([closeServer(server), mailWorker.stop(), textWorker.stop()]);
      await mailer.close();
      luciaDb.$client.close();
      db.$client.close();
      log.info({}, "stopped");
      log.flush();
    },
  };
}

function listen(server: Server | TlsServer, { host, port }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE")
        reject(new Error(`Port ${port} of ${host} is taken. Stop the other program, or set PORT.`));
      else reject(new Error(`Cannot listen on ${host}:${port}: ${error.message}. Check HOST and PORT.`));
    });
    server.listen(port, host, resolve);
  });
}

/** Requests in flight finish; connections that only wait are closed; what still hangs after 8 seconds is cut. */
async function closeServer(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose request has just finished waits for another, which will not come.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = new AbortController();
  const deadline = sleep(longestStopMs, undefined, { signal: cut.signal }).then(
    () => server.closeAllConnections(),
    () => {},
  );
  await Promise.race([closed, deadline]);
  clearInterval(sweep);
  cut.abort();
}

type Tls = NonNullable<Config["tls"]>;

function certificate({ certFile, keyFile }: Tls) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

/** A renewed certificate is taken up without a restart; a half-written one is left for the next look. */
function watchCertificate(server: TlsServer, tls: Tls, { log }: Pick<Deps, "log">): () => void {
  const reload = () => {
    try {
      server.setSecureContext(certificate(tls));
      log.info({}, "certificate reloaded");
    } catch (error) {
      log.warn({ error: String(error) }, "the new certificate cannot be used yet; the old one stays");
    }
  };
  for (const file of [tls.certFile, tls.keyFile]) watchFile(file, { interval: 5_000, persistent: false }, reload);
  return () => {
    for (const file of [tls.certFile, tls.keyFile]) unwatchFile(file, reload);
  };
}
