import type { Child } from "hono/jsx";
import { longDay, parisDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import { reportLink } from "../report-link.ts";
import { urls } from "../urls.ts";

/** Who data come from: the Assurance Maladie, the mutual, or both. */
export type DataSource = "amo" | "amc" | "both";

/** What every block says in the same way. */
export type BlockWords = { t: T; language: Language; organisation: Organisation };

type Props = BlockWords & {
  id: string;
  heading: string;
  /** The page it stands on, when that is not the person's file. */
  page?: string;
  source: DataSource;
  /** When the back office gave the data (seconds), if it ever did. */
  asOf: number | undefined;
  children: Child;
};

/** A heading with data under it, where they come from, of which day they are, and the way to say that they are wrong. */
export function DataBlock({
  t,
  language,
  organisation,
  id,
  heading,
  page = urls.dossier,
  source,
  asOf,
  children,
}: Props) {
  const words = { source: t(`dossier:block.sources.${source}`, { organisation: organisation.name }) };
  return (
    <section id={id}>
      <h2>{heading}</h2>
      {children}
      <p class="hint">
        {asOf === undefined
          ? t("dossier:block.source", words)
          : t("dossier:block.sourceOn", { ...words, day: longDay(parisDay(asOf * 1000), language) })}{" "}
        <a href={reportLink(page, id)}>
          {t("dossier:block.report")}
          <span class="hidden"> – {heading}</span>
        </a>
      </p>
    </section>
  );
}
