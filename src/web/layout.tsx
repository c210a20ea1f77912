import type { Child } from "hono/jsx";
import type { CurrentNotice } from "../domain/notice-sending.ts";
import type { Language } from "../lib/languages.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { Organisation } from "../platform/organisation.ts";
import { drawCharterBanner, type NewCharter } from "./charter-banner.tsx";
import { drawnOnce, slot } from "./drawn-once.ts";
import type { Ctx } from "./env.ts";
import { escapeText } from "./escape.ts";
import { lateDataBanner } from "./late-data.tsx";
import { maintenanceBanner } from "./maintenance.tsx";
import { drawNotice } from "./notice-banner.tsx";
import { contactFrom } from "./report-link.ts";
import type { View } from "./respond.tsx";
import { SessionEnd } from "./ui/session-end.tsx";
import { inLanguage, urls } from "./urls.ts";

/** What stands in the document, and what the document must know of it. */
export type Page = Pick<View, "section" | "script" | "title"> & {
  status: number;
  /** No search engine keeps the page. */
  noindex: boolean;
  main: string;
};

/** The document around the pages of members, or of staff: who asks, and in which language, stand in the request. */
export type Shell = { render(c: Ctx, page: Page): string; documentTitle(title: string): string };

type Frame = {
  language: Language;
  section: View["section"];
  script: View["script"] | "";
  noindex: boolean;
  signedIn: boolean;
};

/** Pages that show data: those asked for, and those shown again because of what was typed or has changed meanwhile. */
const hasData = [200, 409, 422];

/**
 * The document around every page, drawn once per language, section and situation.
 * @param notices what befalls the service now.
 */
export function createShell(
  organisation: Organisation,
  asset: (name: string) => string,
  notices: () => CurrentNotice[],
): Shell {
  const draw = drawnOnce((key: string) => {
    const frame = JSON.parse(key) as Frame;
    return <Document frame={frame} organisation={organisation} asset={asset} t={tFor(frame.language)} />;
  });
  const documentTitle = (title: string) => `${title} – ${organisation.serviceName} ${organisation.name}`;
  return {
    documentTitle,
    render(c, { section, script, status, noindex, title, main }) {
      const [language, session] = [c.get("language"), c.get("session")];
      const key = `{"language":"${language}","section":"${section ?? ""}","script":"${script ?? ""}","noindex":${noindex},"signedIn":${session !== undefined}}`;
      const values = {
        title: escapeText(documentTitle(title)),
        otherLanguageUrl: escapeText(otherLanguageUrl(c)),
        contactUrl: escapeText(session && status === 200 ? contactFrom(c.req.path) : urls.contact),
        name: session ? escapeText(`${session.firstNames.split(" ")[0]} ${session.lastName}`) : "",
        banner:
          maintenanceBanner(c) +
          (hasData.includes(status) ? lateDataBanner(c, organisation.name) : "") +
          bannersOf(c, notices).join(""),
        main,
      };
      return `<!doctype html>${draw(key, values)}`;
    },
  };
}

/** What befalls the service, for members and for who is about to sign in, and then what is for one member. */
function bannersOf(c: Ctx, notices: () => CurrentNotice[]): string[] {
  const [language, session] = [c.get("language"), c.get("session")];
  if (!session && c.req.path !== urls.login) return [];
  return [
    ...notices().map((notice) => drawNotice(language, notice)),
    ...newChartersOf(c).map((version) => drawCharterBanner(language, version)),
  ];
}

/** What its pages announce to the person signed in, until they say that they have seen it. */
function newChartersOf(c: Ctx): NewCharter[] {
  const announced = c.get("session")?.newCharters ?? [];
  if (announced.length === 0) return [];
  const { pathname, search } = new URL(c.req.url);
  return announced.map((version) => ({ ...version, page: pathname + search }));
}

/** The page asked for, in the other language. */
export function otherLanguageUrl(c: Ctx): string {
  return inLanguage(c.req.path, c.req.url, c.get("language") === "fr" ? "en" : "fr");
}

type DocumentProps = { frame: Frame; organisation: Organisation; asset: (name: string) => string; t: T };

function Document({ frame, organisation, asset, t }: DocumentProps) {
  return (
    <html lang={frame.language}>
      <Head asset={asset} noindex={frame.noindex}>
        {frame.script && <script src={asset(frame.script)} defer></script>}
        {frame.signedIn && <script src={asset("session.js")} defer></script>}
      </Head>
      <body>
        <SkipLinks t={t} />
        <Header frame={frame} organisation={organisation} t={t} />
        <StatusRegions t={t} />
        {slot("banner")}
        <main id="content" tabindex={-1}>
          {slot("main")}
        </main>
        <Footer organisation={organisation} signedIn={frame.signedIn} t={t} />
        {frame.signedIn && <SessionEnd t={t} />}
      </body>
    </html>
  );
}

