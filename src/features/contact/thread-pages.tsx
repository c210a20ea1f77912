import type { Child } from "hono/jsx";
import { answerDueOn, longestMessage, stateOf, type Thread, type ThreadHead } from "../../domain/threads.ts";
import { longDay, longMoment, parisDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { OlderLink } from "../../web/paging.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import type { About } from "./about.ts";

type Words = { t: T; language: Language };

type ListProps = Words & { threads: (ThreadHead & { subject: string })[]; unread: number; older: string | undefined };

/** One's own conversations, the last begun first. */
export function Messages({ t, language, threads, unread, older }: ListProps) {
  const title = t("contact:messages.title");
  return (
    <>
      <h1>{title}</h1>
      {unread > 0 && (
        <Notice>
          <p>{t("contact:messages.unread", { count: unread })}</p>
        </Notice>
      )}
      <p>
        <a class="button" href={urls.contact}>
          {t("contact:messages.write")}
        </a>
      </p>
      {threads.length === 0 && <p>{t("contact:messages.none")}</p>}
      {threads.length > 0 && (
        <ScrollTable
          name={title}
          columns={[t("contact:messages.subject"), t("contact:messages.state"), t("contact:messages.last")]}
        >
          {threads.map((thread) => (
            <tr>
              <th scope="row">
                <a href={urls.thread(thread.threadId)}>
                  {t("contact:messages.number", { number: thread.threadId })}
                  {" – "}
                  <span dir="auto">{thread.subject}</span>
                </a>
              </th>
              <td>
                {t(`contact:state.${stateOf(thread)}`)}
                {thread.unread > 0 && (
                  <>
                    {" – "}
                    <strong>{t("contact:messages.toRead", { count: thread.unread })}</strong>
                  </>
                )}
              </td>
              <td>{longDay(parisDay(thread.lastAt * 1000), language)}</td>
            </tr>
          ))}
        </ScrollTable>
      )}
      <OlderLink address={older} text={t("contact:messages.older")} />
    </>
  );
}

/** What is said above a conversation and on its receipt. */
type AboutProps = Words & { thread: Thread; about: About | undefined; children?: Child };

function ThreadTerms({ t, language, thread, about, children }: AboutProps) {
  const dueOn = answerDueOn(thread);
  return (
    <dl>
      {children}
      <Term name={t("contact:form.topic")}>{t(`contact:topics.${thread.topic}`)}</Term>
      <div>
        <dt>{t("contact:form.subject")}</dt>
        <dd dir="auto">{thread.subject}</dd>
      </div>
      {thread.about !== null && (
        <div>
          <dt>{t("contact:about.term")}</dt>
          <dd>{about ? <a href={about.address}>{about.text}</a> : t("contact:about.gone")}</dd>
        </div>
      )}
      {dueOn && <Term name={t("contact:thread.due")}>{longDay(dueOn, language)}</Term>}
    </dl>
  );
}

type ThreadProps = Omit<AboutProps, "children"> & {
  organisation: string;
  /** What was written has just been sent. */
  sent: boolean;
  faults: Faults<"message">;
  typed: Typed<"message">;
};

/** A conversation from its first message to its last, with the way to go on. */
export function Conversation({ t, language, thread, about, organisation, sent, faults, typed }: ThreadProps) {
  const { threadId, messages, closedAt } = thread;
  const label = t("contact:thread.reply");
  const state = stateOf(thread);
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={{ message: label }} />
      <p>
        <a href={urls.messages}>{t("contact:messages.title")}</a>
      </p>
      <h1>{t("contact:thread.title", { number: threadId })}</h1>
      {sent && (
        <Notice>
          <p>{t("contact:thread.sent")}</p>
        </Notice>
      )}
      <ThreadTerms t={t} language={language} thread={thread} about={about}>
        <Term name={t("contact:messages.state")}>{t(`contact:state.${state}`)}</Term>
      </ThreadTerms>
      {messages.map(({ author, text, sentAt }) => (
        <section>
          <h2>{t(`contact:thread.by.${author}`, { organisation, moment: longMoment(sentAt * 1000, language) })}</h2>
          <p class="written" dir="auto">
            {text}
          </p>
        </section>
      ))}
      {thread.unread > 0 && (
        <form action={urls.readThread(threadId)} method="post">
          {/* Named, because text browsers ask with GET for a form that sends nothing. */}
          <button type="submit" name="read" value="on" class="secondary">
            {t("contact:thread.read")}
          </button>
        </form>
      )}
      {closedAt !== null && (
        <>
          <h2>{t("contact:thread.reply")}</h2>
          <p>{t("contact:closed.text", { moment: longMoment(closedAt * 1000, language) })}</p>
          <p>
            <a class="button" href={urls.contact}>
              {t("contact:messages.write")}
            </a>
          </p>
        </>
      )}
      {closedAt === null && (
        <form action={urls.thread(threadId)} method="post" novalidate>
          <TextArea
            t={t}
            name="message"
            label={label}
            hint={t("contact:form.messageHint", { characters: longestMessage })}
            fault={faults.message}
            value={typed.message}
            maxlength={longestMessage}
            required
          />
          <button type="submit">{t("contact:form.submit")}</button>
        </form>
      )}
      <p class="not-printed">
        <a href={urls.threadReceipt(threadId)}>{t("contact:thread.receipt")}</a>
      </p>
    </>
  );
}

type ReceiptProps = Omit<AboutProps, "children"> & {
  organisation: string;
  name: string;
  memberNumber: string | undefined;
};

/** The dated proof of a message, to keep or to print. */
export function Receipt({ t, language, thread, about, organisation, name, memberNumber }: ReceiptProps) {
  const { threadId, openedAt, messages } = thread;
  const dueOn = answerDueOn(thread);
  return (
    <>
      <h1>{t("contact:receipt.title", { number: threadId })}</h1>
      <p>{t("contact:receipt.received", { organisation, moment: longMoment(openedAt * 1000, language) })}</p>
      <ThreadTerms t={t} language={language} thread={thread} about={about}>
        <Term name={t("contact:receipt.number")}>{String(threadId)}</Term>
        <Term name={t("contact:receipt.name")}>{name}</Term>
        {memberNumber && <Term name={t("contact:receipt.member")}>{memberNumber}</Term>}
      </ThreadTerms>
      <h2>{t("contact:receipt.message")}</h2>
      <p class="written" dir="auto">
        {messages[0]?.text}
      </p>
      <h2>{t("contact:receipt.next")}</h2>
      {dueOn && <p>{t("contact:receipt.due", { day: longDay(dueOn, language) })}</p>}
      <p>{t("contact:receipt.answer")}</p>
      <p class="not-printed">
        <a href={urls.thread(threadId)}>{t("contact:receipt.follow")}</a>
      </p>
    </>
  );
}
