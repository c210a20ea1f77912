import { Hono } from "hono";
import { answerThread, readThread } from "../../domain/thread-answers.ts";
import { findThread, stateOf, type Thread } from "../../domain/threads.ts";
import { readAbout } from "../../features/contact/about.ts";
import { seconds } from "../../lib/clock.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { readReference } from "../../web/report-link.ts";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import type { DecisionField } from "../queue/decision.tsx";
import { cutQueue, QueueList } from "../queue/list-page.tsx";
import { newsText } from "../queue/news.ts";
import { findPerson } from "../queue/people.ts";
import { ThreadConflict, ThreadPage, TopicFilter } from "./pages.tsx";
import { listThreadQueue, type QueuedThread, writersOf } from "./queries.ts";
import { answerSchema, threadListSchema } from "./schema.ts";

/** The queue of what members write, and of the errors that they report in their data. */
export function staffMessageRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, clock, config } = deps;
  const may = guards.may("messages.answer");
  const numberOf = (c: Ctx) => Number(c.req.param("id"));

  const aboutOf = (c: Ctx, { about, memberId }: Thread): string | undefined => {
    if (about === null) return undefined;
    const { t, language } = c.var;
    const reference = readReference(about);
    const said = readAbout(deps, about, { t, language, memberId })?.text;
    // Staff look a payment up by its number.
    return reference?.kind === "payment" ? [reference.paymentId, said].filter(Boolean).join(" – ") : said;
  };
  /** The journal tells the member that it was read, each time it is shown. */
  const readFor = (c: Ctx) => readThread(deps, numberOf(c), staffOf(c).email);
  const partsOf = (c: Ctx, thread: Thread) => ({
    t: c.var.t,
    language: c.var.language,
    organisation: config.organisation.name,
    thread,
    person: findPerson(deps, thread.memberId),
    about: aboutOf(c, thread),
    writers: writersOf(db, thread.threadId),
  });

  const threadPage = (c: Ctx, faults: Faults<DecisionField>, typed: Typed<DecisionField>) => {
    const thread = readFor(c);
    if (!thread) return errorPage(c, respond, 404);
    return respond.page(c, {
      title: titleWith(c.var.t, c.var.t("contact:thread.title", { number: thread.threadId }), faults),
      section: "staffMessages",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <ThreadPage {...partsOf(c, thread)} faults={faults} typed={typed} />,
    });
  };

  const conflictPage = (c: Ctx, typed: string) => {
    const { t, language } = c.var;
    const thread = readFor(c)!;
    const parts = partsOf(c, thread);
    const last = thread.messages.at(-1)!;
    const actor =
      last.author === "member" ? ({ by: "member" } as const) : { staff: parts.writers.get(last.messageId) ?? null };
    const what = t(`staff-queues:messages.since.${thread.closedAt === null ? last.author : "closed"}`);
    const news = newsText({ t, language }, { actor, at: thread.closedAt ?? last.sentAt, what });
    const isMember = "by" in actor && thread.closedAt === null;
    const title = t(isMember ? "staff-queues:conflict.byMember" : "staff-queues:conflict.title");
    return respond.page(c, {
      title,
      section: "staffMessages",
      status: 409,
      main: <ThreadConflict {...parts} title={title} news={news} typed={typed} />,
    });
  };

  const threadPath = "/staff/messages/:id{[1-9][0-9]{0,14}}";
  return new Hono<Env>()
    .get(
      urls.staffMessages,
      may,
      queryOf(threadListSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const query = c.req.valid("query");
        const { state, about } = query;
        const { rows, older } = cutQueue(listThreadQueue(db, query), {
          url: urls.staffMessages,
          state,
          cursorOf: ({ waitingSince, threadId }) => ({ at: waitingSince ?? 0, id: String(threadId) }),
          more: about === "all" ? {} : { about },
        });
        const now = seconds(clock);
        const shown = rows.map((row: QueuedThread) => ({
          url: urls.staffThread(row.threadId),
          what: t(row.about === null ? "staff-queues:messages.what" : "staff-queues:messages.whatError", {
            number: row.threadId,
            topic: t(`staff-queues:messages.topics.${row.topic}`),
          }),
          person: row,
          state: t(`staff-queues:messages.states.${stateOf(row)}`),
          since:
            row.waitingSince === null ? longMoment(row.lastAt * 1000, language) : ageText(t, now - row.waitingSince),
        }));
        const title = t("staff:menu.staffMessages");
        const main = (
          <QueueList t={t} title={title} url={urls.staffMessages} query={query} rows={shown} older={older}>
            <TopicFilter t={t} query={query} />
          </QueueList>
        );
        return respond.page(c, { title, section: "staffMessages", main });
      },
    )
    .get(threadPath, may, (c) => threadPage(c, {}, draftOf(c, ["reason"])))
    .post(
      threadPath,
      may,
      formOf(answerSchema, (c, faults, typed) =>
        // Nobody types which message was read last: it stands in the form.
        faults.seen ? errorPage(c, respond, 400) : threadPage(c, faults, typed),
      ),
      (c) => {
        const { seen: lastSeen, decision, reason: text } = c.req.valid("form");
        const threadId = numberOf(c);
        if (!findThread(deps, threadId)) return errorPage(c, respond, 404);
        const close = decision === "close";
        const answered = answerThread(deps, { threadId, staff: staffOf(c).email, text, close, lastSeen });
        if (answered.ok)
          return respond.goTo(c, `${urls.staffMessages}?done=${answered.value.told ? "told" : "untold"}`);
        return answered.fault === "unknown" ? errorPage(c, respond, 404) : conflictPage(c, text);
      },
    );
}
