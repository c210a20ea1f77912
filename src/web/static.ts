import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Hono } from "hono";
import type { Env } from "./env.ts";
import { header } from "./header.ts";

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

type Assets = {
  /** The address of a file, which changes with its content. */
  url(name: string): string;
  routes: Hono<Env>;
};

/** The public files made by the build, all in memory: a few tens of kilobytes with their compressed forms. */
export function createAssets(folder: string, headers: Record<string, string>): Assets {
  const names = JSON.parse(readFileSync(join(folder, "names.json"), "utf8")) as Record<string, string>;
  const files = new Map(readdirSync(folder).map((name) => [name, Uint8Array.from(readFileSync(join(folder, name)))]));
  const routes = new Hono<Env>();
  routes.get("/static/:name", (c, next) => {
    const name = c.req.param("name");
    const type = types[extname(name)];
    if (!type || !files.has(name)) return next();
    const accepted = header(c, "accept-encoding") ?? "";
    const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : undefined;
    const body = files.get(encoding === "br" ? `${name}.br` : encoding === "gzip" ? `${name}.gz` : name)!;
    return new Response(body, {
      headers: {
        ...headers,
        "Content-Type": type,
        "Cache-Control": "public, max-age=31536000, immutable",
        Vary: "Accept-Encoding",
        ...(encoding ? { "Content-Encoding": encoding } : {}),
      },
    });
  });
  return {
    url(name) {
      const hashed = names[name];
      if (!hashed) throw new Error(`${name} is not among the public files of the build`);
      return `/static/${hashed}`;
    },
    routes,
  };
}