/** The head of every document, of members' pages and of the back office's. */
export function Head({
  asset,
  noindex,
  children,
}: {
  asset: (name: string) => string;
  noindex: boolean;
  children?: Child;
}) {
  return (
    <head>
      <meta charset="utf-8" />
      <title>{slot("title")}</title>
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="htmx-config" content='{"includeIndicatorCSS":false,"transitions":false}' />
      {noindex && <meta name="robots" content="noindex" />}
      <link rel="stylesheet" href={asset("app.css")} />
      <link rel="icon" type="image/svg+xml" href={asset("icon.svg")} />
      <script src={asset("htmx.min.js")} defer></script>
      <script src={asset("app.js")} defer></script>
      {children}
    </head>
  );
}

export function SkipLinks({ t }: { t: T }) {
  return (
    <nav class="skip" aria-label={t("skipLinks")}>
      <a href="#content">{t("skipToContent")}</a>
    </nav>
  );
}

/** Where what happens without a new page is said aloud. */
export function StatusRegions({ t }: { t: T }) {
  return (
    <>
      <div id="status" class="hidden" role="status"></div>
      <p id="network" class="notice notice-error" role="alert" data-text={t("networkDown")} hidden></p>
    </>
  );
}

/** The present language, and the link to the other. */
export function LanguageChoice({ language, t }: { language: Language; t: T }) {
  const other = language === "fr" ? "en" : "fr";
  return (
    <nav aria-label={t("language")}>
      <ul class="languages">
        <li>
          <span aria-current="true" lang={language}>
            {language === "fr" ? "Français" : "English"}
          </span>
        </li>
        <li>
          <a href={slot("otherLanguageUrl")} hreflang={other} lang={other} rel="alternate">
            {t("otherLanguage")}
            <span class="hidden"> – {t("otherLanguageHint")}</span>
          </a>
        </li>
      </ul>
    </nav>
  );
}

function Header({ frame, organisation, t }: { frame: Frame; organisation: Organisation; t: T }) {
  return (
    <header>
      <div class="bar">
        <a class="brand" href={frame.signedIn ? urls.dashboard : urls.home}>
          <strong>{organisation.name}</strong> {organisation.serviceName}
        </a>
        <LanguageChoice language={frame.language} t={t} />
      </div>
      <div class="bar">
        <nav aria-label={t("mainNavigation")}>
          <ul class="menu">
            {frame.signedIn ? (
              <>
                <MenuItem href={urls.dashboard} label={t("menu.dashboard")} current={frame.section === "dashboard"} />
                <MenuItem
                  href={urls.reimbursements}
                  label={t("menu.reimbursements")}
                  current={frame.section === "reimbursements"}
                />
                <MenuItem href={urls.dossier} label={t("menu.dossier")} current={frame.section === "dossier"} />
                <MenuItem href={urls.documents} label={t("menu.documents")} current={frame.section === "documents"} />
                <MenuItem href={urls.account} label={t("menu.account")} current={frame.section === "account"} />
              </>
            ) : (
              <>
                <MenuItem href={urls.home} label={t("home")} current={false} />
                <MenuItem href={urls.login} label={t("menu.login")} current={false} />
              </>
            )}
          </ul>
        </nav>
        {frame.signedIn && (
          <form class="who" action={urls.logout} method="post">
            <span>{t("signedInAs", { name: slot("name") })}</span>
            {/* Named, because text browsers ask with GET for a form that sends nothing. */}
            <button type="submit" name="logout" class="secondary">
              {t("menu.logout")}
            </button>
          </form>
        )}
      </div>
    </header>
  );
}

/** A link of a menu; the current page is said to be. */
export function MenuItem({ href, label, current }: { href: string; label: string; current: boolean }) {
  return (
    <li>
      <a href={href} aria-current={current ? "page" : undefined}>
        {label}
      </a>
    </li>
  );
}

function Footer({ organisation, signedIn, t }: { organisation: Organisation; signedIn: boolean; t: T }) {
  return (
    <footer>
      <h2>{t("footer.title")}</h2>
      <ul>
        <li>
          <a href={`tel:${organisation.phoneLink}`}>{t("footer.phone", { phone: organisation.phone })}</a>
        </li>
        <li>
          <a href={slot("contactUrl")}>{t("footer.contact")}</a>
        </li>
        <li>
          <a href={urls.charter}>{t("footer.charter")}</a>
        </li>
        <li>
          <a href={urls.cookies}>{t("cookies:title")}</a>
        </li>
        <li>
          <a href={organisation.website}>{t("footer.website", { organisation: organisation.name })}</a>
        </li>
      </ul>
      <p>{t("footer.password", { organisation: organisation.name })}</p>
      {signedIn && <p>{t("sessionRule")}</p>}
    </footer>
  );
}
