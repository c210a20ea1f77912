import type { readCardRequest } from "../../domain/card-requests.ts";
import { nextStates } from "../../domain/card-settling.ts";
import { countryName } from "../../lib/countries.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import { Conflict, type DecisionField, DecisionForm, decisionLabels } from "../queue/decision.tsx";
import { PersonLink } from "../queue/list-page.tsx";
import type { Person } from "../queue/people.ts";

export type Card = NonNullable<ReturnType<typeof readCardRequest>>;

type CardProps = {
  t: T;
  language: Language;
  card: Card;
  person: Person | undefined;
  asker: Person | undefined;
  faults: Faults<DecisionField>;
  typed: Typed<DecisionField>;
};

/** A request of a European card, what has come of it, and what may be decided. */
export function CardPage({ t, faults, typed, ...props }: CardProps) {
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={decisionLabels(t)} />
      <Back t={t} />
      <h1>{t("staff-queues:ehic.one")}</h1>
      <CardTerms t={t} {...props} />
      <CardForm t={t} card={props.card} faults={faults} typed={typed} />
    </>
  );
}

type ConflictProps = Omit<CardProps, "faults" | "typed"> & { news: string; typed: string | undefined };

/** Somebody has moved it since it was shown: where it stands now, and what may still be decided. */
export function CardConflict({ t, news, typed, ...props }: ConflictProps) {
  return (
    <Conflict t={t} news={news} typed={typed}>
      <CardTerms t={t} {...props} />
      <CardForm t={t} card={props.card} faults={{}} typed={{ reason: typed }} />
      <Back t={t} />
    </Conflict>
  );
}

function Back({ t }: { t: T }) {
  return (
    <p>
      <a href={urls.staffEhic}>{t("staff:menu.staffEhic")}</a>
    </p>
  );
}

function CardTerms({
  t,
  language,
  card,
  person,
  asker,
}: Pick<CardProps, "t" | "language" | "card" | "person" | "asker">) {
  const { country, departsOn, returnsOn, lost, state, reason, requestedAt, ageSeconds, steps } = card;
  return (
    <>
      <dl>
        <Term name={t("staff-queues:person.title")}>
          <PersonLink t={t} person={person} />
        </Term>
        {asker && asker.memberId !== person?.memberId && (
          <Term name={t("staff-queues:ehic.asker")}>
            <PersonLink t={t} person={asker} />
          </Term>
        )}
        <Term name={t("staff-queues:ehic.country")}>{countryName(country, language)}</Term>
        <Term name={t("staff-queues:ehic.departs")}>{longDay(departsOn, language)}</Term>
        <Term name={t("staff-queues:ehic.returns")}>{longDay(returnsOn, language)}</Term>
        {lost === 1 && <Term name={t("staff-queues:ehic.why")}>{t("staff-queues:ehic.lost")}</Term>}
        <Term name={t("staff-queues:asked")}>
          {longMoment(requestedAt * 1000, language)} ({ageText(t, ageSeconds)})
        </Term>
        <Term name={t("staff-queues:list.state")}>{t(`ehic:states.${state}`)}</Term>
        {reason && <Term name={t("staff-queues:decision.given")}>{reason}</Term>}
      </dl>
      <h2>{t("staff-queues:ehic.steps")}</h2>
      <ol>
        {steps.map((step) => (
          <li>
            {t(`ehic:states.${step.state}`)} – {longMoment(step.at * 1000, language)}
          </li>
        ))}
      </ol>
    </>
  );
}

function CardForm({ t, card, faults, typed }: Pick<CardProps, "t" | "card" | "faults" | "typed">) {
  const { requestId, state, version } = card;
  const buttons = nextStates[state].map((value) => ({ value, label: t(`staff-queues:ehic.move.${value}`) }));
  if (buttons.length === 0) return <p>{t("staff-queues:over")}</p>;
  return (
    <>
      <h2>{t("staff-queues:decision.title")}</h2>
      <DecisionForm
        t={t}
        action={urls.staffCard(requestId)}
        seen={version}
        hint={t("staff-queues:ehic.reasonHint")}
        faults={faults}
        typed={typed}
        buttons={buttons}
      />
    </>
  );
}
