import { isOpen } from "../../domain/card-requests.ts";
import { ehicDestinations } from "../../domain/ehic-destinations.ts";
import type { EhicRefusal } from "../../domain/ehic-gate.ts";
import { countryName } from "../../lib/countries.ts";
import { longDay, parisDay } from "../../lib/dates.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { type BlockWords, DataBlock } from "../../web/ui/data-block.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { FieldError } from "../../web/ui/field-frame.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import type { Situation } from "./actions.ts";
import { Advice, AskForm, boxId } from "./ask-form.tsx";
import { FedCards } from "./fed-cards.tsx";
import { Request } from "./request.tsx";
import { isTooNear } from "./rules.ts";
import type { AskField } from "./schema.ts";
import { nameOf, refusalText, wayOut } from "./words.ts";

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
  faults: Faults<AskField>;
  /** Why somebody chosen was refused just now, by person. */
  refused: Map<string, EhicRefusal[]>;
  /** Who has a card, and has not said that it is lost. */
  notLost: string | undefined;
  /** Whose certificate was refused just now, in words. */
  uncertified: string | undefined;
};

/** The card of each person, the request for one, and the certificate that stands in for it. */
export function Ehic(props: EhicProps) {
  const { words, people, others, done, faults, notLost, uncertified } = props;
  const { t, organisation, language } = words;
  const isRelayed = organisation.amoMode === "relayed";
  const asking = peopleToAsk(props);
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
      <p>{t("ehic:what")}</p>
      {!isRelayed && <p>{t("ehic:when", { days: organisation.ehicDelayDays })}</p>}
      <p>{t("ehic:notFor")}</p>
      {isRelayed && <Relayed words={words} people={people} />}
      {people.map((situation, index) => (
        <DataBlock
          {...words}
          id={`ehic-${index + 1}`}
          heading={situation.person.isSelf ? t("ehic:yours") : t("ehic:of", { name: nameOf(situation.person) })}
          page={urls.ehic}
          source="amo"
          asOf={props.asOf}
        >
          <Person
            words={words}
            situation={situation}
            lossId={lossId(index)}
            isNotLost={notLost === situation.person.memberId}
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
            <p>{t("ehic:form.none")}</p>
          ) : (
            <AskForm
              words={words}
              people={asking}
              typed={props.typed}
              chosen={props.chosen}
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
    lost: t("ehic:form.lost"),
  };
}

/** Those who may ask, and those who were chosen just now though they may not: what was ticked stays on the page. */
function peopleToAsk({ people, chosen }: Pick<EhicProps, "people" | "chosen">): Situation[] {
  return people.filter(({ card, person }) => card.length === 0 || chosen.includes(person.memberId));
}

const lossId = (index: number) => `lost-${index + 1}`;

function lossLabel({ t }: BlockWords, person: Situation["person"]): string {
  return person.isSelf ? t("ehic:certificate.lost") : t("ehic:certificate.lostOf", { name: nameOf(person) });
}

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

type PersonProps = { words: BlockWords; situation: Situation; lossId: string; isNotLost: boolean };

function Person(props: PersonProps) {
  const { words, situation } = props;
  const { t, organisation } = words;
  const { person, requests, card, needsLoss } = situation;
  if (organisation.amoMode === "relayed") return <States words={words} situation={situation} />;
  const reasons = card.filter(({ why }) => why !== "pending" || !requests.some(isOpen));
  return (
    <>
      <States words={words} situation={situation} />
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

function States({ words, situation: { person, requests } }: { words: BlockWords; situation: Situation }) {
  const { t } = words;
  return (
    <>
      {requests.map((request) => (
        <Request words={words} request={request} />
      ))}
      <FedCards words={words} cards={person.cards} requests={requests} />
      {requests.length === 0 && person.cards.length === 0 && <p>{t("ehic:none")}</p>}
    </>
  );
}

type ReasonsProps = { words: BlockWords; person: Situation["person"]; refusals: EhicRefusal[] };

/** Every reason with what to do, and the way there. */
function Reasons({ words, person, refusals }: ReasonsProps) {
  return (
    <ul>
      {refusals.map((refusal) => {
        const way = wayOut(words, refusal);
        return (
          <li>
            {refusalText(words, refusal, person.fundName ?? "")}
            {way && (
              <>
                {" "}
                <a href={way.href}>{words.t(`ehic:links.${way.label}`)}</a>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The certificate there is, the button that issues one, or why there can be none. */
function Certificate({ words, situation, lossId, isNotLost }: PersonProps) {
  const { t, language, organisation } = words;
  const { person, certificate, requests, card, provisional, provisionalIfLost } = situation;
  const name = nameOf(person);
  const isNear = requests.some(
    (request) =>
      isOpen(request) && isTooNear(request.departsOn, parisDay(request.requestedAt * 1000), organisation.ehicDelayDays),
  );
  // What stands under the reasons for the card is not said twice.
  const isSaid = provisional.every(({ why }) => card.some((one) => one.why === why));
  if (!certificate && provisionalIfLost.length > 0 && isSaid) {
    return <p>{t("ehic:certificate.impossible")}.</p>;
  }
  return (
    <>
      <h3>{t("ehic:certificate.heading")}</h3>
      {certificate ? (
        <p>
          <a href={urls.ehicCertificate(certificate.number)}>
            {t("ehic:certificate.open", {
              from: longDay(certificate.issuedOn, language),
              to: longDay(certificate.validTo, language),
            })}
            {person.isSelf === 0 && <span class="hidden"> – {name}</span>}
          </a>
        </p>
      ) : provisionalIfLost.length === 0 ? (
        <>
          <p class={isNear ? "flag" : undefined}>
            {isNear ? t("ehic:request.soon", { days: organisation.ehicDelayDays }) : t("ehic:certificate.why")}
          </p>
          <form action={urls.ehicCertificates} method="post">
            <input type="hidden" name="beneficiary" value={person.memberId} />
            {provisional.length > 0 && <Loss words={words} person={person} id={lossId} isFaulty={isNotLost} />}
            <button type="submit" class="secondary">
              {person.isSelf ? t("ehic:certificate.ask") : t("ehic:certificate.askOf", { name })}
            </button>
          </form>
        </>
      ) : (
        <>
          <p>{t("ehic:certificate.impossible")}.</p>
          <Reasons words={words} person={person} refusals={provisional} />
        </>
      )}
    </>
  );
}

type LossProps = { words: BlockWords; person: Situation["person"]; id: string; isFaulty: boolean };

/** Who has a card gets the certificate only when the card is gone. */
function Loss({ words, person, id, isFaulty }: LossProps) {
  const label = lossLabel(words, person);
  return (
    <div class={isFaulty ? "field field-faulty" : "field"}>
      {isFaulty && <FieldError t={words.t} name={id} label={label} fault="cardNotLost" />}
      <div class="choice">
        <input
          id={id}
          name="lost"
          type="checkbox"
          value="on"
          aria-describedby={isFaulty ? `${id}-error` : undefined}
          aria-invalid={isFaulty ? "true" : undefined}
        />
        <label for={id}>{label}</label>
      </div>
    </div>
  );
}
