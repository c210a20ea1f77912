import { type Day, longDay } from "../../lib/dates.ts";
import { DataBlock } from "../../web/ui/data-block.tsx";
import { FeedWord } from "../../web/ui/feed-word.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { Bearer, Card } from "./queries.ts";
import { hasUsableCard, inOrder, maskSerial } from "./rules.ts";
import type { CardWords } from "./words.ts";

type Props = { words: CardWords; bearers: Bearer[]; asOf: number | undefined };

/** The situation of each card: the member's, and those of the dependants below 16. */
export function Vitale({ words, bearers, asOf }: Props) {
  const { t } = words;
  const others = bearers.filter(({ isShown }) => isShown === 0);
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
            name={t("vitale:title")}
            source="amo"
            asOf={asOf}
          >
            {inOrder(bearer.cards).map((card) => (
              <CardState words={words} card={card} />
            ))}
            {bearer.cards.length === 0 && <p>{t(bearer.isSelf ? "vitale:none" : "vitale:noneOfChild")}</p>}
            {bearer.isSelf === 1 && !hasUsableCard(bearer.cards) && <p>{t("vitale:without")}</p>}
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
    </>
  );
}

function CardState({ words: { t, language, names, organisation }, card }: { words: CardWords; card: Card }) {
  const { status, reason } = card;
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
          <p>{names.means[status]}</p>
          <p>
            <strong>{t("vitale:todo")}</strong>
            {" – "}
            {names.next[status]}
          </p>
        </>
      ) : (
        <p>{t("vitale:unknownStatus", { phone: organisation.phone })}</p>
      )}
    </>
  );
}
