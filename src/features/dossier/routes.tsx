import { Hono } from "hono";
import { openChanges } from "../../domain/changes.ts";
import { parisDay } from "../../lib/dates.ts";
import { maskIban } from "../../lib/iban.ts";
import type { Language } from "../../lib/languages.ts";
import { maskNir } from "../../lib/nir.ts";
import type { Deps } from "../../platform/deps.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { sessionOf } from "../../web/guards.ts";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { Dossier } from "./pages.tsx";
import { createDossierQueries } from "./queries.ts";
import { situationOf } from "./rules.ts";
import { feedNames } from "./words.ts";

export function dossierRoutes({ db, clock, config, seal }: Deps, { respond, guards }: Web) {
  const { organisation } = config;
  const queries = createDossierQueries(db);
  const namesIn = (language: Language) => feedNames(tFor(language), organisation.name);
  const names = { fr: namesIn("fr"), en: namesIn("en") };
  return new Hono<Env>().get(urls.dossier, guards.signedIn, (c) => {
    const { t, language } = c.var;
    const session = sessionOf(c);
    const { memberId } = session;
    const today = parisDay(clock());
    const person = queries.person(memberId, today);
    if (!person) return errorPage(c, respond, 404);
    const contracts = queries.contracts(memberId, today);
    const situation = situationOf(session, { rights: person.rights !== undefined, contracts: contracts.length > 0 });
    return respond.page(c, {
      title: t("dossier:title"),
      section: "dossier",
      main: (
        <Dossier
          words={{ t, language, organisation, today, names: names[language], freshness: person.freshness }}
          situation={situation}
          person={person}
          nir={person.nirSealed ? maskNir(seal.open("members.nir", person.nirSealed)) : undefined}
          accounts={queries.banks(memberId).map(({ ibanSealed, ...account }) => ({
            ...account,
            iban: maskIban(seal.open("bank_accounts.iban", ibanSealed)),
          }))}
          contracts={contracts}
          guarantees={queries.guarantees(memberId)}
          instalments={queries.instalments(memberId)}
          pending={openChanges({ db, clock, seal }, memberId)}
        />
      ),
    });
  });
}
