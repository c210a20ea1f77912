import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox } from "../../web/ui/field.tsx";
import { Term } from "../../web/ui/term.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import type { AccountAct } from "./actions.ts";
import type { OpenFile } from "./file-pages.tsx";
import { type ActField, longestNote } from "./schema.ts";
import { nameOf } from "./search-page.tsx";

type Props = { file: OpenFile; act: AccountAct; faults: Faults<ActField>; typed: Typed<ActField> };

/** What an act does, before it is done: whose account it is, why, and that it is meant. */
export function ActForm({ file: { t, person }, act, faults, typed }: Props) {
  const labels = {
    reason: t(act === "annul" ? "staff-members:acts.reasonMailed" : "staff-members:acts.reason"),
    confirm: t(`staff-members:acts.confirm.${act}`),
  };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.staffMember(person.memberId)}>{t("staff-members:acts.back")}</a>
      </p>
      <h1>{t(`staff-members:acts.names.${act}`)}</h1>
      <dl>
        <Term name={t("staff-members:found.name")}>{nameOf(t, person)}</Term>
        <Term name={t("staff-members:found.number")}>{person.number}</Term>
      </dl>
      <p>{t(`staff-members:acts.what.${act}`)}</p>
      <form action={urls.staffMemberAct(person.memberId, act)} method="post" novalidate>
        <TextArea
          t={t}
          name="reason"
          label={labels.reason}
          hint={t(act === "annul" ? "staff-members:acts.reasonMailedHint" : "staff-members:acts.reasonHint", {
            characters: longestNote,
          })}
          fault={faults.reason}
          value={typed.reason}
          maxlength={longestNote}
          rows={3}
          required
        />
        <Checkbox
          t={t}
          name="confirm"
          label={labels.confirm}
          fault={faults.confirm}
          checked={typed.confirm === "on" || undefined}
        />
        <button type="submit">{t("staff-members:acts.submit")}</button>
      </form>
    </>
  );
}
