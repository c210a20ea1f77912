import { answerDueOn, longestMessage, stateOf, type Thread } from "../../domain/threads.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Select } from "../../web/ui/select.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import { Conflict, type DecisionField, DecisionForm, decisionLabels } from "../queue/decision.tsx";
import { PersonLink } from "../queue/list-page.tsx";
import type { Person } from "../queue/people.ts";
import { aboutWords, type ThreadListQuery } from "./schema.ts";

/** Narrows the list to a topic, or to what says that data are wrong. */
export function TopicFilter({ t, query: { state, about } }: { t: T; query: ThreadListQuery }) {
  return (
    <form action={urls.staffMessages} method="get" class="filters">
      {state === "closed" && <input type="hidden" name="state" value="closed" />}
      <Select
        t={t}
        name="about"
        label={t("staff-queues:messages.filter")}
        options={aboutWords.map((value) => ({ value, text: aboutText(t, value) }))}
        chosen={about}
      />
      <button type="submit" class="secondary">
        {t("staff-queues:messages.show")}
      </button>
    </form>
  );
}

const aboutText = (t: T, about: (typeof aboutWords)[number]) =>
  about === "all" || about === "errors"
    ? t(`staff-queues:messages.${about}`)
    : t(`staff-queues:messages.topics.${about}`);

type ThreadProps = {
  t: T;
  language: Language;
  organisation: string;
  thread: Thread;
  person: Person | undefined;
  /** What it is about, in words. */
  about: string | undefined;
  /** Who of the mutual wrote each message. */
  writers: Map<number, string>;
};

type FormProps = { faults: Faults<DecisionField>; typed: Typed<DecisionField> };

/** A conversation with a member, and the way to answer. */
export function ThreadPage({ faults, typed, ...props }: ThreadProps & FormProps) {
  const { t, thread } = props;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={decisionLabels(t, t("staff-queues:messages.answer"))} />
      <Back t={t} />
      <h1>{t("contact:thread.title", { number: thread.threadId })}</h1>
      <ThreadBody {...props} />
      <AnswerForm t={t} thread={thread} faults={faults} typed={typed} />
    </>
  );
}

/** Somebody has written since: what they wrote, and the answer that was not sent, to send again. */
export function ThreadConflict({
  title,
  news,
  typed,
  ...props
}: ThreadProps & { title: string; news: string; typed: string }) {
  const { t, thread } = props;
  const isClosed = thread.closedAt !== null;
  return (
    <Conflict t={t} title={title} news={news} typed={isClosed ? typed : undefined}>
      <ThreadBody {...props} />
      <AnswerForm t={t} thread={thread} faults={{}} typed={{ reason: typed }} />
      <Back t={t} />
    </Conflict>
  );
}

function Back({ t }: { t: T }) {
  return (
    <p>
      <a href={urls.staffMessages}>{t("staff:menu.staffMessages")}</a>
    </p>
  );
}

function ThreadBody({ t, language, organisation, thread, person, about, writers }: ThreadProps) {
  const { topic, subject, openedAt, messages } = thread;
  const dueOn = answerDueOn(thread);
  return (
    <>
      <dl>
        <Term name={t("staff-queues:person.title")}>
          <PersonLink t={t} person={person} />
        </Term>
        <Term name={t("staff-queues:messages.topic")}>{t(`staff-queues:messages.topics.${topic}`)}</Term>
        <Term name={t("contact:form.subject")}>{hideNumbers(subject)}</Term>
        {thread.about !== null && <Term name={t("staff-queues:messages.error")}>{about ?? thread.about}</Term>}
        <Term name={t("staff-queues:asked")}>{longMoment(openedAt * 1000, language)}</Term>
        {dueOn && <Term name={t("contact:thread.due")}>{longDay(dueOn, language)}</Term>}
        <Term name={t("staff-queues:list.state")}>{t(`staff-queues:messages.states.${stateOf(thread)}`)}</Term>
      </dl>
      {messages.map(({ messageId, author, text, sentAt }) => (
        <section>
          <h2>
            {author === "staff"
              ? t("staff-queues:messages.by.staff", {
                  who: writers.get(messageId) ?? organisation,
                  moment: longMoment(sentAt * 1000, language),
                })
              : t("staff-queues:messages.by.member", { moment: longMoment(sentAt * 1000, language) })}
          </h2>
          <p class="written" dir="auto">
            {hideNumbers(text)}
          </p>
        </section>
      ))}
    </>
  );
}

function AnswerForm({ t, thread, faults, typed }: { t: T; thread: Thread } & FormProps) {
  if (thread.closedAt !== null) return <p>{t("staff-queues:over")}</p>;
  return (
    <>
      <h2>{t("staff-queues:messages.write")}</h2>
      <DecisionForm
        t={t}
        action={urls.staffThread(thread.threadId)}
        seen={thread.messages.at(-1)?.messageId ?? 0}
        label={t("staff-queues:messages.answer")}
        hint={t("staff-queues:messages.answerHint")}
        faults={faults}
        typed={typed}
        maxlength={longestMessage}
        buttons={(["answer", "close"] as const).map((value) => ({
          value,
          label: t(`staff-queues:messages.decide.${value}`),
        }))}
      />
    </>
  );
}
