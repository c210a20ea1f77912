import type { T } from "../../platform/i18n.ts";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";

type Props = {
  t: T;
  numbers: { memberNumber: string | null; affiliateNumber: string | null };
  email: string;
  changed: boolean;
};

export function Account({ t, numbers, email, changed }: Props) {
  return (
    <>
      <h1>{t("account:title")}</h1>
      {changed && (
        <Notice>
          <p>{t("account:passwordChanged")}</p>
        </Notice>
      )}
      <dl>
        {numbers.memberNumber && (
          <div>
            <dt>{t("account:memberNumber")}</dt>
            <dd>{numbers.memberNumber}</dd>
          </div>
        )}
        {numbers.affiliateNumber && (
          <div>
            <dt>{t("account:affiliateNumber")}</dt>
            <dd>{numbers.affiliateNumber}</dd>
          </div>
        )}
        <div>
          <dt>{t("account:email")}</dt>
          <dd>{email}</dd>
        </div>
      </dl>
      <h2>{t("account:security")}</h2>
      <ul>
        <li>
          <a href={urls.accountPassword}>{t("password:change.title")}</a>
        </li>
      </ul>
    </>
  );
}
