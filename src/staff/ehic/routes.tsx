import { Hono } from "hono";
import { findAccountHolder } from "../../domain/accounts.ts";
import { readCardRequest } from "../../domain/card-requests.ts";
import { decideCard } from "../../domain/card-settling.ts";
import { readOnce } from "../../domain/staff-readings.ts";
import { seconds } from "../../lib/clock.ts";
import { countryName } from "../../lib/countries.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
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
import { type Actor, newsText } from "../queue/news.ts";
import { findPerson } from "../queue/people.ts";
import { listSchema } from "../queue/schema.ts";
import { type Card, CardConflict, CardPage } from "./pages.tsx";
import { lastMove, listCards } from "./queries.ts";
import { cardDecisionSchema } from "./schema.ts";

/** The queue of the requests of European cards. */
export function staffEhicRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { db, clock } = deps;
  const may = guards.may("ehic.decide");
  const idOf = (c: Ctx) => c.req.param("id") ?? "";
  /** Whoever the card is for, and whoever asked for it, see that it was read. */
  const readFor = (c: Ctx): Card | undefined => {
    const card = readCardRequest(deps, idOf(c));
    for (const memberId of new Set(card && [card.memberId, card.askedBy])) readOnce(deps, staffOf(c), memberId, "file");
    return card;
  };
  const peopleOf = ({ memberId, askedBy }: Card) => ({
    person: findPerson(deps, memberId),
    asker: findPerson(deps, askedBy),
  });

  const cardPage = (c: Ctx, faults: Faults<DecisionField>, typed: Typed<DecisionField>) => {
    const { t, language } = c.var;
    const card = readFor(c);
    if (!card) return errorPage(c, respond, 404);
    return respond.page(c, {
      title: titleWith(t, t("staff-queues:ehic.one"), faults),
      section: "staffEhic",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: <CardPage t={t} language={language} card={card} {...peopleOf(card)} faults={faults} typed={typed} />,
    });
  };

  const conflictPage = (c: Ctx, typed: string) => {
    const { t, language } = c.var;
    const card = readFor(c)!;
    const move = lastMove(db, card);
    const actor: Actor = move?.staff ? { staff: move.staff } : { by: moverOf(move?.actor) };
    const what = t(`ehic:states.${card.state}`);
    const news = newsText({ t, language }, { actor, at: card.stateAt, what });
    return respond.page(c, {
      title: t("staff-queues:conflict.title"),
      section: "staffEhic",
      status: 409,
      main: <CardConflict t={t} language={language} card={card} {...peopleOf(card)} news={news} typed={typed} />,
    });
  };

  return new Hono<Env>()
    .get(
      urls.staffEhic,
      may,
      queryOf(listSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const query = c.req.valid("query");
        const { rows, older } = cutQueue(listCards(deps, query), {
          url: urls.staffEhic,
          state: query.state,
          cursorOf: ({ at, requestId: id }) => ({ at, id }),
        });
        const title = t("staff:menu.staffEhic");
        const now = seconds(clock);
        const shown = rows.map(({ requestId, country, departsOn, state, at, ...person }) => ({
          url: urls.staffCard(requestId),
          what: t("staff-queues:ehic.what", {
            country: countryName(country, language),
            day: longDay(departsOn, language),
          }),
          person,
          state: t(`ehic:states.${state}`),
          since: query.state === "open" ? ageText(t, now - at) : longMoment(at * 1000, language),
        }));
        const main = <QueueList t={t} title={title} url={urls.staffEhic} query={query} rows={shown} older={older} />;
        return respond.page(c, { title, section: "staffEhic", main });
      },
    )
    .get("/staff/ehic/:id", may, (c) => cardPage(c, {}, draftOf(c, ["reason"])))
    .post(
      "/staff/ehic/:id",
      may,
      formOf(cardDecisionSchema, (c, faults, typed) =>
        // Nobody types which version was seen: it stands in the form.
        faults.seen ? errorPage(c, respond, 400) : cardPage(c, faults, typed),
      ),
      (c) => {
        const { seen: version, decision: to, reason } = c.req.valid("form");
        const decided = decideCard(deps, { requestId: idOf(c), version, to, reason, staff: staffOf(c).email });
        if (decided.ok) {
          const isTold = findAccountHolder(deps, decided.value.askedBy) !== undefined;
          return respond.goTo(c, `${urls.staffEhic}?done=${isTold ? "told" : "untold"}`);
        }
        switch (decided.fault) {
          case "unknown":
            return errorPage(c, respond, 404);
          case "conflict":
            return conflictPage(c, reason);
          case "notAllowed":
            return cardPage(c, { decision: "notAChoice" }, { reason });
          case "reasonMissing":
            return cardPage(c, { reason: "required" }, {});
        }
      },
    );
}

const moverOf = (actor: string | undefined): "import" | "member" | "system" =>
  actor === "import" || actor === "member" ? actor : "system";
