import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env, execPath } from "node:process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { onTestFinished } from "vitest";
import { productRoot } from "../../src/platform/config.ts";

/** A program as one file: started many times, it must start fast. It is gone at the end of the test. */
export function bundled(entry: URL): string {
  const folder = mkdtempSync(join(tmpdir(), "espace-killed-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const outfile = join(folder, "program.mjs");
  buildSync({
    entryPoints: [fileURLToPath(entry)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    external: ["better-sqlite3", "nodemailer"],
  });
  // Where the product's root is looked for, and what is found from there.
  writeFileSync(join(folder, "package.json"), "{}");
  for (const name of ["node_modules", "db"]) symlinkSync(join(productRoot, name), join(folder, name));
  return outfile;
}

/** Starts a bundled program with settings of its own. */
export function startProgram(program: string, settings: Record<string, string>) {
  return spawn(execPath, [program], { env: { ...env, ...settings }, stdio: ["ignore", "pipe", "inherit"] });
}

/** Runs a program, and kills it so long after it has said “started”. @returns true when it was through before. */
export function runOrDie(program: string, settings: Record<string, string>, killAfterMs: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = startProgram(program, settings);
    let timer: NodeJS.Timeout | undefined;
    child.stdout.on("data", (text: Buffer) => {
      if (String(text).includes("started")) timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === "SIGKILL") resolve(code === 0);
      else reject(new Error(`the program failed by itself: ${code ?? signal}`));
    });
  });
}
