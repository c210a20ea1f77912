import { Hono } from "hono";
import { findInvitee } from "../../domain/members.ts";
import { answerDueOn, countUnread, findThread, listThreads, type Thread } from "../../domain/threads.ts";
import { seconds } from "../../lib/clock.ts";
import { longDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { cutPage, pageSchema } from "../../web/paging.tsx";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { type About, readAbout } from "./about.ts";
import { openThread, readAnswers, reply } from "./actions.ts";
import { Contact, type ContactField, Ways } from "./pages.tsx";
import { contactSchema, prefillSchema, replySchema, threadSchema } from "./schema.ts";
import { Conversation, Messages, Receipt } from "./thread-pages.tsx";

const threadsShown = 50;

/** Writing to the mutual, and following what comes of it. */
export function contactRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, clock, config } = deps;
  const { organisation } = config;

  const aboutOf = (c: Ctx, text: string | null | undefined): About | undefined => {
    const { t, language } = c.var;
    return text ? readAbout(deps, text, { t, language, memberId: sessionOf(c).memberId }) : undefined;
  };

  type Form = { faults?: Faults<ContactField>; typed: Typed<ContactField>; about: About | undefined; closed?: number };

  const contactPage = (c: Ctx, { faults = {}, typed, about, closed }: Form) => {
    const { t, language } = c.var;
    const isFaulty = Object.keys(faults).length > 0;
    const dueOn = answerDueOn({ topic: "rights", openedAt: seconds(clock) })!;
    return respond.page(c, {
      title: titleWith(t, t("contact:title"), faults),
      status: isFaulty ? 422 : closed === undefined ? 200 : 409,
      main: (
        <Contact
          t={t}
          organisation={organisation}
          about={about}
          due={longDay(dueOn, language)}
          faults={faults}
          typed={typed}
          closed={closed}
        />
      ),
    });
  };

  const faultyContact = (c: Ctx, faults: Faults<ContactField>, typed: Typed<ContactField>) => {
    const about = aboutOf(c, typed.about);
    // Nobody types what a message is about: it stands in the form.
    if (faults.about || (typed.about && !about)) return errorPage(c, respond, faults.about ? 400 : 404);
    return contactPage(c, { faults, typed, about });
  };

  const threadOf = (c: Ctx) => findThread(deps, Number(c.req.param("id")), sessionOf(c).memberId);

  type Shown = { sent?: boolean; faults?: Faults<"message">; typed?: Typed<"message"> };

  const threadPage = (c: Ctx, thread: Thread, { sent = false, faults = {}, typed = {} }: Shown) => {
    const { t, language } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("contact:thread.title", { number: thread.threadId }), faults),
      section: "account",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <Conversation
          t={t}
          language={language}
          thread={thread}
          about={aboutOf(c, thread.about)}
          organisation={organisation.name}
          sent={sent}
          faults={faults}
          typed={typed}
        />
      ),
    });
  };

  /** A conversation that nobody writes in any more: what was typed stands in the form of a new message. */
  const closedPage = (c: Ctx, { threadId, topic, subject, about }: Thread, message: string | undefined) =>
    contactPage(c, { typed: { topic, subject, message }, about: aboutOf(c, about), closed: threadId });

  const threadPath = "/messages/:id{[1-9][0-9]{0,14}}";
  return new Hono<Env>()
    .get(
      urls.contact,
      guards.maybeSignedIn,
      queryOf(prefillSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, session } = c.var;
        const { about: asked, topic } = c.req.valid("query");
        if (!session) {
          const here = c.req.path + new URL(c.req.url).search;
          const main = <Ways t={t} organisation={organisation} signIn={urls.loginThen(here)} />;
          return respond.page(c, { title: t("contact:title"), main });
        }
        const kept = draftOf(c, ["topic", "subject", "message", "about"]);
        const about = aboutOf(c, asked ?? kept.about);
        if (asked && !about) return errorPage(c, respond, 404);
        const subject = about?.block && t("dossier:block.subject", { block: about.block });
        return contactPage(c, { about, typed: { topic: topic ?? about?.topic, subject, ...kept } });
      },
    )
    .post(urls.contact, guards.signedIn, formOf(contactSchema, faultyContact), (c) => {
      const { topic, subject, message, about: asked } = c.req.valid("form");
      const about = aboutOf(c, asked);
      if (asked && !about) return errorPage(c, respond, 404);
      const opened = openThread(deps, {
        author: sessionOf(c),
        topic,
        subject,
        text: message,
        about: about?.address,
      });
      if (opened.ok) return respond.goTo(c, urls.threadReceipt(opened.value));
      if (opened.fault === "ended") return respond.goTo(c, urls.login);
      return errorPage(c, respond, 429, opened.waitSeconds);
    })
    .get(
      urls.messages,
      guards.signedIn,
      queryOf(pageSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { memberId } = sessionOf(c);
        const { before } = c.req.valid("query");
        const found = listThreads(deps, { memberId, before, limit: threadsShown + 1 });
        const { rows, older } = cutPage(found, threadsShown, ({ threadId }) => `${urls.messages}?before=${threadId}`);
        const unread = countUnread(db, memberId);
        return respond.page(c, {
          title: t("contact:messages.title"),
          section: "account",
          main: <Messages t={t} language={language} threads={rows} unread={unread} older={older} />,
        });
      },
    )
    .get(
      threadPath,
      guards.signedIn,
      queryOf(threadSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const thread = threadOf(c);
        if (!thread) return errorPage(c, respond, 404);
        const sent = c.req.valid("query").sent !== undefined;
        return threadPage(c, thread, { sent, typed: draftOf(c, ["message"]) });
      },
    )
    .post(
      threadPath,
      guards.signedIn,
      formOf(replySchema, (c, faults, typed) => {
        const thread = threadOf(c);
        if (!thread) return errorPage(c, respond, 404);
        if (thread.closedAt !== null) return closedPage(c, thread, typed.message);
        return threadPage(c, thread, { faults, typed });
      }),
      (c) => {
        const threadId = Number(c.req.param("id"));
        const { message } = c.req.valid("form");
        const replied = reply(deps, { author: sessionOf(c), threadId, text: message });
        if (replied.ok) return respond.goTo(c, `${urls.thread(threadId)}?sent`);
        const thread = threadOf(c);
        if (!thread || replied.fault === "unknown") return errorPage(c, respond, 404);
        if (replied.fault === "tooMany") return errorPage(c, respond, 429, replied.waitSeconds);
        return closedPage(c, thread, message);
      },
    )
    .post(`${threadPath}/read`, guards.signedIn, (c) => {
      const threadId = Number(c.req.param("id"));
      if (!readAnswers(deps, sessionOf(c), threadId)) return errorPage(c, respond, 404);
      return respond.goTo(c, urls.thread(threadId));
    })
    .get(`${threadPath}/receipt`, guards.signedIn, (c) => {
      const { t, language } = c.var;
      const session = sessionOf(c);
      const thread = threadOf(c);
      if (!thread) return errorPage(c, respond, 404);
      const person = findInvitee(deps, session.memberId);
      return respond.page(c, {
        title: t("contact:receipt.title", { number: thread.threadId }),
        section: "account",
        main: (
          <Receipt
            t={t}
            language={language}
            thread={thread}
            about={aboutOf(c, thread.about)}
            organisation={organisation.name}
            name={`${session.firstNames} ${session.lastName}`}
            memberNumber={person?.memberNumber ?? person?.affiliateNumber ?? undefined}
          />
        ),
      });
    });
}
