import { openingReasons } from "../../domain/file-openings.ts";
import type { FoundPerson } from "../../domain/member-search.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Select } from "../../web/ui/select.tsx";
import { Term } from "../../web/ui/term.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import { longestNote, type OpenField } from "./schema.ts";
import { nameOf } from "./search-page.tsx";

type Props = { t: T; person: FoundPerson; faults: Faults<OpenField>; typed: Typed<OpenField> };

/** Why the file is opened: nothing of it is shown before. */
export function OpenForm({ t, person, faults, typed }: Props) {
  const labels = { reason: t("staff-members:open.reason"), note: t("staff-members:open.note") };
  const reasons = openingReasons.map((value) => ({ value, text: t(`staff-members:open.reasons.${value}`) }));
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.staffMembers}>{t("staff-members:search.title")}</a>
      </p>
      <h1>{t("staff-members:open.title")}</h1>
      <dl>
        <Term name={t("staff-members:found.name")}>{nameOf(t, person)}</Term>
        <Term name={t("staff-members:found.number")}>{person.number}</Term>
      </dl>
      <p>{t("staff-members:open.intro")}</p>
      <form action={urls.staffMemberOpen(person.memberId)} method="post" novalidate>
        <Select
          t={t}
          name="reason"
          label={labels.reason}
          options={[{ value: "", text: t("staff-members:open.choose") }, ...reasons]}
          chosen={typed.reason}
          fault={faults.reason}
        />
        <TextArea
          t={t}
          name="note"
          label={labels.note}
          hint={t("staff-members:open.noteHint", { characters: longestNote })}
          fault={faults.note}
          value={typed.note}
          maxlength={longestNote}
          rows={3}
        />
        {typed.part && <input type="hidden" name="part" value={typed.part} />}
        <button type="submit">{t("staff-members:open.submit")}</button>
      </form>
    </>
  );
}
