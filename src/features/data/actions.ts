import { record } from "../../domain/evidence.ts";
import { type PersonalTable, personalData } from "../../domain/personal-data.ts";
import { isoMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { Deps } from "../../platform/deps.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Session } from "../../platform/sessions.ts";
import { zip } from "../../platform/zip.ts";
import { toCsv } from "./csv.ts";
import { readme } from "./document.ts";

export const archiveNames: Record<Language, string> = { fr: "mes-donnees.zip", en: "my-data.zip" };

type ArchiveDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/**
 * Everything held on who is signed in, as a ZIP archive: one JSON file, one CSV file for each table that has rows, and
 * a text that explains them. The journal keeps that it was made.
 */
export function makeArchive(deps: ArchiveDeps, session: Session, language: Language): Uint8Array<ArrayBuffer> {
  const archive = archiveOf(deps, session, language);
  record(deps, { kind: "data.downloaded", memberId: session.memberId, actor: "member" });
  return archive;
}

/** The same for somebody who asked for it by post or by e-mail: the person sees that staff made it, and for what. */
export function makeArchiveFor(
  deps: ArchiveDeps,
  person: { memberId: string; accountId: string },
  language: Language,
  by: { staff: string; request: number },
): Uint8Array<ArrayBuffer> {
  const archive = archiveOf(deps, person, language);
  record(deps, {
    kind: "data.downloaded",
    memberId: person.memberId,
    actor: "staff",
    details: { ...by, what: "file" },
  });
  return archive;
}

function archiveOf(
  deps: ArchiveDeps,
  { memberId, accountId }: { memberId: string; accountId: string },
  language: Language,
): Uint8Array<ArrayBuffer> {
  const now = deps.clock();
  const tables = personalData(deps, { memberId, accountId });
  const { organisation } = deps.config;
  return zip(
    [
      { name: "README.txt", content: readme({ t: tFor(language), language, organisation, tables, now }) },
      { name: "data.json", content: toJson(tables, now) },
      ...tables
        .filter(({ rows }) => rows.length > 0)
        .map((table) => ({ name: `${table.name}.csv`, content: toCsv(table) })),
    ],
    now,
  );
}

function toJson(tables: PersonalTable[], now: number): string {
  const data = Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
  return JSON.stringify({ made_at: isoMoment(now), tables: data }, null, 1);
}
