import { type Day, longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import type { Person } from "./queries.ts";

/** What every block of the page is given. */
export type FileWords = BlockWords & {
  names: ReturnType<typeof feedNames>;
  today: Day;
  freshness: Person["freshness"];
};

/** The names of the feed's codes in one language: made once, since asking for a whole list is dear. */
export function feedNames(t: T, organisation: string) {
  return {
    schemes: t("dossier:rights.schemes", { returnObjects: true }),
    exemptions: t("dossier:rights.exemptions", { returnObjects: true }),
    periodicities: t("dossier:contract.periodicities", { returnObjects: true }),
    allowancePeriods: t("dossier:guarantees.periods", { returnObjects: true }),
    paymentModes: t("dossier:instalments.modes", { returnObjects: true }),
    transmission: {
      statuses: t("dossier:transmission.statuses", { returnObjects: true }),
      means: t("dossier:transmission.means", { returnObjects: true, organisation }),
      causes: t("dossier:transmission.causes", { returnObjects: true }),
    },
  } satisfies Record<string, Names | Record<string, Names>>;
}

type Names = Record<string, string>;

/** A period in words: `du 1er mars 2026 au 28 février 2027`, `depuis le 1er mars 2026`; a missing end is left out. */
export function periodText(
  { t, language, today }: { t: T; language: Language; today: Day },
  first: Day | null,
  last: Day | null,
): string | undefined {
  const from = first === null ? "" : longDay(first, language);
  const to = last === null ? "" : longDay(last, language);
  if (first !== null && last !== null) return t("dossier:period.fromTo", { from, to });
  if (first !== null) return t(first > today ? "dossier:period.fromNotYet" : "dossier:period.from", { from });
  return last === null ? undefined : t("dossier:period.to", { to });
}
