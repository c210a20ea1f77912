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

/**
 * Everything held on who is signed in, as a ZIP archive: one JSON file, one CSV file for each table that has rows, and
 * a text that explains them. The journal keeps that it was made.
 */
export function makeArchive(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  { memberId, accountId }: Session,
  language: Language,
): Uint8Array<ArrayBuffer> {
  const now = deps.clock();
  const tables = personalData(deps, { memberId, accountId });
  const { organisation } = deps.config;
  const archive = zip(
    [
      { name: "README.txt", content: readme({ t: tFor(language), language, organisation, tables, now }) },
      { name: "data.json", content: toJson(tables, now) },
      ...tables
        .filter(({ rows }) => rows.length > 0)
        .map((table) => ({ name: `${table.name}.csv`, content: toCsv(table) })),
    ],
    now,
  );
  record(deps, { kind: "data.downloaded", memberId, actor: "member" });
  return archive;
}

function toJson(tables: PersonalTable[], now: number): string {
  const data = Object.fromEntries(tables.map(({ name, rows }) => [name, rows]));
  return JSON.stringify({ made_at: isoMoment(now), tables: data }, null, 1);
}
