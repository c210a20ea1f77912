import { mailKinds } from "../../features/account/kinds.ts";
import { longMoment } from "../../lib/dates.ts";
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
import type { Bounce } from "./queries.ts";

type TermsProps = { t: T; language: Language; bounce: Bounce; person: Person | undefined; ageSeconds: number };
type BounceProps = TermsProps & { faults: Faults<DecisionField>; typed: Typed<DecisionField> };

/** A mail that came back, and the way to say that it was looked into. */
export function BouncePage({ faults, typed, ...props }: BounceProps) {
  const { t, bounce } = props;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={decisionLabels(t, t("staff-queues:bounces.note"))} />
      <Back t={t} />
      <h1>{t("staff-queues:bounces.one")}</h1>
      <BounceTerms {...props} />
      {bounce.settledAt === null ? (
        <>
          <h2>{t("staff-queues:decision.title")}</h2>
          <p>{t("staff-queues:bounces.means")}</p>
          <DecisionForm
            t={t}
            action={urls.staffBounce(bounce.bounceId)}
            label={t("staff-queues:bounces.note")}
            hint={t("staff-queues:bounces.noteHint")}
            faults={faults}
            typed={typed}
            buttons={[{ value: "settle", label: t("staff-queues:bounces.settle") }]}
          />
        </>
      ) : (
        <p>{t("staff-queues:over")}</p>
      )}
    </>
  );
}

/** Somebody was faster. */
export function BounceConflict({ news, typed, ...props }: TermsProps & { news: string; typed: string }) {
  return (
    <Conflict t={props.t} news={news} typed={typed}>
      <BounceTerms {...props} />
      <Back t={props.t} />
    </Conflict>
  );
}

function Back({ t }: { t: T }) {
  return (
    <p>
      <a href={urls.staffBounces}>{t("staff:menu.staffBounces")}</a>
    </p>
  );
}

/** What the mail was about, when it is one that the journal names. */
export function mailText(t: T, mail: string | null): string {
  const kind = mailKinds.find((one) => one === mail);
  return kind ? t(`account:activity.mails.${kind}`) : t("staff-queues:bounces.unknownMail");
}

function BounceTerms({ t, language, bounce, person, ageSeconds }: TermsProps) {
  const { recipient, kind, reason, bouncedAt, settledAt, settledBy, mail } = bounce;
  return (
    <dl>
      <Term name={t("staff-queues:person.title")}>
        <PersonLink t={t} person={person} />
      </Term>
      <Term name={t("staff-queues:bounces.recipient")}>{recipient}</Term>
      <Term name={t("staff-queues:bounces.mail")}>{mailText(t, mail)}</Term>
      <Term name={t("staff-queues:list.state")}>{t(`staff-queues:bounces.kinds.${kind}`)}</Term>
      <Term name={t("staff-queues:bounces.reason")}>{reason}</Term>
      <Term name={t("staff-queues:bounces.at")}>
        {longMoment(bouncedAt * 1000, language)}
        {settledAt === null && ` (${ageText(t, ageSeconds)})`}
      </Term>
      {settledAt !== null && (
        <Term name={t("staff-queues:decision.at")}>
          {longMoment(settledAt * 1000, language)}
          {settledBy && ` – ${settledBy}`}
        </Term>
      )}
    </dl>
  );
}
