import { Hono } from "hono";
import { listBounces } from "../../domain/bounces.ts";
import { seconds } from "../../lib/clock.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
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
import { findPerson, type Person } from "../queue/people.ts";
import { type ListQuery, listSchema, rowsShown } from "../queue/schema.ts";
import { decideBounce } from "./actions.ts";
import { BounceConflict, BouncePage } from "./pages.tsx";
import { type Bounce, findBounce, listSettled } from "./queries.ts";
import { bounceDecisionSchema } from "./schema.ts";

type Listed = { bounceId: number; recipient: string; kind: Bounce["kind"]; at: number; person: Person | undefined };

/** The queue of the mails that came back. */
export function staffBounceRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, clock } = deps;
  const may = guards.may("bounces.settle");

  const listOf = ({ state, after }: ListQuery): Listed[] => {
    if (state === "closed") {
      return listSettled(db, after).map(({ settledAt, memberId, name, number, ...bounce }) => ({
        ...bounce,
        at: settledAt!,
        person: memberId && name ? { memberId, name, number: number ?? null } : undefined,
      }));
    }
    const from = after && { after: { bouncedAt: after.at, bounceId: Number(after.id) || 0 } };
    return listBounces(deps, { limit: rowsShown + 1, ...from }).map(({ bouncedAt, memberId, ...bounce }) => ({
      ...bounce,
      at: bouncedAt,
      person: memberId === null ? undefined : findPerson(deps, memberId),
    }));
  };
  const bounceOf = (c: Ctx) => findBounce(db, Number(c.req.param("id")));
  const partsOf = (c: Ctx, bounce: Bounce) => ({
    t: c.var.t,
    language: c.var.language,
    bounce,
    person: bounce.memberId === null ? undefined : findPerson(deps, bounce.memberId),
    ageSeconds: seconds(clock) - bounce.bouncedAt,
  });

  const bouncePage = (c: Ctx, faults: Faults<DecisionField>, typed: Typed<DecisionField>) => {
    const bounce = bounceOf(c);
    if (!bounce) return errorPage(c, respond, 404);
    return respond.page(c, {
      title: titleWith(c.var.t, c.var.t("staff-queues:bounces.one"), faults),
      section: "staffBounces",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <BouncePage {...partsOf(c, bounce)} faults={faults} typed={typed} />,
    });
  };

  const conflictPage = (c: Ctx, typed: string) => {
    const { t, language } = c.var;
    const bounce = bounceOf(c)!;
    const { settledAt, settledBy: staff, bouncedAt } = bounce;
    const what = t("staff-queues:bounces.settled");
    const news = newsText({ t, language }, { actor: { staff }, at: settledAt ?? bouncedAt, what });
    return respond.page(c, {
      title: t("staff-queues:conflict.title"),
      section: "staffBounces",
      status: 409,
      main: <BounceConflict {...partsOf(c, bounce)} news={news} typed={typed} />,
    });
  };

  const bouncePath = "/staff/bounces/:id{[1-9][0-9]{0,14}}";
  return new Hono<Env>()
    .get(
      urls.staffBounces,
      may,
      queryOf(listSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const query = c.req.valid("query");
        const { rows, older } = cutQueue(listOf(query), {
          url: urls.staffBounces,
          state: query.state,
          cursorOf: ({ at, bounceId }) => ({ at, id: String(bounceId) }),
        });
        const now = seconds(clock);
        const shown = rows.map(({ bounceId, recipient, kind, at, person }) => ({
          url: urls.staffBounce(bounceId),
          what: recipient,
          person,
          state: t(`staff-queues:bounces.kinds.${kind}`),
          since: query.state === "open" ? ageText(t, now - at) : longMoment(at * 1000, language),
        }));
        const title = t("staff:menu.staffBounces");
        const main = <QueueList t={t} title={title} url={urls.staffBounces} query={query} rows={shown} older={older} />;
        return respond.page(c, { title, section: "staffBounces", main });
      },
    )
    .get(bouncePath, may, (c) => bouncePage(c, {}, draftOf(c, ["reason"])))
    .post(bouncePath, may, formOf(bounceDecisionSchema, bouncePage), (c) => {
      const { reason: note } = c.req.valid("form");
      const decided = decideBounce(deps, { bounceId: Number(c.req.param("id")), staff: staffOf(c).email, note });
      if (decided.ok) return respond.goTo(c, `${urls.staffBounces}?done=${decided.value.told ? "told" : "untold"}`);
      return decided.fault === "unknown" ? errorPage(c, respond, 404) : conflictPage(c, note);
    });
}
