import { longDay } from "../../lib/dates.ts";
import { DataBlock, type DataSource } from "../../web/ui/data-block.tsx";
import { French } from "../../web/ui/feed-word.tsx";
import { Term } from "../../web/ui/term.tsx";
import type { Person } from "./queries.ts";
import type { FileWords } from "./words.ts";

type Props = {
  words: FileWords;
  source: DataSource;
  person: Person;
  /** The number of social security, masked. */
  nir: string | undefined;
};

export function IdentityBlock({ words, source, person, nir }: Props) {
  const { t, language, freshness } = words;
  return (
    <DataBlock
      {...words}
      id="identity"
      heading={t("dossier:identity.heading")}
      source={source}
      asOf={freshness.personnes}
    >
      <dl>
        {person.title && (
          <Term name={t("dossier:identity.title")}>
            <French language={language}>{person.title}</French>
          </Term>
        )}
        <Term name={t("dossier:identity.birthName")}>{person.birthName}</Term>
        {person.usualName && <Term name={t("dossier:identity.usualName")}>{person.usualName}</Term>}
        <Term name={t("dossier:identity.firstNames")}>{person.firstNames}</Term>
        <Term name={t("dossier:identity.birthDate")}>{longDay(person.birthDate, language)}</Term>
        <Term name={t("dossier:identity.nir")}>{nir ?? t("dossier:unknown")}</Term>
      </dl>
      {nir !== undefined && (
        <p class="hint">
          {t("dossier:identity.nirHidden")}
          {person.nirProvisional === 1 && ` ${t("dossier:identity.nirProvisional")}`}
          {person.rights?.hasNumberOfHolder === 1 && ` ${t("dossier:identity.nirOfHolder")}`}
        </p>
      )}
    </DataBlock>
  );
}
