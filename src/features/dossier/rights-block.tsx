import { periodState } from "../../domain/cover.ts";
import { ageOn, longDay } from "../../lib/dates.ts";
import { DataBlock } from "../../web/ui/data-block.tsx";
import { FeedWord } from "../../web/ui/feed-word.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { Dependant, Person, Rights } from "./queries.ts";
import { type FileWords, periodText } from "./words.ts";

type Props = {
  words: FileWords;
  person: Person;
  /** The member is affiliated: rights that are not there are still to come. */
  isAffiliate: boolean;
};

/** The rights at the Assurance Maladie, and those who have theirs through the member. */
export function RightsBlock({ words, person, isAffiliate }: Props) {
  const { t, freshness, today } = words;
  const { rights, dependants } = person;
  return (
    <DataBlock {...words} id="rights" heading={t("dossier:rights.heading")} source="amo" asOf={freshness.amo}>
      {rights && <RightsTerms words={words} rights={rights} />}
      {!rights && isAffiliate && <p>{t("dossier:rights.none")}</p>}
      {rights && <RightsMeaning words={words} rights={rights} person={person} />}
      {rights && (
        <p>
          <a href={`${urls.formsGuide}#doctor`}>{t("forms:links.guide", { form: t("forms:names.doctor") })}</a>
        </p>
      )}
      {rights && periodState(rights.rightsFrom, rights.rightsTo, today) === "open" && (
        <p>
          <a href={urls.rightsCertificate}>{t("documents:kinds.rights.title")}</a>
        </p>
      )}
      {dependants.length > 0 && <Dependants words={words} dependants={dependants} />}
    </DataBlock>
  );
}

function RightsTerms({ words, rights }: { words: FileWords; rights: Rights }) {
  const { t, language, names, today } = words;
  const exemptionPeriod = periodText(words, rights.exemptionFrom, rights.exemptionTo);
  const isOver = periodState(rights.exemptionFrom ?? "", rights.exemptionTo, today) === "ended";
  return (
    <dl>
      <Term name={t("dossier:rights.scheme")}>
        <FeedWord language={language} names={names.schemes} value={rights.scheme} />
      </Term>
      <Term name={t("dossier:rights.fund")}>{rights.fundName}</Term>
      <Term name={t("dossier:rights.code")}>{`${rights.scheme} ${rights.fund} ${rights.centre}`}</Term>
      <Term name={t("dossier:rights.quality")}>{qualityText(words, rights)}</Term>
      <Term name={t("dossier:rights.rank")}>{rankText(rights.rank)}</Term>
      <Term name={t("dossier:rights.period")}>{periodText(words, rights.rightsFrom, rights.rightsTo)}</Term>
      <Term name={t("dossier:rights.state")}>
        {t(`dossier:rights.states.${periodState(rights.rightsFrom, rights.rightsTo, today)}`, {
          to: longDay(rights.rightsTo, language),
        })}
      </Term>
      <Term name={t("dossier:rights.doctor")}>{t(`dossier:rights.doctors.${rights.treatingDoctor}`)}</Term>
      {rights.exemptionCode && (
        <Term name={t("dossier:rights.exemption")}>
          <FeedWord language={language} names={names.exemptions} value={rights.exemptionCode} />
        </Term>
      )}
      {rights.exemptionCode && exemptionPeriod && (
        <Term name={t("dossier:rights.exemptionPeriod")}>
          {isOver ? t("dossier:rights.exemptionEnded", { period: exemptionPeriod }) : exemptionPeriod}
        </Term>
      )}
    </dl>
  );
}

const dependantLinks = { 2: "partner", 3: "child", 4: "other" } as const;

function qualityText({ t }: FileWords, { quality, holder }: Rights): string {
  if (quality === 1) return t("dossier:rights.insured");
  if (holder === null) return t("dossier:rights.dependant");
  return t(`dossier:rights.dependantOf.${dependantLinks[quality]}`, { holder });
}

/** As it stands on a certificate of rights: two digits. */
function rankText(rank: number): string {
  return String(rank).padStart(2, "0");
}

/** What follows for the member from rights that are not open, or from no treating doctor. */
function RightsMeaning({ words, rights, person }: { words: FileWords; rights: Rights; person: Person }) {
  const { t, language, today } = words;
  const state = periodState(rights.rightsFrom, rights.rightsTo, today);
  if (state === "ended") return <p class="flag">{t("dossier:rights.means.ended", { fund: rights.fundName })}</p>;
  if (state === "notYet") {
    return <p class="flag">{t("dossier:rights.means.notYet", { from: longDay(rights.rightsFrom, language) })}</p>;
  }
  // Below 16 a treating doctor changes nothing to what is reimbursed.
  const isMissed = rights.treatingDoctor === "N" && ageOn(person.birthDate, today) >= 16;
  return isMissed ? <p>{t("dossier:rights.noDoctor")}</p> : null;
}

function Dependants({ words: { t, language }, dependants }: { words: FileWords; dependants: Dependant[] }) {
  return (
    <>
      <h3>{t("dossier:rights.dependants")}</h3>
      <ul>
        {dependants.map(({ name, birthDate, rank }) => (
          <li>
            {birthDate === null || rank === null
              ? name
              : t("dossier:rights.dependantLine", { name, birth: longDay(birthDate, language), rank: rankText(rank) })}
          </li>
        ))}
      </ul>
      {dependants.some(({ birthDate }) => birthDate === null) && <p class="hint">{t("dossier:rights.ownFrom16")}</p>}
    </>
  );
}
