import { unionNationalsOnly } from "../../domain/ehic-destinations.ts";
import type { EhicRefusal } from "../../domain/ehic-gate.ts";
import { countryName } from "../../lib/countries.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { FieldError } from "../../web/ui/field-frame.tsx";
import { type Option, Select } from "../../web/ui/select.tsx";
import { urls } from "../../web/urls.ts";
import type { Situation } from "./actions.ts";
import type { AskField } from "./schema.ts";
import { lossLabel, nameOf, refusalText } from "./words.ts";

type Props = {
  words: BlockWords;
  people: Situation[];
  typed: Typed<AskField>;
  chosen: string[];
  losses: string[];
  faults: Faults<AskField>;
  refused: Map<string, EhicRefusal[]>;
  countries: Option[];
};

export function AskForm({ words, people, typed, chosen, losses, faults, refused, countries }: Props) {
  const { t } = words;
  const dayLabel = (name: "departure" | "return", part: "Day" | "Month" | "Year") =>
    `${t(`ehic:form.${name}`)} – ${t(`form:day.${part}`)}`;
  return (
    <form action={urls.ehicRequests} method="post" novalidate>
      {refused.size > 0 && <p class="flag">{t("ehic:form.together")}</p>}
      <People
        words={words}
        people={people}
        chosen={chosen}
        losses={losses}
        fault={faults.beneficiaries}
        refused={refused}
      />
      <Select
        t={t}
        name="country"
        label={t("ehic:form.country")}
        hint={t("ehic:form.countryHint")}
        fault={faults.country}
        options={[{ value: "", text: t("ehic:form.choose") }, ...countries]}
        chosen={typed.country}
      />
      <DayFields
        t={t}
        name="departure"
        legend={t("ehic:form.departure")}
        hint={t("ehic:form.departureHint")}
        labels={{
          departureDay: dayLabel("departure", "Day"),
          departureMonth: dayLabel("departure", "Month"),
          departureYear: dayLabel("departure", "Year"),
        }}
        faults={faults}
        typed={typed}
      />
      <DayFields
        t={t}
        name="return"
        legend={t("ehic:form.return")}
        hint={t("ehic:form.returnHint")}
        labels={{
          returnDay: dayLabel("return", "Day"),
          returnMonth: dayLabel("return", "Month"),
          returnYear: dayLabel("return", "Year"),
        }}
        faults={faults}
        typed={typed}
      />
      <button type="submit">{t("ehic:form.submit")}</button>
    </form>
  );
}

type PeopleProps = Pick<Props, "words" | "people" | "chosen" | "losses" | "refused"> & { fault: Faults[string] };

function People({ words, people, chosen, losses, fault, refused }: PeopleProps) {
  const { t } = words;
  const label = t("ehic:form.people");
  return (
    <fieldset
      class={fault || refused.size > 0 ? "field field-faulty" : "field"}
      aria-describedby={fault ? "beneficiaries-hint beneficiaries-error" : "beneficiaries-hint"}
    >
      <legend>{label}</legend>
      <p class="hint" id="beneficiaries-hint">
        {t("ehic:form.peopleHint")}
      </p>
      {fault && <FieldError t={t} name="beneficiaries" label={label} fault={fault} />}
      {people.map(({ person, needsLoss }, index) => {
        const id = boxId(index);
        const reasons = refused.get(person.memberId) ?? [];
        const isFaulty = reasons.length > 0 || (fault !== undefined && index === 0);
        return (
          <div class="choice">
            <input
              id={id}
              name="beneficiaries"
              type="checkbox"
              value={person.memberId}
              checked={chosen.includes(person.memberId)}
              aria-describedby={reasons.length > 0 ? `${id}-error ${id}-reasons` : undefined}
              aria-invalid={isFaulty ? "true" : undefined}
            />
            <div>
              <label for={id}>{person.isSelf ? t("ehic:form.you", { name: nameOf(person) }) : nameOf(person)}</label>
              {reasons.length > 0 && (
                <>
                  <FieldError t={t} name={id} label={nameOf(person)} fault="cardRefused" />
                  <div id={`${id}-reasons`}>
                    {reasons.map((refusal) => (
                      <p>{refusalText(words, refusal, person.fundName ?? "")}</p>
                    ))}
                  </div>
                </>
              )}
              {needsLoss && (
                <div class="choice">
                  <input
                    id={`${id}-lost`}
                    name="lost"
                    type="checkbox"
                    value={person.memberId}
                    checked={losses.includes(person.memberId)}
                  />
                  <label for={`${id}-lost`}>{lossLabel(words, person)}</label>
                </div>
              )}
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}

/** The first box stands for all of them in a link to the fault. */
export const boxId = (index: number) => (index === 0 ? "beneficiaries" : `beneficiaries-${index + 1}`);

/** Where the card does not count, and what depends on who travels: told, never asked. */
export function Advice({ words: { t, language } }: { words: BlockWords }) {
  const countries = unionNationalsOnly.map((code) => countryName(code, language)).join(", ");
  return (
    <section id="advice">
      <h2>{t("ehic:advice.title")}</h2>
      <ul>
        <li>{t("ehic:advice.overseas")}</li>
        <li>{t("ehic:advice.own")}</li>
        <li>{t("ehic:advice.elsewhere")}</li>
        <li>{t("ehic:advice.nationals", { countries })}</li>
        <li>{t("ehic:advice.long")}</li>
      </ul>
    </section>
  );
}
