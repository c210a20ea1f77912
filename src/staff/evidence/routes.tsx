import { Hono } from "hono";
import accountWords from "../../../locales/fr/account.json" with { type: "json" };
import { readDayBoxes } from "../../domain/day-boxes.ts";
import { lastCheck, startCheck } from "../../domain/evidence-checking.ts";
import { findMemberByNumber } from "../../domain/staff-acts.ts";
import type { Day } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { cutPage } from "../../web/paging.tsx";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { exportRecord, noteReading } from "./actions.ts";
import { Evidence, type EvidenceField, type SearchField, Verify } from "./pages.tsx";
import { type FoundFact, type JournalCursor, kindsIn, personNamed, type Search, searchJournal } from "./queries.ts";
import { exportSchema, searchQuerySchema, searchSchema, verifySchema } from "./schema.ts";

const factsShown = 50;
const kinds = kindsIn(accountWords.activity.kinds);

/** The journal of what may have to be proven: searched, verified, and a person's record taken out of it. */
export function staffEvidenceRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const organisation = deps.config.organisation.name;

  type Shown = {
    search: Search;
    before?: JournalCursor | undefined;
    faults?: Faults<EvidenceField>;
    typed?: Typed<EvidenceField>;
  };

  const page = (c: Ctx, { search, before, faults = {}, typed = {} }: Shown) => {
    const { t, language } = c.var;
    const { memberId, kind, from, to } = search;
    const found = searchJournal(deps, search, before, factsShown + 1);
    const after = ({ at, sequence }: FoundFact) => `${at}.${sequence}`;
    const addressAfter = (last: FoundFact) => {
      const query = new URLSearchParams({ ...(kind && { kind }), ...(from && { from }), ...(to && { to }) });
      query.set("before", after(last));
      return `${urls.staffEvidence}?${query}`;
    };
    const { rows, older } = cutPage(found, factsShown, addressAfter);
    const last = rows.at(-1);
    const olderForm = memberId !== undefined && older && last ? { ...texts(typed), before: after(last) } : undefined;
    return respond.page(c, {
      title: titleWith(t, t("staff-ops:evidence.title"), faults),
      section: "staffEvidence",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <Evidence
          t={t}
          language={language}
          organisation={organisation}
          person={memberId === undefined ? undefined : personNamed(deps, memberId)}
          kinds={kinds}
          facts={rows}
          older={memberId === undefined ? older : undefined}
          olderForm={olderForm}
          faults={faults}
          typed={typed}
        />
      ),
    });
  };

  /** The days of a search, and what is wrong with it. */
  const readRest = (typed: Typed<SearchField>) => {
    const [from, to] = [readDay("from", typed), readDay("to", typed)];
    const person = typed.number ? findMemberByNumber(deps, typed.number) : undefined;
    const isReversed = from.day !== undefined && to.day !== undefined && to.day < from.day;
    const faults: Faults<SearchField> = {
      ...(typed.number && !person ? { number: "memberNumberUnknown" } : {}),
      ...from.faults,
      ...to.faults,
      ...(isReversed ? { toDay: "periodReversed" } : {}),
    };
    return { memberId: person?.memberId, from: from.day, to: to.day, faults };
  };

  const verifyPage = (c: Ctx, faults: Faults<"noted">, typed: Typed<"noted">) => {
    const { t, language } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("staff-ops:evidence.verify.title"), faults),
      section: "staffEvidence",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <Verify t={t} language={language} check={lastCheck(deps)} faults={faults} typed={typed} />,
    });
  };

  const faultyExport = (c: Ctx, faults: Faults<"exportNumber" | "format">, typed: Typed<"exportNumber" | "format">) =>
    page(c, { search: { kind: "" }, faults, typed });

  return new Hono<Env>()
    .get(
      urls.staffEvidence,
      guards.may("evidence.read"),
      queryOf(searchQuerySchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { kind, from, to, before } = c.req.valid("query");
        return page(c, {
          search: { kind, from, to },
          before,
          typed: { kind, ...boxes("from", from), ...boxes("to", to) },
        });
      },
    )
    .post(
      urls.staffEvidence,
      guards.may("evidence.read"),
      formOf(searchSchema, (c, faults, typed) =>
        faults.before || faults.kind
          ? errorPage(c, respond, 400)
          : page(c, { search: { kind: "" }, faults: { ...readRest(typed).faults, ...faults }, typed }),
      ),
      (c) => {
        const { before, ...form } = c.req.valid("form");
        const { memberId, from, to, faults } = readRest(form);
        const { kind } = form;
        if (Object.keys(faults).length > 0) return page(c, { search: { kind: "" }, faults, typed: form });
        if (memberId === undefined) {
          const query = new URLSearchParams({ ...(kind && { kind }), ...(from && { from }), ...(to && { to }) });
          return respond.goTo(c, query.size > 0 ? `${urls.staffEvidence}?${query}` : urls.staffEvidence);
        }
        // A number stands in no address: the answer to the form is the page.
        if (!before) noteReading(deps, memberId, staffOf(c).email);
        return page(c, { search: { memberId, kind, from, to }, before, typed: form });
      },
    )
    .get(urls.staffEvidenceVerify, guards.may("evidence.read"), (c) => verifyPage(c, {}, {}))
    .post(urls.staffEvidenceVerify, guards.may("evidence.read"), formOf(verifySchema, verifyPage), (c) => {
      void startCheck(deps, c.req.valid("form").noted);
      return respond.goTo(c, urls.staffEvidenceVerify);
    })
    .post(urls.staffEvidenceExport, guards.may("evidence.read"), formOf(exportSchema, faultyExport), async (c) => {
      const { exportNumber, format } = c.req.valid("form");
      const person = findMemberByNumber(deps, exportNumber);
      if (!person) return faultyExport(c, { exportNumber: "memberNumberUnknown" }, { exportNumber, format });
      const { memberId } = person;
      const asked = { memberId, staff: staffOf(c).email, format, language: c.var.language };
      const type = format === "pdf" ? "application/pdf" : "application/json";
      return respond.file(c, await exportRecord(deps, asked), type, `record.${format}`);
    });
}

function readDay(name: "from" | "to", typed: Typed<SearchField>) {
  const isEmpty = (["Day", "Month", "Year"] as const).every((part) => !typed[`${name}${part}`]?.trim());
  return isEmpty ? { day: undefined, faults: {} } : readDayBoxes(name, typed);
}

/** A day of an address as it stands in the boxes of the form. */
function boxes<Name extends "from" | "to">(name: Name, day: Day | undefined) {
  if (day === undefined) return {};
  const [year, month, date] = day.split("-");
  return { [`${name}Day`]: date, [`${name}Month`]: month, [`${name}Year`]: year };
}

function texts(typed: Typed): Record<string, string> {
  return Object.fromEntries(
    Object.entries(typed).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
