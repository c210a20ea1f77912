import { isOpen } from "../../domain/card-requests.ts";
import { countryName } from "../../lib/countries.ts";
import { addDays, longDay, longMoment, parisDay } from "../../lib/dates.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { ShownRequest } from "./actions.ts";

/** One request: how far it has come, when the card may be there, and what may still be done. */
export function Request({ words, request }: { words: BlockWords; request: ShownRequest }) {
  const { t, language, organisation } = words;
  const { state, reason, country, departsOn, returnsOn, requestedAt, canCancel } = request;
  const askedOn = parisDay(requestedAt * 1000);
  const said = state === "cancelled" ? t(`ehic:cancelledBy.${cancelledBy(reason)}`) : reason;
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
      <p>{t(`ehic:next.${state}`)}</p>
      {isOpen(request) && (
        <p>{t("ehic:request.expected", { day: longDay(addDays(askedOn, organisation.ehicDelayDays), language) })}</p>
      )}
      {request.lost === 1 && <p>{t("ehic:request.lost")}</p>}
      {state === "requested" && !canCancel && <p>{t("ehic:request.leaving")}</p>}
      {canCancel && (
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

function cancelledBy(reason: string | null): "member" | "time" | "blocked" | "deletion" {
  return reason === "time" || reason === "blocked" || reason === "deletion" ? reason : "member";
}
