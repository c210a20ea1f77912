import { Hono } from "hono";
import { raw } from "hono/html";
import { record } from "../../domain/evidence.ts";
import { visibleSince } from "../../domain/visible-since.ts";
import { type Day, longDay, longMoment, parisDay } from "../../lib/dates.ts";
import { type Language, languages } from "../../lib/languages.ts";
import type { Deps } from "../../platform/deps.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Session } from "../../platform/sessions.ts";
import { drawnOnce, slot } from "../../web/drawn-once.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { escapeText } from "../../web/escape.ts";
import { type Faults, queryOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { toCsv } from "./csv.ts";
import { List, listWords } from "./list.ts";
import { Reimbursements, type ReimbursementsProps } from "./list-page.tsx";
import { type Cursor, createReimbursementQueries, type Scope } from "./list-queries.ts";
import { pageAddress, pageOf, pageSize, queryText, readCursor } from "./paging.ts";
import { PaymentDetail } from "./payment-page.tsx";
import { entriesForExport, findPayment, historyOfLine, linesOfPayment } from "./payment-queries.ts";
import { type Situation, situationOf } from "./rules.ts";
import { type Filters, filterNames, filtersSchema } from "./schema.ts";
import { createSources } from "./sources.ts";

export function reimbursementsRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, clock, config } = deps;
  const organisation = config.organisation.name;
  const queries = createReimbursementQueries(db);
  const words = Object.fromEntries(
    languages.map((language) => [language, listWords(tFor(language), organisation)]),
  ) as Record<Language, ReturnType<typeof listWords>>;
  const since = () => visibleSince(clock);

  const sourcesOf = createSources(organisation);

  const emptyText = (c: Ctx, filters: Filters, asOf: number | undefined) => {
    const { t, language } = c.var;
    if (Object.values(filters).some(Boolean)) return t("reimbursements:empty.noMatch");
    if (asOf === undefined) return t("reimbursements:empty.notYet", { organisation });
    const lateness = c.get("lateness")?.();
    if (lateness?.kind !== "late") return t("reimbursements:empty.none");
    return t("reimbursements:empty.noneUntil", { moment: longMoment(lateness.asOf * 1000, language) });
  };

  type ListInput = {
    filters: Filters;
    before?: Cursor | undefined;
    after?: Cursor | undefined;
    faults?: Faults;
    typed?: Typed;
  };

  /** Nearly every visit: no search, nobody else in the family. Only the data differ, so the rest is drawn once. */
  const plainPage = drawnOnce((key: string) => {
    const { language, situation } = JSON.parse(key) as { language: Language; situation: Situation };
    const empty = { organisation, family: [], situation, faults: {}, typed: {} };
    return <Reimbursements t={tFor(language)} {...empty} sources={slot("sources")} list={raw(slot("list"))} />;
  });

  const mainOf = (language: Language, props: ReimbursementsProps) => {
    const { family, faults, typed, situation, sources, list } = props;
    const plain = family.length === 0 && isEmpty(faults) && isEmpty(typed);
    if (!plain) return <Reimbursements {...props} />;
    return raw(
      plainPage(JSON.stringify({ language, situation }), { sources: escapeText(sources), list: String(list) }),
    );
  };

  const familyChoices = ({ memberId, firstNames }: Session) => {
    const others = queries.family(memberId);
    if (others.length === 0) return [];
    return [{ memberId, name: firstNames }, ...others].map((person) => ({ value: person.memberId, text: person.name }));
  };

  const listPage = (c: Ctx, { filters, before, after, faults = {}, typed = filters }: ListInput) => {
    const { t, language } = c.var;
    const session = sessionOf(c);
    const scope: Scope = { memberId: session.memberId, since: since(), filters };
    const { entries, hasNewer, hasOlder } = pageOf(queries.list(scope, pageSize + 1, { before, after }), before, after);
    const [newest, oldest] = [entries[0], entries.at(-1)];
    const asOf = queries.dataAsOf();
    const list = List({
      language,
      words: words[language],
      entries,
      totals: newest && oldest ? queries.monthTotals(scope, monthStart(oldest.paidOn), monthEnd(newest.paidOn)) : [],
      newer: newest && hasNewer ? pageAddress(filters, "after", newest) : undefined,
      older: oldest && hasOlder ? pageAddress(filters, "before", oldest) : undefined,
      csv: urls.reimbursementsCsv + queryText(filters),
      emptyText: () => emptyText(c, filters, asOf),
    });
    const situation = situationOf(session);
    return respond.page(c, {
      title: titleWith(t, words[language].title, faults),
      section: "reimbursements",
      status: isEmpty(faults) ? 200 : 422,
      region: isEmpty(faults) ? list : undefined,
      announcement: () => t("reimbursements:count", { count: entries.length }),
      main: () =>
        mainOf(language, {
          t,
          organisation,
          family: familyChoices(session),
          situation,
          faults,
          typed,
          sources: sourcesOf(language, situation, asOf),
          list,
        }),
    });
  };

  /** A faulty search is shown again; a faulty cursor nobody has typed. */
  const faultyPage = (c: Ctx, faults: Faults) =>
    faults.before || faults.after
      ? errorPage(c, respond, 400)
      : listPage(c, { filters: {}, faults, typed: pick(c.req.query(), filterNames) });

  return new Hono<Env>()
    .get(urls.reimbursements, guards.signedIn, queryOf(filtersSchema, faultyPage), (c) => {
      const { before, after, ...filters } = c.req.valid("query");
      const [older, newer] = [readCursor(before), readCursor(after)];
      if ((before && !older) || (after && !newer)) return errorPage(c, respond, 400);
      return listPage(c, { filters, before: older, after: newer });
    })
    .get(urls.reimbursementsCsv, guards.signedIn, queryOf(filtersSchema, faultyPage), (c) => {
      const { t, language } = c.var;
      const session = sessionOf(c);
      const { before: _before, after: _after, ...filters } = c.req.valid("query");
      const rows = entriesForExport(db, { memberId: session.memberId, since: since(), filters });
      record(deps, {
        kind: "reimbursements.downloaded",
        memberId: session.memberId,
        actor: "member",
        details: { rows: rows.length },
      });
      const csv = toCsv(rows, { t, language, organisation, situation: situationOf(session, rows) });
      const name = `${t("reimbursements:export.file")}-${parisDay(clock())}.csv`;
      return respond.file(c, csv, "text/csv; charset=utf-8", name);
    })
    .get("/reimbursements/:paymentId", guards.signedIn, (c) => {
      const session = sessionOf(c);
      const own = { memberId: session.memberId, since: since(), paymentId: c.req.param("paymentId") };
      const payment = findPayment(db, own);
      if (!payment) return errorPage(c, respond, 404);
      return paymentPage(c, session, own, payment);
    });

  function paymentPage(
    c: Ctx,
    session: Session,
    own: Parameters<typeof linesOfPayment>[1],
    payment: NonNullable<ReturnType<typeof findPayment>>,
  ) {
    const { t, language } = c.var;
    const lines = linesOfPayment(db, own);
    const situation = situationOf(session, lines);
    const firstOf = ({ originId, lineId }: { originId: string | null; lineId: string }) => originId ?? lineId;
    const told = lines.map((line, index) => {
      const history = historyOfLine(db, { memberId: own.memberId, since: own.since, lineId: firstOf(line) });
      const isDeduction = line.type === "DEDUCTION";
      // A cancellation and its correction in one payment have the same history: it is told under the last of them.
      const isToldBelow = lines
        .slice(index + 1)
        .some((later) => later.type !== "DEDUCTION" && firstOf(later) === firstOf(line));
      return {
        line,
        history: isDeduction || isToldBelow ? [] : history,
        originCareOn: isDeduction ? history[0]?.careFrom : undefined,
      };
    });
    return respond.page(c, {
      title: t("reimbursements:payment.title", { day: longDay(payment.paidOn, language) }),
      section: "reimbursements",
      main: (
        <PaymentDetail
          t={t}
          language={language}
          organisation={organisation}
          situation={situation}
          payment={payment}
          lines={told}
          sources={sourcesOf(language, situation, queries.dataAsOf())}
        />
      ),
    });
  }
}

function isEmpty(values: object): boolean {
  return !Object.values(values).some(Boolean);
}

const monthStart = (day: Day) => `${day.slice(0, 7)}-01`;
const monthEnd = (day: Day) => `${day.slice(0, 7)}-31`;

function pick<K extends string>(from: { [key in K]?: string | undefined }, names: readonly K[]) {
  return Object.fromEntries(names.flatMap((name) => (from[name] ? [[name, from[name]]] : []))) as {
    [key in K]?: string;
  };
}
