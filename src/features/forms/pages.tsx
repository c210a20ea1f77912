import type { Child } from "hono/jsx";
import type { Bearer } from "../../domain/vitale-cards.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { urls } from "../../web/urls.ts";
import { whereTo } from "./document.ts";
import { type FormName, formNames, forms, type Section } from "./questions.ts";
import type { AccidentField } from "./rules.ts";

export type GuideField = AccidentField | "bearer";

type Props = {
  t: T;
  organisation: Organisation;
  /** The size of each blank form. */
  kilobytes: Record<string, number>;
  /** Whom a form can be filled in for; undefined for a visitor. */
  bearers: Bearer[] | undefined;
  faults: Faults<GuideField>;
  typed: Typed<GuideField>;
};

/** What each form is for, where it goes, and every question it asks: the same as the PDF, in words. */
export function Guide({ t, organisation, kilobytes, bearers, faults, typed }: Props) {
  const labels = dayLabels(t);
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("forms:title")}</h1>
      <p class="lead">{t("forms:lead")}</p>
      <p>{t("forms:notSent")}</p>
      <p>{t(bearers ? "forms:signedIn" : "forms:signedOut")}</p>
      <p>{t("forms:prepare")}</p>
      <nav aria-label={t("forms:contents")}>
        <ul>
          {formNames.map((form) => (
            <li>
              <a href={`#${form}`}>{t(`forms:names.${form}`)}</a>
            </li>
          ))}
        </ul>
      </nav>
      {formNames.map((form) => (
        <section id={form}>
          <h2>{t(`forms:names.${form}`)}</h2>
          <p>{t(`forms:purpose.${form}`)}</p>
          <Rule name={t("forms:labels.when")} text={t(`forms:when.${form}`)} />
          <Rule name={t("forms:labels.who")} text={t(`forms:who.${form}`)} />
          <Rule name={t("forms:labels.join")} text={t(`forms:join.${form}`)} />
          <Rule name={t("forms:labels.send")} text={whereTo(t, form, organisation)} />
          <h3>{t("forms:labels.download")}</h3>
          <Downloads t={t} form={form} kilobytes={kilobytes[form]!} bearers={bearers} />
          {form === "accident" && bearers && (
            <LinkedCare t={t} bearers={bearers} labels={labels} faults={faults} typed={typed} />
          )}
          <h3>{t("forms:labels.questions")}</h3>
          <p>{t("forms:frenchOnly")}</p>
          <ol>
            {forms[form].map((section) => (
              <SectionQuestions t={t} section={section} />
            ))}
          </ol>
        </section>
      ))}
    </>
  );
}

function Rule({ name, text }: { name: string; text: string }) {
  return (
    <p>
      <strong>{name}</strong>
      {" – "}
      {text}
    </p>
  );
}

type DownloadsProps = { t: T; form: FormName; kilobytes: number; bearers: Bearer[] | undefined };

function Downloads({ t, form, kilobytes, bearers }: DownloadsProps) {
  const name = t(`forms:names.${form}`);
  return (
    <ul>
      {bearers?.map(({ memberId, isSelf, name: whose }) => (
        <li>
          {isSelf ? (
            <a href={urls.form(form)}>{t("forms:links.own", { form: name })}</a>
          ) : (
            <a href={urls.formFor(form, memberId)}>{t("forms:links.child", { form: name, name: whose })}</a>
          )}
        </li>
      ))}
      {!bearers && (
        <li>
          <a href={urls.loginThen(`${urls.formsGuide}#${form}`)}>{t("forms:links.login", { form: name })}</a>
        </li>
      )}
      <li>
        <a href={urls.blankForm(form)}>{t("forms:links.blank", { form: name, size: kilobytes })}</a>
      </li>
      {form === "vitale" && (
        <li>
          <a href={urls.vitaleDeclare}>{t("forms:links.declare")}</a>
        </li>
      )}
    </ul>
  );
}

type LinkedCareProps = {
  t: T;
  bearers: Bearer[];
  labels: Record<AccidentField, string>;
  faults: Faults<GuideField>;
  typed: Typed<GuideField>;
};

/** The day of the accident: with it, the form lists the care that may come from it. */
function LinkedCare({ t, bearers, labels, faults, typed }: LinkedCareProps) {
  const [self] = bearers;
  return (
    <>
      <h3>{t("forms:care.title")}</h3>
      <p>{t("forms:care.intro")}</p>
      <form action={urls.form("accident")} method="get" novalidate>
        {bearers.length > 1 && (
          <Radios
            t={t}
            name="bearer"
            legend={t("forms:care.who")}
            options={bearers.map(({ memberId, isSelf, name }) => ({
              value: memberId,
              label: isSelf ? t("forms:care.you") : name,
            }))}
            chosen={typed.bearer ?? self?.memberId}
          />
        )}
        <DayFields
          t={t}
          name="accident"
          legend={t("forms:care.day")}
          hint={t("forms:care.hint")}
          labels={labels}
          faults={faults}
          typed={typed}
        />
        <button type="submit">{t("forms:care.submit")}</button>
      </form>
    </>
  );
}

function dayLabels(t: T): Record<AccidentField, string> {
  const label = (part: "Day" | "Month" | "Year") => `${t("forms:care.day")} – ${t(`form:day.${part}`)}`;
  return { accidentDay: label("Day"), accidentMonth: label("Month"), accidentYear: label("Year") };
}

/** One section as the paper asks it, question by question. */
function SectionQuestions({ t, section }: { t: T; section: Section }) {
  return (
    <li>
      {t(`forms:sections.${section.id}`)}
      <ol>
        {section.questions.flatMap((question): Child[] => {
          if (question.ask === "texts") return question.texts.map(({ id }) => <li>{t(`forms:texts.${id}`)}</li>);
          if (question.ask === "note") {
            return [<li>{t("forms:note", { text: t(`forms:notes.${question.id}`) })}</li>];
          }
          if (question.ask === "frames") {
            return question.ids.map((id) => <li>{t("forms:byHand", { text: t(`forms:frames.${id}`) })}</li>);
          }
          return [
            <li>
              {t(`forms:choices.${question.id}`)}
              <ul>
                {question.options.map((option) => (
                  <li>{t(`forms:options.${option}`)}</li>
                ))}
              </ul>
            </li>,
          ];
        })}
      </ol>
    </li>
  );
}
