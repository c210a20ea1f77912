import { type Bearer, type Card, maskSerial } from "../../domain/vitale-cards.ts";
import { type Declaration, type DeclarationContent, declarationReasons } from "../../domain/vitale-declarations.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox, Field } from "../../web/ui/field.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { Term } from "../../web/ui/term.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import { type DeclareField, longestDescription } from "./schema.ts";
import type { CardWords } from "./words.ts";

/** A card that may be declared, as the form names it, with what was told of it before. */
export type Choice = { ref: string; bearer: Bearer; card: Card; declared: Declaration[] };

type Props = {
  words: CardWords;
  choices: Choice[];
  faults: Faults<DeclareField>;
  typed: Typed<DeclareField>;
};

export function Declare({ words, choices, faults, typed }: Props) {
  const { t, names } = words;
  const dayLabel = (part: "Day" | "Month" | "Year") => `${t("vitale:declare.happened")} – ${t(`form:day.${part}`)}`;
  const labels: Record<DeclareField, string> = {
    bearer: t("vitale:declare.card"),
    card: t("vitale:declare.card"),
    reason: t("vitale:declare.reason"),
    happenedDay: dayLabel("Day"),
    happenedMonth: dayLabel("Month"),
    happenedYear: dayLabel("Year"),
    place: t("vitale:declare.place"),
    description: t("vitale:declare.description"),
    professional: t("vitale:declare.professional"),
    policeReport: t("vitale:declare.policeReport"),
    honour: t("vitale:declare.honour"),
  };
  const [only] = choices;
  const hintOf = (choice: Choice) => (choice.declared.length > 0 ? { hint: declaredText(words, choice) } : {});
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.vitale}>{t("vitale:title")}</a>
      </p>
      <h1>{t("vitale:declare.title")}</h1>
      <p>{t("vitale:declare.intro")}</p>
      <p>{t("vitale:declare.steps")}</p>
      <form action={urls.vitaleDeclare} method="post" novalidate>
        {typed.bearer !== undefined && <input type="hidden" name="bearer" value={typed.bearer} />}
        {only && choices.length === 1 ? (
          <>
            <input type="hidden" name="card" value={only.ref} />
            <dl>
              <Term name={labels.card}>{cardText(t, only)}</Term>
            </dl>
            {only.declared.length > 0 && <p class="flag">{declaredText(words, only)}</p>}
          </>
        ) : (
          <Radios
            t={t}
            name="card"
            legend={labels.card}
            options={choices.map((choice) => ({
              value: choice.ref,
              label: cardText(t, choice),
              ...hintOf(choice),
            }))}
            fault={faults.card}
            chosen={typed.card}
          />
        )}
        <Radios
          t={t}
          name="reason"
          legend={labels.reason}
          options={declarationReasons.map((value) => ({
            value,
            label: names.reasons[value]!,
            hint: t(`vitale:declare.reasonHints.${value}`),
          }))}
          fault={faults.reason}
          chosen={typed.reason}
        />
        <DayFields
          t={t}
          name="happened"
          legend={t("vitale:declare.happened")}
          hint={t("vitale:declare.happenedHint")}
          labels={labels}
          faults={faults}
          typed={typed}
        />
        <Field
          t={t}
          name="place"
          label={labels.place}
          hint={t("vitale:declare.placeHint")}
          fault={faults.place}
          value={typed.place}
          maxlength={120}
          required
        />
        <TextArea
          t={t}
          name="description"
          label={labels.description}
          hint={t("vitale:declare.descriptionHint")}
          fault={faults.description}
          value={typed.description}
          rows={5}
          maxlength={longestDescription}
        />
        <Field
          t={t}
          name="professional"
          label={labels.professional}
          hint={t("vitale:declare.professionalHint")}
          fault={faults.professional}
          value={typed.professional}
          maxlength={120}
        />
        <Field
          t={t}
          name="policeReport"
          label={labels.policeReport}
          hint={t("vitale:declare.policeReportHint")}
          fault={faults.policeReport}
          value={typed.policeReport}
          maxlength={120}
        />
        <p id="penalty">{t("vitale:declare.penalty")}</p>
        <Checkbox
          t={t}
          name="honour"
          label={labels.honour}
          fault={faults.honour}
          checked={typed.honour === "on"}
          describedBy="penalty"
        />
        <button type="submit">{t("vitale:declare.submit")}</button>
      </form>
      <p>
        {t("vitale:onPaper")} <a href={`${urls.formsGuide}#vitale`}>{t("vitale:forms")}</a>
      </p>
    </>
  );
}

