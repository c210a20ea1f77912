import { isOpen } from "../../domain/card-requests.ts";
import { ehicDestinations } from "../../domain/ehic-destinations.ts";
import type { EhicRefusal } from "../../domain/ehic-gate.ts";
import { countryName } from "../../lib/countries.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { type BlockWords, DataBlock } from "../../web/ui/data-block.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import type { Situation } from "./actions.ts";
import { Advice, AskForm, boxId } from "./ask-form.tsx";
import { Certificate, CertificateLink, type CertificateProps, mayIssue } from "./certificate-offer.tsx";
import { FedCards } from "./fed-cards.tsx";
import { Reasons } from "./reasons.tsx";
import { Request } from "./request.tsx";
import type { AskField } from "./schema.ts";
import { lossLabel, nameOf, refusalText } from "./words.ts";

/** What has just happened, said at the top of the page. */
export const doneWords = ["asked", "cancelled", "late"] as const;
export type Done = (typeof doneWords)[number];

export type EhicProps = {
  words: BlockWords;
  people: Situation[];
  others: { name: string }[];
  asOf: number | undefined;
  done: Done | undefined;
  typed: Typed<AskField>;
  chosen: string[];
  /** Whose card was said to be lost in the form. */
  losses: string[];
  faults: Faults<AskField>;
  /** Why somebody chosen was refused just now, by person. */
  refused: Map<string, EhicRefusal[]>;
  /** Who has a card, and has not said that it is lost. */
  notLost: string | undefined;
  /** Whose certificate was refused just now, in words. */
  uncertified: string | undefined;
  /** Whose certificate can be issued now that the password was typed, and whether the card was said to be lost. */
  ready: { memberId: string; isLost: boolean } | undefined;
};

/** The card of each person, the request for one, and the certificate that stands in for it. */
export function Ehic(props: EhicProps) {
  const { words, people, others, done, faults, notLost, uncertified } = props;
  const { t, organisation, language } = words;
  const isRelayed = organisation.amoMode === "relayed";
  const asking = peopleToAsk(props);
  const readyPerson = people.find((one) => one.person.memberId === props.ready?.memberId && mayIssue(one))?.person;
  return (
    <>
      <ErrorSummary t={t} faults={faultsOf(props)} labels={labelsOf(props)} />
      <p>
        <a href={urls.documents}>{t("documents:title")}</a>
      </p>
      <h1>{t("ehic:title")}</h1>
      {done && (
        <Notice>
          <p>{t(`ehic:done.${done}`, { phone: organisation.phone })}</p>
        </Notice>
      )}
      {uncertified && (
        <Notice>
          <p>{t("ehic:certificate.refused", { name: uncertified })}</p>
        </Notice>
      )}
      {readyPerson && (
        <Notice id="ready">
          <p>{t("ehic:certificate.ready", { name: nameOf(readyPerson) })}</p>
        </Notice>
      )}
      <p>{t("ehic:what")}</p>
      {!isRelayed && <p>{t("ehic:when", { days: organisation.ehicDelayDays })}</p>}
      <p>{t("ehic:notFor")}</p>
      {isRelayed && <Relayed words={words} people={people} />}
      {people.map((situation, index) => (
        <DataBlock
          {...words}
          id={`ehic-${index + 1}`}
          heading={situation.person.isSelf ? t("ehic:yours") : t("ehic:for", { name: nameOf(situation.person) })}
          page={urls.ehic}
          source="amo"
          asOf={props.asOf}
        >
          <Person
            words={words}
            situation={situation}
            lossId={lossId(index)}
            isNotLost={notLost === situation.person.memberId}
            isKnown={props.asOf !== undefined}
            ready={situation.person === readyPerson ? props.ready : undefined}
          />
        </DataBlock>
      ))}
      {others.length > 0 && (
        <section id="others">
          <h2>{t("ehic:others")}</h2>
          <ul>
            {others.map(({ name }) => (
              <li>{name}</li>
            ))}
          </ul>
          <p>{t("ehic:othersHelp")}</p>
        </section>
      )}
      {!isRelayed && (
        <section id="ask">
          <h2>{t("ehic:form.title")}</h2>
          {asking.length === 0 ? (
            <p>
              {t("ehic:form.none")}{" "}
              {t(people.some((one) => cardReasons(one).length > 0) ? "ehic:form.noneWhy" : "ehic:form.nonePending")}
            </p>
          ) : (
            <AskForm
              words={words}
              people={asking}
              typed={props.typed}
              chosen={props.chosen}
              losses={props.losses}
              faults={faults}
              refused={props.refused}
              countries={destinationsIn(language)}
            />
          )}
        </section>
      )}
      <Advice words={words} />
    </>
  );
}

