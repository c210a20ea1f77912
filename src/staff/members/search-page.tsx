import type { FoundPeople, FoundPerson } from "../../domain/member-search.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { urls } from "../../web/urls.ts";

type Props = {
  t: T;
  faults: Faults<"q">;
  typed: Typed<"q">;
  /** Undefined before a search. */
  found: FoundPeople | undefined;
  /** Not everybody can be found by name yet. */
  isFilling: boolean;
};

/** One box for whatever is known of somebody. It is posted: what is typed stands in no address. */
export function Search({ t, faults, typed, found, isFilling }: Props) {
  const label = t("staff-members:search.label");
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={{ q: label }} />
      <h1>{t("staff-members:search.title")}</h1>
      {isFilling && (
        <Notice>
          <p>{t("staff-members:search.filling")}</p>
        </Notice>
      )}
      <search>
        <form action={urls.staffMembers} method="post" novalidate>
          <Field
            t={t}
            name="q"
            type="search"
            label={label}
            hint={t("staff-members:search.hint")}
            fault={faults.q}
            value={typed.q}
            autocomplete="off"
            required
          />
          <button type="submit">{t("staff-members:search.submit")}</button>
        </form>
      </search>
      {found && <Found t={t} found={found} />}
    </>
  );
}

function Found({ t, found: { people, more, badNir } }: { t: T; found: FoundPeople }) {
  const title = t("staff-members:found.title");
  return (
    <section id="found">
      <h2>{title}</h2>
      <p role="status">
        {people.length === 0
          ? t(badNir ? "staff-members:found.badNir" : "staff-members:found.none")
          : t(more ? "staff-members:found.more" : "staff-members:found.count", { count: people.length })}
      </p>
      {people.length > 0 && (
        <ScrollTable
          name={title}
          columns={[
            t("staff-members:found.name"),
            t("staff-members:found.birthYear"),
            t("staff-members:found.number"),
            t("staff-members:found.city"),
            t("staff-members:found.account"),
          ]}
        >
          {people.map((person) => (
            <tr>
              <th scope="row">
                <a href={urls.staffMember(person.memberId)} dir="auto">
                  {nameOf(t, person)}
                </a>
              </th>
              <td>{person.birthYear}</td>
              <td>{person.number}</td>
              <td dir="auto">{person.city}</td>
              <td>{t(`staff-members:account.states.${person.account ?? "none"}`)}</td>
            </tr>
          ))}
        </ScrollTable>
      )}
    </section>
  );
}

/** A person as they are called, with the name of birth when it is another one. */
export function nameOf(t: T, { firstNames, usualName, birthName }: FoundPerson): string {
  const name = `${firstNames} ${usualName ?? birthName}`;
  if (usualName === null || usualName === birthName) return name;
  return t("staff-members:found.bornAs", { name, birthName });
}
