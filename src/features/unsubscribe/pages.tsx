import type { Choice } from "../../domain/preferences.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import { urls } from "../../web/urls.ts";

type Props = { t: T; list: Choice; organisation: Organisation };

const listName = ({ t, list, organisation: { name } }: Props) =>
  t(`preferences:choices.${list}.label`, { organisation: name });

/** One button: a program that opens links stops nothing. */
export function Unsubscribe({ token, ...props }: Props & { token: string }) {
  const { t } = props;
  return (
    <>
      <h1>{t("unsubscribe:ask.title")}</h1>
      <p>{t("unsubscribe:ask.text")}</p>
      <p>
        <strong>{listName(props)}</strong>
      </p>
      <form action={urls.unsubscribe(token)} method="post">
        <button type="submit" name="List-Unsubscribe" value="One-Click">
          {t("unsubscribe:ask.submit")}
        </button>
      </form>
      <p>{t("unsubscribe:ask.others")}</p>
    </>
  );
}

/** The same words for who had stopped it before, and for who has no account any more. */
export function Unsubscribed(props: Props) {
  const { t, organisation } = props;
  return (
    <>
      <h1>{t("unsubscribe:done.title")}</h1>
      <p>{t("unsubscribe:done.text")}</p>
      <p>
        <strong>{listName(props)}</strong>
      </p>
      <p>{t("unsubscribe:done.delay", { phone: organisation.phone })}</p>
      <p>
        <a href={urls.preferences}>{t("unsubscribe:preferences")}</a>
      </p>
    </>
  );
}

export function Unusable({ t, organisation }: { t: T; organisation: Organisation }) {
  const { privacyEmail, phone } = organisation;
  return (
    <>
      <h1>{t("unsubscribe:unusable.title")}</h1>
      <p>{t("unsubscribe:unusable.text")}</p>
      <p>
        <a href={urls.preferences}>{t("unsubscribe:preferences")}</a>
      </p>
      <p>
        {t("unsubscribe:unusable.write", { phone })} <a href={`mailto:${privacyEmail}`}>{privacyEmail}</a>
      </p>
    </>
  );
}
