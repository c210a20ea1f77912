import type { Lateness } from "../../domain/freshness.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { euros } from "../../lib/money.ts";
import type { T } from "../../platform/i18n.ts";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import type { latestPayments } from "./queries.ts";

type Props = {
  t: T;
  language: Language;
  title: string;
  organisation: string;
  payments: ReturnType<typeof latestPayments>;
  /** What is wrong with the age of the payments, if anything is. */
  lateness: Lateness | undefined;
  /** Answers of the mutual that wait to be read. */
  unread: number;
  /** Requests for a European card that wait for an answer. */
  cards: number;
  /** The address of the account, when mails come back from it. */
  bounced: string | undefined;
};

export function Dashboard({ t, language, title, organisation, payments, lateness, unread, cards, bounced }: Props) {
  return (
    <>
      <h1>{title}</h1>
      {bounced !== undefined && (
        <Notice id="bounced">
          <p>
            <strong>{t("mail:bounced.title")}</strong>
          </p>
          <p>{t("mail:bounced.text", { email: bounced })}</p>
          <p>
            <a href={urls.dossierContact}>{t("mail:bounced.link")}</a>
          </p>
        </Notice>
      )}
      {unread > 0 && (
        <p class="notice">
          <a href={urls.messages}>{t("contact:messages.unread", { count: unread })}</a>
        </p>
      )}
      {cards > 0 && (
        <>
          <h2>{t("dashboard:requests")}</h2>
          <p>
            <a href={urls.ehic}>{t("dashboard:cards", { count: cards })}</a>
          </p>
        </>
      )}
      <h2>{t("dashboard:latest")}</h2>
      {payments.length === 0 && <p>{emptyText(t, language, lateness)}</p>}
      <ul class="payments">
        {payments.map(({ paymentId, paidOn, payer, amountCents }) => (
          <li>
            <a href={urls.payment(paymentId)}>
              {t("dashboard:line", {
                payer: payer === "AMO" ? t("reimbursements:amo") : organisation,
                day: longDay(paidOn, language),
              })}{" "}
              <strong>{euros(amountCents, language)}</strong>
            </a>
          </li>
        ))}
      </ul>
      <p>
        <a class="button" href={urls.reimbursements}>
          {t("dashboard:all")}
        </a>
      </p>
    </>
  );
}

/** That there is no payment is known up to the day of the data alone. */
function emptyText(t: T, language: Language, lateness: Lateness | undefined): string {
  switch (lateness?.kind) {
    case "never":
      return t("dashboard:notYet");
    case "late":
      return t("dashboard:noneUntil", { moment: longMoment(lateness.asOf * 1000, language) });
    case undefined:
      return t("dashboard:none");
  }
}
