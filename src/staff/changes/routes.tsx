import { eq } from "drizzle-orm";
import { Hono } from "hono";
import { decideChange } from "../../domain/change-settling.ts";
import { type Change, findChangeWhere } from "../../domain/changes.ts";
import { readOnce } from "../../domain/staff-readings.ts";
import { seconds } from "../../lib/clock.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { changes } from "../../platform/schema.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import type { DecisionField } from "../queue/decision.tsx";
import { cutQueue, QueueList } from "../queue/list-page.tsx";
import { newsText } from "../queue/news.ts";
import { findPerson } from "../queue/people.ts";
import { listSchema } from "../queue/schema.ts";
import { ChangeConflict, ChangePage } from "./pages.tsx";
import { beforeOf, type ListedChange, listChangeQueue, settledBy } from "./queries.ts";
import { changeDecisionSchema } from "./schema.ts";

/** The queue of the changes that members ask for. */
export function staffChangeRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, clock, config } = deps;
  const { organisation } = config;
  const may = guards.may("changes.decide");

  const changeOf = (c: Ctx): Change | undefined => {
    const change = findChangeWhere(deps, eq(changes.changeId, c.req.param("id") ?? ""));
    // Until it is confirmed, nothing is asked of anybody.
    return change?.state === "unconfirmed" ? undefined : change;
  };
  const termsOf = (c: Ctx, change: Change) => {
    const { t, language } = c.var;
    const { memberId, content, requestedAt } = change;
    // Whoever asked for it sees that it was read.
    readOnce(deps, staffOf(c), memberId, "file");
    const person = findPerson(deps, memberId);
    const before = beforeOf(db, memberId, content);
    return { t, language, organisation, change, person, before, ageSeconds: seconds(clock) - requestedAt };
  };

  const changePage = (c: Ctx, faults: Faults<DecisionField>, typed: Typed<DecisionField>) => {
    const change = changeOf(c);
    if (!change) return errorPage(c, respond, 404);
    return respond.page(c, {
      title: titleWith(c.var.t, c.var.t("staff-queues:changes.one"), faults),
      section: "staffChanges",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <ChangePage {...termsOf(c, change)} faults={faults} typed={typed} />,
    });
  };

  const conflictPage = (c: Ctx, typed: string) => {
    const { t, language } = c.var;
    const change = changeOf(c);
    if (!change) return errorPage(c, respond, 404);
    const { changeId, state, settledAt, requestedAt, reason } = change;
    const by = reason === "time" || reason === "blocked" || reason === "deletion" ? "system" : "member";
    const actor = state === "cancelled" ? ({ by } as const) : { staff: settledBy(db, changeId) };
    const what = t(`staff-queues:changes.states.${state}`);
    const news = newsText({ t, language }, { actor, at: settledAt ?? requestedAt, what });
    const title = t(state === "cancelled" ? "staff-queues:conflict.cancelled" : "staff-queues:conflict.title");
    return respond.page(c, {
      title,
      section: "staffChanges",
      status: 409,
      main: <ChangeConflict {...termsOf(c, change)} title={title} news={news} typed={typed} />,
    });
  };

  return new Hono<Env>()
    .get(
      urls.staffChanges,
      may,
      queryOf(listSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const query = c.req.valid("query");
        const { rows, older } = cutQueue(listChangeQueue(db, query), {
          url: urls.staffChanges,
          state: query.state,
          cursorOf: ({ at, changeId: id }) => ({ at, id }),
        });
        const now = seconds(clock);
        const nameOf = ({ kind, usage }: ListedChange) =>
          kind === "iban"
            ? t(`changes:usages.${usage!}`, { organisation: organisation.name })
            : t(`changes:kinds.${kind}`);
        const shown = rows.map((row) => ({
          url: urls.staffChange(row.changeId),
          what: nameOf(row),
          person: row,
          state: t(`staff-queues:changes.states.${row.state}`),
          since: query.state === "open" ? ageText(t, now - row.at) : longMoment(row.at * 1000, language),
        }));
        const title = t("staff:menu.staffChanges");
        const main = <QueueList t={t} title={title} url={urls.staffChanges} query={query} rows={shown} older={older} />;
        return respond.page(c, { title, section: "staffChanges", main });
      },
    )
    .get("/staff/changes/:id", may, (c) => changePage(c, {}, draftOf(c, ["reason"])))
    .post("/staff/changes/:id", may, formOf(changeDecisionSchema, changePage), (c) => {
      const { decision: result, reason } = c.req.valid("form");
      const changeId = c.req.param("id");
      if (!changeOf(c)) return errorPage(c, respond, 404);
      const decided = decideChange(deps, { changeId, result, reason, staff: staffOf(c).email });
      if (decided.ok) return respond.goTo(c, `${urls.staffChanges}?done=${decided.value.told ? "told" : "untold"}`);
      switch (decided.fault) {
        case "unknown":
          return errorPage(c, respond, 404);
        case "conflict":
          return conflictPage(c, reason);
        case "notLeft":
          return changePage(c, { decision: "accountNotLeft" }, { reason });
      }
    });
}
