import { may, type StaffRole } from "../domain/staff-roles.ts";
import type { Language } from "../lib/languages.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { Organisation } from "../platform/organisation.ts";
import { drawnOnce, slot } from "./drawn-once.ts";
import { escapeText } from "./escape.ts";
import { Head, LanguageChoice, MenuItem, otherLanguageUrl, type Shell, SkipLinks, StatusRegions } from "./layout.tsx";
import { maintenanceBanner } from "./maintenance.tsx";
import type { View } from "./respond.tsx";
import { staffSections } from "./staff-sections.ts";
import { SessionEnd } from "./ui/session-end.tsx";
import { urls } from "./urls.ts";

const places = {
  session: urls.staffSession,
  extend: urls.staffSessionExtend,
  draft: urls.staffSessionDraft,
  login: urls.staffLogin,
  logout: urls.staffLogout,
};

type Frame = { language: Language; section: View["section"] | ""; role: StaffRole | "" };

/** The document around the pages of the back office: its menu holds what the role of its reader may see. */
export function createStaffShell(organisation: Organisation, asset: (name: string) => string): Shell {
  const draw = drawnOnce((key: string) => {
    const frame = JSON.parse(key) as Frame;
    return <StaffDocument frame={frame} organisation={organisation} asset={asset} t={tFor(frame.language)} />;
  });
  const documentTitle = (title: string) => `${title} – ${tFor("fr")("staff:brand")} ${organisation.name}`;
  return {
    documentTitle,
    render(c, { section, title, main }) {
      const { language, staff } = c.var;
      const key = `{"language":"${language}","section":"${section ?? ""}","role":"${staff?.role ?? ""}"}`;
      return `<!doctype html>${draw(key, {
        title: escapeText(documentTitle(title)),
        otherLanguageUrl: escapeText(otherLanguageUrl(c)),
        name: escapeText(staff?.email ?? ""),
        banner: maintenanceBanner(c),
        main,
      })}`;
    },
  };
}

type DocumentProps = { frame: Frame; organisation: Organisation; asset: (name: string) => string; t: T };

function StaffDocument({ frame, organisation, asset, t }: DocumentProps) {
  const { language, section, role } = frame;
  return (
    <html lang={language}>
      <Head asset={asset} noindex>
        {role !== "" && <script src={asset("session.js")} defer></script>}
      </Head>
      <body>
        <SkipLinks t={t} />
        <header>
          <div class="bar">
            <a class="brand" href={urls.staff}>
              <strong>{organisation.name}</strong> {t("staff:brand")}
            </a>
            <LanguageChoice language={language} t={t} />
          </div>
          {role !== "" && (
            <div class="bar">
              <nav aria-label={t("mainNavigation")}>
                <ul class="menu">
                  {staffSections
                    .filter(({ act }) => may(role, act))
                    .map(({ name, url }) => (
                      <MenuItem href={url} label={t(`staff:menu.${name}`)} current={section === name} />
                    ))}
                </ul>
              </nav>
              <form class="who" action={urls.staffLogout} method="post">
                <span>
                  {t("signedInAs", { name: slot("name") })} ({t(`staff:roles.${role}`)})
                </span>
                <button type="submit" name="logout" value="on" class="secondary">
                  {t("menu.logout")}
                </button>
              </form>
            </div>
          )}
        </header>
        <StatusRegions t={t} />
        {slot("banner")}
        <main id="content" tabindex={-1}>
          {slot("main")}
        </main>
        <footer>
          <p>{t("staff:footer.rule")}</p>
          <p>{t("staff:footer.password")}</p>
          <p>
            <a href={urls.home}>{t("staff:footer.portal")}</a>
          </p>
        </footer>
        {role !== "" && <SessionEnd t={t} places={places} />}
      </body>
    </html>
  );
}
