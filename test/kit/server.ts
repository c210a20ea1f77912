import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type ParsedMail, simpleParser } from "mailparser";

export type Runtime = "node" | "deno";
export const runtimes: Runtime[] = ["node", "deno"];

export const productFolder = fileURLToPath(new URL("../..", import.meta.url));
const longestStartMs = 20_000;

/** The Deno of the packages, itself: its launcher would keep signals from the server. */
export function denoBinary(): string {
  const launcher = join(productFolder, "node_modules", "deno", "bin.cjs");
  const binary = join(productFolder, "node_modules", "deno", "deno");
  // Its first run puts the binary in place, since packages are installed without their scripts.
  if (!existsSync(binary)) spawnSync(process.execPath, [launcher, "--version"]);
  return binary;
}

function commandOf(runtime: Runtime, program: "main" | "cli"): [string, ...string[]] {
  const file = join(productFolder, "dist", `${program}.js`);
  return runtime === "node" ? [process.execPath, file] : [denoBinary(), "run", "-A", "--node-modules-dir=manual", file];
}

/** The settings of a process of ours and nothing of the settings of whoever runs the tests. */
function environment(settings: Record<string, string>): Record<string, string> {
  const { PATH = "", HOME = tmpdir() } = process.env;
  return { PATH, HOME, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1", ...settings };
}

/** A folder for the state of a portal; `removeFolders` takes them all away. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "espace-journey-"));
  folders.push(folder);
  return folder;
}

const folders: string[] = [];

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

let template: Promise<string> | undefined;

/** A DATA_DIR of its own with the demo in it, its invitations written: loaded once, then copied. */
export async function demoFolder(): Promise<string> {
  template ??= loadDemoOnce();
  const folder = newFolder();
  cpSync(await template, folder, { recursive: true });
  return folder;
}

async function loadDemoOnce(): Promise<string> {
  const server = await startServer({ dataDir: newFolder() });
  await server.waitForMail("david@demo.example");
  await server.stop();
  return server.dataDir;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

export type LogLine = Record<string, unknown> & { level: string; time: string; msg: string };
type Start = { runtime?: Runtime; dataDir: string; port?: number; settings?: Record<string, string> };
export type Server = Awaited<ReturnType<typeof startServer>>;

const running = new Set<ChildProcess>();

/** Ends whatever a failed test has left running. */
export function killServers(): void {
  for (const child of running) child.kill("SIGKILL");
}

/** The real bundle as a process of its own, answering on /healthz. */
export async function startServer({ runtime = "node", dataDir, port, settings = {} }: Start) {
  const ownPort = port ?? (await freePort());
  const child = launch(commandOf(runtime, "main"), { DATA_DIR: dataDir, PORT: String(ownPort), ...settings });
  const url = `http://127.0.0.1:${ownPort}`;
  await answering(url, child);
  return { ...child, url, dataDir, ...mailsOf(dataDir) };
}

/** Starts a program of ours and collects what it says. */
export function launch(
  [command, ...args]: [string, ...string[]],
  settings: Record<string, string>,
  { cwd = newFolder() } = {},
) {
  const child = spawn(command, args, {
    cwd,
    env: environment(settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let [output, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const ended = once(child, "close").then(([code, signal]) => {
    running.delete(child);
    return (code ?? signal) as number | string;
  });
  return {
    /** All that was said so far. */
    output: () => output,
    errors: () => errors,
    /** The lines of the log; whatever stands between the banner's lines is not a line of log. */
    log: () =>
      output
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as LogLine),
    /** Resolves when a line of the log has this message. */
    async logged(message: string): Promise<LogLine> {
      return until(() =>
        output
          .split("\n")
          .filter((line) => line.includes(`"msg":"${message}"`))
          .map((line) => JSON.parse(line) as LogLine)
          .at(-1),
      );
    },
    signal: (name: "SIGTERM" | "SIGINT" | "SIGKILL") => void child.kill(name),
    /** The exit code, or the signal that ended it. */
    ended,
    stop() {
      child.kill("SIGTERM");
      return ended;
    },
  };
}

async function answering(url: string, child: ReturnType<typeof launch>): Promise<void> {
  let code: number | string | undefined;
  void child.ended.then((ended) => {
    code = ended;
  });
  const deadline = performance.now() + longestStartMs;
  while (performance.now() < deadline) {
    if (code !== undefined) throw new Error(`the portal ended with ${code}: ${child.errors()}`);
    const healthy = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(5);
  }
  throw new Error(`the portal does not answer: ${child.output()} ${child.errors()}`);
}

/** Waits for something to be there, looking every few milliseconds; at most twenty seconds. */
export async function until<V>(look: () => V | undefined | Promise<V | undefined>): Promise<V> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited twenty seconds for: ${look}`);
    await sleep(10);
  }
}

/** The mails written below a DATA_DIR. */
export function mailsOf(dataDir: string) {
  const mails = async (recipient: string): Promise<ParsedMail[]> => {
    const folder = join(dataDir, "mail");
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
    const all = await Promise.all(names.sort().map((name) => simpleParser(readFileSync(join(folder, name)))));
    return all.filter(({ to }) => to && [to].flat().some(({ text }) => text.includes(recipient)));
  };
  return {
    mails,
    waitForMail: (recipient: string) => until(async () => (await mails(recipient)).at(-1)),
  };
}

/** The path of the only link with a token in a mail. */
export function linkIn({ text = "" }: ParsedMail): string {
  const [, path] = /https?:\/\/[^/\s]+(\/activate\/\S+)/.exec(text) ?? [];
  if (!path) throw new Error(`no link in: ${text}`);
  return path;
}

/** The operator's command line, to its end. */
export async function espace(runtime: Runtime, args: string[], settings: Record<string, string> = {}) {
  const [command, ...rest] = commandOf(runtime, "cli");
  const child = launch([command, ...rest, ...args], settings);
  const code = await child.ended;
  return { code, output: child.output(), errors: child.errors() };
}
