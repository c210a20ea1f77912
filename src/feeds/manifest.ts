import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod";
import { type EntityName, entityNames } from "./entity.ts";
import type { Expected } from "./inspect.ts";

export type FeedFile = {
  name: string;
  path: string;
  /** Undefined when the name is not that of an inbound entity. */
  entity: EntityName | undefined;
  expected: Expected | undefined;
};

/** Files that belong together: those of a manifest, or those named one by one (no source, no sequence). */
export type Feed = {
  folder: string | undefined;
  source: string | undefined;
  sequence: number | undefined;
  mode: "delta" | "full";
  files: FeedFile[];
};

/** Something to import, or why it cannot be. */
export type Found = { feed: Feed } | { name: string; refusal: string; isFeed: boolean };

const manifestSchema = z.object({
  sequence: z.int().min(0),
  mode: z.enum(["delta", "full"]),
  source: z.string().min(1).max(100),
  files: z.array(
    z.object({
      name: z.string().regex(/^[A-Za-z0-9._-]+\.csv$/, "must be the name of a CSV file"),
      rows: z.int().min(0),
      sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits"),
    }),
  ),
});

/** What the paths lead to: feed folders first in the order given, then the files named one by one, together. */
export function findFeeds(paths: string[]): Found[] {
  const found: Found[] = [];
  const loose: FeedFile[] = [];
  for (const path of paths.map((path) => resolve(path))) {
    if (!existsSync(path))
      found.push({ name: basename(path), refusal: "There is no such file or folder.", isFeed: false });
    else if (statSync(path).isDirectory()) found.push(readFeed(path));
    else if (basename(path) === "manifest.json") found.push(readFeed(dirname(path)));
    else loose.push({ name: basename(path), path, entity: entityOf(basename(path)), expected: undefined });
  }
  if (loose.length > 0) {
    const feed = { folder: undefined, source: undefined, sequence: undefined, mode: "delta" as const };
    found.push({ feed: { ...feed, files: inLoadingOrder(loose) } });
  }
  return found;
}

/**
 * The feeds of the drop folder, in it or in its folders, oldest sequence first. What has no manifest yet is still
 * being dropped. A file that an interrupted run has put away already is found where it was put.
 */
export function findDropped(inbox: string): Found[] {
  if (!existsSync(inbox)) return [];
  const folders = readdirSync(inbox, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "done")
    .map(({ name }) => join(inbox, name));
  return [inbox, ...folders]
    .filter((folder) => existsSync(join(folder, "manifest.json")))
    .map((folder) => readFeed(folder, inbox))
    .sort((one, other) => sequenceOf(one) - sequenceOf(other));
}

/** Where a feed of the drop folder goes once it is in the base. */
export function doneFolder(inbox: string, { source, sequence }: { source: string; sequence: number }): string {
  return join(inbox, "done", `${source.replace(/[^A-Za-z0-9_-]/g, "_")}_${sequence}`);
}

function sequenceOf(found: Found): number {
  return "feed" in found ? (found.feed.sequence ?? 0) : 0;
}

function readFeed(folder: string, inbox?: string): Found {
  const name = join(basename(folder), "manifest.json");
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
  } catch {
    const refusal = existsSync(join(folder, "manifest.json"))
      ? "The manifest is not JSON."
      : "The folder has no manifest.json; name its files one by one to import them without.";
    return { name, refusal, isFeed: true };
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const refusal = `The manifest is wrong: ${issue.path.join(".") || "it"}: ${issue.message}.`;
    return { name, refusal, isFeed: true };
  }
  const { source, sequence, mode, files } = parsed.data;
  const done = inbox === undefined ? undefined : doneFolder(inbox, { source, sequence });
  return {
    feed: {
      folder,
      source,
      sequence,
      mode,
      files: inLoadingOrder(
        files.map(({ name, rows, sha256 }) => {
          const here = join(folder, name);
          const path = done && !existsSync(here) ? join(done, name) : here;
          return { name, path, entity: entityOf(name), expected: { rows, sha256 } };
        }),
      ),
    },
  };
}

function inLoadingOrder(files: FeedFile[]): FeedFile[] {
  const rank = ({ entity }: FeedFile) => (entity ? entityNames.indexOf(entity) : entityNames.length);
  return files.toSorted((one, other) => rank(one) - rank(other) || (one.name < other.name ? -1 : 1));
}

function entityOf(name: string): EntityName | undefined {
  const match = /^([a-z_]+?)(?:_\d[\w-]*)?\.csv$/.exec(name);
  return entityNames.find((entity) => entity === match?.[1]);
}
