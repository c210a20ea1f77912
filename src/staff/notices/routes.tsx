import { Hono } from "hono";
import {
  charterProgress,
  contestationsOf,
  continueAnnouncing,
  noticeInBackground,
  publishInBackground,
} from "../../domain/announcing.ts";
import { charterHistory, findCharter, lastCharter } from "../../domain/charter.ts";
import { listNotices } from "../../domain/notice-sending.ts";
import { may } from "../../domain/staff-roles.ts";
import { seconds } from "../../lib/clock.ts";
import { type Day, parisDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { Notices, type NoticesField } from "./pages.tsx";
import { type CharterField, type NoticeField, noticeOf, readCharter, readMoments, wordsFaults } from "./rules.ts";
import { charterSchema, type NoticesNews, noticeSchema, noticesQuerySchema } from "./schema.ts";

/** Each is counted anew on the page: the latest are those that matter. */
const noticesShown = 10;

/** All that was typed, but not that it was meant. */
const keptFields = [...Object.keys(noticeSchema.shape), ...Object.keys(charterSchema.shape)].filter(
  (name) => name !== "confirm" && name !== "charterConfirm",
) as NoticesField[];

const publishFaults: Record<"notAbove" | "past" | "otherText" | "otherDay", Faults<CharterField>> = {
  notAbove: { number: "versionTooLow" },
  past: { effectiveDay: "dayPast" },
  otherText: { number: "versionOtherText" },
  otherDay: { number: "versionOtherText" },
};

/** What is announced to every account: notices of the service, and versions of the charter. */
export function staffNoticesRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, clock, config } = deps;

  type Shown = { news?: NoticesNews | undefined; faults?: Faults<NoticesField>; typed?: Typed<NoticesField> };

  const page = (c: Ctx, { news, faults = {}, typed = {} }: Shown = {}) => {
    const { t, language } = c.var;
    const { role } = staffOf(c);
    const versions = charterHistory(db, clock).map(({ number, effectiveOn, publishedAt }) => ({
      number,
      effectiveOn,
      publishedAt,
      progress: publishedAt === 0 ? undefined : charterProgress(deps, number),
      contested: contestationsOf(deps, number),
    }));
    return respond.page(c, {
      title: titleWith(t, t("staff-ops:notices.title"), faults),
      section: "staffNotices",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <Notices
          t={t}
          language={language}
          news={news}
          notices={listNotices(deps, noticesShown)}
          versions={versions}
          mayNotify={may(role, "notices.send")}
          mayPublish={may(role, "charter.publish")}
          faults={faults}
          typed={typed}
        />
      ),
    });
  };

  const noticeFaults = (typed: Typed<NoticeField>) => ({
    ...readMoments(typed, seconds(clock)).faults,
    ...wordsFaults(typed, config),
  });
  const readVersion = (typed: Typed<CharterField>) =>
    readCharter(typed, { last: lastCharter(db)?.number ?? 0, today: parisDay(clock()) });

  const isPublished = ({ number, text }: { number: string; text: string }, day: Day) => {
    const present = findCharter(db, Number(number));
    return present !== undefined && present.publishedAt > 0 && present.effectiveOn === day && present.text === text;
  };

  return new Hono<Env>()
    .get(
      urls.staffNotices,
      guards.may("notices.read"),
      queryOf(noticesQuerySchema, (c) => errorPage(c, respond, 400)),
      (c) => page(c, { news: c.req.valid("query").done, typed: draftOf(c, keptFields) }),
    )
    .post(
      urls.staffNotices,
      guards.may("notices.send"),
      formOf(noticeSchema, (c, faults, typed) => page(c, { faults: { ...noticeFaults(typed), ...faults }, typed })),
      (c) => {
        const form = c.req.valid("form");
        const faults = noticeFaults(form);
        if (Object.keys(faults).length > 0) return page(c, { faults, typed: form });
        const notice = noticeOf(form, readMoments(form, seconds(clock)));
        noticeInBackground(deps, notice, staffOf(c).email);
        return respond.goTo(c, `${urls.staffNotices}?done=notice`);
      },
    )
    .post(
      urls.staffCharter,
      guards.may("charter.publish"),
      formOf(charterSchema, (c, faults, typed) =>
        page(c, { faults: { ...readVersion(typed).faults, ...faults }, typed }),
      ),
      (c) => {
        const form = c.req.valid("form");
        const { day, faults } = readVersion(form);
        // The button was pressed twice: what was asked for is done.
        if (day !== undefined && isPublished(form, day)) return respond.goTo(c, `${urls.staffNotices}?done=charter`);
        if (day === undefined || Object.keys(faults).length > 0) return page(c, { faults, typed: form });
        const version = { number: Number(form.number), effectiveOn: day, text: form.text };
        const published = publishInBackground(deps, version, staffOf(c).email);
        if (!published.ok) return page(c, { faults: publishFaults[published.fault], typed: form });
        return respond.goTo(c, `${urls.staffNotices}?done=charter`);
      },
    )
    .post(urls.staffCharterContinue, guards.may("charter.publish"), (c) => {
      void continueAnnouncing(deps);
      return respond.goTo(c, `${urls.staffNotices}?done=continued`);
    });
}
