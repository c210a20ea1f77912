import type { SendingTable } from "../../domain/given-up.ts";
import { mailKinds } from "../../features/account/kinds.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { OlderLink } from "../../web/paging.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { urls } from "../../web/urls.ts";
import type { Answer, GivenUp, QueueState, Undelivered } from "./queries.ts";

type Words = { t: T; language: Language };

type Queue = {
  state: QueueState;
  answers: Answer[];
  givenUp: { rows: GivenUp[]; older: string | undefined };
};

type Props = Words & {
  /** How many messages were just queued again. */
  retried: number | undefined;
  mails: Queue;
  texts: Queue;
  undelivered: Undelivered[];
};

export function MailQueue({ t, language, retried, mails, texts, undelivered }: Props) {
  return (
    <>
      <h1>{t("staff-ops:mail.title")}</h1>
      {retried !== undefined && (
        <Notice>
          <p>{retried > 0 ? t("staff-ops:mail.retried", { count: retried }) : t("staff-ops:mail.notRetried")}</p>
        </Notice>
      )}
      <h2 id="mails">{t("staff-ops:mail.mails")}</h2>
      <OneQueue t={t} language={language} table="mails" queue={mails} />
      <h2 id="texts">{t("staff-ops:mail.texts")}</h2>
      <OneQueue t={t} language={language} table="texts" queue={texts} />
      <h3>{t("staff-ops:mail.undelivered")}</h3>
      <Undeliveries t={t} language={language} undelivered={undelivered} />
    </>
  );
}

function OneQueue({ t, language, table, queue }: Words & { table: SendingTable; queue: Queue }) {
  const name = t(`staff-ops:mail.${table}`);
  const { state, answers, givenUp } = queue;
  return (
    <>
      <State t={t} language={language} name={name} queue={state} />
      <h3>{t("staff-ops:mail.answers")}</h3>
      <Answers t={t} language={language} name={t("staff-ops:mail.answersOf", { name })} answers={answers} />
      <h3>{t("staff-ops:mail.dead")}</h3>
      <Dead t={t} language={language} table={table} dead={givenUp.rows} />
      <OlderLink address={givenUp.older} text={t("staff-ops:older")} />
      {givenUp.rows.some(({ isFinal }) => !isFinal) && (
        <form action={urls.staffMailRetry} method="post">
          <p>{t(`staff-ops:mail.retryAllText.${table}`)}</p>
          <button type="submit" name="all" value={table} class="secondary">
            {t(`staff-ops:mail.retryAll.${table}`)}
          </button>
        </form>
      )}
    </>
  );
}

function Undeliveries({ t, language, undelivered }: Words & { undelivered: Undelivered[] }) {
  if (undelivered.length === 0) return <p>{t("staff-ops:none")}</p>;
  const columns = [
    t("staff-ops:rights.columns.number"),
    t("staff-ops:mail.kind"),
    t("staff-ops:mail.to"),
    t("staff-ops:mail.sentAt"),
    t("staff-ops:mail.failedAt"),
  ];
  return (
    <ScrollTable name={t("staff-ops:mail.undelivered")} columns={columns}>
      {undelivered.map(({ id, kind, to, sentAt, failedAt }) => (
        <tr>
          <th scope="row">{id}</th>
          <td>
            <Kind t={t} kind={kind} />
          </td>
          <td>{to}</td>
          <td>{longMoment(sentAt * 1000, language)}</td>
          <td>{longMoment(failedAt * 1000, language)}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

/** What it is about, as members are told; a kind of mail that is not told to them by its name. */
function Kind({ t, kind }: { t: T; kind: string }) {
  const known = mailKinds.find((name) => name === kind);
  if (known) return <>{t(`account:activity.mails.${known}`)}</>;
  return <>{kind === "change.code" ? t("staff-ops:mail.changeCode") : kind}</>;
}

function State({ t, language, name, queue }: Words & { name: string; queue: QueueState }) {
  const columns = [t("staff-ops:mail.state"), t("staff-ops:mail.kind"), t("staff-ops:mail.count")];
  const { counts, oldestDue, sentInADay } = queue;
  return (
    <>
      {counts.length === 0 ? (
        <p>{t("staff-ops:mail.empty")}</p>
      ) : (
        <ScrollTable name={name} columns={columns}>
          {counts.map(({ state, kind, count }) => (
            <tr>
              <th scope="row">{t(`staff-ops:mail.states.${state}`)}</th>
              <td>
                <Kind t={t} kind={kind} />
              </td>
              <td>{count}</td>
            </tr>
          ))}
        </ScrollTable>
      )}
      {oldestDue !== null && <p>{t("staff-ops:mail.oldest", { moment: longMoment(oldestDue * 1000, language) })}</p>}
      <p>{t("staff-ops:mail.sentToday", { count: sentInADay })}</p>
    </>
  );
}

function Answers({ t, language, name, answers }: Words & { name: string; answers: Answer[] }) {
  if (answers.length === 0) return <p>{t("staff-ops:none")}</p>;
  const columns = [
    t("staff-ops:mail.at"),
    t("staff-ops:mail.kind"),
    t("staff-ops:mail.outcome"),
    t("staff-ops:mail.answer"),
  ];
  return (
    <ScrollTable name={name} columns={columns}>
      {answers.map(({ kind, at, state, answer }) => (
        <tr>
          <th scope="row">{longMoment(at * 1000, language)}</th>
          <td>
            <Kind t={t} kind={kind} />
          </td>
          <td>{t(`staff-ops:mail.outcomes.${state}`)}</td>
          <td>{answer || t("staff-ops:mail.noAnswer")}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

function Dead({ t, language, table, dead }: Words & { table: SendingTable; dead: GivenUp[] }) {
  if (dead.length === 0) return <p>{t("staff-ops:none")}</p>;
  const columns = [
    t("staff-ops:rights.columns.number"),
    t("staff-ops:mail.kind"),
    t("staff-ops:mail.to"),
    t("staff-ops:mail.at"),
    t("staff-ops:mail.tries"),
    t("staff-ops:mail.answer"),
    t("staff-ops:mail.retry"),
  ];
  return (
    <ScrollTable name={t("staff-ops:mail.deadOf", { name: t(`staff-ops:mail.${table}`) })} columns={columns}>
      {dead.map(({ id, kind, to, at, tries, answer, isFinal }) => (
        <tr>
          <th scope="row">{id}</th>
          <td>
            <Kind t={t} kind={kind} />
          </td>
          <td>{to}</td>
          <td>{longMoment(at * 1000, language)}</td>
          <td>{tries}</td>
          <td>{answer}</td>
          <td>
            {isFinal ? (
              t("staff-ops:mail.forGood")
            ) : (
              <form action={urls.staffMailRetry} method="post">
                <button type="submit" name={table === "mails" ? "mail" : "text"} value={String(id)} class="secondary">
                  {t("staff-ops:mail.retry")}
                  <span class="hidden"> – {t(`staff-ops:mail.one.${table}`, { number: id })}</span>
                </button>
              </form>
            )}
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}
