import { createMiddleware } from "hono/factory";
import type { DraftFields } from "../domain/drafts.ts";
import { keepDraft } from "../domain/drafts.ts";
import { type Maintenance, maintenanceNow, retryAfter } from "../domain/maintenance.ts";
import { longMoment } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { Deps } from "../platform/deps.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { Organisation } from "../platform/organisation.ts";
import { fieldsOf } from "./drafts.ts";
import type { Ctx, Env } from "./env.ts";
import type { Guards } from "./guards.ts";
import { isReading, ownPath, pageOf, pathOf } from "./page-of.ts";
import type { Respond } from "./respond.tsx";
import { comesSigned } from "./signed-body.ts";
import { French } from "./ui/feed-word.tsx";
import { urls } from "./urls.ts";

/** What maintenance never stops: the files of the pages, what machines ask, and the back office that ends it. */
const neverStopped = /^\/(?:static|staff)(?:\/|$)|^\/(?:healthz|readyz)$/;
/** What may be read though the portal is closed. */
const publicText = /^\/(?:charter(?:\/versions\/\d+)?|cookies|legal(?:\/.*)?|forms(?:\/[\w-]+\.pdf)?)$/;
/** Posted by mail servers (RFC 8058), once: who wants no more mails is heard though the portal is closed. */
const neverRefused = /^\/unsubscribe\/[^/]+$/;
/**
 * What goes on while nothing can be changed: signing in and out, keeping a session, what protects an account (blocking
 * it, ending the session of another device, stopping a change of bank account), and no longer receiving mails.
 */
const staysPossible = [
  /^\/login(?:\/|$)/,
  /^\/logout$/,
  /^\/session(?:\/|$)/,
  /^\/help\/credentials(?:\/freeze\/[^/]+)?$/,
  /^\/account\/devices\/[^/]+\/revoke(?:$|\/)/,
  /^\/dossier\/stop\/[^/]+$/,
  neverRefused,
];

type GateDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** Stands before every route: closed, members are told until when; read-only, a form is not heard and not lost. */
export function createMaintenanceGate(deps: GateDeps, respond: Respond, guards: Guards) {
  const { clock, config } = deps;
  const { organisation } = config;

  const refuse = (c: Ctx, state: Maintenance, title: string, main: Parameters<Respond["page"]>[1]["main"]) => {
    const response = respond.page(c, { title, status: 503, main, noindex: true });
    response.headers.set("Retry-After", String(retryAfter(state, clock)));
    return response;
  };

  const closedPage = (c: Ctx, state: Maintenance) => {
    const { t, language } = c.var;
    const words = { t, language, organisation, state, now: clock() / 1000 };
    return refuse(c, state, t("maintenance:closed.title"), <Closed {...words} />);
  };

  const readOnlyPage = async (c: Ctx, state: Maintenance) => {
    const { t, language } = c.var;
    const fields = (await fieldsOf(c)).filter(([name]) => !/^formToken$/i.test(name));
    await guards.maybeSignedIn(c, async () => {});
    const page = pathOf(pageOf(c) ?? ownPath(c));
    if (c.var.session) keepDraft(deps, c.var.session.accountId, page, fields);
    const words = { t, language, organisation, state, now: clock() / 1000 };
    return refuse(
      c,
      state,
      t("maintenance:readOnly.title"),
      <NotSaved {...words} action={c.req.path} fields={fields} />,
    );
  };

  return createMiddleware<Env>(async (c, next) => {
    const state = maintenanceNow(deps);
    if (state.mode === "open") return next();
    c.set("maintenance", state);
    const { path } = c.req;
    if (neverStopped.test(path) || comesSigned(c)) return next();
    if (state.mode === "closed") {
      return (isReading(c) ? publicText : neverRefused).test(path) ? next() : closedPage(c, state);
    }
    if (isReading(c) || staysPossible.some((address) => address.test(path))) return next();
    return readOnlyPage(c, state);
  });
}

