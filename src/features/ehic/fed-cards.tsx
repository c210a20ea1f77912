import type { EhicCard } from "../../domain/ehic-people.ts";
import { isDay, longDay } from "../../lib/dates.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { FeedWord } from "../../web/ui/feed-word.tsx";
import { Term } from "../../web/ui/term.tsx";
import type { ShownRequest } from "./actions.ts";
import { NoReason } from "./request.tsx";

type Props = { words: BlockWords; cards: EhicCard[]; requests: ShownRequest[] };

/** What the caisse says of cards: those asked for elsewhere, and the number and the end of those asked for here. */
export function FedCards({ words, cards, requests }: Props) {
  const { t, language } = words;
  const names = t("ehic:feedStates", { returnObjects: true });
  // Of a request made here, the reason stands with the request.
  const isAskedHere = (requestId: string) => requests.some((request) => request.requestId === requestId);
  const shown = cards.filter(
    ({ requestId, cardNumber, expiresOn }) => cardNumber !== null || expiresOn !== null || !isAskedHere(requestId),
  );
  return (
    <>
      {shown.map(({ requestId, status, reason, cardNumber, expiresOn, updatedAt }) => {
        const day = updatedAt?.slice(0, 10);
        return (
          <>
            <h3>{t("ehic:card.heading")}</h3>
            <dl>
              <Term name={t("ehic:card.state")}>
                <FeedWord language={language} names={names} value={status} />
              </Term>
              {reason && !isAskedHere(requestId) && (
                <Term name={t("ehic:request.reason")}>
                  <bdi>{reason}</bdi>
                </Term>
              )}
              {day !== undefined && isDay(day) && <Term name={t("ehic:card.on")}>{longDay(day, language)}</Term>}
              {cardNumber && <Term name={t("ehic:card.number")}>{cardNumber}</Term>}
              {expiresOn && <Term name={t("ehic:card.expires")}>{longDay(expiresOn, language)}</Term>}
            </dl>
            {status === "refusee" && !reason && !isAskedHere(requestId) && <NoReason words={words} />}
          </>
        );
      })}
    </>
  );
}
