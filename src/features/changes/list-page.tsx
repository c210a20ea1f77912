import { nameOfChange } from "../../domain/change-mails.ts";
import type { Change } from "../../domain/changes.ts";
import { longMoment } from "../../lib/dates.ts";
import { ChangedValue, type ChangeWords } from "../../web/ui/change.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";

/** What has just happened, said at the top of the list. */
export const doneWords = ["asked", "confirmed", "cancelled", "late"] as const;
export type Done = (typeof doneWords)[number];

type Props = ChangeWords & { changes: Change[]; done: Done | undefined; phone: string };

/** Every request of a member, with how far it has come. */
export function Changes({ changes, done, phone, ...words }: Props) {
  const { t, organisation } = words;
  return (
    <>
      <p>
        <a href={urls.dossier}>{t("dossier:title")}</a>
      </p>
      <h1>{t("changes:list.title")}</h1>
      {done && (
        <Notice>
          <p>{t(`changes:list.done.${done}`, { phone })}</p>
        </Notice>
      )}
      <p>{t("changes:list.intro", { organisation: organisation.name })}</p>
      <ul>
        <li>
          <a href={urls.dossierAddress}>{t("changes:address.title")}</a>
        </li>
        <li>
          <a href={urls.dossierContact}>{t("changes:contact.title")}</a>
        </li>
        <li>
          <a href={urls.dossierBank}>{t("changes:bank.title")}</a>
        </li>
      </ul>
      {changes.length === 0 && <p>{t("changes:list.none")}</p>}
      {changes.map((change) => (
        <Item {...words} change={change} />
      ))}
    </>
  );
}

/** One request, under a heading of its own. */
function Item({ change, ...words }: ChangeWords & { change: Change }) {
  const { t, language, organisation } = words;
  const { changeId, content, requestedAt } = change;
  const what = nameOfChange(t, content, organisation.name);
  return (
    <section id={`change-${changeId}`}>
      <h2>{what}</h2>
      <dl>
        <Term name={t("changes:list.value")}>
          <ChangedValue t={t} language={language} content={content} />
        </Term>
        <Term name={t("changes:list.askedAt")}>{longMoment(requestedAt * 1000, language)}</Term>
        <Term name={t("changes:list.state")}>
          <State {...words} change={change} />
        </Term>
      </dl>
      <Steps {...words} change={change} />
    </section>
  );
}

function State({ t, language, change }: ChangeWords & { change: Change }) {
  const { state, content, settledAt, dueAt, canCancel, reason } = change;
  const moment = longMoment((settledAt ?? dueAt) * 1000, language);
  switch (state) {
    case "unconfirmed":
      return <>{t("changes:states.unconfirmed")}</>;
    case "pending":
      if (canCancel && content.kind !== "iban") return <>{t("changes:states.next")}</>;
      return <>{t(canCancel ? "changes:states.waiting" : "changes:states.sent", { moment })}</>;
    case "applied":
      return <>{t("changes:states.applied", { moment })}</>;
    case "refused":
      return (
        <>{t(reason ? "changes:states.refusedFor" : "changes:states.refused", { moment, reason: reason ?? "" })}</>
      );
    case "cancelled":
      return <>{t(`changes:states.cancelled.${cancelledBy(reason)}`, { moment })}</>;
  }
}

function cancelledBy(reason: string | null): "member" | "time" | "blocked" | "deletion" {
  return reason === "time" || reason === "blocked" || reason === "deletion" ? reason : "member";
}

/** What may still be done about a request, or is good to know of it. */
function Steps({ change, ...words }: ChangeWords & { change: Change }) {
  const { t } = words;
  const { changeId, content, state, canCancel } = change;
  return (
    <>
      {state === "unconfirmed" && content.kind === "email" && <p>{t("changes:list.followLink")}</p>}
      {state === "unconfirmed" && content.kind === "mobile" && (
        <p>
          <a href={urls.confirmMobile(changeId)}>{t("changes:list.giveCode")}</a>
        </p>
      )}
      {state === "pending" && canCancel && content.kind === "iban" && <p>{t("changes:list.cooling")}</p>}
      {state === "pending" && !canCancel && <p>{t("changes:list.tooLate")}</p>}
      {state === "refused" && (content.kind === "email" || content.kind === "mobile") && (
        <p>{t(`changes:list.refusedKept.${content.kind}`)}</p>
      )}
      {canCancel && <CancelForm {...words} change={change} />}
    </>
  );
}

/** The button says by itself which request it ends, to who hears it alone. */
export function CancelForm({ t, organisation, change }: ChangeWords & { change: Change }) {
  return (
    <form action={urls.cancelChange(change.changeId)} method="post">
      <button type="submit" name="cancel" value="on" class="secondary">
        {t("changes:list.cancel")}
        <span class="hidden"> – {nameOfChange(t, change.content, organisation.name)}</span>
      </button>
    </form>
  );
}
