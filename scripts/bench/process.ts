import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { cpus } from "node:os";
import { join } from "node:path";
import { execPath } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { productRoot } from "../../src/platform/config.ts";

// The server has one core for itself and the load the other, where the machine can hold them there.
const canPin = cpus().length > 1 && existsSync("/usr/bin/taskset");
export const pinned = canPin ? "server on core 0, load on core 1" : "server and load not kept apart";
const on = (core: number, args: string[]): [string, string[]] =>
  canPin ? ["taskset", ["-c", String(core), execPath, ...args]] : [execPath, args];

/** The portal as `npm start` starts it. */
export const productServer = ["--max-semi-space-size=2", join(productRoot, "dist/main.js")];
const productSettings = { MALLOC_ARENA_MAX: "2" };

export type Server = { child: ChildProcess; port: number; url: string; startMs: number };

/** Starts a server and waits for its first 200. Its log goes to a file, as in real life. */
export async function startServer(
  args: string[],
  port: number,
  ready: string,
  env: Record<string, string>,
  log: string,
): Promise<Server> {
  const [command, rest] = on(0, args);
  const out = openSync(log, "a");
  const began = performance.now();
  const child = spawn(command, rest, {
    env: { ...process.env, ...productSettings, ...env },
    stdio: ["ignore", out, out],
  });
  // A bench that fails leaves no server behind.
  process.once("exit", () => child.kill("SIGKILL"));
  const url = `http://127.0.0.1:${port}`;
  while ((await statusOf(url + ready)) === 0) {
    if (child.exitCode !== null) throw new Error(`${args[0]} ended at once: see ${log}`);
    await sleep(5);
  }
  return { child, port, url, startMs: performance.now() - began };
}

/** A mail server of this machine that takes everything. @returns its SMTP_URL, and what ends it. */
export async function startSink(): Promise<{ smtpUrl: string; stop: () => void }> {
  const sink = spawn(execPath, [join(import.meta.dirname, "smtp-sink.ts")], { stdio: ["ignore", "pipe", "inherit"] });
  process.once("exit", () => sink.kill("SIGKILL"));
  const [port] = await once(sink.stdout, "data");
  return { smtpUrl: `smtp://127.0.0.1:${String(port).trim()}`, stop: () => sink.kill() };
}

export async function stopServer({ child }: Server): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

function statusOf(url: string): Promise<number> {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on("error", () => resolve(0));
  });
}

/** A program of the load, kept on its own core. */
export function loadCommand(args: string[]): [string, string[]] {
  return on(1, args);
}

export type Load = { requestsASecond: number; p50: number; p99: number; bytes: number; bad: number };

export function load(url: string, cookies: string[], connections: number, seconds: number): Load {
  const script = join(import.meta.dirname, "load.ts");
  const [command, rest] = on(1, [script, url, JSON.stringify(cookies), String(connections), String(seconds)]);
  const result = JSON.parse(execFileSync(command, rest, { encoding: "utf8", maxBuffer: 1e7 })) as Load;
  if (result.bad > 0) throw new Error(`${result.bad} answers of ${url} were not 200`);
  return result;
}

/** Resident memory in MB. */
export function residentMegabytes({ child }: Server): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
