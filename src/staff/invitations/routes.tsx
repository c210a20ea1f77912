import { Hono } from "hono";
import { seconds } from "../../lib/clock.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { formOf, queryOf } from "../../web/forms.ts";
import { cutPage } from "../../web/paging.tsx";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { urls } from "../../web/urls.ts";
import { rowsShown } from "../queue/schema.ts";
import { inviteAgain, letterColumns, letterFile, makeLetterFile } from "./actions.ts";
import { Invitations, Letters, letterFileName, NotInvited } from "./pages.tsx";
import { lastInvitedAt, listAddressees, listInvited, listLetterFiles } from "./queries.ts";
import { invitationListSchema, inviteSchema, letterFileSchema, lettersSchema } from "./schema.ts";

const filesShown = 20;

/** Invitations that nobody has used, and the people whom only the post reaches. */
export function staffInvitationRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { clock } = deps;
  const may = guards.may("invitations.send");

  const notInvited = (c: Ctx, text: string) => {
    const { t } = c.var;
    return respond.page(c, {
      title: t("staff-queues:invitations.notSent"),
      section: "staffInvitations",
      status: 409,
      main: <NotInvited t={t} text={text} />,
    });
  };

  return new Hono<Env>()
    .get(
      urls.staffInvitations,
      may,
      queryOf(invitationListSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const query = c.req.valid("query");
        const found = listInvited(deps, query);
        const rows = found.slice(0, rowsShown);
        const last = rows.at(-1);
        const state = query.state === "running" ? { state: "running" } : {};
        const older =
          found.length > rowsShown && last
            ? `${urls.staffInvitations}?${new URLSearchParams({ ...state, after: `${last.at}.${last.memberId}` })}`
            : undefined;
        return respond.page(c, {
          title: t("staff:menu.staffInvitations"),
          section: "staffInvitations",
          main: <Invitations t={t} language={language} query={query} rows={rows} older={older} now={seconds(clock)} />,
        });
      },
    )
    .post(
      urls.staffInvite,
      may,
      // Nobody types what this form says.
      formOf(inviteSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { member: memberId, seen } = c.req.valid("form");
        const invited = inviteAgain(deps, { memberId, seen, staff: staffOf(c).email });
        if (invited.ok) return respond.goTo(c, `${urls.staffInvitations}?done=sent`);
        if (invited.fault === "unknown") return errorPage(c, respond, 404);
        if (invited.fault === "gone") return notInvited(c, t("staff-queues:invitations.gone"));
        const moment = longMoment(lastInvitedAt(deps, memberId)! * 1000, language);
        return notInvited(c, t("staff-queues:invitations.conflict", { moment }));
      },
    )
    .get(
      urls.staffLetters,
      may,
      queryOf(lettersSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { after = "", files: before = Number.MAX_SAFE_INTEGER, made } = c.req.valid("query");
        const found = listAddressees(deps, { after, limit: rowsShown + 1 });
        const people = found.slice(0, rowsShown);
        const last = people.at(-1)?.memberId ?? "";
        const older =
          found.length > rowsShown ? `${urls.staffLetters}?${new URLSearchParams({ after: last })}` : undefined;
        const listed = listLetterFiles(deps, before, filesShown + 1);
        const files = cutPage(listed, filesShown, ({ at }) => `${urls.staffLetters}?files=${at}`);
        return respond.page(c, {
          title: t("staff-queues:invitations.letters"),
          section: "staffInvitations",
          main: <Letters t={t} language={language} people={people} older={older} files={files} made={made} />,
        });
      },
    )
    .post(
      urls.staffLettersCsv,
      may,
      formOf(letterFileSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t } = c.var;
        const { file } = c.req.valid("form");
        const staff = staffOf(c).email;
        if (file === undefined) {
          const made = makeLetterFile(deps, staff);
          return respond.goTo(c, made === undefined ? urls.staffLetters : `${urls.staffLetters}?made=${made}`);
        }
        const columns = letterColumns.map((name) => t(`staff-queues:invitations.columns.${name}`));
        const body = letterFile(deps, file, { staff, columns });
        if (body === undefined) return errorPage(c, respond, 404);
        return respond.file(c, body, "text/csv; charset=utf-8", letterFileName(file));
      },
    );
}