/** Whose card, and the end of its number. */
function cardText(t: T, { bearer, card }: Choice): string {
  const whose = bearer.isSelf ? t("vitale:yours") : t("vitale:of", { name: bearer.name });
  const serial = maskSerial(card.cardNumber);
  return serial === undefined ? whose : `${whose} (${serial})`;
}

function declaredText({ t, language, names }: CardWords, { declared }: Choice): string {
  return declared
    .map(({ reason, declaredAt }) =>
      t("vitale:declare.before", {
        reason: names.reasons[reason],
        moment: longMoment(declaredAt * 1000, language),
      }),
    )
    .join(" ");
}

/** There is no card of theirs that could be lost. */
export function NothingToDeclare({ words: { t } }: { words: CardWords }) {
  return (
    <>
      <h1>{t("vitale:declare.none.title")}</h1>
      <p>{t("vitale:declare.none.text")}</p>
      <p>
        <a href={urls.vitale}>{t("vitale:declare.none.link")}</a>
      </p>
    </>
  );
}

type ReceiptProps = {
  words: CardWords;
  declaration: Declaration & { content: DeclarationContent };
  /** Whose card, in words. */
  bearer: string;
  /** False once they are 16: their forms are their own affair. */
  isStillShown: boolean;
  /** Who has declared. */
  author: string;
};

/** The dated proof of a declaration, to keep or to print. */
export function DeclarationReceipt({
  words: { t, language, names },
  declaration,
  bearer,
  isStillShown,
  author,
}: ReceiptProps) {
  const { number, declaredAt, reason, bearerId, cardNumber, content } = declaration;
  const serial = maskSerial(cardNumber);
  const { description, professional, policeReport } = content;
  return (
    <>
      <h1>{t("vitale:receipt.title")}</h1>
      <p>{t("vitale:receipt.what", { number, moment: longMoment(declaredAt * 1000, language) })}</p>
      <p class="flag">{t("vitale:receipt.notYet")}</p>
      <h2>{t("vitale:receipt.told")}</h2>
      <dl>
        <Term name={t("vitale:receipt.number")}>{number}</Term>
        <Term name={t("vitale:receipt.author")}>{author}</Term>
        <Term name={t("vitale:receipt.bearer")}>{bearer}</Term>
        {serial && <Term name={t("vitale:number")}>{serial}</Term>}
        <Term name={t("vitale:reason")}>{names.reasons[reason]}</Term>
        <Term name={t("vitale:declare.happened")}>{longDay(content.happenedOn, language)}</Term>
        <Term name={t("vitale:declare.place")}>
          <bdi>{content.place}</bdi>
        </Term>
        {professional && (
          <Term name={t("vitale:receipt.professional")}>
            <bdi>{professional}</bdi>
          </Term>
        )}
        {policeReport && (
          <Term name={t("vitale:receipt.policeReport")}>
            <bdi>{policeReport}</bdi>
          </Term>
        )}
      </dl>
      {description && (
        <>
          <h3>{t("vitale:receipt.description")}</h3>
          <p class="written" dir="auto">
            {description}
          </p>
        </>
      )}
      <p>
        <bdi>{content.honour}</bdi>
      </p>
      <h2>{t("vitale:receipt.next")}</h2>
      <ul>
        <li>{t("vitale:receipt.next1")}</li>
        <li>{t("vitale:receipt.next2")}</li>
        <li>{t("vitale:receipt.next3")}</li>
      </ul>
      <ul class="not-printed">
        <li>
          <a href={urls.vitale}>{t("vitale:receipt.situation")}</a>
        </li>
        <li>
          <a href={urls.rightsCertificate}>{t("vitale:certificate")}</a>
        </li>
        {isStillShown && (
          <li>
            <a href={urls.formFor("vitale", bearerId)}>{t("vitale:receipt.form")}</a>
          </li>
        )}
      </ul>
    </>
  );
}
