import { createMiddleware } from "hono/factory";
import { latenessOf } from "../domain/freshness.ts";
import { longMoment } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { Deps } from "../platform/deps.ts";
import { tFor } from "../platform/i18n.ts";
import { drawnOnce, slot } from "./drawn-once.ts";
import type { Ctx, Env } from "./env.ts";
import { escapeText } from "./escape.ts";
import { urls } from "./urls.ts";

const ofFile = ["personnes", "amo", "contrats", "beneficiaires", "garanties", "echeances", "coordonnees_bancaires"];

/** The inbound entities that a page shows; none for a page that shows nothing the back office gives. */
function shownOn(path: string): readonly string[] | undefined {
  if (path === urls.dashboard) return ["paiements"];
  if (path === urls.reimbursements || path.startsWith(`${urls.reimbursements}/`)) return ["paiements", "lignes"];
  if (path === urls.dossier || path === urls.documents) return ofFile;
  if (path === urls.ehic || path === urls.ehicRequests || path === urls.ehicCertificates) return ["ceam", "amo"];
  return path === urls.vitale ? ["vitale"] : undefined;
}

/** Lets the page around data know how old they are: nothing is read before it is drawn. */
export function createLateness(deps: Pick<Deps, "db" | "clock" | "config">) {
  return createMiddleware<Env>((c, next) => {
    const shown = shownOn(c.req.path);
    if (shown) c.set("lateness", () => latenessOf(deps, shown));
    return next();
  });
}

const draw = drawnOnce((key: `${"late" | "never"} ${Language}`) => {
  const [kind, language] = key.split(" ") as ["late" | "never", Language];
  const t = tFor(language);
  const words = { organisation: slot("organisation"), moment: slot("moment") };
  return (
    <section class="notice banner" aria-label={t("maintenance:data.label")}>
      <p>
        <strong>{t(`maintenance:data.${kind}`, words)}</strong>
      </p>
      <p>{t(`maintenance:data.${kind}Text`, words)}</p>
    </section>
  );
});

/** Says above the data of who is signed in that they are late, or that none have come; else nothing. */
export function lateDataBanner(c: Ctx, organisation: string): string {
  const language = c.get("language");
  const late = c.get("session") && c.get("lateness")?.();
  if (!late) return "";
  const moment = late.kind === "late" ? longMoment(late.asOf * 1000, language) : "";
  return draw(`${late.kind} ${language}`, { organisation: escapeText(organisation), moment });
}
