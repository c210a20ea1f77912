import { Hono } from "hono";
import { cancelCard } from "../../domain/card-settling.ts";
import { createDrawing } from "../../domain/certificate-drawing.ts";
import { findProvisional, type Provisional } from "../../domain/provisional-certificates.ts";
import { isFresh } from "../../domain/reauthentication.ts";
import { parisDay } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { formOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { askForCards, issueCertificate, ownPerson, situations } from "./actions.ts";
import { ProvisionalCertificate } from "./certificate-page.tsx";
import { doneWords, Ehic, type EhicProps } from "./pages.tsx";
import { createEhicQueries } from "./queries.ts";
import { readTrip } from "./rules.ts";
import { type AskField, askSchema, issueSchema } from "./schema.ts";
import { nameOf } from "./words.ts";

/** What is kept of the form when the session ends; the people chosen, and whose card is lost, have several boxes each. */
const keptBoxes = [
  "country",
  "departureDay",
  "departureMonth",
  "departureYear",
  "returnDay",
  "returnMonth",
  "returnYear",
] as const satisfies AskField[];

const numberShape = "CP-[0-9]{8}-[0-9A-Z]{5}-[0-9A-Z]{5}";

/** The European card: its state, the request for one, and the certificate that stands in for it. */
export function ehicRoutes(deps: Deps, { respond, guards }: Web) {
  const { config, clock } = deps;
  const queries = createEhicQueries(deps.db);
  const draw = createDrawing(deps);
  const wordsOf = ({ var: { t, language } }: Ctx) => ({ t, language, organisation: config.organisation });

  type Shown = Partial<Omit<EhicProps, "words" | "people" | "others" | "asOf">> & { status?: 409 | 422 };

  const page = (c: Ctx, shown: Shown = {}) => {
    const { t } = c.var;
    const { done, typed = {}, chosen = [], losses = [], faults = {}, refused = new Map() } = shown;
    const { notLost, uncertified, ready, status } = shown;
    const hasFaults = Object.keys(faults).length > 0 || refused.size > 0 || notLost !== undefined;
    return respond.page(c, {
      title: hasFaults ? t("form:errorTitle", { title: t("ehic:title") }) : titleWith(t, t("ehic:title"), {}),
      section: "documents",
      ...(status && { status }),
      main: (
        <Ehic
          words={wordsOf(c)}
          {...situations(deps, sessionOf(c).memberId)}
          asOf={queries.asOf()}
          done={done}
          typed={typed}
          chosen={chosen}
          losses={losses}
          faults={faults}
          refused={refused}
          notLost={notLost}
          uncertified={uncertified}
          ready={ready}
        />
      ),
    });
  };

  /** Who was ticked, as it was sent: one or several. */
  const tickedIn = async (c: Ctx): Promise<{ chosen: string[]; losses: string[] }> => {
    const { beneficiaries = [], lost = [] } = await c.req.parseBody({ all: true });
    const texts = (values: unknown) => [values].flat().filter((value) => typeof value === "string");
    return { chosen: texts(beneficiaries), losses: texts(lost) };
  };

  const tooMany = (c: Ctx, waitSeconds: number) => {
    const { t } = c.var;
    return errorPage(c, respond, 429, waitSeconds, { title: t("ehic:tooMany.title"), text: t("ehic:tooMany.text") });
  };

  /** Where the caisse answers for the card there is nothing to send, and nothing to issue. */
  const isRelayed = config.organisation.amoMode === "relayed";

  const faultyAsk = async (c: Ctx, faults: EhicProps["faults"], typed: Typed<AskField>) => {
    if (isRelayed) return page(c, { status: 409 });
    const { faults: tripFaults } = readTrip(typed, parisDay(clock()));
    return page(c, { faults: { ...tripFaults, ...faults }, typed, ...(await tickedIn(c)), status: 422 });
  };

  /** A certificate of the member or of a child below 16, whoever issued it. */
  const ownCertificate = (
    c: Ctx,
    number: string,
  ): { certificate: Provisional; name: string; isSelf: boolean } | undefined => {
    const certificate = findProvisional(deps, number);
    if (!certificate) return undefined;
    const { memberId } = sessionOf(c);
    const person = ownPerson(deps, memberId, certificate.beneficiaryId, parisDay(clock()));
    return person && { certificate, name: nameOf(person), isSelf: person.isSelf === 1 };
  };

  /** Who has come back from typing the password; an old address of it says nothing. */
  const readyFor = (c: Ctx): EhicProps["ready"] => {
    const memberId = c.req.query("certificate");
    if (memberId === undefined || !isFresh(deps, sessionOf(c))) return undefined;
    return { memberId, isLost: c.req.query("lost") === "on" };
  };

  const show = (c: Ctx) => {
    const done = doneWords.find((word) => word === c.req.query("done"));
    const typed = draftOf(c, keptBoxes);
    const kept = (box: string) => (c.get("draft")?.() ?? []).flatMap(([name, value]) => (name === box ? value : []));
    return page(c, { done, typed, chosen: kept("beneficiaries"), losses: kept("lost"), ready: readyFor(c) });
  };

  return (
    new Hono<Env>()
      .get(urls.ehic, guards.signedIn, show)
      // Where somebody comes back to who was sent away with faults in the form.
      .get(urls.ehicRequests, guards.signedIn, show)
      .get(urls.ehicCertificates, guards.signedIn, (c) => respond.goTo(c, urls.ehic))
      .post(urls.ehicRequests, guards.signedIn, formOf(askSchema, faultyAsk), (c) => {
        if (isRelayed) return page(c, { status: 409 });
        const { beneficiaries, lost: losses, ...typed } = c.req.valid("form");
        const { trip, faults } = readTrip(typed, parisDay(clock()));
        const chosen = beneficiaries;
        if (!trip) return page(c, { faults, typed, chosen, losses, status: 422 });
        const asked = askForCards(deps, sessionOf(c), { beneficiaries, losses, trip });
        switch (asked.kind) {
          case "asked":
            return respond.goTo(c, urls.ehicDone("asked"));
          case "refused":
            return page(c, { refused: asked.refusals, typed, chosen, losses, status: 422 });
          case "tooMany":
            return tooMany(c, asked.waitSeconds);
          case "ended":
            return respond.goTo(c, urls.login);
          case "unknown":
            return errorPage(c, respond, 404);
        }
      })
      .post("/ehic/requests/:id/cancel", guards.signedIn, (c) => {
        const ended = cancelCard(deps, sessionOf(c).memberId, c.req.param("id"));
        if (ended === "unknown") return errorPage(c, respond, 404);
        return ended === "late" ? page(c, { done: "late", status: 409 }) : respond.goTo(c, urls.ehicDone("cancelled"));
      })
      .post(
        urls.ehicCertificates,
        guards.signedIn,
        formOf(issueSchema, (c) => errorPage(c, respond, 404)),
        (c) => {
          if (isRelayed) return page(c, { status: 409 });
          const { beneficiary, lost } = c.req.valid("form");
          const session = sessionOf(c);
          if (beneficiary !== session.memberId && !isFresh(deps, session)) {
            return respond.goTo(c, urls.confirmThen(urls.ehicReady(beneficiary, lost === "on")));
          }
          const addressOf = (code: string) => config.origin + urls.verifyCode(code);
          const issued = issueCertificate(deps, session, { beneficiary, lost: lost === "on", addressOf });
          switch (issued.kind) {
            case "issued":
              return respond.goTo(c, urls.ehicCertificate(issued.number));
            case "refused":
              // A card that is there is a matter of the form; all else, of the file.
              return issued.refusals.every(({ why }) => why === "liveCard")
                ? page(c, { notLost: beneficiary, status: 422 })
                : page(c, { uncertified: issued.name, status: 409 });
            case "tooMany":
              return tooMany(c, issued.waitSeconds);
            case "unknown":
              return errorPage(c, respond, 404);
          }
        },
      )
      .get(`/ehic/certificates/:id{${numberShape}}`, guards.signedIn, (c) => {
        const found = ownCertificate(c, c.req.param("id"));
        if (!found) return errorPage(c, respond, 404);
        const { certificate, name, isSelf } = found;
        if (!isSelf && !isFresh(deps, sessionOf(c))) {
          return respond.goTo(c, urls.confirmThen(urls.ehicCertificate(certificate.number)));
        }
        const title = c.var.t("ehic:certificate.titleOf", { name });
        const main = <ProvisionalCertificate words={wordsOf(c)} title={title} certificate={certificate} />;
        return respond.page(c, { title, section: "documents", main });
      })
      .get(`/ehic/certificates/:file{${numberShape}\\.pdf}`, guards.signedIn, async (c) => {
        const found = ownCertificate(c, c.req.param("file").replace(/\.pdf$/, ""));
        if (!found || found.certificate.state === "revoked") return errorPage(c, respond, 404);
        const { certificate, isSelf } = found;
        // Back to the page, not to the file: a download would leave the person before an empty form.
        if (!isSelf && !isFresh(deps, sessionOf(c))) {
          return respond.goTo(c, urls.confirmThen(urls.ehicCertificate(certificate.number)));
        }
        const name = `${c.var.t("ehic:certificate.file")}-${certificate.issuedOn}.pdf`;
        return respond.file(c, await draw(certificate.model, certificate), "application/pdf", name);
      })
  );
}
