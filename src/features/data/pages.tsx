import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import { urls } from "../../web/urls.ts";

const parts = ["identity", "contract", "care", "account", "messages", "journal"] as const;

export function Data({ t, organisation }: { t: T; organisation: Organisation }) {
  const { privacyEmail, privacyAddress } = organisation;
  return (
    <>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{t("data:title")}</h1>
      <p>{t("data:intro")}</p>
      <h2>{t("data:holds.title")}</h2>
      <ul>
        {parts.map((part) => (
          <li>{t(`data:holds.${part}`)}</li>
        ))}
      </ul>
      <p>{t("data:format")}</p>
      <h2>{t("data:safety.title")}</h2>
      <p>{t("data:safety.text")}</p>
      <p>{t("data:safety.password")}</p>
      <form action={urls.accountData} method="post">
        {/* Named, because text browsers ask with GET for a form that sends nothing. */}
        <button type="submit" name="download">
          {t("data:submit")}
        </button>
      </form>
      <h2>{t("data:rights.title")}</h2>
      <p>{t("data:rights.text")}</p>
      <ul>
        <li>
          <a href={`${urls.contact}?topic=rights`}>{t("data:rights.write")}</a>
        </li>
        <li>
          <a href={urls.accountDelete}>{t("data:rights.delete")}</a>
        </li>
        <li>
          <a href={urls.accountDevices}>{t("data:rights.devices")}</a>
        </li>
        <li>
          <a href={urls.cookies}>{t("data:rights.cookies")}</a>
        </li>
        <li>
          <a href={`mailto:${privacyEmail}`}>{t("data:rights.email", { email: privacyEmail })}</a>
        </li>
        <li>{t("data:rights.post", { address: privacyAddress.join(", ") })}</li>
      </ul>
    </>
  );
}
