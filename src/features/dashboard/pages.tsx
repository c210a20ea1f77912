import type { Change } from "../../domain/changes.ts";
import type { Lateness } from "../../domain/freshness.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { euros } from "../../lib/money.ts";
import type { T } from "../../platform/i18n.ts";
import { pendingText } from "../../web/ui/change.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import type { LatestPayment } from "./queries.ts";
import type { FileAlert } from "./rules.ts";

type Props = {
  t: T;
  language: Language;
  title: string;
  organisation: { name: string; phone: string };
  payments: LatestPayment[];
  /** What is wrong with the age of the payments, if anything is. */
  lateness: Lateness | undefined;
  /** Answers of the mutual that wait to be read. */
  unread: number;
  requests: Requests;
  /** What the file asks of its member. */
  alerts: FileAlert[];
  /** The address of the account, when mails come back from it. */
  bounced: string | undefined;
};

/** What the member has asked for and waits for: changes, and how many European cards and messages. */
type Requests = { changes: Change[]; cards: number; messages: number };

export function Dashboard(props: Props) {
  const { t, language, title, organisation, payments, lateness, unread, requests, alerts, bounced } = props;
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
      <Alerts t={t} language={language} organisation={organisation} alerts={alerts} />
      <UnderWay t={t} language={language} organisation={organisation} requests={requests} />
      <h2>{t("dashboard:latest")}</h2>
      {payments.length === 0 && <p>{emptyText(t, language, lateness)}</p>}
      <ul class="payments">
        {payments.map(({ paymentId, paidOn, payer, amountCents }) => (
          <li>
            <a href={urls.payment(paymentId)}>
              {t("dashboard:line", {
                payer: payer === "AMO" ? t("reimbursements:amo") : organisation.name,
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

type Told = Pick<Props, "t" | "language" | "organisation">;

function Alerts({ t, language, organisation, alerts }: Told & { alerts: FileAlert[] }) {
  if (alerts.length === 0) return null;
  const told = (alert: FileAlert) => {
    switch (alert.kind) {
      case "unpaid": {
        const words = { count: alert.count, amount: euros(alert.cents, language), phone: organisation.phone };
        return <a href={`${urls.dossier}#instalments`}>{t("dossier:instalments.unpaid", words)}</a>;
      }
      case "noBank":
        return (
          <a href={urls.dossierBank}>
            {t(`dossier:bank.missing.prestations_${alert.usage}`, { organisation: organisation.name })}
          </a>
        );
      default:
        return (
          <a href={`${urls.dossier}#rights`}>{t(`dashboard:${alert.kind}`, { day: longDay(alert.on, language) })}</a>
        );
    }
  };
  return (
    <>
      <h2>{t("dashboard:alerts")}</h2>
      <ul>
        {alerts.map((alert) => (
          <li>{told(alert)}</li>
        ))}
      </ul>
    </>
  );
}

function UnderWay({ t, language, organisation, requests }: Told & { requests: Requests }) {
  const { changes, cards, messages } = requests;
  if (changes.length + cards + messages === 0) return null;
  return (
    <>
      <h2>{t("dashboard:requests")}</h2>
      <ul>
        {changes.map((change) => (
          <li>
            <a href={urls.changes}>{pendingText({ t, language, organisation, change })}</a>
          </li>
        ))}
        {cards > 0 && (
          <li>
            <a href={urls.ehic}>{t("dashboard:cards", { count: cards })}</a>
          </li>
        )}
        {messages > 0 && (
          <li>
            <a href={urls.messages}>{t("dashboard:messages", { count: messages })}</a>
          </li>
        )}
      </ul>
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