type Words = { t: T; language: Language; organisation: Organisation; state: Maintenance; now: number };

function Closed({ t, language, organisation, state, now }: Words) {
  return (
    <>
      <h1>{t("maintenance:closed.title")}</h1>
      <p>{t("maintenance:closed.why")}</p>
      <p>
        <strong>{endOf(t, "closed", state, language, now)}</strong>
      </p>
      <OwnMessage t={t} language={language} organisation={organisation} message={state.message} />
      <p>{t("maintenance:closed.links")}</p>
      <p>{t("maintenance:closed.rule", { organisation: organisation.name })}</p>
      <ul>
        <li>
          <a href={urls.charter}>{t("maintenance:closed.charter")}</a>
        </li>
        <li>
          <a href={urls.formsGuide}>{t("maintenance:closed.forms")}</a>
        </li>
      </ul>
      <p>{t("maintenance:closed.call", { phone: organisation.phone })}</p>
    </>
  );
}

const secretField = /password|code/i;
/** Shorter ones are known by heart: what would be lost is what was written. */
const longToType = 20;

function NotSaved({ t, language, organisation, state, now, action, fields }: Words & NotSavedProps) {
  const kept = fields.filter(([name]) => !secretField.test(name));
  const written = kept.filter(([, value]) => value.length >= longToType);
  return (
    <>
      <h1>{t("maintenance:readOnly.title")}</h1>
      <p>{t("maintenance:readOnly.why")}</p>
      <p>
        <strong>{endOf(t, "readOnly", state, language, now)}</strong>
      </p>
      <OwnMessage t={t} language={language} organisation={organisation} message={state.message} />
      {kept.length === 0 ? (
        <p>{t("maintenance:readOnly.nothing")}</p>
      ) : (
        <>
          <p>{t("maintenance:readOnly.kept")}</p>
          {kept.length < fields.length && <p>{t("maintenance:readOnly.secret")}</p>}
          <form action={action} method="post">
            {kept.map(([name, value]) => (
              <input type="hidden" name={name} value={value} />
            ))}
            <button type="submit">{t("maintenance:readOnly.again")}</button>
          </form>
        </>
      )}
      {written.length > 0 && (
        <>
          <h2>{t("maintenance:readOnly.typed")}</h2>
          {written.map(([, value]) => (
            <p class="written">{value}</p>
          ))}
        </>
      )}
    </>
  );
}

type NotSavedProps = { action: string; fields: DraftFields };

function endOf(t: T, kind: "closed" | "readOnly", { until }: Maintenance, language: Language, now: number): string {
  if (until === null) return t(`maintenance:${kind}.noEnd`);
  const moment = longMoment(until * 1000, language);
  return t(`maintenance:${kind}.${until > now ? "until" : "late"}`, { moment });
}

type OwnMessageProps = Pick<Words, "t" | "language" | "organisation"> & { message: string | null };

function OwnMessage({ t, language, organisation, message }: OwnMessageProps) {
  if (message === null) return null;
  return (
    <p>
      {t("maintenance:message", { organisation: organisation.name })} <French language={language}>{message}</French>
    </p>
  );
}

/** Above every page, members' and the back office's, as long as the portal is not simply open. */
export function maintenanceBanner(c: Ctx): string {
  const maintenance = c.get("maintenance");
  if (!maintenance || maintenance.mode === "open") return "";
  const language = c.get("language");
  const t = tFor(language);
  const { mode, until, message } = maintenance;
  const moment = until === null ? undefined : longMoment(until * 1000, language);
  return String(
    <section class="notice banner" aria-label={t("maintenance:banner.label")}>
      <p>
        <strong>{t(`maintenance:banner.${mode}`)}</strong>
        {moment && <> {t("maintenance:banner.until", { moment })}</>}
      </p>
      {message !== null && (
        <p>
          <French language={language}>{message}</French>
        </p>
      )}
    </section>,
  );
}
