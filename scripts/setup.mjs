// Brings everything that `npm start` and `npm test` need up to date: modules, runtime, bundle.
// No dependency, and runs on any Node from 18: it is what makes the newer one available.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const neededMajor = 24;
const withTests = process.argv.includes("--tests");
process.chdir(root);

/** Says what is going on, on stderr: stdout belongs to the command that follows. */
const say = (text) => process.stderr.write(`${text}\n`);
const fail = (text) => {
  say(text);
  process.exit(1);
};
const major = (version) => Number(version.replace(/^v/, "").split(".")[0]);

function npmCi(folder, options) {
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  // Two attempts: the network of a small VM is the likeliest thing to fail here.
  for (const last of [false, true]) {
    const run = spawnSync(
      command,
      [...first, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...options],
      {
        cwd: folder,
        stdio: ["ignore", 2, 2],
        env: { ...process.env, npm_config_omit: "", npm_config_include: "" },
      },
    );
    if (run.status === 0) return;
    if (run.signal) process.exit(1);
    if (last)
      fail(`The packages could not be installed in ${folder}. Check the network, then run the same command again.`);
    say("The installation failed; trying once more…");
  }
}

/** Installs a folder's locked packages unless the very same ones are there already. */
function ensurePackages(folder, profile, options) {
  const stamp = join(folder, "node_modules", ".stamp");
  const lock = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const want = `${lock} ${process.platform} ${process.arch}`;
  const have = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  // A full installation serves `npm start` too.
  if (have === `${want} all` || have === `${want} ${profile}`) return false;
  say(profile === "all" ? "Installing packages (tests included)…" : "Installing packages…");
  npmCi(folder, options);
  writeFileSync(stamp, `${want} ${profile}`);
  return true;
}

/** What runs the product: Deno when it started this, the machine's own Node when it is new enough, else one from npm. */
function ensureRuntime() {
  if ("Deno" in globalThis) return process.execPath;
  const link = join("node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");
  const current = process.execPath;
  if (existsSync(link) && major(versionOf(link)) >= neededMajor) return link;
  if (major(process.versions.node) >= neededMajor) return current;
  say(`This machine runs Node ${process.versions.node}; bringing Node ${neededMajor} from npm…`);
  const folder = join("scripts", "runtime");
  ensurePackages(folder, "runtime", []);
  const platform = process.platform === "win32" ? "win" : process.platform;
  const binary = join(
    root,
    folder,
    "node_modules",
    `node-${platform}-${process.arch}`,
    "bin",
    process.platform === "win32" ? "node.exe" : "node",
  );
  if (!existsSync(binary))
    fail(
      `No Node ${neededMajor} is packaged for ${process.platform} ${process.arch}. Install Node ${neededMajor} or newer, then run the same command again.`,
    );
  chmodSync(binary, 0o755);
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), binary), link);
  return link;
}

function versionOf(binary) {
  return spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout?.trim() || "0";
}

/** The newest change below a folder, to know whether the bundle is still that of the sources. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path).reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
}

function ensureBundle(node) {
  const stamp = join("dist", ".stamp");
  const inputs = ["src", "static", "package-lock.json", join("scripts", "build.mjs")];
  const want = String(Math.max(...inputs.map(newest)));
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === want) return;
  const script = join("scripts", "build.mjs");
  const build = spawnSync(node, "Deno" in globalThis ? ["run", "-A", script] : [script], { stdio: ["ignore", 2, 2] });
  if (build.status !== 0) fail("The bundle could not be built; the lines above say why.");
  writeFileSync(stamp, want);
}

/** One installation at a time: a second `npm start` or `npm test` waits for the first. */
function withLock(work) {
  const lock = ".setup.lock";
  const owner = join(lock, "pid");
  for (let waited = false; ; waited = true) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
      const pid = existsSync(owner) ? Number(readFileSync(owner, "utf8")) : 0;
      const fresh = existsSync(lock) && Date.now() - statSync(lock).mtimeMs < 5_000;
      if (pid ? !isAlive(pid) : !fresh) {
        rmSync(lock, { recursive: true, force: true });
        continue;
      }
      if (!waited) say("Another installation is running here; waiting for it…");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  writeFileSync(owner, String(process.pid));
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.on("exit", release);
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
  work();
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

withLock(() => {
  ensurePackages(".", withTests ? "all" : "run", withTests ? [] : ["--omit=dev"]);
  ensureBundle(ensureRuntime());
});
