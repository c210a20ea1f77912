import { chmodSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "./config.ts";
import type { Texter } from "./sms.ts";

/**
 * Writes each text message to DATA_DIR/sms as a JSON file that only its owner can read. The name is made of the id
 * alone, which begins with the time: trying the same message again replaces its file.
 */
export function folderTexter(dataDir: string): Texter {
  const folder = join(dataDir, "sms");
  return {
    description: `files in ${folder}`,
    async send({ id, to, text }) {
      const name = `${id.replace(/[^A-Za-z0-9._-]+/g, "_").slice(0, 120)}.json`;
      const unfinished = join(folder, `${name}.tmp`);
      try {
        makeFolder(folder);
        chmodSync(folder, 0o700);
        await writeFile(unfinished, `${JSON.stringify({ to, text, id }, null, 2)}\n`, { mode: 0o600, flush: true });
        await rename(unfinished, join(folder, name));
        return { outcome: "sent", answer: `250 written to ${name}` };
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => {});
        const { code = "EFAULT" } = error as NodeJS.ErrnoException;
        return { outcome: "later", answer: code };
      }
    },
  };
}
