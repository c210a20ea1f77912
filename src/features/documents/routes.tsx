import { Hono } from "hono";
import { createDrawing } from "../../domain/certificate-drawing.ts";
import type { CertificateKind } from "../../domain/certificates.ts";
import { isFresh } from "../../domain/reauthentication.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, queryOf } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { type Choice, documentsOf, issue, prepareCertificate } from "./actions.ts";
import { addressOf, paths } from "./addresses.ts";
import { documentOf } from "./document.ts";
import { Certificate, DocumentList, FaultyChoice, Refused } from "./pages.tsx";
import { createDocumentQueries } from "./queries.ts";
import type { Refusal } from "./rules.ts";
import { choiceSchema } from "./schema.ts";
import type { Words } from "./words.ts";

type Form = "page" | "pdf";

/** Certificates and cards, each as a page and as a PDF that says the same. */
export function documentsRoutes(deps: Deps, { respond, guards }: Web) {
  const { config } = deps;
  const queries = createDocumentQueries(deps.db);
  const draw = createDrawing(deps);
  const wordsOf = ({ var: { t, language } }: Ctx): Words => ({ t, language, organisation: config.organisation });

  /** A document that there is none of: the page says why. A file that was asked for is missing for a reason of its own. */
  const refused = (c: Ctx, kind: CertificateKind, form: Form, refusal: Refusal) => {
    const words = wordsOf(c);
    const title = words.t("documents:refused.title", { document: words.t(`documents:kinds.${kind}.title`) });
    const status = refusal.why === "notYours" ? 404 : form === "pdf" ? 409 : 200;
    const main = <Refused words={words} kind={kind} title={title} refusal={refusal} />;
    return respond.page(c, { title, section: "documents", status, main });
  };

  const show = async (c: Ctx, kind: CertificateKind, form: Form, choice: Choice) => {
    const session = sessionOf(c);
    const words = wordsOf(c);
    const prepared = prepareCertificate(deps, queries, { kind, session, choice, words });
    if (!prepared) return errorPage(c, respond, 404);
    if ("refusal" in prepared) return refused(c, kind, form, prepared.refusal);
    const { ready } = prepared;
    // Back to the page, not to the file: a download would leave the person before an empty form.
    if (ready.isAboutOthers && !isFresh(deps, session)) {
      return respond.goTo(c, urls.confirmThen(addressOf(kind, choice)));
    }
    const made = issue(deps, session, ready);
    if (!made.ok) return errorPage(c, respond, 429, made.waitSeconds);
    const { issued } = made;
    const model = documentOf(words, ready.body, issued, config.origin + urls.verifyCode(issued.code));
    if (form === "pdf") {
      const name = `${words.t(`documents:file.${kind}`)}-${issued.issuedOn}.pdf`;
      return respond.file(c, await draw(model, issued), "application/pdf", name);
    }
    const main = <Certificate words={words} ready={ready} choice={choice} model={model} />;
    return respond.page(c, { title: model.title, section: "documents", main });
  };

  /** Of all faults, only a form without a person is somebody's mistake: the rest nobody has typed. */
  const faulty = (kind: CertificateKind, form: Form) => (c: Ctx, faults: Faults<"beneficiaries">) => {
    if (faults.beneficiaries !== "notAChoice" || Object.keys(faults).length > 1 || form === "pdf") {
      return errorPage(c, respond, 400);
    }
    const words = wordsOf(c);
    const withoutExemptions = c.req.query("without") === "exemptions";
    const choice: Choice = { beneficiaries: [], withoutExemptions, contract: c.req.query("contract") };
    const prepared = prepareCertificate(deps, queries, { kind, session: sessionOf(c), choice, words });
    if (!prepared) return errorPage(c, respond, 404);
    if ("refusal" in prepared) return refused(c, kind, form, prepared.refusal);
    return respond.page(c, {
      title: titleWith(words.t, prepared.ready.body.title, faults),
      section: "documents",
      status: 422,
      main: <FaultyChoice words={words} ready={prepared.ready} choice={choice} faults={faults} />,
    });
  };

  const routes = new Hono<Env>().get(urls.documents, guards.signedIn, (c) => {
    const documents = documentsOf(deps, queries, sessionOf(c));
    const main = <DocumentList words={wordsOf(c)} documents={documents} />;
    return respond.page(c, { title: c.var.t("documents:title"), section: "documents", main });
  });
  for (const kind of ["rights", "mutual", "card"] as const) {
    for (const form of ["page", "pdf"] as const) {
      const path = paths[kind] + (form === "pdf" ? ".pdf" : "");
      routes.get(path, guards.signedIn, queryOf(choiceSchema, faulty(kind, form)), (c) => {
        const { beneficiaries = [], without, contract } = c.req.valid("query");
        return show(c, kind, form, { beneficiaries, withoutExemptions: without === "exemptions", contract });
      });
    }
  }
  return routes;
}
