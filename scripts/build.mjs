// Bundles the server and the command line into dist/. A bundle starts six times faster and uses a third of the
// memory of the loose modules; only packages with native code stay outside.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const assets = [
  "static/app.css",
  "static/app.js",
  "static/passkey.js",
  "static/session.js",
  "node_modules/htmx.org/dist/htmx.min.js",
  "static/icon.svg",
];

/** Copies each public file under a name that carries its hash, beside its compressed forms, for a cache of a year. */
async function buildAssets() {
  rmSync("dist/static", { recursive: true, force: true });
  mkdirSync("dist/static", { recursive: true });
  const names = {};
  for (const path of assets) {
    const minify = path.startsWith("static/") && /\.(css|js)$/.test(path);
    const bytes = minify
      ? (await build({ entryPoints: [path], minify: true, write: false, target: "es2020" })).outputFiles[0].contents
      : readFileSync(path);
    const extension = extname(path);
    const name = `${basename(path, extension)}.${createHash("sha256").update(bytes).digest("hex").slice(0, 10)}${extension}`;
    names[basename(path)] = name;
    writeFileSync(join("dist/static", name), bytes);
    writeFileSync(join("dist/static", `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(
      join("dist/static", `${name}.br`),
      brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
    );
  }
  writeFileSync("dist/static/names.json", JSON.stringify(names));
}

/**
 * One letter beyond Latin-1 makes the engine keep the whole of a file twice as large, for as long as it runs. What the
 * bundler leaves as it is stands in regular expressions and comments, where an escape says the same.
 */
const asciiOnly = {
  name: "ascii-only",
  setup: ({ onEnd }) =>
    onEnd(({ outputFiles }) => {
      for (const { path, text } of outputFiles) {
        mkdirSync(dirname(path), { recursive: true });
        const escaped = (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
        writeFileSync(path, path.endsWith(".js") ? text.replace(/[^\0-\x7f]/g, escaped) : text);
      }
    }),
};

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["src/main.ts", "src/cli.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minifySyntax: true,
  sourcemap: "linked",
  sourcesContent: false,
  logLevel: "warning",
  legalComments: "linked",
  write: false,
  plugins: [asciiOnly],
  // What jsPDF would draw HTML and SVG with is not for us.
  external: ["better-sqlite3", "@node-rs/argon2", "canvg", "dompurify", "html2canvas"],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
await buildAssets();
