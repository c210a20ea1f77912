import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDemo } from "../../src/demo.ts";
import { openBase } from "../../src/platform/base.ts";
import { createPasswords } from "../../src/platform/passwords.ts";
import { cheapHashing, testConfig, today } from "./settings.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A base with the demo in it, made once a run; each portal of a test starts from a copy. */
    template: string;
  }
}

type Project = { provide(name: "template", value: string): void };

export async function setup(project: Project): Promise<() => void> {
  const dataDir = mkdtempSync(join(tmpdir(), "espace-template-"));
  const config = testConfig(dataDir);
  const base = openBase(config);
  await loadDemo({ ...base, config, clock: () => today, passwords: createPasswords(cheapHashing) });
  base.db.$client.pragma("wal_checkpoint(TRUNCATE)");
  base.db.$client.close();
  project.provide("template", config.databaseFile);
  return () => rmSync(dataDir, { recursive: true, force: true });
}
