import { isOpen } from "../../domain/card-requests.ts";
import { countryName } from "../../lib/countries.ts";
import { longDay, longMoment, parisDay } from "../../lib/dates.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { ShownRequest } from "./actions.ts";
import { contactUs } from "./words.ts";

type Props = {
  words: BlockWords;
  request: ShownRequest;
  /** Whether another one may be made, of one that is over. */
  mayAskAgain: boolean;
};

/** One request: how far it has come, when the card may be there, and what may still be done. */
export function Request({ words, request, mayAskAgain }: Props) {
  const { t, language } = words;
  const { state, country, departsOn, returnsOn, requestedAt, canCancel, isOwn } = request;
  const askedOn = parisDay(requestedAt * 1000);
  const said = reasonText(words, request);
  const trip = {
    country: countryName(country, language),
    from: longDay(departsOn, language),
    to: longDay(returnsOn, language),
  };
  return (
    <>
      <h3>{t("ehic:request.number", { day: longDay(askedOn, language) })}</h3>
      <dl>
        <Term name={t("ehic:request.state")}>
          <strong>{t(`ehic:states.${state}`)}</strong>
        </Term>
        {said && (
          <Term name={t("ehic:request.reason")}>
            <bdi>{said}</bdi>
          </Term>
        )}
        <Term name={t("ehic:request.trip")}>{t("ehic:request.tripText", trip)}</Term>
        <Term name={t("ehic:request.steps")}>
          <Steps words={words} request={request} />
        </Term>
      </dl>
      <p>
        {t(`ehic:next.${state}`)}
        {mayAskAgain && (state === "cancelled" || state === "returned") && ` ${t(`ehic:again.${state}`)}`}
      </p>
      {state === "refused" && !said && <NoReason words={words} />}
      {isOpen(request) && <Expected words={words} request={request} />}
      {request.lost === 1 && <p>{t("ehic:request.lost")}</p>}
      {state === "requested" && !canCancel && isOwn && <p>{t("ehic:request.leaving")}</p>}
      {canCancel && isOwn && (
        <form action={urls.cancelEhic(request.requestId)} method="post">
          <button type="submit" name="cancel" value="on" class="secondary">
            {t("ehic:request.cancel")}
            <span class="hidden"> – {request.name}</span>
          </button>
        </form>
      )}
    </>
  );
}

/** Each state with its moment; one that has left is told so before its author was. */
function Steps({
  words: { t, language },
  request: { steps, state, stateAt },
}: {
  words: BlockWords;
  request: ShownRequest;
}) {
  const all = steps.at(-1)?.state === state ? steps : [...steps, { state, at: stateAt }];
  return (
    <>
      {all.map((step, index) => (
        <>
          {index > 0 && <br />}
          {t("ehic:request.stepOn", {
            state: t(`ehic:states.${step.state}`),
            moment: longMoment(step.at * 1000, language),
          })}
        </>
      ))}
    </>
  );
}

/** When the card is to be there; past that day, that it is late and what to do. */
function Expected({ words, request }: Pick<Props, "words" | "request">) {
  const { t, language, organisation } = words;
  const day = longDay(request.expectedOn, language);
  if (!request.isLate) return <p>{t("ehic:request.expected", { day })}</p>;
  return (
    <p class="flag">
      {t("ehic:request.late", { day })} {t("ehic:request.lateHelp", { phone: organisation.phone })}{" "}
      <a href={contactUs}>{t("ehic:links.write")}</a>
      {organisation.amoMode === "delegated" && ` – ${t("ehic:request.lateLeaving")}`}
    </p>
  );
}

/** Nobody said why: who can be asked. */
export function NoReason({ words: { t, organisation } }: Pick<Props, "words">) {
  return (
    <p>
      {t("ehic:request.noReason")} {t("ehic:request.askReason")}{" "}
      <a href={organisation.amoWebsite} rel="noreferrer">
        {t("ehic:links.fund")}
      </a>
      {" – "}
      <a href={contactUs}>{t("ehic:links.write")}</a>
    </p>
  );
}

const givenUp = ["member", "time", "blocked", "deletion"] as const;

/** Who gave a request up is named to its author alone; what the caisse or the mutual say of it, to both. */
function reasonText({ t }: BlockWords, { state, reason, isOwn }: ShownRequest): string | null {
  if (state !== "cancelled") return reason;
  if (reason === null) return t("ehic:cancelledBy.fund");
  const by = givenUp.find((one) => one === reason);
  return by === undefined ? reason : t(`ehic:cancelledBy.${isOwn ? by : "other"}`);
}
