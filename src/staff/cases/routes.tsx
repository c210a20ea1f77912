import { Hono } from "hono";
import { findAccount } from "../../domain/accounts.ts";
import { readCase } from "../../domain/cases.ts";
import { recordReading } from "../../domain/evidence.ts";
import { seconds } from "../../lib/clock.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { ErrorKey } from "../../platform/i18n.ts";
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
import { actsOf, decideCase } from "./actions.ts";
import { type Case, CaseConflict, CasePage, KindFilter } from "./pages.tsx";
import { listCaseQueue } from "./queries.ts";
import { caseDecisionSchema, caseListSchema } from "./schema.ts";

/** The queue of what somebody must look into: credentials, phishing, registrations and identities to check. */
export function staffCaseRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, clock, config } = deps;

  /** The journal tells the member that the case was read, each time it is shown. */
  const readFor = (c: Ctx): Case | undefined => {
    const found = readCase(deps, Number(c.req.param("id")));
    if (found?.memberId) recordReading(deps, { memberId: found.memberId, staff: staffOf(c).email, what: "case" });
    return found;
  };
  const partsOf = (c: Ctx, found: Case) => ({
    t: c.var.t,
    language: c.var.language,
    organisation: config.organisation.name,
    found,
    person: found.memberId === null ? undefined : findPerson(deps, found.memberId),
    account: found.memberId === null ? undefined : findAccount(deps, found.memberId)?.status,
    ageSeconds: seconds(clock) - found.openedAt,
  });

  const casePage = (c: Ctx, faults: Faults<DecisionField>, typed: Typed<DecisionField>) => {
    const found = readFor(c);
    if (!found) return errorPage(c, respond, 404);
    const acts = actsOf(deps, found, staffOf(c).role);
    return respond.page(c, {
      title: titleWith(c.var.t, c.var.t("staff-queues:cases.one", { number: found.caseId }), faults),
      section: "staffCases",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <CasePage {...partsOf(c, found)} acts={acts} faults={faults} typed={typed} />,
    });
  };

  const conflictPage = (c: Ctx, typed: string) => {
    const { t, language } = c.var;
    const found = readFor(c)!;
    const { closedAt, closedBy: staff, openedAt } = found;
    const what = t("staff-queues:cases.closed");
    const news = newsText({ t, language }, { actor: { staff }, at: closedAt ?? openedAt, what });
    return respond.page(c, {
      title: t("staff-queues:conflict.title"),
      section: "staffCases",
      status: 409,
      main: <CaseConflict {...partsOf(c, found)} news={news} typed={typed} />,
    });
  };

  const casePath = "/staff/cases/:id{[1-9][0-9]{0,14}}";
  return new Hono<Env>()
    .get(
      urls.staffCases,
      guards.may("cases.read"),
      queryOf(caseListSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const query = c.req.valid("query");
        const { state, kind } = query;
        const { rows, older } = cutQueue(listCaseQueue(db, query), {
          url: urls.staffCases,
          state,
          cursorOf: ({ at, caseId }) => ({ at, id: String(caseId) }),
          more: kind === "all" ? {} : { kind },
        });
        const now = seconds(clock);
        const shown = rows.map(({ caseId, kind, at, memberId, name, number }) => ({
          url: urls.staffCase(caseId),
          what: t("staff-queues:cases.what", { number: caseId, kind: t(`staff-queues:cases.kinds.${kind}`) }),
          person: memberId === null ? undefined : { memberId, name: name ?? "", number },
          state: t(`staff-queues:cases.states.${state}`),
          since: state === "open" ? ageText(t, now - at) : longMoment(at * 1000, language),
        }));
        const title = t("staff:menu.staffCases");
        const main = (
          <QueueList t={t} title={title} url={urls.staffCases} query={query} rows={shown} older={older}>
            <KindFilter t={t} query={query} />
          </QueueList>
        );
        return respond.page(c, { title, section: "staffCases", main });
      },
    )
    .get(casePath, guards.may("cases.read"), (c) => casePage(c, {}, draftOf(c, ["reason"])))
    .post(casePath, guards.may("cases.decide"), formOf(caseDecisionSchema, casePage), (c) => {
      const { decision: act, reason: result } = c.req.valid("form");
      const caseId = Number(c.req.param("id"));
      const { email: staff, role } = staffOf(c);
      const decided = decideCase(deps, { caseId, act, result, staff, role });
      if (decided.ok) return respond.goTo(c, `${urls.staffCases}?done=${decided.value.told ? "told" : "untold"}`);
      if (decided.fault === "unknown") return errorPage(c, respond, 404);
      if (decided.fault === "closed") return conflictPage(c, result);
      return casePage(c, { decision: faultKeys[decided.fault] }, { reason: result });
    });
}

const faultKeys = {
  notAllowed: "notAChoice",
  noAccount: "actNoAccount",
  noEmail: "actNoEmail",
  gone: "actGone",
} as const satisfies Record<string, ErrorKey>;
