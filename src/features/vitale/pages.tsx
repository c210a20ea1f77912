import { type Bearer, type Card, inOrder, isLive, isOver, maskSerial } from "../../domain/vitale-cards.ts";
import type { Declaration } from "../../domain/vitale-declarations.ts";
import { type Day, longDay, parisDay } from "../../lib/dates.ts";
import { DataBlock } from "../../web/ui/data-block.tsx";
import { FeedWord } from "../../web/ui/feed-word.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import { hasUsableCard, isToldGone } from "./rules.ts";
import type { CardWords } from "./words.ts";

type Props = {
  words: CardWords;
  memberId: string;
  bearers: Bearer[];
  declarations: Declaration[];
  asOf: number | undefined;
};

/** The situation of each card: the member's, and those of the dependants below 16. */
export function Vitale({ words, memberId, bearers, declarations, asOf }: Props) {
  const { t } = words;
  const others = bearers.filter(({ isShown }) => isShown === 0);
  const toldOf = (bearer: Bearer) => declarations.filter(({ bearerId }) => bearerId === bearer.memberId);
  return (
    <>
      <p>
        <a href={urls.dossier}>{t("vitale:back")}</a>
      </p>
      <h1>{t("vitale:title")}</h1>
      <p>{t("vitale:intro")}</p>
      {bearers
        .filter(({ isShown }) => isShown === 1)
        .map((bearer, index) => (
          <DataBlock
            {...words}
            id={`card-${index + 1}`}
            heading={bearer.isSelf ? t("vitale:yours") : t("vitale:of", { name: bearer.name })}
            page={urls.vitale}
            source="amo"
            asOf={asOf}
          >
            {inOrder(bearer.cards).map((card) => (
              <>
                <CardState words={words} card={card} isGone={isToldGone(card, toldOf(bearer))} />
                {!isOver(card) && (
                  <Declared
                    words={words}
                    memberId={memberId}
                    declarations={toldOf(bearer).filter(({ cardNumber }) => cardNumber === card.cardNumber)}
                  />
                )}
              </>
            ))}
            {bearer.cards.length === 0 && <p>{t(bearer.isSelf ? "vitale:none" : "vitale:noneOfChild")}</p>}
            {bearer.cards.some((card) => isLive(card) && !isToldGone(card, toldOf(bearer))) && (
              <p>
                <a href={urls.vitaleDeclareFor(bearer.memberId)}>
                  {bearer.isSelf ? t("vitale:declareYours") : t("vitale:declareOf", { name: bearer.name })}
                </a>
              </p>
            )}
            {bearer.isSelf === 1 && !hasUsableCard(bearer.cards, toldOf(bearer)) && (
              <p>
                {t("vitale:without")} <a href={urls.rightsCertificate}>{t("vitale:certificate")}</a>
              </p>
            )}
          </DataBlock>
        ))}
      {others.length > 0 && (
        <section id="others">
          <h2>{t("vitale:others")}</h2>
          <ul>
            {others.map(({ name }) => (
              <li>{name}</li>
            ))}
          </ul>
          <p>{t("vitale:othersHelp")}</p>
        </section>
      )}
      <p>
        {t("vitale:onPaper")} <a href={`${urls.formsGuide}#vitale`}>{t("vitale:forms")}</a>
      </p>
    </>
  );
}

type DeclaredProps = { words: CardWords; memberId: string; declarations: Declaration[] };

/** What was told of a card here, until the feed says what became of it. */
function Declared({ words: { t, language, names }, memberId, declarations }: DeclaredProps) {
  return (
    <>
      {declarations.map(({ number, reason, declaredAt, declaredBy }) => (
        <p class="flag">
          {t("vitale:requestedOn", {
            day: longDay(parisDay(declaredAt * 1000), language),
            reason: names.reasons[reason],
          })}{" "}
          {declaredBy === memberId && (
            <a href={urls.vitaleDeclaration(number)}>{t("vitale:readDeclaration", { number })}</a>
          )}
        </p>
      ))}
    </>
  );
}

/** `isGone`: told here to be lost or stolen, which weighs more than a feed that does not know yet. */
function CardState({ words, card, isGone }: { words: CardWords; card: Card; isGone: boolean }) {
  const { t, language, names, organisation } = words;
  const { status, reason } = card;
  const told = isGone && !isOver(card) ? { means: t("vitale:gone.means"), next: t("vitale:gone.next") } : undefined;
  const serial = maskSerial(card.cardNumber);
  const day = (value: Day | null, name: string) => value && <Term name={name}>{longDay(value, language)}</Term>;
  return (
    <>
      <h3>
        <FeedWord language={language} names={names.statuses} value={status} />
      </h3>
      <dl>
        {day(card.statusOn, t("vitale:statusOn"))}
        {reason && (
          <Term name={t("vitale:reason")}>
            <FeedWord language={language} names={names.reasons} value={reason} />
          </Term>
        )}
        {serial && <Term name={t("vitale:number")}>{serial}</Term>}
        {day(card.issuedOn, t("vitale:issuedOn"))}
        {day(card.sentOn, t("vitale:sentOn"))}
      </dl>
      {Object.hasOwn(names.statuses, status) ? (
        <>
          <p>{told?.means ?? names.means[status]}</p>
          <p>
            <strong>{t("vitale:todo")}</strong>
            {" – "}
            {told?.next ?? names.next[status]}
          </p>
        </>
      ) : (
        <p>{t("vitale:unknownStatus", { phone: organisation.phone })}</p>
      )}
    </>
  );
}
