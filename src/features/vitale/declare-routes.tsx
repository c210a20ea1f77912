import { Hono } from "hono";
import { isLive, ownBearersOf } from "../../domain/vitale-cards.ts";
import { declarationsOn, findDeclaration } from "../../domain/vitale-declarations.ts";
import { parisDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { tFor } from "../../platform/i18n.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { declareCard } from "./actions.ts";
import { type Choice, DeclarationReceipt, Declare, NothingToDeclare } from "./declare-pages.tsx";
import { cardRef, createVitaleQueries } from "./queries.ts";
import { declarationFaults, readHappenedOn } from "./rules.ts";
import { type DeclareField, declareSchema, whoseSchema } from "./schema.ts";
import { cardNames } from "./words.ts";

/** What is kept of a form when the session ends: the tick on one's honour is given anew. */
const kept = [
  "bearer",
  "card",
  "reason",
  "happenedDay",
  "happenedMonth",
  "happenedYear",
  "place",
  "description",
  "professional",
  "policeReport",
] as const satisfies DeclareField[];

/** The loss, theft or fault of a Vitale card, told from the account. */
export function vitaleDeclareRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, clock, config } = deps;
  const queries = createVitaleQueries(db);
  const names = { fr: cardNames(tFor("fr")), en: cardNames(tFor("en")) };
  const wordsOf = ({ var: { t, language } }: Ctx) => ({
    t,
    language,
    organisation: config.organisation,
    names: names[language],
  });

  const bearersOf = (c: Ctx, bearerId: string | undefined) =>
    ownBearersOf(deps, sessionOf(c).memberId, parisDay(clock())).filter(
      ({ memberId }) => bearerId === undefined || memberId === bearerId,
    );

  /** The cards to choose from; undefined when they are asked of somebody whose cards are not the member's to know. */
  const choicesOf = (c: Ctx, bearerId: string | undefined): Choice[] | undefined => {
    const asked = bearersOf(c, bearerId);
    if (asked.length === 0) return undefined;
    const declarations = declarationsOn(
      deps,
      asked.map(({ memberId }) => memberId),
    );
    return asked.flatMap((bearer) =>
      bearer.cards.filter(isLive).map((card) => ({
        ref: cardRef(deps, bearer.memberId, card),
        bearer,
        card,
        declared: declarations.filter(
          ({ bearerId: whose, cardNumber }) => whose === bearer.memberId && cardNumber === card.cardNumber,
        ),
      })),
    );
  };

  const declarePage = (c: Ctx, faults: Faults<DeclareField>, typed: Typed<DeclareField>) => {
    const { t } = c.var;
    const isSent = Object.keys(faults).length > 0;
    const choices = choicesOf(c, typed.bearer);
    if (!choices) return errorPage(c, respond, 404);
    if (choices.length === 0) return nothingPage(c, isSent ? 409 : 200);
    return respond.page(c, {
      title: titleWith(t, t("vitale:declare.title"), faults),
      section: "dossier",
      status: isSent ? 422 : 200,
      main: <Declare words={wordsOf(c)} choices={choices} faults={faults} typed={typed} />,
    });
  };

  const nothingPage = (c: Ctx, status: 200 | 409) =>
    respond.page(c, {
      title: c.var.t("vitale:declare.none.title"),
      section: "dossier",
      status,
      main: <NothingToDeclare words={wordsOf(c)} />,
    });

  /** The faults of each field, and those of the fields together. */
  const faultyPage = (c: Ctx, faults: Faults<DeclareField>, typed: Typed<DeclareField>) => {
    const chosen = choicesOf(c, typed.bearer)?.find(({ ref }) => ref === typed.card);
    const known = { today: parisDay(clock()), issuedOn: chosen?.card.issuedOn };
    return declarePage(c, { ...declarationFaults(typed, known), ...faults }, typed);
  };

  return new Hono<Env>()
    .get(
      urls.vitaleDeclare,
      guards.signedIn,
      queryOf(whoseSchema, (c) => errorPage(c, respond, 404)),
      (c) => declarePage(c, {}, { ...draftOf(c, kept), bearer: c.req.valid("query").bearer }),
    )
    .post(urls.vitaleDeclare, guards.signedIn, guards.recentlyConfirmed, formOf(declareSchema, faultyPage), (c) => {
      const form = c.req.valid("form");
      const session = sessionOf(c);
      const choices = choicesOf(c, form.bearer);
      const chosen = choices?.find(({ ref }) => ref === form.card);
      const known = { today: parisDay(clock()), issuedOn: chosen?.card.issuedOn };
      const faults = declarationFaults(form, known);
      const { day } = readHappenedOn(form, known);
      if (day === undefined || Object.keys(faults).length > 0) return declarePage(c, faults, form);
      const owner = bearersOf(c, form.bearer).find(({ memberId, cards }) =>
        cards.some((card) => cardRef(deps, memberId, card) === form.card),
      );
      if (!owner) return errorPage(c, respond, 404);
      const { place, description = "", professional = "", policeReport = "" } = form;
      const honour = c.var.t("vitale:declare.honour");
      const declared = declareCard(deps, {
        session,
        bearerId: owner.memberId,
        ref: form.card,
        reason: form.reason,
        content: { happenedOn: day, place, description, professional, policeReport, honour },
      });
      if (!declared.ok) {
        if (declared.fault === "over") return nothingPage(c, 409);
        if (declared.fault === "told") return declarePage(c, { reason: "cardTold" }, form);
        return declared.fault === "ended" ? respond.goTo(c, urls.login) : errorPage(c, respond, 404);
      }
      // Told before by the parent of somebody who has an account of their own now: its receipt is the parent's.
      const { number, declaredBy } = declared.value;
      return respond.goTo(c, declaredBy === session.memberId ? urls.vitaleDeclaration(number) : urls.vitale);
    })
    .get("/vitale/declarations/:number{[0-9]{8}-[0-9]{10}}", guards.signedIn, (c) => {
      const { t } = c.var;
      const { memberId, firstNames, lastName } = sessionOf(c);
      const declaration = findDeclaration(deps, memberId, c.req.param("number"));
      if (!declaration) return errorPage(c, respond, 404);
      return respond.page(c, {
        title: t("vitale:receipt.title"),
        section: "dossier",
        main: (
          <DeclarationReceipt
            words={wordsOf(c)}
            declaration={declaration}
            bearer={queries.nameOf(declaration.bearerId)}
            isStillShown={bearersOf(c, declaration.bearerId).length > 0}
            author={`${firstNames} ${lastName}`}
          />
        ),
      });
    });
}
