import { Hono } from "hono";
import { readDayBoxes } from "../../domain/day-boxes.ts";
import { choices } from "../../domain/preferences.ts";
import {
  firstReceivedOn,
  listOpenRights,
  listSettledRights,
  maySendData,
  readRight,
  recordRight,
  settleRight,
} from "../../domain/rights-requests.ts";
import { findMemberByNumber } from "../../domain/staff-acts.ts";
import { may } from "../../domain/staff-roles.ts";
import { makeArchiveFor } from "../../features/data/actions.ts";
import { longMoment, parisDay } from "../../lib/dates.ts";
import { compactIdentifier } from "../../lib/nir.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { cutPage } from "../../web/paging.tsx";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { Conflict } from "../queue/decision.tsx";
import { type RightField, RightPage, type RightRefusal, Rights, type SettleField } from "./pages.tsx";
import { type RightNews, rightNewsSchema, rightSchema, rightsListSchema, settleSchema } from "./schema.ts";

const rowsShown = 50;
const recordFields = Object.keys(rightSchema.shape) as RightField[];

/** What people asked about their data by post or by e-mail: recorded, due within a month, answered. */
export function staffRightsRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { clock, config } = deps;
  const organisation = config.organisation.name;
  const today = () => parisDay(clock());

  type Query = Partial<ReturnType<typeof rightsListSchema.parse>>;
  type Form = { faults?: Faults<RightField>; typed?: Typed<RightField> };

  const listPage = (c: Ctx, { state = "open", after, before }: Query, { faults = {}, typed = {} }: Form = {}) => {
    const { t, language } = c.var;
    const isOpen = state === "open";
    const found = isOpen
      ? listOpenRights(deps, after ?? { dueOn: "", requestId: 0 }, rowsShown + 1)
      : listSettledRights(deps, before ?? Number.MAX_SAFE_INTEGER, rowsShown + 1);
    const { rows, older } = cutPage(found, rowsShown, ({ dueOn, requestId }) =>
      isOpen
        ? `${urls.staffRights}?after=${dueOn}.${requestId}`
        : `${urls.staffRights}?state=closed&before=${requestId}`,
    );
    return respond.page(c, {
      title: titleWith(t, t("staff-ops:rights.title"), faults),
      section: "staffRights",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <Rights
          t={t}
          language={language}
          organisation={organisation}
          faults={faults}
          typed={typed}
          state={state}
          rows={rows}
          more={older}
          today={today()}
        />
      ),
    });
  };

  /** What the number and the three boxes say together. */
  const readRest = (typed: Typed<RightField>) => {
    const person = findMemberByNumber(deps, compactIdentifier(typed.number ?? ""));
    const { day, faults } = readDayBoxes("received", typed);
    const isFuture = day !== undefined && day > today();
    const isOld = day !== undefined && day < firstReceivedOn(today());
    const all: Faults<RightField> = {
      ...(person ? {} : { number: "memberNumberUnknown" }),
      ...faults,
      ...(isFuture ? { receivedDay: "dayFuture" } : {}),
      ...(isOld ? { receivedYear: "dayLongPast" } : {}),
    };
    return { memberId: person?.memberId, day, faults: all };
  };

  const faultyRecord = (c: Ctx, faults: Faults<RightField>, typed: Typed<RightField>) =>
    listPage(c, {}, { faults: { ...readRest(typed).faults, ...faults }, typed });

  const numberOf = (c: Ctx) => Number(c.req.param("id"));

  type Shown = { faults?: Faults<SettleField>; typed?: Typed<SettleField>; news?: RightNews; refusal?: RightRefusal };

  const rightPage = (c: Ctx, { faults = {}, typed = {}, news, refusal }: Shown) => {
    const { t, language } = c.var;
    const right = readRight(deps, numberOf(c));
    if (!right) return errorPage(c, respond, 404);
    const isFaulty = Object.keys(faults).length > 0 || refusal === "noAccount";
    return respond.page(c, {
      title: titleWith(t, t("staff-ops:rights.number", { number: right.requestId }), faults),
      section: "staffRights",
      status: isFaulty ? 422 : refusal ? 409 : 200,
      main: (
        <RightPage
          t={t}
          language={language}
          organisation={organisation}
          right={right}
          today={today()}
          maySettle={may(staffOf(c).role, "rights.settle")}
          news={news}
          faults={faults}
          typed={typed}
          mayTakeData={maySendData(deps, right)}
          refusal={refusal}
        />
      ),
    });
  };

  const conflictPage = (c: Ctx, typed: string | undefined) => {
    const { t, language } = c.var;
    const right = readRight(deps, numberOf(c));
    if (!right || right.settledAt === null || right.outcome === null) return errorPage(c, respond, 404);
    const news = t("staff-ops:rights.conflict", {
      staff: right.settledBy,
      moment: longMoment(right.settledAt * 1000, language),
      outcome: t(`staff-ops:rights.outcomes.${right.outcome}`),
    });
    return respond.page(c, {
      title: t("staff-queues:conflict.title"),
      section: "staffRights",
      status: 409,
      main: (
        <Conflict t={t} news={news} typed={typed}>
          <p>
            <a href={urls.staffRight(right.requestId)}>{t("staff-ops:rights.number", { number: right.requestId })}</a>
          </p>
        </Conflict>
      ),
    });
  };

  const path = "/staff/rights/:id{[1-9][0-9]{0,14}}";
  return new Hono<Env>()
    .get(
      urls.staffRights,
      guards.may("rights.record"),
      queryOf(rightsListSchema, (c) => errorPage(c, respond, 400)),
      (c) => listPage(c, c.req.valid("query"), { typed: draftOf(c, recordFields) }),
    )
    .post(urls.staffRights, guards.may("rights.record"), formOf(rightSchema, faultyRecord), (c) => {
      const form = c.req.valid("form");
      const { memberId, day, faults } = readRest(form);
      if (memberId === undefined || day === undefined || Object.keys(faults).length > 0)
        return listPage(c, {}, { faults, typed: form });
      const { kind, channel, reference, note } = form;
      const stops = choices.filter((choice) => form[choice] !== undefined);
      const staff = staffOf(c).email;
      const recorded = recordRight(deps, { memberId, kind, channel, receivedOn: day, reference, note, stops, staff });
      if (!recorded.ok) return listPage(c, {}, { faults: { receivedDay: "dayFuture" }, typed: form });
      const { requestId, told } = recorded.value;
      return respond.goTo(c, `${urls.staffRight(requestId)}?done=${told ? "recorded" : "recordedUntold"}`);
    })
    .get(
      path,
      guards.may("rights.record"),
      queryOf(rightNewsSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { done } = c.req.valid("query");
        return rightPage(c, { typed: draftOf(c, ["outcome", "result"]), ...(done && { news: done }) });
      },
    )
    .post(
      `${path}/settle`,
      guards.may("rights.settle"),
      formOf(settleSchema, (c, faults, typed) => {
        const right = readRight(deps, numberOf(c));
        return right && right.settledAt !== null ? conflictPage(c, typed.result) : rightPage(c, { faults, typed });
      }),
      (c) => {
        const { outcome, result } = c.req.valid("form");
        const requestId = numberOf(c);
        const settled = settleRight(deps, { requestId, outcome, result, staff: staffOf(c).email });
        if (settled.ok)
          return respond.goTo(
            c,
            `${urls.staffRight(requestId)}?done=${settled.value.told ? "settled" : "settledUntold"}`,
          );
        if (settled.fault === "settled") return conflictPage(c, result);
        if (settled.fault === "noAccount") return rightPage(c, { typed: { outcome, result }, refusal: "noAccount" });
        if (settled.fault === "notMoot") return rightPage(c, { faults: { outcome: "notAChoice" }, typed: { result } });
        return errorPage(c, respond, 404);
      },
    )
    .post(`${path}/data`, guards.may("rights.settle"), (c) => {
      const right = readRight(deps, numberOf(c));
      if (right?.kind !== "access") return errorPage(c, respond, 404);
      if (!maySendData(deps, right)) return rightPage(c, { refusal: "data" });
      const { t, language } = c.var;
      const { memberId, requestId } = right;
      const person = { memberId, accountId: right.account?.accountId ?? "" };
      const archive = makeArchiveFor(deps, person, language, { staff: staffOf(c).email, request: requestId });
      return respond.file(c, archive, "application/zip", t("staff-ops:rights.data.file", { number: requestId }));
    });
}
