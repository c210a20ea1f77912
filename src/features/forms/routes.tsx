import { Hono } from "hono";
import { record } from "../../domain/evidence.ts";
import { isFresh } from "../../domain/reauthentication.ts";
import { countUse } from "../../domain/throttle.ts";
import { ownBearersOf } from "../../domain/vitale-cards.ts";
import { parisDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, queryOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { fillIn } from "./answers.ts";
import { formDocument } from "./document.ts";
import { createFormFiles, fileNames } from "./files.ts";
import { Guide, type GuideField } from "./pages.tsx";
import { createFormQueries } from "./queries.ts";
import { type FormName, formNames } from "./questions.ts";
import { readAccidentDay } from "./rules.ts";
import { filledSchema } from "./schema.ts";

const type = "application/pdf";

/** The forms to print: what they ask, blank copies for anybody, and copies filled in for who is signed in. */
export function formsRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, clock, config } = deps;
  const queries = createFormQueries(db);
  const files = createFormFiles(config.organisation);
  const today = () => parisDay(clock());

  const guide = async (c: Ctx, faults: Faults<GuideField>, typed: Typed<GuideField>) => {
    const { t, session } = c.var;
    const sizes = await Promise.all(formNames.map(async (form) => (await files.blank(form)).length));
    const bearers = session ? ownBearersOf(deps, session.memberId, today()) : undefined;
    return respond.page(c, {
      title: titleWith(t, t("forms:title"), faults),
      section: session && "documents",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <Guide
          t={t}
          organisation={config.organisation}
          kilobytes={Object.fromEntries(formNames.map((form, index) => [form, Math.ceil(sizes[index]! / 1024)]))}
          bearers={bearers}
          faults={faults}
          typed={typed}
        />
      ),
    });
  };

  const filled = async (c: Ctx, form: FormName, typed: Typed<GuideField>) => {
    const session = sessionOf(c);
    const { memberId, accountId } = session;
    const { bearer: asked = memberId } = typed;
    const bearer = ownBearersOf(deps, memberId, today()).find((one) => one.memberId === asked);
    if (!bearer) return errorPage(c, respond, 404);
    const { day: accidentOn, faults } = readAccidentDay(typed, today());
    if (Object.keys(faults).length > 0) return guide(c, faults, typed);
    // Back to the page, not to the file: a download would leave the person before an empty form.
    if (asked !== memberId && !isFresh(deps, session)) return respond.goTo(c, urls.confirmThen(urls.formsGuide));
    const answers = fillIn(deps, queries, { form, memberId, bearer, accidentOn, today: today() });
    if (!answers) return errorPage(c, respond, 404);
    const waitSeconds = countUse(deps, "formAccount", accountId);
    if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
    const bytes = await files.filled(formDocument(form, config.organisation, answers), clock());
    const details = { document: `form ${form}`, forSelf: asked === memberId };
    record(deps, { kind: "document.downloaded", memberId, actor: "member", details });
    return respond.file(c, bytes, type, fileNames[form]);
  };

  const routes = new Hono<Env>().get(urls.formsGuide, guards.maybeSignedIn, (c) => guide(c, {}, {}));
  for (const form of formNames) {
    routes
      .get(urls.blankForm(form), async (c) => respond.publicFile(c, await files.blank(form), type, fileNames[form]))
      .get(
        urls.form(form),
        guards.signedIn,
        queryOf(filledSchema, (c) => errorPage(c, respond, 404)),
        (c) => filled(c, form, c.req.valid("query")),
      );
  }
  return routes;
}
