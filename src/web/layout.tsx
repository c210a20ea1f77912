import type { Language } from "../lib/languages.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { Organisation } from "../platform/organisation.ts";
import { drawCharterBanner, type NewCharter } from "./charter-banner.tsx";
import { drawnOnce, slot } from "./drawn-once.ts";
import { escapeText } from "./escape.ts";
import type { View } from "./respond.tsx";
import { SessionEnd } from "./ui/session-end.tsx";
import { urls } from "./urls.ts";

type Page = {
  language: Language;
  section: View["section"];
  script: View["script"];
  /** No search engine keeps the page. */
  noindex: boolean;
  title: string;
  /** Name of the person signed in, if any. */
  name: string | undefined;
  otherLanguageUrl: string;
  /** Where to write from this page. */
  contactUrl: string;
  /** The versions of the charter that the person signed in has not seen yet. */
  newCharters: NewCharter[];
  main: string;
};

export type Shell = { render(page: Page): string; documentTitle(title: string): string };

type Frame = {
  language: Language;
  section: View["section"];
  script: View["script"] | "";
  noindex: boolean;
  signedIn: boolean;
};

/** The document around every page, drawn once per language, section and situation. */
export function createShell(organisation: Organisation, asset: (name: string) => string): Shell {
  const draw = drawnOnce((key: string) => {
    const frame = JSON.parse(key) as Frame;
    return <Document frame={frame} organisation={organisation} asset={asset} t={tFor(frame.language)} />;
  });
  const documentTitle = (title: string) => `${title} – ${organisation.serviceName} ${organisation.name}`;
  return {
    documentTitle,
    render({ language, section, script, noindex, title, name, otherLanguageUrl, contactUrl, newCharters, main }) {
      const key = `{"language":"${language}","section":"${section ?? ""}","script":"${script ?? ""}","noindex":${noindex},"signedIn":${name !== undefined}}`;
      const values = {
        title: escapeText(documentTitle(title)),
        otherLanguageUrl: escapeText(otherLanguageUrl),
        contactUrl: escapeText(contactUrl),
        name: escapeText(name ?? ""),
        banner: newCharters.map((version) => drawCharterBanner(language, version)).join(""),
        main,
      };
      return `<!doctype html>${draw(key, values)}`;
    },
  };
}

type DocumentProps = { frame: Frame; organisation: Organisation; asset: (name: string) => string; t: T };

function Document({ frame, organisation, asset, t }: DocumentProps) {
  return (
    <html lang={frame.language}>
      <head>
        <meta charset="utf-8" />
        <title>{slot("title")}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="htmx-config" content='{"includeIndicatorCSS":false,"transitions":false}' />
        {frame.noindex && <meta name="robots" content="noindex" />}
        <link rel="stylesheet" href={asset("app.css")} />
        <link rel="icon" type="image/svg+xml" href={asset("icon.svg")} />
        <script src={asset("htmx.min.js")} defer></script>
        <script src={asset("app.js")} defer></script>
        {frame.script && <script src={asset(frame.script)} defer></script>}
        {frame.signedIn && <script src={asset("session.js")} defer></script>}
      </head>
      <body>
        <nav class="skip" aria-label={t("skipLinks")}>
          <a href="#content">{t("skipToContent")}</a>
        </nav>
        <Header frame={frame} organisation={organisation} t={t} />
        <div id="status" class="hidden" role="status"></div>
        <p id="network" class="notice notice-error" role="alert" data-text={t("networkDown")} hidden></p>
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

function Header({ frame, organisation, t }: { frame: Frame; organisation: Organisation; t: T }) {
  const other = frame.language === "fr" ? "en" : "fr";
  return (
    <header>
      <div class="bar">
        <a class="brand" href={frame.signedIn ? urls.dashboard : urls.home}>
          <strong>{organisation.name}</strong> {organisation.serviceName}
        </a>
        <nav aria-label={t("language")}>
          <ul class="languages">
            <li>
              <span aria-current="true" lang={frame.language}>
                {frame.language === "fr" ? "Français" : "English"}
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

function MenuItem({ href, label, current }: { href: string; label: string; current: boolean }) {
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
