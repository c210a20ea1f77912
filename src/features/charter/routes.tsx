import { Hono } from "hono";
import { type Charter, charterHistory, currentCharter, findCharter } from "../../domain/charter.ts";
import { announcedCharter } from "../../domain/charter-announcing.ts";
import {
  contestableNotices,
  type NotContestable,
  noticeOf,
  noticeToContest,
  seeCharter,
} from "../../domain/charter-notices.ts";
import { findInvitee } from "../../domain/members.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { safeNext, urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { contest } from "./actions.ts";
import { CharterPage, ContestForm, History, NoContestPage, Receipt } from "./pages.tsx";
import { contestOf, receiptFor } from "./queries.ts";
import { contestQuerySchema, contestSchema, seenSchema } from "./schema.ts";

type Field = "message" | "version";

/** What was typed before the session ended; a text against one version is not shown in the form of another. */
function keptText(c: Ctx, asked: string | undefined): Typed<Field> {
  const typedFor = c
    .get("draft")?.()
    .find(([name]) => name === "version")?.[1];
  const isOther = asked !== undefined && typedFor !== undefined && typedFor !== asked;
  return isOther ? {} : draftOf(c, ["message", "version"]);
}

export function charterRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, clock, config } = deps;
  const { organisation } = config;

  const charterPage = (c: Ctx, charter: Charter, title: string) => {
    const { t, language } = c.var;
    const history = charterHistory(db, clock);
    const versions = history.map(({ number, effectiveOn, standing, sha256 }) => ({
      number,
      day: longDay(effectiveOn, language),
      standing,
      sha256,
    }));
    const listed = versions.find(({ number }) => number === charter.number);
    const announced = announcedCharter(deps, charter.number);
    const first = versions.at(-1);
    if (!listed || !first) return errorPage(c, respond, 404);
    const earlier = first.number > 1 ? { before: first.number, email: organisation.privacyEmail } : undefined;
    return respond.page(c, {
      title,
      main: (
        <CharterPage
          t={t}
          text={charter.text}
          listed={listed}
          website={organisation.website}
          changes={announced && { previous: announced.previous, parts: announced.changes }}
        >
          <History t={t} versions={versions} earlier={earlier} />
        </CharterPage>
      ),
    });
  };

  const noContestPage = (c: Ctx, why: NotContestable, status: 200 | 409, version?: number) => {
    const { t, language } = c.var;
    const { accountId, memberId } = sessionOf(c);
    const notice = noticeOf(deps, accountId, version);
    const number = version ?? notice?.number;
    const others = contestableNotices(deps, accountId).filter((other) => other.number !== number);
    return respond.page(c, {
      title: t(`charter:noContest.${why}.title`, { number }),
      section: "account",
      status,
      main: (
        <NoContestPage
          t={t}
          why={why}
          version={number}
          until={notice ? longMoment(notice.contestableUntil * 1000, language) : ""}
          receipt={notice && why === "contested" ? receiptFor(deps, memberId, notice.number) : undefined}
          email={organisation.privacyEmail}
          others={others.map((other) => other.number)}
        />
      ),
    });
  };

  const contestPage = (c: Ctx, faults: Faults<Field>, typed: Typed<Field>) => {
    const { t, language } = c.var;
    // Nobody types the version: it stands in the form.
    if (faults.version) return errorPage(c, respond, 400);
    const { accountId } = sessionOf(c);
    const version = typed.version === undefined ? undefined : Number(typed.version);
    const found = noticeToContest(deps, accountId, version);
    if (!found.ok) return noContestPage(c, found.fault, Object.keys(faults).length > 0 ? 409 : 200, version);
    const notice = found.value;
    const others = contestableNotices(deps, accountId).filter(({ number }) => number !== notice.number);
    return respond.page(c, {
      title: titleWith(t, t("charter:contest.title", { number: notice.number }), faults),
      section: "account",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <ContestForm
          t={t}
          version={notice.number}
          day={longDay(notice.effectiveOn, language)}
          until={longMoment(notice.contestableUntil * 1000, language)}
          isOvertaken={notice.isOvertaken}
          others={others.map(({ number }) => number)}
          faults={faults}
          typed={typed}
        />
      ),
    });
  };

  return new Hono<Env>()
    .get(urls.charter, guards.maybeSignedIn, (c) => charterPage(c, currentCharter(db, clock), c.var.t("charter:title")))
    .get("/charter/versions/:number{[1-9][0-9]{0,5}}", guards.maybeSignedIn, (c) => {
      const charter = findCharter(db, Number(c.req.param("number")));
      if (!charter) return errorPage(c, respond, 404);
      return charterPage(c, charter, c.var.t("charter:versionTitle", { number: charter.number }));
    })
    .post(
      urls.charterSeen,
      guards.signedIn,
      formOf(seenSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const session = sessionOf(c);
        const { version = session.newCharters[0]?.number, next } = c.req.valid("form");
        if (version !== undefined) seeCharter(deps, session, version);
        return respond.goTo(c, safeNext(next, config.origin) ?? urls.dashboard);
      },
    )
    .get(
      urls.charterContest,
      guards.signedIn,
      queryOf(contestQuerySchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { version } = c.req.valid("query");
        const asked = version === undefined ? {} : { version: String(version) };
        return contestPage(c, {}, { ...keptText(c, asked.version), ...asked });
      },
    )
    .post(urls.charterContest, guards.signedIn, formOf(contestSchema, contestPage), (c) => {
      const session = sessionOf(c);
      const { message, version } = c.req.valid("form");
      const contested = contest(deps, { session, message, version });
      if (contested.ok) return respond.goTo(c, urls.charterReceipt(contested.value));
      if (contested.fault !== "contested") return noContestPage(c, contested.fault, 409, version);
      // A form sent twice: the first one counted, and its receipt is there.
      const number = version ?? noticeOf(deps, session.accountId)!.number;
      const receipt = receiptFor(deps, session.memberId, number);
      return respond.goTo(c, receipt === undefined ? urls.charterContestOf(number) : urls.charterReceipt(receipt));
    })
    .get("/charter/contest/:number{[1-9][0-9]{0,14}}", guards.signedIn, (c) => {
      const { t, language } = c.var;
      const session = sessionOf(c);
      const found = contestOf(deps, session.memberId, Number(c.req.param("number")));
      if (!found) return errorPage(c, respond, 404);
      const person = findInvitee(deps, session.memberId);
      return respond.page(c, {
        title: t("charter:receipt.title", { number: found.number }),
        section: "account",
        main: (
          <Receipt
            t={t}
            contest={found}
            moment={longMoment(found.at * 1000, language)}
            name={`${session.firstNames} ${session.lastName}`}
            memberNumber={person?.memberNumber ?? person?.affiliateNumber ?? undefined}
            organisation={organisation.name}
          />
        ),
      });
    });
}
