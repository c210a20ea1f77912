import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { createCertificateCheck } from "../../domain/certificate-check.ts";
import { isCertificateNumber, readCode } from "../../domain/certificate-code.ts";
import { countUse } from "../../domain/throttle.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import type { Faults } from "../../web/forms.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { AskForCode, Found, Unknown } from "./pages.tsx";

/** No longer than an address of a code could be, spaces and all. */
const longestTyped = 60;

/** Where anyone checks a certificate they were handed. */
export function verifyRoutes(deps: Deps, { respond, guards }: Web) {
  const { organisation } = deps.config;
  const certificates = createCertificateCheck(deps);

  /** What a code stands for is nobody's to find again through a search engine; refusals of these pages neither. */
  const notIndexed = createMiddleware<Env>(async (c, next) => {
    await next();
    c.res.headers.set("X-Robots-Tag", "noindex");
  });

  const ask = (c: Ctx, faults: Faults<"code">, typed?: string) => {
    const { t } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("verify:title"), faults),
      noindex: true,
      status: faults.code ? 422 : 200,
      main: <AskForCode t={t} organisation={organisation} faults={faults} typed={typed} />,
    });
  };

  return new Hono<Env>()
    .get(urls.verify, notIndexed, guards.maybeSignedIn, (c) => {
      const typed = c.req.query("code")?.trim();
      if (typed === undefined) return ask(c, {});
      if (typed === "") return ask(c, { code: "required" });
      if (typed.length > longestTyped) return ask(c, { code: "tooLong" });
      if (isCertificateNumber(typed)) return ask(c, { code: "certificateNumber" }, typed);
      return respond.goTo(c, urls.verifyCode(readCode(typed) ?? typed));
    })
    .get("/verify/:code", notIndexed, guards.maybeSignedIn, (c) => {
      const { t, language, address } = c.var;
      // Nothing is looked up by a number: anyone may have read it over somebody's shoulder.
      const shown = c.req.param("code");
      if (isCertificateNumber(shown)) return ask(c, { code: "certificateNumber" }, shown);
      const waitSeconds = countUse(deps, "checkAddress", address);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      const typed = shown.slice(0, longestTyped);
      const checked = certificates.check(typed);
      if (!checked) {
        const main = <Unknown t={t} organisation={organisation} typed={typed} />;
        return respond.page(c, { title: t("verify:unknown.title"), noindex: true, status: 404, main });
      }
      const title = t(`verify:found.${checked.state}.title`);
      const main = <Found t={t} language={language} organisation={organisation} checked={checked} />;
      return respond.page(c, { title, noindex: true, main });
    });
}
