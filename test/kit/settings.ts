import { type Config, readConfig } from "../../src/platform/config.ts";

/** When the demo of the tests was made: 23 November 2026, 09:00 in Paris. */
export const today = Date.parse("2026-11-23T09:00:00+01:00");

/** Enough to be argon2id, little enough to be fast. */
export const cheapHashing = { memoryCost: 64, timeCost: 1 };

const testKey = Buffer.alloc(32, "test key").toString("base64");

export function testConfig(dataDir: string, settings: Record<string, string> = {}): Config {
  return readConfig({ DATA_DIR: dataDir, SECRET_KEY: testKey, ...settings }, dataDir);
}
