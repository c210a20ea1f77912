import { readdirSync, statSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { productRoot } from "../../src/platform/config.ts";

/** Bytes of an answer as they travel to a browser that takes Brotli. */
export function bytesOnTheWire(url: string, cookie = ""): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { "accept-encoding": "br", cookie } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}

/** Compressed size of the public files of a kind. */
export function assetBytes(extension: ".css" | ".js"): number {
  const folder = join(productRoot, "dist/static");
  const files = readdirSync(folder).filter((name) => name.endsWith(`${extension}.br`));
  return files.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}
