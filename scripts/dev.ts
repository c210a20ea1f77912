// The portal with what is being edited: each change in src, static, locales or db rebuilds the bundle and restarts.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { watch } from "node:fs";
import process from "node:process";

const watched = ["src", "static", "locales", "db"];
let server: ChildProcess | undefined;
let timer: NodeJS.Timeout | undefined;

function restart(): void {
  const build = spawnSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
  if (build.status !== 0) return;
  const next = () => {
    server = spawn(process.execPath, ["--enable-source-maps", "dist/main.js"], { stdio: "inherit" });
  };
  if (server && server.exitCode === null) {
    server.once("exit", next);
    server.kill("SIGTERM");
  } else next();
}

for (const folder of watched) {
  watch(folder, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(restart, 150);
  });
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    server?.once("exit", () => process.exit(0));
    if (!server?.kill("SIGTERM")) process.exit(0);
  });
}
restart();
