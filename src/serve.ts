import process, { cwd, env, exit, stderr, stdout } from "node:process";
import { demoAccounts, isDemoNeeded, isDemoStaffNeeded } from "./demo-accounts.ts";
import { systemClock } from "./lib/clock.ts";
import { openBase } from "./platform/base.ts";
import { type Config, ConfigError, readConfig } from "./platform/config.ts";
import { DatabaseError } from "./platform/database.ts";
import { createPasswords } from "./platform/passwords.ts";
import { type Running, startServer } from "./server.ts";

/** The process: settings, base, demo on an empty base, server; then it waits for a signal. */
export async function serve(): Promise<void> {
  try {
    const config = readConfig(env, cwd());
    const running = await start(config);
    stopOnSignal(running);
    announce(config, running);
  } catch (error) {
    if (error instanceof ConfigError) for (const fault of error.faults) stderr.write(`${fault}\n`);
    else if (error instanceof DatabaseError) stderr.write(`${error.message}\n`);
    else stderr.write(`The portal cannot start: ${error instanceof Error ? error.message : error}\n`);
    exit(1);
  }
}

async function start(config: Config): Promise<Running> {
  const base = openBase(config);
  if (config.env === "demo" && (isDemoNeeded(base.db) || isDemoStaffNeeded(base.db))) {
    // Loaded only now: an ordinary start needs neither the importer nor the demo.
    const { addDemoStaff, loadDemo } = await import("./demo.ts");
    const deps = { ...base, config, clock: systemClock, passwords: createPasswords() };
    await (isDemoNeeded(base.db) ? loadDemo(deps) : addDemoStaff(deps));
  }
  return startServer(config, base);
}

function stopOnSignal(running: Running): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await running.stop();
    exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  // A fault that nobody awaited must not end the service for everybody.
  process.on("unhandledRejection", (reason) => {
    const error = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    running.deps.log.error({ error }, "a promise failed unheard");
  });
}

function announce({ env: kind, origin }: Config, { deps, mailsGoTo, textsGoTo }: Running): void {
  stdout.write(`\nEspace Personnel: ${origin}\nE-mails: ${mailsGoTo}\nText messages: ${textsGoTo}\n`);
  if (kind === "demo") stdout.write(`${demoAccounts(deps)}\n`);
  stdout.write("\n");
}
