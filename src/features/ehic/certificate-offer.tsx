import { isOpen } from "../../domain/card-requests.ts";
import type { EhicPerson } from "../../domain/ehic-people.ts";
import type { Provisional } from "../../domain/provisional-certificates.ts";
import { longDay, parisDay } from "../../lib/dates.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { FieldError } from "../../web/ui/field-frame.tsx";
import { urls } from "../../web/urls.ts";
import type { Situation } from "./actions.ts";
import { Reasons } from "./reasons.tsx";
import { isTooNear } from "./rules.ts";
import { lossLabel, nameOf } from "./words.ts";

export type CertificateProps = {
  words: BlockWords;
  situation: Situation;
  /** The id of the box that says that the card is lost, and whether it was missing just now. */
  lossId: string;
  isNotLost: boolean;
  /** The password was typed for this one: its button has the focus. */
  ready: { isLost: boolean } | undefined;
};

/** Whether there is a button that issues a certificate: the first one, or one that takes the place of the other. */
export function mayIssue({ certificate, isOutdated, provisionalIfLost }: Situation): boolean {
  return certificate === undefined ? provisionalIfLost.length === 0 : isOutdated;
}

/** The certificate there is, the button that issues one, or why there can be none. */
export function Certificate(props: CertificateProps) {
  const { words, situation } = props;
  const { t, organisation } = words;
  const { person, certificate, isOutdated, requests, card, provisional, provisionalIfLost } = situation;
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
        <>
          <CertificateLink words={words} person={person} certificate={certificate} />
          {isOutdated && (
            <>
              <p>{t("ehic:certificate.outdated")}</p>
              <IssueForm {...props} />
            </>
          )}
        </>
      ) : provisionalIfLost.length === 0 ? (
        <>
          <p class={isNear ? "flag" : undefined}>
            {isNear ? t("ehic:request.soon", { days: organisation.ehicDelayDays }) : t("ehic:certificate.why")}
          </p>
          <IssueForm {...props} />
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

type LinkProps = { words: BlockWords; person: EhicPerson; certificate: Provisional };

export function CertificateLink({ words: { t, language }, person, certificate }: LinkProps) {
  const { number, issuedOn, validTo } = certificate;
  return (
    <p>
      <a href={urls.ehicCertificate(number)}>
        {t("ehic:certificate.open", { from: longDay(issuedOn, language), to: longDay(validTo, language) })}
        {person.isSelf === 0 && <span class="hidden"> – {nameOf(person)}</span>}
      </a>
    </p>
  );
}

/** One button: the first certificate, or one that takes the place of the other. */
function IssueForm({ words, situation, lossId, isNotLost, ready }: CertificateProps) {
  const { t } = words;
  const { person, certificate, provisional } = situation;
  const what = certificate ? "renew" : "ask";
  // Who has one already has said that the card is not there.
  const needsLoss = !certificate && provisional.length > 0;
  return (
    <form action={urls.ehicCertificates} method="post">
      <input type="hidden" name="beneficiary" value={person.memberId} />
      {needsLoss && (
        <Loss words={words} person={person} id={lossId} isFaulty={isNotLost} isTicked={ready?.isLost === true} />
      )}
      <button
        type="submit"
        class="secondary"
        autofocus={ready !== undefined}
        aria-describedby={ready === undefined ? undefined : "ready"}
      >
        {person.isSelf ? t(`ehic:certificate.${what}`) : t(`ehic:certificate.${what}For`, { name: nameOf(person) })}
      </button>
    </form>
  );
}

type LossProps = { words: BlockWords; person: EhicPerson; id: string; isFaulty: boolean; isTicked: boolean };

/** Who has a card gets the certificate only when the card is gone. */
function Loss({ words, person, id, isFaulty, isTicked }: LossProps) {
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
          checked={isTicked}
          aria-describedby={isFaulty ? `${id}-error` : undefined}
          aria-invalid={isFaulty ? "true" : undefined}
        />
        <label for={id}>{label}</label>
      </div>
    </div>
  );
}
