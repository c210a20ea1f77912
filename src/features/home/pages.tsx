import type { T } from "../../platform/i18n.ts";
import { urls } from "../../web/urls.ts";

export function Home({ t, organisation }: { t: T; organisation: string }) {
  return (
    <>
      <h1>{t("homePage.title", { organisation })}</h1>
      <p class="lead">{t("homePage.lead")}</p>
      <p>
        <a class="button" href={urls.login}>
          {t("homePage.login")}
        </a>
      </p>
      <p>{t("homePage.invited")}</p>
      <p>
        {t("homePage.register")} <a href={urls.register}>{t("login:register")}</a>
      </p>
      <h2>{t("homePage.whatTitle")}</h2>
      <ul>
        <li>{t("homePage.what1")}</li>
        <li>{t("homePage.what2")}</li>
        <li>{t("homePage.what3")}</li>
      </ul>
      <p>
        <a href={urls.formsGuide}>{t("forms:title")}</a>
      </p>
    </>
  );
}
