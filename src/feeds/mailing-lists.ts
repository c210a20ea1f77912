import { createHash, type Hash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { desc, eq, gt } from "drizzle-orm";
import {
  type MailingList,
  mailingListNames,
  mailingLists,
  type Recipient,
  recipients,
} from "../domain/mailing-lists.ts";
import { unsubscribeToken, unsubscribeUrl } from "../domain/unsubscribe.ts";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import { mailingExports } from "../platform/schema.ts";
import { quoted } from "./export.ts";
import { type ExportDeps, numbered, stampOf } from "./export-plan.ts";
import { manifestName, putFolder, readManifest, writeDurably } from "./outbox-folder.ts";

/** `origin`: the public address that the links to unsubscribe begin with. */
export type ListDeps = ExportDeps & { origin: string };

type ListFile = { name: string; list: MailingList; rows: number; sha256: string };
type Manifest = { sequence: number; mode: "full"; source: "portal"; digest: string; files: ListFile[] };
export type ExportedLists = { sequence: number; folder: string; files: ListFile[] };

const header = "email;prenom;langue;lien_desinscription\r\n";
const bufferedBytes = 64 * 1024;

/**
 * Writes who may be written to, a file a list, into a folder of the outbox: whole lists, which take the place of those
 * before. Written when somebody has joined or left one since the last time, or when it is asked for.
 * @returns undefined when there was nothing to write.
 */
export function exportLists(deps: ListDeps, outbox: string, isAsked = false): ExportedLists | undefined {
  const plan = planLists(deps, isAsked);
  if (!plan) return undefined;
  const { sequence, folder } = plan;
  const target = join(outbox, folder);
  let drawn: Manifest | undefined;
  putFolder(outbox, folder, {
    isThere: () => readManifest(target) !== undefined,
    fill: (draft) => {
      drawn = drawLists(deps, plan, draft);
    },
  });
  // A run that was cut short just after has put it there.
  const { digest, files } = drawn ?? (JSON.parse(readManifest(target)!) as Manifest);
  const rowCount = files.reduce((sum, { rows }) => sum + rows, 0);
  write(deps.db, () =>
    deps.db
      .update(mailingExports)
      .set({ exportedAt: seconds(deps.clock), digest, rowCount })
      .where(eq(mailingExports.sequence, sequence))
      .run(),
  );
  return { sequence, folder, files };
}

type Plan = { sequence: number; folder: string };

/** The lists to write now: those that were cut short, else new ones when they are not those of the last time. */
function planLists(deps: ListDeps, isAsked: boolean): Plan | undefined {
  const { db, clock } = deps;
  const { digest, rows } = summary(deps);
  return write(db, () => {
    const { sequence, folder, exportedAt, digest: written } = mailingExports;
    const begun = db.select({ sequence, folder }).from(mailingExports).where(eq(exportedAt, 0)).get();
    if (begun) return begun;
    const last = db
      .select({ sequence, digest: written })
      .from(mailingExports)
      .where(gt(exportedAt, 0))
      .orderBy(desc(sequence))
      .limit(1)
      .get();
    const isNews = last ? last.digest !== digest : rows > 0;
    if (!isNews && !isAsked) return undefined;
    const next = (last?.sequence ?? 0) + 1;
    const plan = { sequence: next, folder: `mailing_${stampOf(clock())}_${numbered(next)}` };
    db.insert(mailingExports)
      .values({ ...plan, exportedAt: 0, digest, rowCount: rows })
      .run();
    return plan;
  });
}

/** Who is on the lists, in short: links differ each time they are made, people do not. */
function summary(deps: ListDeps): { digest: string; rows: number } {
  const digest = createHash("sha256");
  let rows = 0;
  for (const recipient of recipients(deps)) {
    note(digest, recipient);
    rows += recipient.lists.length;
  }
  return { digest: digest.digest("hex"), rows };
}

function note(digest: Hash, { accountId, email, firstName, language, lists }: Recipient): void {
  digest.update(`${JSON.stringify([accountId, email, firstName, language, lists])}\n`);
}

/** Writes the files of a plan as they come out of the base, however many people are on them. */
function drawLists(deps: ListDeps, { sequence, folder }: Plan, draft: string): Manifest {
  const moment = folder.slice("mailing_".length);
  const digest = createHash("sha256");
  const lists = mailingListNames.map((list) => {
    const name = `${list}_${moment}.csv`;
    return { list, name, file: openList(join(draft, name)) };
  });
  try {
    for (const recipient of recipients(deps)) {
      note(digest, recipient);
      for (const { list, file } of lists) if (recipient.lists.includes(list)) file.add(rowOf(deps, recipient, list));
    }
    const files = lists.map(({ list, name, file }) => ({ name, list, ...file.finish() }));
    const manifest: Manifest = { sequence, mode: "full", source: "portal", digest: digest.digest("hex"), files };
    writeDurably(join(draft, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    return manifest;
  } finally {
    for (const { file } of lists) file.close();
  }
}

function rowOf({ seal, origin }: ListDeps, recipient: Recipient, list: MailingList): string {
  const { accountId, email, firstName, language } = recipient;
  const url = unsubscribeUrl({ origin }, unsubscribeToken(seal, accountId, mailingLists[list]));
  // Whoever follows it may never have been here: the page must speak as the mail did.
  const link = language === "fr" ? url : `${url}?lang=${language}`;
  return `${[email, firstName, language, link].map(quoted).join(";")}\r\n`;
}

/** A file that is written a piece at a time. */
function openList(path: string) {
  const file = openSync(path, "wx", 0o600);
  const sha256 = createHash("sha256");
  let pending = header;
  let rows = 0;
  const flush = () => {
    sha256.update(pending);
    writeSync(file, pending);
    pending = "";
  };
  return {
    add(row: string) {
      rows++;
      pending += row;
      if (pending.length >= bufferedBytes) flush();
    },
    finish() {
      flush();
      fsyncSync(file);
      return { rows, sha256: sha256.digest("hex") };
    },
    close: () => closeSync(file),
  };
}