function destinationsIn(language: BlockWords["language"]) {
  return ehicDestinations
    .map((code) => ({ value: code, text: countryName(code, language) }))
    .sort((one, other) => one.text.localeCompare(other.text, language));
}

/** Each fault under the id of its box. */
function faultsOf(props: EhicProps): Faults {
  const { people, faults, refused, notLost } = props;
  const shown = peopleToAsk(props).map(({ person }) => person.memberId);
  const personal = [...refused.keys()].map((memberId) => [boxId(shown.indexOf(memberId)), "cardRefused"] as const);
  const lossAt = people.findIndex(({ person }) => person.memberId === notLost);
  return {
    ...faults,
    ...Object.fromEntries(personal),
    ...(lossAt >= 0 && { [lossId(lossAt)]: "cardNotLost" as const }),
  };
}

/** The boxes in the order of the page, each as it is called. */
function labelsOf(props: EhicProps): Record<string, string> {
  const { words, people, faults } = props;
  const { t } = words;
  const dayLabels = (name: "departure" | "return") =>
    (["Day", "Month", "Year"] as const).map((part) => [
      `${name}${part}`,
      `${t(`ehic:form.${name}`)} – ${t(`form:day.${part}`)}`,
    ]);
  return {
    ...Object.fromEntries(people.map(({ person }, index) => [lossId(index), lossLabel(words, person)])),
    ...Object.fromEntries(peopleToAsk(props).map(({ person }, index) => [boxId(index), nameOf(person)])),
    ...(faults.beneficiaries && { beneficiaries: t("ehic:form.people") }),
    country: t("ehic:form.country"),
    ...Object.fromEntries([...dayLabels("departure"), ...dayLabels("return")]),
  };
}

/** Those who may ask, and those who were chosen just now though they may not: what was ticked stays on the page. */
function peopleToAsk({ people, chosen }: Pick<EhicProps, "people" | "chosen">): Situation[] {
  return people.filter(({ card, person }) => card.length === 0 || chosen.includes(person.memberId));
}

const lossId = (index: number) => `lost-${index + 1}`;

function Relayed({ words: { t, organisation }, people }: { words: BlockWords; people: Situation[] }) {
  const fund = people[0]?.person.fundName;
  return (
    <section id="relayed">
      <h2>{t("ehic:relayed.title")}</h2>
      <p>{t("ehic:relayed.text", { organisation: organisation.name })}</p>
      {fund && <p>{t("ehic:relayed.fund", { fund })}</p>}
      <p>
        <a href={organisation.amoWebsite} rel="noreferrer">
          {t("ehic:links.fund")}
        </a>
      </p>
      <p>{t("ehic:relayed.after")}</p>
    </section>
  );
}

type PersonProps = CertificateProps & {
  /** The back office has spoken of cards: that there is none is known. */
  isKnown: boolean;
};

/** Why no card can be asked for; a request that is under way is shown by itself. */
function cardReasons({ card, requests }: Situation): EhicRefusal[] {
  return card.filter(({ why }) => why !== "pending" || !requests.some(isOpen));
}

function Person(props: PersonProps) {
  const { words, situation, isKnown } = props;
  const { t, organisation } = words;
  const { person, card, needsLoss, certificate } = situation;
  const states = <States words={words} situation={situation} isKnown={isKnown} />;
  if (organisation.amoMode === "relayed") {
    return (
      <>
        {states}
        {certificate && <CertificateLink words={words} person={person} certificate={certificate} />}
      </>
    );
  }
  const reasons = cardReasons(situation);
  return (
    <>
      {states}
      {needsLoss && card.length === 0 && <p>{refusalText(words, needsLoss, person.fundName ?? "")}</p>}
      {reasons.length > 0 && (
        <>
          <h3>{t("ehic:refused.heading")}</h3>
          <Reasons words={words} person={person} refusals={reasons} />
        </>
      )}
      <Certificate {...props} />
    </>
  );
}

type StatesProps = Pick<PersonProps, "words" | "situation" | "isKnown">;

function States({ words, situation: { person, requests }, isKnown }: StatesProps) {
  const { t, organisation } = words;
  const mayAskAgain = organisation.amoMode === "delegated" && !requests.some(isOpen);
  return (
    <>
      {requests.map((request) => (
        <Request words={words} request={request} mayAskAgain={mayAskAgain} />
      ))}
      <FedCards words={words} cards={person.cards} requests={requests} />
      {requests.length === 0 && person.cards.length === 0 && <p>{t(isKnown ? "ehic:none" : "ehic:notYet")}</p>}
    </>
  );
}
