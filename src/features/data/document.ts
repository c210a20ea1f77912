import type { PersonalTable } from "../../domain/personal-data.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";

const cookies = ["session", "device", "challenge", "form", "lang"] as const;

type TableName = Parameters<typeof sentenceOf>[1];

type Readme = {
  t: T;
  language: Language;
  organisation: Organisation;
  tables: PersonalTable[];
  /** When the archive is made (milliseconds). */
  now: number;
};

/** The instructions of the archive: what each file holds, how to read it, what is not in it. */
export function readme({ t, language, organisation, tables, now }: Readme): string {
  const { name, serviceName, privacyEmail, privacyAddress } = organisation;
  const full = tables.filter(({ rows }) => rows.length > 0);
  const empty = tables.filter(({ rows }) => rows.length === 0).map((table) => table.name);
  const sections = [
    [
      t("data:readme.title", { service: serviceName, organisation: name }),
      t("data:readme.made", { moment: longMoment(now, language) }),
      t("data:readme.secret"),
    ],
    [
      t("data:readme.files"),
      t("data:readme.json"),
      ...full.map((table) => t("data:readme.file", { name: table.name, what: sentenceOf(t, table.name as TableName) })),
      ...(empty.length > 0 ? [t("data:readme.empty", { names: empty.join(", ") })] : []),
    ],
    [t("data:readme.reading"), t("data:readme.csv"), t("data:readme.amounts"), t("data:readme.moments")],
    [t("data:readme.cookies"), ...cookies.map((cookie) => t(`data:readme.cookie.${cookie}`)), t("data:readme.forget")],
    [t("data:readme.absent"), t("data:readme.secrets"), t("data:readme.others")],
    [t("data:readme.rights"), t("data:readme.ask", { email: privacyEmail, address: privacyAddress.join(", ") })],
  ];
  return sections.map((lines) => lines.map((line) => `${line}\r\n`).join("")).join("\r\n");
}

function sentenceOf(t: T, table: keyof typeof import("../../../locales/fr/data.json")["tables"]): string {
  return t(`data:tables.${table}`);
}
