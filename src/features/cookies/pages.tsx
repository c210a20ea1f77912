import type { T } from "../../platform/i18n.ts";
import { urls } from "../../web/urls.ts";

const cookies = ["session", "device", "challenge", "form", "lang"] as const;

type Props = { t: T /** What each is called in the browser. */; names: Record<(typeof cookies)[number], string> };

export function Cookies({ t, names }: Props) {
  return (
    <>
      <h1>{t("cookies:title")}</h1>
      <p>{t("cookies:intro")}</p>
      <p>{t("cookies:none")}</p>
      <h2 id="list">{t("cookies:list")}</h2>
      <section class="scroll" aria-labelledby="list" tabindex={0}>
        <table>
          <caption class="hidden">{t("cookies:list")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("cookies:name")}</th>
              <th scope="col">{t("cookies:purpose")}</th>
              <th scope="col">{t("cookies:life")}</th>
            </tr>
          </thead>
          <tbody>
            {cookies.map((cookie) => (
              <tr>
                <th scope="row">
                  <code>{names[cookie]}</code>
                </th>
                <td>{t(`cookies:purposes.${cookie}`)}</td>
                <td>{t(`cookies:lives.${cookie}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <h2>{t("cookies:off.title")}</h2>
      <p>{t("cookies:off.text")}</p>
      <h2>{t("cookies:forget.title")}</h2>
      <p>
        {t("cookies:forget.device")} <a href={urls.accountDevices}>{t("devices:title")}</a>
      </p>
      <p>{t("cookies:forget.lost")}</p>
      <p>{t("cookies:forget.browser")}</p>
    </>
  );
}
